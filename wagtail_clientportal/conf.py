"""Every default of the portal, in one table, read at use.

A site overrides any of them in one dict of its Django settings::

    WAGTAIL_CLIENTPORTAL = {"FULL_SESSION_IDLE": timedelta(minutes=10)}
"""

from datetime import timedelta
from typing import Any

from django.conf import settings as django_settings

SETTINGS_NAME = "WAGTAIL_CLIENTPORTAL"

DEFAULTS: dict[str, Any] = {
    # Magic links. 22 base62 characters hold 131 bits; OWASP ASVS 5.0 (7.2.3) asks 128 of a session token.
    "TOKEN_LENGTH": 22,  # characters
    "APPOINTMENT_LINK_LIFETIME": timedelta(days=180),  # or the appointment's end, whichever comes first
    "SIGN_IN_LINK_LIFETIME": timedelta(minutes=10),
    "SIGN_IN_LINKS_ALIVE": 3,  # for one contact; the oldest ends
    # Identity checks
    "IDENTITY_FAILURES_PER_LINK": 5,  # the link dies with the last of them
    "IDENTITY_FAILURES_PER_CLIENT": 10,  # within IDENTITY_FAILURES_PERIOD
    "IDENTITY_FAILURES_PERIOD": timedelta(hours=24),
    "IDENTITY_FAILURES_PER_IP": 30,  # an hour; then each further answer waits IDENTITY_DELAY first
    "IDENTITY_DELAY": timedelta(seconds=3),
    "IDENTITY_FAILURES_ALERT": 100,  # at one site in ten minutes: staff are told
    # Requests for a sign-in link. A contact's further ones are dropped in silence, an address's get a 429.
    "LINK_REQUESTS_PER_CONTACT": ((3, timedelta(minutes=15)), (5, timedelta(hours=1))),
    "LINK_REQUESTS_PER_IP": 20,  # a minute
    # Texts cost money
    "SMS_COUNTRY_CODES": None,  # where texts may go at all, e.g. (44, 353); None: DEFAULT_REGION's alone
    "SMS_SIGN_INS_PER_NUMBER": 5,  # a day
    "SMS_SIGN_INS_PER_DAY": 500,  # at one site
    "SMS_REMINDERS_PER_DAY": 2000,  # at one site
    "SMS_OTHERS_PER_DAY": 2000,  # at one site: everything but sign-in links and reminders
    "SMS_TESTS_PER_USER": 10,  # a day: "Send me a test"
    # Proxies of the site's own in front of it: so many entries count from the right of X-Forwarded-For
    "TRUSTED_PROXIES": 0,
    # Portal sessions
    "FULL_SESSION_IDLE": timedelta(minutes=15),
    "FULL_SESSION_ABSOLUTE": timedelta(hours=4),
    "APPOINTMENT_SESSION_IDLE": timedelta(minutes=10),
    "APPOINTMENT_SESSION_ABSOLUTE": timedelta(hours=2),
    "SESSION_WARNING": timedelta(minutes=2),  # so long before a session ends its page says so
    "SESSIONS_PER_CLIENT": 3,  # alive at once; the oldest ends
    # Contacts
    "DEFAULT_REGION": "GB",  # ISO 3166 code: how a mobile without a country code is read
    # Messages
    "CHANGE_GRACE": timedelta(minutes=3),  # after a change: changing again so soon sends one message, the last
    "SMS_BACKEND": "",  # dotted path of a class; "": this site sends no texts
    "SMS_GATEWAY_URL": "",  # for the apprise backend
    "SMS_FILE_PATH": None,  # folder, for the file backend
    "SEND_LEASE": timedelta(minutes=5),  # how long a worker may take over one message before another may try
    "SEND_ATTEMPTS": 20,  # about two days; then the message counts as failed
    "SEND_BACKOFF": timedelta(minutes=1),  # after the first failure; doubles each time
    "SEND_BACKOFF_MAX": timedelta(hours=4),
    "MESSAGE_MAX_LENGTH": 2000,  # characters a client may write to the clinic
    # What clientportal_purge deletes, and when
    "PURGE_SIGN_IN_LINKS_AFTER": timedelta(hours=24),  # after they expired
    "PURGE_APPOINTMENT_LINKS_AFTER": timedelta(days=30),  # after the appointment
    "PURGE_ATTEMPTS_AFTER": timedelta(days=30),  # sessions, counts of attempts, requests for links
    # Look
    "BASE_TEMPLATE": "wagtail_clientportal/base.html",
    "SEND_CSP": True,
}


class _Settings:
    """Attribute access to the table: ``settings.TOKEN_LENGTH``."""

    def __getattr__(self, name: str) -> Any:
        if name not in DEFAULTS:
            raise AttributeError(f"{SETTINGS_NAME} has no setting {name!r}")
        return getattr(django_settings, SETTINGS_NAME, {}).get(name, DEFAULTS[name])


settings = _Settings()
