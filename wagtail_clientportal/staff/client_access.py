"""Who can open a client's appointments from outside: sending a link, ending all of them, portal access on and off."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from wagtail.admin import messages

from ..actions.refusals import ClientInactive, DetailsMissing, NoContact, PortalAccessOff, PortalOff, Refused
from ..actions.revoke_links import revoke_links
from ..actions.send_link import send_link
from ..actions.set_portal_access import set_portal_access
from ..outbox.outbound_message import Channel
from ..practice.models import Client
from .client_view import ClientView, record_url


class AccessView(ClientView, View):
    """Does one thing when it is sent a form, and leads back to the record's Access tab."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        self.act(request)
        return redirect(record_url(self.object, "access"))

    def act(self, request) -> None:
        raise NotImplementedError


class SendLinkView(AccessView):
    def act(self, request):
        channel = Channel.SMS if request.POST.get("channel") == Channel.SMS else Channel.EMAIL
        try:
            send_link(self.object, by=request.user, channel=channel)
        except Refused as refusal:
            messages.error(request, why_no_link(refusal, self.object, channel))
        else:
            to = self.object.email if channel == Channel.EMAIL else self.object.mobile
            messages.success(
                request, _("A sign-in link to %(to)s is on its way. It works for a short time.") % {"to": to}
            )


def why_no_link(refusal: Refused, client: Client, channel: str) -> str:
    """Return the sentence that says why no link was sent, and what to do."""
    name = {"name": client.full_name}
    if isinstance(refusal, ClientInactive):
        return _("No link was sent: %(name)s’s record is not active. Edit it and tick “Active” first.") % name
    if isinstance(refusal, PortalAccessOff):
        return _("No link was sent: %(name)s has no portal access. Switch it on first.") % name
    if isinstance(refusal, PortalOff):
        return _("No link was sent: the portal is off. Whoever may change its settings can switch it on.")
    if isinstance(refusal, DetailsMissing):
        return (
            _("No link was sent: without date of birth and postcode %(name)s could not sign in. Fill them in first.")
            % name
        )
    if isinstance(refusal, NoContact) and channel == Channel.SMS:
        return _("No link was sent: there is no mobile number. Fill it in first.")
    if isinstance(refusal, NoContact):
        return _("No link was sent: there is no email address. Fill it in first.")
    return _("No link was sent. Nothing was changed.")


class RevokeLinksView(AccessView):
    def act(self, request):
        revoked = revoke_links(self.object, by=request.user)
        links = ngettext("%(count)d link", "%(count)d links", revoked.links) % {"count": revoked.links}
        sessions = ngettext("%(count)d session", "%(count)d sessions", revoked.sessions) % {"count": revoked.sessions}
        messages.success(
            request,
            _("Ended: %(links)s and %(sessions)s. Nobody has %(name)s’s appointments open any more.")
            % {"links": links, "sessions": sessions, "name": self.object.full_name},
        )


class PortalAccessView(AccessView):
    def act(self, request):
        wanted, reason = request.POST.get("portal_access") == "on", request.POST.get("reason", "").strip()
        longest = Client._meta.get_field("portal_access_reason").max_length
        if not wanted and (not reason or "\0" in reason or len(reason) > longest):
            messages.error(
                request,
                _("Nothing was changed: say why %(name)s is to have no portal access, in %(longest)d characters.")
                % {"name": self.object.full_name, "longest": longest},
            )
            return
        set_portal_access(self.object, wanted, by=request.user, reason=reason)
        if wanted:
            messages.success(request, _("%(name)s has portal access again.") % {"name": self.object.full_name})
        else:
            messages.success(
                request, _("To the portal %(name)s is unknown from now on.") % {"name": self.object.full_name}
            )
