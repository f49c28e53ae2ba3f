"""Email by whatever Django is set up with."""

import re
import smtplib
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from .result import SendResult


def send(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[tuple[str, str, str]] = (),
) -> SendResult:
    """Send one email and say how it went; nothing that a mail server does is raised.

    :param to: one address, without a name.
    :param attachments: triples of file name, content and MIME type.
    """
    headers = dict(headers or {})
    if _has_line_break(reply_to, *headers, *headers.values(), *(name for name, _content, _type in attachments)):
        return SendResult(False, error_code=_("There is a line break in a header."), permanent=True)
    try:
        # Takes no commas, spaces or line breaks, so there is one recipient.
        validate_email(to)
    except ValidationError:
        return SendResult(False, error_code=_("This is not an email address."), permanent=True)
    try:
        email = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=text,
            to=[to],
            reply_to=[reply_to] if reply_to else None,
            headers=headers,
            attachments=list(attachments),
        )
        if html:
            email.attach_alternative(html, "text/html")
        if email.send() == 0:
            return SendResult(False, error_code=_("The email backend sent nothing."))
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = error.recipients.popitem()[1]
        sentence = _("The mail server refused the recipient (%(code)s).") % {"code": code}
        return SendResult(False, error_code=sentence, permanent=_is_final(code, reason))
    except smtplib.SMTPDataError as error:
        return SendResult(
            False,
            error_code=_("The mail server refused the message (%(code)s).") % {"code": error.smtp_code},
            permanent=_is_final(error.smtp_code, error.smtp_error),
        )
    except smtplib.SMTPResponseException as error:
        # The login, the greeting or the sender: the clinic's to put right, and then the message can go.
        return SendResult(False, error_code=f"{type(error).__name__} {error.smtp_code}")
    except Exception as error:
        # A site's own backend may raise anything; its text may hold the address, so only its kind is kept.
        return SendResult(False, error_code=_describe(error))
    return SendResult(True)


def _has_line_break(*values: str) -> bool:
    return any("\n" in value or "\r" in value for value in values)


def _is_final(code: int, reason: bytes | str) -> bool:
    """Whether the server will never take this message: 5yz of RFC 5321.

    Not where it says X.7 of RFC 3463, "security or policy": it refuses the clinic, which may not relay through it, say.
    """
    reason = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return code >= 500 and not re.match(r"\s*5\.7\.\d", reason)


def _describe(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or ""
    return f"{type(error).__name__}: {reason}".rstrip(": ")
