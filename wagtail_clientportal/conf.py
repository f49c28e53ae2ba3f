"""Every default of the portal, in one table, read at use.

A site overrides any of them in one dict of its Django settings::

    WAGTAIL_CLIENTPORTAL = {"FULL_SESSION_IDLE": timedelta(minutes=10)}
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings

SETTINGS_NAME = "WAGTAIL_CLIENTPORTAL"


class Settings:
    """What a site may set, each with its type and its default: ``settings.TOKEN_LENGTH``."""

    __slots__ = ()

    # Magic links. 22 base62 characters hold 131 bits; OWASP ASVS 5.0 (7.2.3) asks 128 of a session token.
    TOKEN_LENGTH: int = 22  # characters
    APPOINTMENT_LINK_LIFETIME: timedelta = timedelta(days=180)  # or the appointment's end, whichever comes first
    SIGN_IN_LINK_LIFETIME: timedelta = timedelta(minutes=10)
    SIGN_IN_LINKS_ALIVE: int = 3  # for one contact; the oldest ends
    # Identity checks
    IDENTITY_FAILURES_PER_LINK: int = 5  # the link dies with the last of them
    IDENTITY_FAILURES_PER_CLIENT: int = 10  # within IDENTITY_FAILURES_PERIOD
    IDENTITY_FAILURES_PERIOD: timedelta = timedelta(hours=24)
    IDENTITY_FAILURES_PER_IP: int = 30  # an hour; then each further answer waits IDENTITY_DELAY first
    IDENTITY_DELAY: timedelta = timedelta(seconds=3)
    IDENTITY_FAILURES_ALERT: int = 100  # at one site in ten minutes: staff are told
    # Requests for a sign-in link. A contact's further ones are dropped in silence while it has a link that works and is
    # younger than LINK_REQUESTS_PACE; an address's get a 429.
    LINK_REQUESTS_PER_CONTACT: Sequence[tuple[int, timedelta]] = ((3, timedelta(minutes=15)), (5, timedelta(hours=1)))
    LINK_REQUESTS_PACE: timedelta = timedelta(minutes=15)
    LINK_REQUESTS_PER_IP: int = 20  # a minute
    # What a client does to their appointments. Cancelling is never refused for it.
    CHANGES_PER_CLIENT: int = 10  # bookings, changes and cancellations an hour, of all their appointments
    UNDO_CANCELLATION: timedelta = timedelta(minutes=5)  # how long they may take a cancellation back
    FEED_READINGS: int = 120  # an hour, of one calendar feed
    # Texts cost money
    SMS_COUNTRY_CODES: Collection[int] | None = None  # where texts may go, e.g. (44, 353); None: DEFAULT_REGION's alone
    SMS_SIGN_INS_PER_NUMBER: int = 5  # a day
    SMS_PER_CLIENT_PER_DAY: int = 10  # about appointments
    SMS_SIGN_INS_PER_DAY: int = 500  # at one site
    SMS_REMINDERS_PER_DAY: int = 2000  # at one site
    SMS_OTHERS_PER_DAY: int = 2000  # at one site: everything but sign-in links and reminders
    SMS_TESTS_PER_USER: int = 10  # a day: "Send me a test"
    # Proxies of the site's own in front of it: so many entries count from the right of X-Forwarded-For
    TRUSTED_PROXIES: int = 0
    # Online booking
    BOOKING_HOLD: timedelta = timedelta(minutes=15)  # how long a place is kept while a link is on its way
    BOOKING_REQUEST_LIFETIME: timedelta = timedelta(hours=6)  # how long its link works, if the place is still free
    BOOKING_REQUESTS_PER_CONTACT: int = 5  # an hour
    BOOKING_REQUESTS_PER_IP: int = 20  # an hour
    BOOKING_FORM_SECONDS: int = 2  # nobody fills in the form faster
    # Portal sessions
    FULL_SESSION_IDLE: timedelta = timedelta(minutes=15)
    FULL_SESSION_ABSOLUTE: timedelta = timedelta(hours=4)
    APPOINTMENT_SESSION_IDLE: timedelta = timedelta(minutes=10)
    APPOINTMENT_SESSION_ABSOLUTE: timedelta = timedelta(hours=2)
    SESSION_WARNING: timedelta = timedelta(minutes=2)  # so long before a session ends its page says so
    SESSIONS_PER_CLIENT: int = 3  # alive at once; the oldest ends
    # Contacts
    DEFAULT_REGION: str = "GB"  # ISO 3166 code: how a mobile without a country code is read
    # Messages
    CHANGE_GRACE: timedelta = timedelta(minutes=3)  # after a change: changing again so soon sends one message, the last
    # How clients are reached, in the order in which staff see it: classes of channels (outbox/channels/base.py)
    CHANNELS: Sequence[str] = (
        "wagtail_clientportal.outbox.channels.email.EmailChannel",
        "wagtail_clientportal.outbox.channels.sms.SmsChannel",
    )
    SMS_BACKEND: str = ""  # dotted path of a class; "": this site sends no texts
    SMS_GATEWAY_URL: str = ""  # for the apprise backend
    SMS_FILE_PATH: str | Path | None = None  # folder, for the file backend
    SEND_LEASE: timedelta = timedelta(minutes=5)  # how long a worker may take over one message before another may try
    SEND_ATTEMPTS: int = 20  # about two days; then the message counts as failed
    SEND_BACKOFF: timedelta = timedelta(minutes=1)  # after the first failure; doubles each time
    SEND_BACKOFF_MAX: timedelta = timedelta(hours=4)
    SEND_FAILURES_ALERT: int = 5  # messages by one channel that fail one after the other: staff are told
    BACKLOG_ALERT: timedelta = timedelta(minutes=15)  # a message has been trying to leave for so long: staff are told
    SWEEP_ALERT: timedelta = timedelta(minutes=10)  # no sweep came to its end for so long: staff are told
    MESSAGE_MAX_LENGTH: int = 2000  # characters a client may write to the clinic
    # What clientportal_purge deletes, and when
    PURGE_SIGN_IN_LINKS_AFTER: timedelta = timedelta(hours=24)  # after they expired
    PURGE_APPOINTMENT_LINKS_AFTER: timedelta = timedelta(days=30)  # after the appointment
    PURGE_BOOKED_REQUESTS_AFTER: timedelta = timedelta(hours=24)  # after they were made; others when they have lapsed
    PURGE_ATTEMPTS_AFTER: timedelta = timedelta(days=30)  # sessions, counts of attempts, requests for links
    PURGE_COMMUNICATIONS_AFTER: timedelta | None = None  # after the appointment; about none, after it was written
    PURGE_NOTIFICATIONS_AFTER: timedelta | None = None  # after they were read
    # Money
    CURRENCY: str = "GBP"  # ISO 4217 code of all prices
    # Paying online
    PAYMENT_PROVIDER: str = ""  # dotted path of a class (payments/provider.py); "": nothing is paid online
    PAYMENT_VARIANT: str = "default"  # of django-payments' PAYMENT_VARIANTS
    PAYMENTS_PER_BOOKING: int = 5  # how often paying for one booking may be begun
    # The diary
    LOCK_TIMEOUT: timedelta = timedelta(
        seconds=5
    )  # how long a change waits for another one to the same diary or record
    # Staff
    REQUIRE_STAFF_OTP: bool = False  # whoever holds a permission of the portal proves a second factor in the admin
    STAFF_OTP_CHECK: str = ""  # dotted path of a function, request → bool, that knows of it; "": django-otp does
    STAFF_OTP_REMEMBER: timedelta | None = None  # how long a browser may be remembered; None: each login asks
    # Look
    BASE_TEMPLATE: str = "wagtail_clientportal/base.html"
    SEND_CSP: bool = True
    CSP_SOURCES: Mapping[str, Sequence[str]] = {}  # directive → what it allows besides the portal's own


class _ReadAtUse:
    """A setting that is looked up whenever somebody asks, so that a test's or a site's later value counts."""

    def __init__(self, name: str):
        self.name = name

    def __get__(self, instance: Settings | None, owner: type[Settings]) -> Any:
        return getattr(django_settings, SETTINGS_NAME, {}).get(self.name, DEFAULTS[self.name])


DEFAULTS: dict[str, Any] = {name: getattr(Settings, name) for name in Settings.__annotations__}
for _name in DEFAULTS:
    setattr(Settings, _name, _ReadAtUse(_name))

settings = Settings()
