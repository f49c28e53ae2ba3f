"""Saying which appointments a change of the setup leaves where nobody would put them any more."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import ngettext
from wagtail.admin import messages

from ...diary.models import Appointment
from ..common.local_time import span
from ..common.urls import inspect_url

MAX_LISTED = 10  # appointments, in a warning


def warn_of_appointments(request: HttpRequest, sentence: str, count: int, found: Sequence[Appointment]) -> None:
    """Say *sentence*, which has a place for their ``count``, and list the first of the appointments with a link each.

    :param found: the appointments, with their details; a query set is asked for no more than are listed.
    """
    listed = found[:MAX_LISTED]
    links = format_html_join(
        "",
        '<li><a href="{}">{}</a></li>',
        [
            (
                inspect_url(Appointment, one.pk),
                f"{span(one.start, one.end, one.location.zone)} · {one.clinician} · {one.client.full_name}",
            )
            for one in listed
        ],
    )
    rest = count - len(listed)
    more = ngettext("and %(rest)d more", "and %(rest)d more", rest) % {"rest": rest} if rest else ""
    messages.warning(request, format_html("{}<ul>{}</ul>{}", sentence % {"count": count}, links, more))
