"""Behind a magic link: who are you?"""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...access.cookie_hash import cookie_hash_of
from ...access.pending import forget_pending, pending_link
from ...access.sessions import start_session
from ...access.token import is_token_hash
from ...actions import refusals
from ...actions.verify_identity import check_link, verify_identity
from .. import drafts
from ..announcements import REPLACED, REPLACED_OWN, announce
from ..forms import ContactForm, IdentityForm
from ..screen import portal_off, screen

# Routes that a link in a message may lead straight to
SCREENS = ("change", "cancel")


@screen("GET", "POST")
def verify(context):
    """Ask for date of birth and postcode, and begin a session for the one client whom the answers fit."""
    posted = context.request.POST if context.request.method == "POST" else {}
    if "ended" in context.request.GET and not posted:
        return show_ended(context, ended=context.request.GET["ended"])
    link = pending_link(context.request, posted.get("link") or context.request.GET.get("link"), context.now)
    if link is None and _has_just_been_used(context, posted):
        return context.redirect("appointments")
    if link is None or link.portal_site != context.site:
        return show_ended(context)
    try:
        if context.request.method == "POST":
            return _check(context, link, posted)
        check_link(link, context.now)
    except refusals.LinkEnded:
        return show_ended(context)
    except refusals.DetailsMissing:
        return show_details_missing(context)
    except refusals.PortalOff:
        return portal_off(context)
    return show_form(context, IdentityForm(today=_today()), link)


def _has_just_been_used(context, posted) -> bool:
    """Whether the same form was sent twice, and the first time has begun the session."""
    used = context.session and context.session.link
    return bool(used) and str(used.public_id) == posted.get("link")


def _check(context, link, posted):
    ask_first_name = "first_name" in posted
    form = IdentityForm(posted, today=_today(), ask_first_name=ask_first_name)
    check_link(link, context.now, cookie_hash_of(context.request))
    if not form.is_valid():
        return show_form(context, form, link)
    answers = form.cleaned_data
    try:
        client = verify_identity(
            link,
            date_of_birth=answers["date_of_birth"],
            postcode=answers["postcode"],
            first_name=answers.get("first_name", ""),
            ip=context.client_ip(),
            cookie_hash=cookie_hash_of(context.request),
            now=context.now,
        )
    except refusals.ChecksPaused:
        return show_paused(context)
    except refusals.FirstNameNeeded:
        return show_form(context, _with_first_name(form), link, ask_first_name=True)
    except refusals.StillAmbiguous:
        return show_ambiguous(context)
    except refusals.IdentityMismatch as mismatch:
        if mismatch.attempts_left < 1:
            return show_ended(context, after_guesses=True)
        return show_form(context, form, link, problem=_mismatch(mismatch.attempts_left))
    return _begin(context, link, client)


def _begin(context, link, client):
    """Begin the session, and lead to what the link promised: a screen that still asks before it does anything."""
    before = context.session
    start_session(
        context.request, client=client, site=link.portal_site, appointment=link.appointment, link=link, now=context.now
    )
    forget_pending(context.request.session, link)
    drafts.forget_what_others_wrote(context.request, client, context.now)
    if before is not None:
        announce(context.request, REPLACED if before.client_id != client.pk else REPLACED_OWN)
    if link.appointment is not None:
        return context.redirect(_screen(context) or "appointment", link.appointment.public_id)
    return context.redirect("appointments")


def _screen(context) -> str:
    """The route that the link led to, where that is one of those that it may; "" for none in particular."""
    asked = context.request.POST if context.request.method == "POST" else context.request.GET
    return asked.get("screen", "") if asked.get("screen") in SCREENS else ""


def show_form(context, form, link, *, problem="", ask_first_name=False):
    """:param problem: what is wrong with the answers together; never which of them."""
    errors = [("day", problem)] if problem else form.summary() if form.is_bound and not ask_first_name else []
    return context.render(
        "verify",
        title=_("Confirm who you are"),
        form=form,
        link_id=str(link.public_id),
        screen=_screen(context),
        errors=errors,
        ask_first_name=ask_first_name,
    )


def show_ended(context, *, after_guesses=False, ended=""):
    """One page for every link that can't be used, whatever the reason, with a form for a new one.

    :param ended: the hash of the link's token, where a link led here; a new one is one tap away then.
    """
    return context.render(
        "ended",
        title=_("This link can’t be used any more"),
        form=ContactForm(),
        after_guesses=after_guesses,
        booking_url="" if after_guesses else context.booking_url(),
        ended=ended if is_token_hash(ended) else "",
        new_link_url=context.url("new_link"),
    )


def show_details_missing(context):
    return context.render("details_missing", title=_("Please contact the clinic"))


def show_paused(context):
    return context.render("paused", title=_("Please ring us"))


def show_ambiguous(context):
    return context.render("ambiguous", title=_("Please ring us"))


def _with_first_name(form) -> IdentityForm:
    """The same answers again, with a box for the first name that hasn't been found wanting yet."""
    return IdentityForm(initial=form.data.dict(), today=form.today, ask_first_name=True)


def _mismatch(attempts_left: int) -> str:
    return ngettext(
        "Those details don’t match our records. You can try %(count)d more time.",
        "Those details don’t match our records. You can try %(count)d more times.",
        attempts_left,
    ) % {"count": attempts_left}


def _today():
    return timezone.localdate()
