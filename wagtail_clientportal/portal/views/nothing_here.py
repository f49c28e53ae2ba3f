"""Every address under the portal page that is none of its screens."""

from ..screen import screen


@screen("GET", "POST", "PUT", "PATCH", "DELETE")
def nothing_here(context):
    return context.not_found()
