"""One file a subject. Each view is ``view(page, request, **kwargs)``: the portal page's routes hand over to it."""
