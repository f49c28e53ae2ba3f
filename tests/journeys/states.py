"""Every state of every page that a client can see, by name, and the way to it: a function of a ``Visitor``."""

from datetime import timedelta

from django.test import Client as Browser

from tests.factories import cancelled_status, make_client
from tests.portal.conftest import Portal
from wagtail_clientportal.models import (
    AppointmentType,
    BookingSettings,
    Client,
    ClientPortalPage,
    Clinician,
    PortalPolicy,
    PortalSettings,
    WorkingHours,
)
from wagtail_clientportal.outbox.unsubscribe import unsubscribe_url

IN_A_WEEK, WITHIN_THE_DAY, AT_NIGHT = "2026-12-01T14:30:00Z", "2026-11-23T14:30:00Z", "2026-12-01T03:00:00Z"
BEHIND_THE_LAST_POLICY = {"start": IN_A_WEEK, "policy_revision": "0", "message": "Please ring first"}
TOO_MUCH = {"start": IN_A_WEEK, "message": "x" * 2001}
FROM_OUTSIDE = {"REMOTE_ADDR": "81.2.69.142"}


class Visitor(Portal):
    """A client's browser that knows the short ways: each returns the page it ends at, or the visitor to go on."""

    def __init__(self, clinic, clock):
        super().__init__(clinic, clock)
        clinic.location.address = "12 Harbour Street\nLittle Wittering\nPO20 8AA"
        clinic.location.save()
        BookingSettings.objects.update(slot_interval_minutes=30)

    def follow(self, response):
        while response.status_code == 302:
            response = self.browser.get(response["Location"])
        return response

    def see(self, path="", **query):
        return self.follow(self.get(path, **query))

    def send(self, path="", **data):
        return self.follow(self.post(path, data))

    def at(self, path="", **query):
        """The page of the one appointment, or one below it."""
        return self.see(self.of(self.clinic.appointment, path), **query)

    def send_at(self, path, **data):
        return self.send(self.of(self.clinic.appointment, path), **data)

    def asking(self):
        self.post("", {"contact": "margaret@example.org"})
        return self

    def with_link(self):
        self.get(self.sign_in_link())
        return self

    def wrong(self, times):
        return [self.answer(postcode="n1 1aa") for _ in range(times)][-1]

    def wait(self, **duration):
        super().wait(**duration)
        return self

    def having(self, model, **values):
        """Go on with *values* in every row of *model*."""
        model.objects.update(**values)
        return self

    def under(self, **values):
        """Go on under a policy with *values*."""
        policy = PortalPolicy.objects.get()
        for name, value in values.items():
            setattr(policy, name, value)
        policy.save_revision().publish()
        return self

    def cancelling(self):
        self.sign_in().send_at("cancel/")
        return self

    def late(self):
        """Go on when nothing can be done with the appointment any more."""
        return self.wait(hours=30).sign_in()

    def after(self, appointments):
        """Go on with so many appointments in the past."""
        for days in range(appointments):
            self.clinic.book(start=self.now - timedelta(days=20 + days))
        return self

    def with_a_twin(self, **values):
        make_client(**{"first_name": "Zoë"} | values)
        return self.with_link()

    def taken(self):
        """Go on with the chosen time taken by somebody else."""
        self.clinic.book(client=make_client(email="tom@example.org", mobile=""), start=self.now.replace(hour=14))
        return self


def _slow_down(visitor):
    data = {"contact": "margaret@example.org"}
    return [visitor.browser.post("/portal/", data, **FROM_OUTSIDE) for _ in range(21)][-1]


def _forged(visitor):
    return Browser(enforce_csrf_checks=True).post("/portal/", {"contact": "margaret@example.org"})


def _paused(visitor):
    for _ in range(2):
        visitor.with_link().wrong(5)
    return visitor.with_link().answer()


def _list(visitor):
    visitor.clinic.book(start=visitor.now + timedelta(days=9, hours=2), status=cancelled_status())
    return visitor.after(2).sign_in().see("appointments/")


def _past(visitor):
    past = visitor.after(1).clinic.client.appointments.order_by("start").first()
    return visitor.sign_in().see(visitor.of(past))


def _gone(visitor):
    taken = make_client(email="tom@example.org", mobile="")
    visitor.sign_in().clinic.book(client=taken, start=visitor.now.replace(month=12, day=1, hour=14, minute=30))
    return visitor.send_at("change/confirm/", start=IN_A_WEEK, message="Please ring first")


def _empty_week(visitor):
    WorkingHours.objects.update(valid_from="2026-12-09")
    hours = {"weekday": 1, "start": "09:00", "end": "10:00", "valid_until": "2026-11-30"}
    WorkingHours.objects.create(clinician=visitor.clinic.clinician, **hours)
    return visitor.sign_in().at("change/", **{"from": "2026-11-26"})


def _no_times(visitor):
    WorkingHours.objects.all().delete()
    return visitor.sign_in().at("change/")


def _unsubscribe(visitor):
    return unsubscribe_url(visitor.clinic.client, visitor.clinic.site).removeprefix("http://localhost")


def _somebody_else(visitor):
    visitor.sign_in()
    tom = make_client(email="tom@example.org", mobile="", first_name="Tom", date_of_birth="1960-01-02")
    visitor.get(visitor.sign_in_link(tom.email))
    return visitor.follow(visitor.answer(day="2", month="1", year="1960"))


def _signed_out_by_the_clinic(visitor):
    visitor.sign_in().clinic.client.email = "new@example.org"
    visitor.clinic.client.save()
    return visitor.see("appointments/")


OFF = {"enabled": False, "off_message": "<p>We are <b>moving house</b> until Monday.</p>"}
NO_BOOKINGS = {"enabled": False, "off_message": "<p>We take no new bookings either.</p>"}

PAGES = {
    # Signed out
    "sign in": lambda one: one.see(),
    "sign in, with help": lambda one: one.having(
        ClientPortalPage, intro="<p>Hello.</p>", help_text="<p>Stuck? <a href='/'>Read this</a>.</p>"
    ).see(),
    "sent": lambda one: one.send(contact="margaret@example.org"),
    "slow down": _slow_down,
    "verify": lambda one: one.with_link().see("verify/"),
    "verify, first name": lambda one: one.with_a_twin().answer(),
    "details missing": lambda one: one.having(type(one.clinic.client), postcode="").with_link().see("verify/"),
    "ambiguous": lambda one: one.with_a_twin(first_name="Margaret").answer(first_name="Margaret"),
    "paused": _paused,
    "ended": lambda one: one.see("verify/"),
    "ended, by its link": lambda one: one.follow(one.get("/p/0123456789abcdefghijkl/")),
    "ended after guesses": lambda one: one.with_link().wrong(5),
    "ended, signed in": lambda one: one.sign_in().see("verify/", ended="1"),
    "signed out": lambda one: one.sign_in().send("sign-out/"),
    "timed out": lambda one: one.sign_in().wait(minutes=16).see("appointments/"),
    "signed out by the clinic": _signed_out_by_the_clinic,
    "not found": lambda one: one.see("nothing/"),
    "method not allowed": lambda one: one.browser.put("/portal/"),
    "form refused": _forged,
    "unreadable": lambda one: one.browser.get("/portal/", headers={"content-type": "text/plain; charset=utf-7"}),
    "size refused": lambda one: one.send(contact="x" * 3_000_000),
    "portal off": lambda one: one.having(PortalSettings, enabled=False).see(),
    "portal off, own words": lambda one: one.having(PortalSettings, **OFF).having(BookingSettings, **NO_BOOKINGS).see(),
    "portal off, no phone": lambda one: one.having(PortalSettings, **OFF | {"phone": "", "email": ""}).see(),
    "unsubscribe": lambda one: one.see(_unsubscribe(one)),
    "unsubscribed": lambda one: one.send(_unsubscribe(one)),
    "unsubscribe, after all not": lambda one: one.send(_unsubscribe(one), resume="yes"),
    "unsubscribe, after all not, but staff keep emails off": lambda one: one.having(Client, email_opt_in=False).send(
        _unsubscribe(one), resume="yes"
    ),
    "unsubscribe, unknown": lambda one: one.see("/p/unsubscribe/nonsense/"),
    # Signed in
    "signed in at the door": lambda one: one.sign_in().see(),
    "list": _list,
    "list, second page": lambda one: one.after(45).sign_in().see("appointments/", page="2"),
    "list, empty": lambda one: (
        one.having(type(one.clinic.appointment), client=make_client(email="")).sign_in().see("appointments/")
    ),
    "list of one": lambda one: one.open_appointment().see("appointments/"),
    "signed in instead of somebody else": _somebody_else,
    "signed in again on the same device": lambda one: one.open_appointment().sign_in().see("appointments/"),
    "preferences": lambda one: one.sign_in().see("preferences/"),
    "preferences, saved": lambda one: one.sign_in().send("preferences/", email_reminders="on"),
    "preferences, none": lambda one: (
        one.having(Client, email_opt_in=False, sms_opt_in=False).sign_in().see("preferences/")
    ),
    "appointment": lambda one: one.sign_in().at(),
    "appointment by its own link": lambda one: one.open_appointment().at(),
    "appointment cancelled": lambda one: (
        one.sign_in().having(type(one.clinic.appointment), status=cancelled_status(), holds_place=False).at()
    ),
    "appointment past": _past,
    "appointment too late": lambda one: one.late().at(),
    "appointment too late to change": lambda one: one.under(cancellation_window=timedelta(0)).late().at(),
    "appointment not online": lambda one: one.under(changes_enabled=False, cancellations_enabled=False).sign_in().at(),
    "changed": lambda one: one.sign_in().send_at("change/confirm/", start=IN_A_WEEK),
    "cancelled": lambda one: one.sign_in().send_at("cancel/"),
    "cancelled, undone": lambda one: one.cancelling().send_at("undo/"),
    "cancelled, undone too late": lambda one: one.cancelling().wait(minutes=6).send_at("undo/"),
    "change": lambda one: one.sign_in().at("change/"),
    "change, a later day": lambda one: one.sign_in().at("change/", **{"from": "2026-12-03"}),
    "change, no times in the week": _empty_week,
    "change, no times": _no_times,
    "change too late": lambda one: one.late().at("change/"),
    "change disabled": lambda one: one.under(changes_enabled=False).sign_in().at("change/"),
    "change, clinician not online": lambda one: one.having(Clinician, available_online=False).sign_in().at("change/"),
    "change too late, message unsent": lambda one: one.late().send_at(
        "change/confirm/", start=IN_A_WEEK, message="Please ring me"
    ),
    "confirm": lambda one: one.sign_in().at("change/confirm/", start=IN_A_WEEK),
    "confirm a time that is soon": lambda one: one.sign_in().at("change/confirm/", start=WITHIN_THE_DAY),
    "cancel": lambda one: one.sign_in().at("cancel/"),
    "cancel too late": lambda one: one.late().at("cancel/"),
    "cancel disabled": lambda one: one.under(cancellations_enabled=False).sign_in().at("cancel/"),
    "cancel past": lambda one: one.having(AppointmentType, name="Assessment").wait(days=3).sign_in().at("cancel/"),
    "stay": lambda one: one.sign_in().see("stay/"),
    "sign out?": lambda one: one.sign_in().see("sign-out/"),
    "not found, signed in": lambda one: one.sign_in().see("nothing/"),
}

# What was sent can't be taken as it is: the title begins with "Error:" and the focus is on what is wrong.
ERRORS = {
    "sent, wrong code": lambda one: one.asking().send("sent/", code="12345"),
    "sign in, nothing entered": lambda one: one.send(contact=""),
    "sign in, neither email nor mobile": lambda one: one.send(contact="margaret"),
    "sign in, landline": lambda one: one.send(contact="020 7946 0000"),
    "verify, nothing entered": lambda one: one.with_link().send("verify/"),
    "verify, no real date": lambda one: one.with_link().answer(day="31", month="2", postcode=""),
    "verify, no match": lambda one: one.with_link().wrong(1),
    "verify, last try": lambda one: one.with_link().wrong(4),
    "verify, no first name": lambda one: one.with_a_twin().answer(first_name=""),
    "change, time just gone": _gone,
    "change, time not offered": lambda one: one.sign_in().at("change/confirm/", start=AT_NIGHT),
    "confirm, message too long": lambda one: one.sign_in().send_at("change/confirm/", **TOO_MUCH),
    "confirm, policy changed": lambda one: one.sign_in().send_at("change/confirm/", **BEHIND_THE_LAST_POLICY),
    "cancel, message too long": lambda one: one.sign_in().send_at("cancel/", **TOO_MUCH),
    "cancel, policy changed": lambda one: one.sign_in().send_at("cancel/", **BEHIND_THE_LAST_POLICY),
}
