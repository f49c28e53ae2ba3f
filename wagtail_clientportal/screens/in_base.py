"""How a screen stands in the site's base template, whatever blocks and landmarks that has or lacks."""

import logging
import re

from django.template.loader import render_to_string
from django.template.response import TemplateResponse

from ..conf import DEFAULTS

logger = logging.getLogger(__name__)

# How screens/screen.html begins what it puts into the block "content".
_SCREEN = '<div class="cp" id="cp"'
_SHEET = "wagtail_clientportal/clientportal"
_MAIN = re.compile(r"<main\b|\brole=[\"']?main\b", re.IGNORECASE)
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^>]*", re.IGNORECASE)
_TO_AN_ID = re.compile(r"\bhref=[\"']?#\w", re.IGNORECASE)


class ScreenResponse(TemplateResponse):
    """A screen, made whole: its styles and script, one main landmark and one link to skip to it.

    A base without the block "content" would make a blank page of it. There the portal's own base takes its place;
    checks/base_template.py names the line that is missing.
    """

    @property
    def rendered_content(self) -> str:
        before, found, screen = super().rendered_content.partition(_SCREEN)
        if not found:
            logger.error("%s has no block “content”: the portal's own base is used", self.context_data["base_template"])
            self.context_data["base_template"] = DEFAULTS["BASE_TEMPLATE"]
            before, found, screen = super().rendered_content.partition(_SCREEN)
        if not _MAIN.search(before):
            found += ' role="main"'
        if not _has_skip_link(before):
            found += ' tabindex="-1"'
            before = _with_skip_link(before)
        if _SHEET not in before:
            before += render_to_string(
                "wagtail_clientportal/portal/_look.html", self.context_data, request=self._request
            )
        return before + found + screen


def _has_skip_link(before: str) -> bool:
    """Whether the first link of the page leads to a part of it."""
    body = _BODY.split(before, maxsplit=1)[-1]
    first = _LINK.search(body)
    return bool(first and _TO_AN_ID.search(first[0]))


def _with_skip_link(before: str) -> str:
    body = _BODY.search(before)
    place = body.end() if body else len(before)
    return before[:place] + render_to_string("wagtail_clientportal/portal/_skip.html") + before[place:]
