"""Why a row was refused, in the words of whoever keeps the table."""

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _

from ..actions import refusals
from .kind import RowRefused


def why_refused(refusal: refusals.Refused | RowRefused) -> tuple[str, str]:
    """Return the name of the column that *refusal* is about ("" for the whole row), and a sentence."""
    match refusal:
        case RowRefused(column=column, why=why):
            return column, why
        case refusals.NotValid(errors=errors):
            name, told = next(iter(errors.items()))
            return ("" if name == NON_FIELD_ERRORS else name), " ".join(map(str, told))
        case refusals.AlreadyKnown(client=client):
            return "external_ref", _(
                "This person is here already, under the reference “%(reference)s”. Give one person one reference."
            ) % {"reference": client.external_ref}
        case refusals.ChangedMeanwhile():
            return "external_ref", _(
                "Another record has this reference, perhaps in capitals or small letters. Correct it, or import again."
            )
        case refusals.AnotherClients():
            return "client", _("The appointment with this reference is another client’s here, and can’t change hands.")
        case refusals.SlotTaken():
            return "start", _(
                "The clinician has another appointment then. Correct the row, or choose to import it all the same."
            )
        case refusals.SlotNotOffered():
            return "end", _("With the type’s buffer the appointment would take longer than 24 hours.")
        case refusals.NotAllowed():
            return "client", _("This client’s record was anonymised.")
    raise refusal
