"""Behind a magic link: who are you?"""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...access.browser import browser_of
from ...access.pending import forget_pending, pending_link
from ...access.sessions import start_session
from ...actions import refusals
from ...actions.verify_identity import check_link, verify_identity
from .. import drafts
from ..announcements import REPLACED, REPLACED_OWN, announce
from ..forms import ContactForm, IdentityForm
from ..screen import portal_off, screen


@screen("GET", "POST")
def verify(visit):
    """Ask for date of birth and postcode, and begin a session for the one client whom the answers fit."""
    posted = visit.request.POST if visit.request.method == "POST" else {}
    if "ended" in visit.request.GET and not posted:
        return show_ended(visit)
    link = pending_link(visit.request, posted.get("link") or visit.request.GET.get("link"), visit.now)
    if link is None and _has_just_been_used(visit, posted):
        return visit.redirect("appointments")
    if link is None or link.portal_site != visit.site:
        return show_ended(visit)
    try:
        if visit.request.method == "POST":
            return _check(visit, link, posted)
        check_link(link, visit.now)
    except refusals.LinkEnded:
        return show_ended(visit)
    except refusals.DetailsMissing:
        return show_details_missing(visit)
    except refusals.PortalOff:
        return portal_off(visit)
    return show_form(visit, IdentityForm(today=_today()), link)


def _has_just_been_used(visit, posted) -> bool:
    """Whether the same form was sent twice, and the first time has begun the session."""
    used = visit.session and visit.session.link
    return bool(used) and str(used.public_id) == posted.get("link")


def _check(visit, link, posted):
    ask_first_name = "first_name" in posted
    form = IdentityForm(posted, today=_today(), ask_first_name=ask_first_name)
    check_link(link, visit.now, browser_of(visit.request))
    if not form.is_valid():
        return show_form(visit, form, link)
    answers = form.cleaned_data
    try:
        client = verify_identity(
            link,
            date_of_birth=answers["date_of_birth"],
            postcode=answers["postcode"],
            first_name=answers.get("first_name", ""),
            ip=visit.client_ip(),
            browser=browser_of(visit.request),
            now=visit.now,
        )
    except refusals.ChecksPaused:
        return show_paused(visit)
    except refusals.FirstNameNeeded:
        return show_form(visit, _with_first_name(form), link, ask_first_name=True)
    except refusals.StillAmbiguous:
        return show_ambiguous(visit)
    except refusals.IdentityMismatch as mismatch:
        if mismatch.attempts_left < 1:
            return show_ended(visit, after_guesses=True)
        return show_form(visit, form, link, problem=_mismatch(mismatch.attempts_left))
    return _begin(visit, link, client)


def _begin(visit, link, client):
    before = visit.session
    start_session(
        visit.request, client=client, site=link.portal_site, appointment=link.appointment, link=link, now=visit.now
    )
    forget_pending(visit.request.session, link)
    drafts.forget_what_others_wrote(visit.request, client, visit.now)
    if before is not None:
        announce(visit.request, REPLACED if before.client_id != client.pk else REPLACED_OWN)
    if link.appointment is not None:
        return visit.redirect("appointment", link.appointment.public_id)
    return visit.redirect("appointments")


def show_form(visit, form, link, *, problem="", ask_first_name=False):
    """:param problem: what is wrong with the answers together; never which of them."""
    errors = [("day", problem)] if problem else form.summary() if form.is_bound and not ask_first_name else []
    return visit.render(
        "verify",
        title=_("Confirm who you are"),
        form=form,
        link_id=str(link.public_id),
        errors=errors,
        ask_first_name=ask_first_name,
    )


def show_ended(visit, *, after_guesses=False):
    """One page for every link that can't be used, whatever the reason, with a form for a new one."""
    return visit.render(
        "ended", title=_("This link can’t be used any more"), form=ContactForm(), after_guesses=after_guesses
    )


def show_details_missing(visit):
    return visit.render("details_missing", title=_("Please contact the clinic"))


def show_paused(visit):
    return visit.render("paused", title=_("Please ring us"))


def show_ambiguous(visit):
    return visit.render("ambiguous", title=_("Please ring us"))


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
