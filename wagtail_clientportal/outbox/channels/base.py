"""The contract of a channel: a class that the setting ``CHANNELS`` names, a way by which messages reach clients."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.checks import CheckMessage
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from ...practice.models import Client
from ..backends.result import SendResult
from ..rendered_message import RenderedMessage


@dataclass(frozen=True)
class Budgets:
    """How many messages may go by a channel in a day, counted for each purpose; ``None``: any number."""

    sign_ins_for_one_contact: int | None = None  # that somebody asked for
    sign_ins: int | None = None  # the same, at one site
    to_one_client: int | None = None  # about appointments
    reminders: int | None = None  # at one site
    others: int | None = None  # at one site: everything else
    tests_by_one_user: int | None = None  # "Send me a test"


class Channel:
    """A way by which messages reach clients. One object of it is made and kept: it holds no state."""

    #: Stands in the database, so it never changes: at most 20 small letters, digits and underscores.
    key = ""
    #: As in "told by text message", and of several: "the last 5 text messages".
    noun: Any = ""
    plural: Any = ""
    #: One of Wagtail's icons.
    icon = "mail"
    #: Whether a message has a line for its subject; whether its body is rich text; whether files can go with it.
    has_subject = False
    has_html = False
    takes_files = False
    #: Why a client who lacks one can't be reached, for staff to read.
    no_address: Any = _("The client has no address for this channel.")
    #: What staff can do while messages don't get out.
    advice: Any = _(
        "Ask whoever looks after the website whether the service that sends them answers. They are tried again by "
        "themselves; ring clients who have to hear something before."
    )

    @property
    def label(self) -> str:
        """What lists and filters call it: "Text message"."""
        return capfirst(str(self.noun))

    @property
    def budgets(self) -> Budgets:
        return Budgets()

    def is_set_up(self) -> bool:
        """Whether this site sends by it at all. Where it doesn't, its templates wait, and nobody is told by them."""
        return True

    def address_of(self, client: Client) -> str:
        """Return where *client* is reached, in at most 254 characters; "" where they aren't."""
        raise NotImplementedError

    def why_not(self, client: Client, *, is_reminder: bool) -> str:
        """Return why *client* isn't to be told about appointments by it, for staff to read; "" where they are.

        It may be asked while a diary is locked, so it asks the database at most, and briefly.

        :param is_reminder: of an appointment; what else there is to say is governed by the channel's opt-in alone.
        """
        return "" if self.address_of(client) else str(self.no_address)

    def remindable(self, clients: QuerySet[Client]) -> QuerySet[Client]:
        """Return those of *clients* who can be reminded by it: the same as ``why_not`` says, in SQL."""
        raise NotImplementedError

    def why_not_to(self, address: str) -> str:
        """Return why nothing may go to *address*, whoever is meant, for staff to read; "" where something may."""
        return ""

    def takes_contact(self, contact: str) -> bool:
        """Whether somebody who types *contact* to sign in gets their link by it.

        :param contact: the key of an email address or a mobile ("+44…").
        """
        return False

    def contact_of(self, client: Client) -> str:
        """Return the contact for which staff send *client* a sign-in link by it: the key of their email address, or of
        their mobile. "": no sign-in links go by it, or not to them."""
        return ""

    def unsubscribe_url(self, client: Client, site: Site | None) -> str:
        """Return the absolute URL by which *client* ends reminders by it; "" where no address does that.

        Only an email's layout has a place for it.
        """
        return ""

    def send(self, message: RenderedMessage, *, to: str, key: str) -> SendResult:
        """Send *message* and say how it went. What is raised counts as a failure that may pass.

        :param to: what ``address_of`` gave.
        :param key: names the message, the same at each attempt: for services that take an idempotency key.
        """
        raise NotImplementedError

    def address_of_user(self, user) -> str | None:
        """Return where *user*, of the staff, gets a test of a message: "" where their account lacks it; ``None`` where
        they are to be asked."""
        return None

    def address_field(self) -> forms.Field:
        """Return the form field in which staff say where they get a test; it gives an address of the channel's own."""
        return forms.CharField(label=_("Your own address"), max_length=254)

    def cost_in_words(self, text: str) -> str:
        """Return what sending *text* costs, in a sentence for who is about to; "" where it costs nothing."""
        return ""

    def forget(self, client: Client) -> None:
        """Delete what is stored of *client* for this channel alone: their record is being anonymised."""

    def preview_modes(self) -> list[tuple[str, Any]]:
        """Return name and label of each way in which an editor can look at a message.

        A name stands for the template ``staff/communication_template/preview_<name>.html``.
        """
        if self.has_html:
            return [("email", self.label), ("text", _("Plain text"))]
        return [("message", self.label)]

    def check(self) -> Iterable[CheckMessage]:
        """Judge the settings that it needs: for ``manage.py check``, which runs with every command."""
        return []
