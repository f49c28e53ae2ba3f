from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from ..actions.steps.upserted import Outcome
from ..actions.upsert_client import upsert_client
from ..diary.lock import locked_diaries
from .cells import birthday, language, reference, text, yes_or_no
from .columns import Column
from .kind import Kind, Values


class Clients(Kind):
    columns = [
        Column(
            "external_ref",
            _("External reference"),
            reference,
            "A1027",
            required=True,
            also=("id", "ref", "client id", "patient id"),
        ),
        Column("first_name", _("First name"), text, "Margaret", required=True, also=("forename", "given name")),
        Column("last_name", _("Last name"), text, "Hale", required=True, also=("surname", "family name")),
        Column("email", _("Email"), text, "margaret@example.org", also=("email address", "mail")),
        Column("mobile", _("Mobile"), text, "07700 900123", also=("mobile phone", "mobile number", "cell", "phone")),
        Column("date_of_birth", _("Date of birth"), birthday, "09/12/1956", also=("dob", "birthday", "born")),
        Column("postcode", _("Postcode"), text, "SW1A 1AA", also=("postal code", "zip", "zip code")),
        Column("email_opt_in", _("Emails about appointments"), yes_or_no, "yes", also=("email consent",)),
        Column("sms_opt_in", _("Texts about appointments"), yes_or_no, "yes", also=("sms consent", "text consent")),
        Column("language", _("Language of our messages"), language, "fr", also=("preferred language", "lang")),
        Column("is_active", _("Active"), yes_or_no, "yes"),
        Column("portal_access", _("Portal access"), yes_or_no, "yes"),
    ]

    @contextmanager
    def batch(self, rows: Collection[Values]) -> Iterator[Callable[[Values], Outcome]]:
        with locked_diaries():  # of nobody's: only the transaction, and its refusals
            yield lambda values: upsert_client(**values, by=self.how.by).outcome
