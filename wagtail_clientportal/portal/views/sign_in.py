"""The portal's front door: ask for a sign-in link."""

from django.utils.translation import gettext as _

from ...actions.request_link import may_request_link, request_link
from ...conf import settings
from ..forms import ContactForm
from ..screen import screen
from ..wording import duration_in_words


@screen("GET", "POST")
def sign_in(visit):
    """Show the form; a posted contact gets one and the same answer, whoever it belongs to."""
    if visit.request.method != "POST":
        return show_form(visit, ContactForm())
    form = ContactForm(visit.request.POST)
    if not form.is_valid():
        return show_form(visit, form)
    if not may_request_link(visit.client_ip(), now=visit.now):
        return show_slow_down(visit)
    request_link(form.cleaned_data["contact"], visit.site, now=visit.now)
    return visit.redirect("sent")


@screen("GET")
def sent(visit):
    return show_sent(visit)


def show_form(visit, form):
    return visit.render(
        "sign_in",
        title=visit.page.title,
        form=form,
        errors=form.summary() if form.is_bound else (),
    )


def show_slow_down(visit):
    response = visit.render("slow_down", title=_("Please wait a minute"), status=429)
    response["Retry-After"] = "60"  # seconds
    return response


def show_sent(visit):
    return visit.render(
        "sent", title=_("Look for our message"), lifetime=duration_in_words(settings.SIGN_IN_LINK_LIFETIME)
    )
