"""Who can open a client's appointments from outside: sending a link, ending all of them, lifting pauses, portal access
on and off.
"""

from django.shortcuts import redirect
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from wagtail.admin import messages

from ...actions.lift_pauses import lift_pauses
from ...actions.refusals import Refused
from ...actions.revoke_links import revoke_links
from ...actions.send_link import send_link
from ...actions.set_portal_access import set_portal_access
from ...conf import settings
from ...diary.lock_timeout import transaction_waiting_at_most
from ...outbox.channels.registry import channel_chosen
from ...practice.models import Client
from ..common.edit_conflicts import changed_by, digest, lock_record, log_pk_sent, newest_log_pk
from ..common.refusals import Doing, why_not
from .view import ClientView, record_url


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
        channel = channel_chosen(request.POST.get("channel", ""))
        try:
            send_link(self.object, by=request.user, channel=channel.key)
        except Refused as refusal:
            messages.error(request, why_not(refusal, Doing.SEND_SIGN_IN_LINK, client_name=self.object.full_name))
        else:
            to = {"to": channel.address_of(self.object)}
            messages.success(request, _("A sign-in link to %(to)s is on its way. It works for a short time.") % to)


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


class LiftPausesView(AccessView):
    def act(self, request):
        lift_pauses(self.object, by=request.user)
        messages.success(request, _("%(name)s can try again now.") % {"name": self.object.full_name})


def access_version(client: Client) -> str:
    """What the form carries along, to notice when somebody else decided meanwhile, and who."""
    return f"{newest_log_pk(client)}:{_decided(client)}"


def _decided(client: Client) -> str:
    return digest("portal_access", [client.portal_access, client.portal_access_reason])


class PortalAccessView(AccessView):
    def act(self, request):
        with transaction_waiting_at_most(settings.LOCK_TIMEOUT):
            lock_record(Client, self.object.pk)
            self.object.refresh_from_db()
            since, _colon, seen = request.POST.get("seen_version", "").partition(":")
            if seen in ("", _decided(self.object)):
                self.decide(request)
            else:
                messages.error(request, self.conflict_sentence(since, request.POST.get("reason", "")))

    def conflict_sentence(self, since: str, reason: str) -> str:
        client = self.object
        sentences = [_("Portal access was changed in the meantime. Nothing was changed here.")]
        if who := changed_by(client, since=log_pk_sent(since), reader=self.request.user):
            sentences.append(_("It was changed by %(who)s.") % {"who": get_text_list(who, _("and"))})
        if client.portal_access:
            sentences.append(_("It is on now."))
        elif client.portal_access_reason:
            sentences.append(_("It is off now: %(reason)s") % {"reason": client.portal_access_reason})
        else:
            sentences.append(_("It is off now."))
        if reason.strip():
            sentences.append(_("You had written: %(reason)s") % {"reason": Truncator(reason.strip()).chars(250)})
        return " ".join(sentences)

    def decide(self, request):
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
