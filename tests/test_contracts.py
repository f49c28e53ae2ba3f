"""What sites lean on stays: the URL names, template paths and settings of the first version, by their names.

New ones needn't be added before they are released; none may ever be taken out.
"""

from uuid import uuid4

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from wagtail_clientportal.conf import DEFAULTS
from wagtail_clientportal.models import ClientPortalPage

# Namespace → names that take no argument, names that take one.
WRITTEN = ("add index index_results", "delete edit history history_results inspect usage")
SNIPPETS = (
    "add list list_results preview_on_add",
    "delete edit history history_results lock preview_on_edit unlock unpublish usage",
)
CHOOSERS = ("choose choose_results chosen_multiple create", "chosen")
NAMESPACES = {
    "wagtail_clientportal": ("", "link unsubscribe"),
    "clientportal_appointment": ("new", "cancel change revoke_links send_again set_status undo"),
    "clientportal_appointmentstatus": WRITTEN,
    "clientportal_appointmenttype": WRITTEN,
    "clientportal_bookingsettings": WRITTEN,
    "clientportal_client": (
        "add index index_results log log_results",
        "anonymise delete edit export history history_results inspect portal_access revoke_links send_link usage",
    ),
    "clientportal_client_chooser": ("choose choose_results", "chosen"),
    "clientportal_clinician": WRITTEN,
    "clientportal_location": WRITTEN,
    "clientportal_notification": ("index index_results read_all", "open read"),
    "clientportal_portalsettings": WRITTEN,
    "clientportal_timeoff": WRITTEN,
    "clientportal_timetabledhours": WRITTEN,
    "wagtailsnippets_wagtail_clientportal_communicationtemplate": (SNIPPETS[0], f"{SNIPPETS[1]} send_test"),
    "wagtailsnippets_wagtail_clientportal_portalpolicy": (SNIPPETS[0], f"{SNIPPETS[1]} inspect"),
    "wagtailsnippetchoosers_wagtail_clientportal_communicationtemplate": CHOOSERS,
    "wagtailsnippetchoosers_wagtail_clientportal_portalpolicy": CHOOSERS,
}
REGISTERS = ("appointment", "clientmessage", "outboundmessage")

# Of the portal page: names that take no argument, names that take an appointment's public id.
ROUTES = ("sign_in sent verify appointments stay sign_out", "appointment change confirm_change cancel draft calendar")

# Folder below templates/wagtail_clientportal/ → names, without their ending where that is .html. "staff/messages" is
# not among them: it said that a list was empty, in a list that gave way to Wagtail's own.
TEMPLATES = {
    "": "base",
    "communications/": "email email.css",
    "policies/": "policy_preview",
    "portal/": """
        _call _card _contact_form _errors _explanation _facts _field _leaf _message _policy _rebook _session_end
        _times ambiguous appointment appointments cancel change confirm_change details_missing ended no_times
        not_found obstacle off paused refused_form refused_size screen sent sign_in sign_out signed_out slow_down
        stay unsubscribe unsubscribe_unknown unsubscribed verify
    """,
    "staff/": """
        appointment arranging client_log_results communication confirm_delete duration_widget list_results message
        notification_preferences notifications placing portal_address register since_last_visit
    """,
    "staff/client/": """
        _access _appointment_lines _appointments _communications _details _messages _missing _more anonymise edit
        export record
    """,
    "staff/communication_template/": """
        _insert_variable input preview_base preview_email preview_sms preview_text rich_text send_test textarea
    """,
}

SETTINGS = """
    TOKEN_LENGTH APPOINTMENT_LINK_LIFETIME SIGN_IN_LINK_LIFETIME SIGN_IN_LINKS_ALIVE IDENTITY_FAILURES_PER_LINK
    IDENTITY_FAILURES_PER_CLIENT IDENTITY_FAILURES_PERIOD IDENTITY_FAILURES_PER_IP IDENTITY_DELAY
    IDENTITY_FAILURES_ALERT LINK_REQUESTS_PER_CONTACT LINK_REQUESTS_PER_IP SMS_COUNTRY_CODES SMS_SIGN_INS_PER_NUMBER
    SMS_SIGN_INS_PER_DAY SMS_REMINDERS_PER_DAY SMS_OTHERS_PER_DAY SMS_TESTS_PER_USER TRUSTED_PROXIES
    FULL_SESSION_IDLE FULL_SESSION_ABSOLUTE APPOINTMENT_SESSION_IDLE APPOINTMENT_SESSION_ABSOLUTE SESSION_WARNING
    SESSIONS_PER_CLIENT DEFAULT_REGION CHANGE_GRACE SMS_BACKEND SMS_GATEWAY_URL SMS_FILE_PATH SEND_LEASE
    SEND_ATTEMPTS SEND_BACKOFF SEND_BACKOFF_MAX MESSAGE_MAX_LENGTH PURGE_SIGN_IN_LINKS_AFTER
    PURGE_APPOINTMENT_LINKS_AFTER PURGE_ATTEMPTS_AFTER BASE_TEMPLATE SEND_CSP
"""


def resolves(name: str, *args) -> bool:
    try:
        return bool(reverse(name, args=args))
    except NoReverseMatch:
        return False


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_url_name_of_the_first_version_resolves(namespace):
    alone, of_one = NAMESPACES[namespace]
    missing = [name for name in alone.split() if not resolves(f"{namespace}:{name}")]
    missing += [name for name in of_one.split() if not resolves(f"{namespace}:{name}", "1")]
    assert not missing


@pytest.mark.parametrize("register", REGISTERS)
def test_every_register_stays_where_it_was(register):
    assert resolves(f"wagtail_clientportal_{register}_modeladmin_index")
    assert resolves(f"wagtail_clientportal_{register}_modeladmin_inspect", "1")


@pytest.mark.django_db
def test_every_route_of_the_portal_page_resolves():
    page, public_id = ClientPortalPage(), uuid4()
    alone, of_one = ROUTES
    for name in alone.split():
        page.reverse_subpage(name)
    for name in of_one.split():
        assert str(public_id) in page.reverse_subpage(name, args=[public_id])


@pytest.mark.parametrize("folder", TEMPLATES)
def test_every_template_path_of_the_first_version_is_there(folder):
    missing = []
    for name in TEMPLATES[folder].split():
        try:
            get_template(f"wagtail_clientportal/{folder}{name}" + ("" if "." in name else ".html"))
        except TemplateDoesNotExist:
            missing.append(name)
    assert not missing


def test_every_setting_of_the_first_version_is_one():
    assert not set(SETTINGS.split()) - DEFAULTS.keys()
