"""Words become a message: values in the variables' places, the layout around them, and a copy without links."""

from collections.abc import Iterable, Mapping

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from ..outbox.channels.registry import channel_of
from ..outbox.rendered_message import RenderedMessage
from .email_layout import render_email
from .facts import Facts
from .placeholders import UnknownVariable, fill_html, fill_text
from .plain_text import plain_text
from .relevance import NothingToSay
from .variables import Variable
from .wording import Wording


def render(
    wording: Wording,
    facts: Facts,
    variables: Mapping[str, Variable],
    *,
    unsubscribe: str = "",
    attachments: tuple[tuple[str, str, str], ...] = (),
) -> RenderedMessage:
    """Put everything together.

    :param facts: what the variables tell.
    :param variables: by name, those that the message can say.
    :param unsubscribe: URL by which the client ends such messages; "" for none.
    :raises UnknownVariable: for any other name in *wording*.
    :raises NothingToSay: for a plain text without a word.
    """

    def value(name: str) -> str:
        if name not in variables:
            raise UnknownVariable(name)
        variable = variables[name]
        # The layout makes a button of a link where it has a paragraph to itself.
        return _as_button(variable.value(facts)) if variable.is_html else variable.value(facts)

    channel, portal_settings, site = channel_of(wording.channel), facts.portal_settings, facts.site
    title = ""
    if channel.has_subject:
        title = " ".join(fill_text(wording.subject, value).split()) or portal_settings.display_name
    if not channel.has_html:
        text = fill_text(wording.body, value)
        if not text:
            raise NothingToSay(_("The message would be empty."))
        return RenderedMessage(
            title, text, copy=_without(facts.secrets, text), copy_subject=_without(facts.secrets, title)
        )
    body = fill_html(expand_db_html(wording.body), value)
    html = render_email(
        body,
        subject=title,
        portal_settings=portal_settings,
        location=facts.location,
        base_url=site.root_url if site else "",
        unsubscribe_url=unsubscribe,
    )
    text = plain_text(html)
    return RenderedMessage(
        title,
        text,
        html,
        copy=_without([*facts.secrets, unsubscribe], text),
        copy_subject=_without(facts.secrets, title),
        reply_to=portal_settings.email,
        headers=_AUTOMATIC | _unsubscribe_headers(unsubscribe),
        attachments=attachments,
    )


def _as_button(link: str) -> str:
    return mark_safe(link.replace("<a ", '<a class="cp-button" ', 1))  # noqa: S308 it was made by format_html


# RFC 3834: an absent colleague's mailbox doesn't answer it, nor does anything else that answers by itself.
_AUTOMATIC = {"Auto-Submitted": "auto-generated"}


def _unsubscribe_headers(url: str) -> dict[str, str]:
    # RFC 8058: the mail program posts to the address by itself when its reader asks for it.
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if url else {}


def _without(secrets: Iterable[str], text: str) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, "[code]" if secret.isdigit() else "[link]")
    return text
