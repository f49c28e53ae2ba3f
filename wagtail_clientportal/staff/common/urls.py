"""Where each screen of the staff's house is. No other file of this house spells a URL's name.

Templates name the screens that they lead to: a wrong name there fails as soon as the page is shown.
"""

from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from ...availability.models import TimeOffRequest
from ...clearing.models import Clearing
from ...diary.models import Appointment
from ...exchange.models import ImportRun
from ...notifications.models import Notification
from ...policies.models import PortalSettings
from ...practice.models import Client

SECOND_FACTOR = "clientportal_secondfactor"
# What of the admin answers before the second factor is proved: none of it shows a record.
OPEN_WITHOUT_SECOND_FACTOR = {
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    f"{SECOND_FACTOR}:verify",
    f"{SECOND_FACTOR}:enrol",
}
CALENDARS = "clientportal_calendarfeed"
TYPED_WORDS = "wagtail_clientportal_typed_words"
DIARY = "wagtail_clientportal_diary"
FIGURES = "clientportal_figures"


def namespace(model: type[Model]) -> str:
    """Return the namespace of the screens on which staff write records of *model*."""
    return f"clientportal_{model._meta.model_name}"


def name_of(model: type[Model], screen: str) -> str:
    """Return the URL name of one of those screens ("index", "inspect", …)."""
    return f"{namespace(model)}:{screen}"


def home_url() -> str:
    return reverse("wagtailadmin_home")


def list_url(model: type[Model]) -> str:
    """Return where records of *model* are listed for whoever writes them."""
    return reverse(name_of(model, "index"))


def add_url(model: type[Model]) -> str:
    return reverse(name_of(model, "add"))


def edit_url(model: type[Model], pk: int) -> str:
    return reverse(name_of(model, "edit"), args=[pk])


def snippets_url(model: type[Model]) -> str:
    """Return where Wagtail lists the snippets of *model*."""
    return reverse(model.snippet_viewset.get_url_name("list"))


def edit_site_url(pk: int) -> str:
    return reverse("wagtailsites:edit", args=[pk])


def edit_page_url(pk: int) -> str:
    return reverse("wagtailadmin_pages:edit", args=[pk])


def add_portal_page_url(parent_pk: int) -> str:
    """Return where a portal page is made below that page."""
    return reverse("wagtailadmin_pages:add", args=["wagtail_clientportal", "clientportalpage", parent_pk])


def register_url(model: type[Model], **query) -> str:
    """Return where the register of *model* is, narrowed by *query*."""
    return _with(reverse(f"wagtail_clientportal_{model._meta.model_name}_modeladmin_index"), query)


def inspect_url(model: type[Model], pk: int) -> str:
    """Return where the register shows one record of *model*."""
    return reverse(f"wagtail_clientportal_{model._meta.model_name}_modeladmin_inspect", args=[pk])


def clients_url(**query) -> str:
    """Return where the list of clients is, narrowed by *query*."""
    return _with(reverse(name_of(Client, "index")), query)


def client_url(pk: int, tab: str = "") -> str:
    """Return where the client's record is, opened at *tab* ("details", "access", …).

    Not by a fragment: the browser would scroll to it, past what a message at the top says.
    """
    return _with(client_screen_url("inspect", pk), {"tab": tab} if tab else {})


def client_screen_url(screen: str, pk: int, **query) -> str:
    """Return where *screen* ("merge", "export", …) of one client's record is."""
    return _with(reverse(name_of(Client, screen), args=[pk]), query)


def client_log_url(**query) -> str:
    """Return where it is shown who opened which client's record."""
    return _with(reverse(name_of(Client, "log")), query)


def new_appointment_url(**query) -> str:
    """Return where staff book, with what *query* fills in."""
    return _with(reverse(name_of(Appointment, "new")), query)


def arranging_url(screen: str, pk: int, **query) -> str:
    """Return where *screen* ("change", "cancel", "set_status", …) of one appointment is."""
    return _with(reverse(name_of(Appointment, screen), args=[pk]), query)


def diary_url(**query) -> str:
    """Return where the diary is, with what *query* chooses of it."""
    return _with(reverse(f"{DIARY}:index"), query)


def diary_card_url(pk: int, **query) -> str:
    """Return where the diary's card of one appointment is."""
    return _with(reverse(f"{DIARY}:card", args=[pk]), query)


def notifications_url(**query) -> str:
    """Return where the reader's own notifications are, narrowed by *query*."""
    return _with(reverse(name_of(Notification, "index")), query)


def clearings_url(**query) -> str:
    """Return where clearing a day begins, with what *query* fills in."""
    return _with(reverse(name_of(Clearing, "index")), query)


def clearing_url(screen: str, pk: int) -> str:
    """Return where *screen* ("run", "preview") of one clearing is."""
    return reverse(name_of(Clearing, screen), args=[pk])


def own_hours_url() -> str:
    """Return where a clinician sees their own hours and asks for time off."""
    return reverse(name_of(TimeOffRequest, "index"))


def time_off_requests_url() -> str:
    """Return where the time off that clinicians ask for is decided."""
    return reverse(name_of(TimeOffRequest, "requests"))


def imports_url() -> str:
    return reverse(name_of(ImportRun, "index"))


def import_url(screen: str, pk: int) -> str:
    """Return where *screen* ("run", "refused") of one import is."""
    return reverse(name_of(ImportRun, screen), args=[pk])


def import_template_url(**query) -> str:
    """Return where an empty file to fill in is, of the ``kind`` and in the ``format`` that *query* says."""
    return _with(reverse(name_of(ImportRun, "template")), query)


def portal_settings_url() -> str:
    return reverse(name_of(PortalSettings, "index"))


def second_factor_url(screen: str, *pk, **query) -> str:
    """Return where *screen* ("verify", "enrol", "own", "people", "reset") is."""
    return _with(reverse(f"{SECOND_FACTOR}:{screen}", args=pk), query)


def figures_url(**query) -> str:
    """Return where the clinic's figures are, of what *query* chooses."""
    return _with(reverse(f"{FIGURES}:index"), query)


def calendars_url(clinician_pk: int) -> str:
    """Return where it is arranged which other calendars show a clinician's diary."""
    return reverse(f"{CALENDARS}:clinician", args=[clinician_pk])


def typed_words_url(kind: str) -> str:
    """Return what says in words a typed text of this *kind* (a key of ``typed_fields.KINDS``)."""
    return _with(reverse(TYPED_WORDS), {"kind": kind})


def _with(address: str, query: dict) -> str:
    return f"{address}?{urlencode(query, doseq=True)}" if query else address
