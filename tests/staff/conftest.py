from datetime import date, time, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission

from tests.factories import NOW
from wagtail_clientportal.models import (
    AppointmentEvent,
    AppointmentStatus,
    BookingSettings,
    ClientMessage,
    CommunicationTemplate,
    Notification,
    OutboundMessage,
    PortalPolicy,
    PortalSettings,
    TimeOff,
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
    template = CommunicationTemplate.objects.get(event="booked", channel="email")
    template.save_revision()
    return {
        "client": clinic.client,
        "clinician": clinic.clinician,
        "location": clinic.location,
        "appointmenttype": clinic.appointment_type,
        "appointmentstatus": AppointmentStatus.objects.get(is_default=True),
        "appointment": clinic.appointment,
        "clientmessage": message,
        "outboundmessage": sent,
        "communicationtemplate": template,
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
        "timeoff": TimeOff.objects.create(start=NOW, end=NOW + timedelta(hours=3), reason="Dentist"),
        "timetabledhours": TimetabledHours.objects.create(
            clinician=clinic.clinician, location=clinic.location, date=date(2026, 12, 5), start=time(10), end=time(14)
        ),
    }
