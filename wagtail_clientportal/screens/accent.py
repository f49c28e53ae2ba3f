"""``p/accent/<colour>.css``: the clinic's own colour as a style sheet.

A sheet of its own, since the screens' content policy takes no styles within a page. Its address says all that it holds,
so browsers keep it, and it asks the database for nothing.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=365 * 24 * 3600, immutable=True)
def accent_sheet(request: HttpRequest, colour: str) -> HttpResponse:
    """:param colour: six hexadecimal digits."""
    return HttpResponse(f":root {{ --cp-accent: #{colour}; }}\n", content_type="text/css")
