"""All that can be imported, by the names that commands and screens have for it."""

from .appointments import Appointments
from .clients import Clients
from .clinicians import Clinicians
from .hours import Hours
from .kind import Kind

KINDS: dict[str, type[Kind]] = {
    "clients": Clients,
    "clinicians": Clinicians,
    "hours": Hours,
    "appointments": Appointments,
}
