"""The portal's front door: ask for a sign-in link."""

from django.utils.translation import gettext as _

from ...access.pending import note_pending
from ...access.sign_in_code import asking_browser, has_asked, link_by_code, take_try
from ...access.token import is_token_hash
from ...actions.replace_link import replace_link
from ...actions.request_link import contact_key, may_request_link, request_link
from ...conf import settings
from ...practice.durations import duration_in_words
from .. import typed_contact
from ..forms import CodeForm, ContactForm
from ..screen import screen, signed_in


@screen("GET", "POST")
def sign_in(context):
    """Show the form; a posted contact gets one and the same answer, whoever it belongs to."""
    typed = typed_contact.kept(context.request, context.now)
    if context.request.method != "POST":
        return show_form(context, ContactForm(initial={"contact": typed} if "again" in context.request.GET else None))
    form = ContactForm(context.request.POST)
    if not form.is_valid():
        return show_form(context, form)
    if not may_request_link(context.client_ip(), now=context.now):
        return show_slow_down(context)
    contact = form.cleaned_data["contact"]
    request_link(contact, context.site, asked_by=asking_browser(context.request.session), now=context.now)
    typed_contact.keep(context.request, contact, context.now)
    return context.redirect("sent")


@screen("POST")
@signed_in
def send_to_stored(context):
    """Send a link to all appointments to where the clinic writes to this client, who has proved who they are."""
    client = context.session.client
    contact = client.email or client.mobile
    if not contact_key(contact):
        return context.redirect("sign_in")
    if not may_request_link(context.client_ip(), now=context.now):
        return show_slow_down(context)
    request_link(contact, context.site, asked_by=asking_browser(context.request.session), now=context.now)
    return context.redirect("sent", stored=1)


@screen("POST")
def replace(context):
    """Send a new link to whom one that has ended was for. The answer is the same whether there ever was one."""
    ended = context.request.POST.get("ended", "")
    if not is_token_hash(ended):
        return context.redirect("sign_in")
    if not may_request_link(context.client_ip(), now=context.now):
        return show_slow_down(context)
    replace_link(ended, context.site, asked_by=asking_browser(context.request.session), now=context.now)
    return context.redirect("sent", replaced=1)


@screen("GET", "POST")
def sent(context):
    """Say where to look, and take the code that the message carries from the browser that asked for it."""
    if context.request.method != "POST":
        return show_sent(context)
    form = CodeForm(context.request.POST)
    session = context.request.session
    if not has_asked(session):
        return context.redirect("sign_in")
    if not form.is_valid():
        return show_sent(context, form)
    if not take_try(session, context.now):
        form.add_error("code", _("That was tried too often. Please use the link in our message, or wait 15 minutes"))
        return show_sent(context, form)
    link = link_by_code(session, form.cleaned_data["code"], context.site, context.now)
    if link is None:
        form.add_error("code", _("That code doesn’t fit, or its time is over. Please look at our newest message"))
        return show_sent(context, form)
    note_pending(session, link)
    return context.redirect("verify")


def show_form(context, form):
    return context.render(
        "sign_in",
        title=context.page.title,
        form=form,
        errors=form.summary() if form.is_bound else (),
    )


def show_slow_down(context):
    response = context.render("slow_down", title=_("Please wait a minute"), status=429)
    response["Retry-After"] = "60"  # seconds
    return response


def show_sent(context, form=None):
    """:param form: what was typed as the code, where it doesn't lead on."""
    asked = context.request.GET
    goes_to_stored = "stored" in asked or "replaced" in asked
    return context.render(
        "sent",
        title=_("Look for our message"),
        lifetime=duration_in_words(settings.SIGN_IN_LINK_LIFETIME),
        typed="" if goes_to_stored or context.is_preview else typed_contact.kept(context.request, context.now),
        action=context.url("sent"),
        is_stored="stored" in asked,
        is_replaced="replaced" in asked,
        form=form or CodeForm(),
        errors=form.summary() if form else (),
        takes_code=context.is_preview or has_asked(context.request.session),
    )
