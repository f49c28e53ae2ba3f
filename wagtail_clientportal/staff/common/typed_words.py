"""What a typed date or time means, in words: for the script that says it below the field while somebody types."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.urls import path

from .typed_fields import KINDS
from .urls import TYPED_WORDS
from .viewsets import uses_the_portal


def typed_words(request) -> JsonResponse:
    """Answer with ``words``, or with the ``reason`` why the text is not taken; the other one is ""."""
    if not uses_the_portal(request.user):
        raise PermissionDenied
    if (kind := request.GET.get("kind")) not in KINDS:
        raise Http404
    meaning, reason = KINDS[kind].meaning_and_refusal(request.GET.get("text", ""))
    return JsonResponse({"words": meaning, "reason": reason})


def typed_words_urls() -> list:
    """Wagtail's ``register_admin_urls`` hook."""
    return [path("clientportal/typed/", typed_words, name=TYPED_WORDS)]
