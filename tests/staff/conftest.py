from datetime import date, time, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail.admin.menu import admin_menu

from tests.factories import NOW
from wagtail_clientportal.models import (
    AbsenceReason,
    AppointmentEvent,
    AppointmentStatus,
    BookingSettings,
    Clearing,
    ClearingLine,
    ClientMessage,
    CommunicationTemplate,
    ImportRun,
    Notification,
    OutboundMessage,
    Payment,
    PortalPolicy,
    PortalSettings,
    Refund,
    TimeOff,
    TimeOffRequest,
    TimetabledHours,
)


@pytest.fixture
def boss(client, db):
    """Django's test client, signed in as somebody who may do everything."""
    client.force_login(get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret"))
    return client


@pytest.fixture
def staff_with(client, db):
    """A function that signs a page editor in who has these permissions of ours besides, by codename.

    Whoever has any reaches every diary, unless it is to be their own alone.
    """

    def sign_in(*codenames, own_diary=False):
        if codenames and not own_diary:
            codenames += ("see_every_diary",)
        user = get_user_model().objects.create_user("sam", "sam@harbour.example", "secret", first_name="Sam")
        user.groups.add(Group.objects.get(name="Editors"))
        for codename in codenames:
            user.user_permissions.add(
                Permission.objects.get(content_type__app_label="wagtail_clientportal", codename=codename)
            )
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def without_menu(monkeypatch):
    """The admin's pages without its menu: it is the same on each, and takes half the time of opening one.

    For tests that open every screen there is.
    """
    monkeypatch.setattr(admin_menu, "render_component", lambda request: [])


@pytest.fixture
def records(clinic):
    """One record of everything that has a screen, by its model's name."""
    event = AppointmentEvent.objects.create(
        appointment=clinic.appointment,
        kind="changed",
        at=NOW,
        by_kind="client",
        old_start=clinic.appointment.start - timedelta(days=1),
        new_start=clinic.appointment.start,
        policy_revision=PortalPolicy.objects.get().live_revision,
        policy_shown=True,
    )
    message = ClientMessage.objects.create(
        client=clinic.client,
        appointment=clinic.appointment,
        event=event,
        body="The <b>bus</b> is late.",
        created_at=NOW,
    )
    sent = OutboundMessage.objects.create(
        about="changed",
        client=clinic.client,
        appointment=clinic.appointment,
        event=event,
        channel="email",
        recipient=clinic.client.email,
        status="failed",
        last_error="The mailbox is full.",
        dedupe_key="changed-1",
        created_at=NOW,
    )
    clearing = Clearing.objects.create(
        clinician=clinic.clinician, start=NOW, end=NOW + timedelta(days=1), created_at=NOW
    )
    ClearingLine.objects.create(
        clearing=clearing,
        appointment=clinic.appointment,
        seen_start=clinic.appointment.start,
        seen_status=clinic.appointment.status,
        seen_location=clinic.location,
    )
    payment = Payment.objects.create(
        appointment=clinic.appointment,
        client=clinic.client,
        amount=20,
        method="cash",
        state="paid",
        paid_at=NOW,
    )
    template = CommunicationTemplate.objects.get(event="booked", channel="email")
    template.save_revision()
    colleague = get_user_model().objects.create_user("colleague")
    colleague.groups.add(Group.objects.get(name="Clinic receptionist"))
    return {
        "client": clinic.client,
        "clearing": clearing,
        "clinician": clinic.clinician,
        "calendarfeed": clinic.clinician,
        "location": clinic.location,
        "appointmenttype": clinic.appointment_type,
        "absencereason": AbsenceReason.objects.get(name="Ill"),
        "appointmentstatus": AppointmentStatus.objects.get(is_default=True),
        "appointment": clinic.appointment,
        "diary": clinic.appointment,
        "clientmessage": message,
        "outboundmessage": sent,
        "communicationtemplate": template,
        "payment": payment,
        "refund": Refund.objects.create(payment=payment, created_at=NOW),
        "portalpolicy": PortalPolicy.objects.get(),
        "portalsettings": PortalSettings.objects.get(),
        "bookingsettings": BookingSettings.objects.get(),
        "notification": Notification.objects.create(
            recipient=get_user_model().objects.create_user("told"),
            kind="changed",
            event=event,
            appointment=clinic.appointment,
            created_at=NOW,
        ),
        "secondfactor": colleague,
        "figures": clinic.appointment,
        "importrun": ImportRun.objects.create(kind="clients", file_name="clients.csv", created_at=NOW),
        "timeoff": TimeOff.objects.create(start=NOW, end=NOW + timedelta(hours=3), reason="Dentist"),
        "timeoffrequest": TimeOffRequest.objects.create(
            clinician=clinic.clinician, start=NOW, end=NOW + timedelta(hours=3), asked_at=NOW
        ),
        "timetabledhours": TimetabledHours.objects.create(
            clinician=clinic.clinician, location=clinic.location, date=date(2026, 12, 5), start=time(10), end=time(14)
        ),
    }
