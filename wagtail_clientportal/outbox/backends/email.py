"""Email by whatever Django is set up with."""

import smtplib

from django.core.mail import BadHeaderError, EmailMultiAlternatives

from .result import SendResult


def send(*, to: str, subject: str, text: str, html: str = "", reply_to: str = "") -> SendResult:
    """Send one email and say how it went; nothing that a mail server does is raised."""
    try:
        email = EmailMultiAlternatives(
            subject=" ".join(subject.split()), body=text, to=[to], reply_to=[reply_to] if reply_to else None
        )
        if html:
            email.attach_alternative(html, "text/html")
        email.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _reason in error.recipients.values()]
        return SendResult(
            False,
            error_code=f"recipient refused ({', '.join(map(str, codes))})",
            permanent=all(c >= 500 for c in codes),
        )
    except BadHeaderError:
        return SendResult(False, error_code="a line break in the address or subject", permanent=True)
    except smtplib.SMTPResponseException as error:
        return SendResult(False, error_code=f"{type(error).__name__} {error.smtp_code}")
    except Exception as error:
        # A site's own backend may raise anything; its text may hold the address, so only its kind is kept.
        return SendResult(False, error_code=_describe(error))
    return SendResult(True)


def _describe(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or ""
    return f"{type(error).__name__}: {reason}".rstrip(": ")
