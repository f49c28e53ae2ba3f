"""What a new clinic finds: statuses, reasons for not coming, one policy with ready wording, and settings that are off.

Messages are worded in the site's language, as far as the app speaks it. Made once, here; whatever somebody changes or
deletes afterwards stays changed or deleted. A site that comes later is given its own: see policies/first_records.py.
"""

import re
from datetime import timedelta

from django.conf import settings
from django.db import migrations
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from wagtail_clientportal.policies import first_words

STATUSES = [
    # name, colour, is_default, attending, arrived
    ("Booked", "#0b5a5c", True, True, False),
    ("Confirmed", "#1c6636", False, True, False),
    ("Arrived", "#3a5a9b", False, True, True),
    ("Cancelled", "#4a5a63", False, False, False),
    ("Did not attend", "#a3261b", False, False, False),
]

MESSAGES_AT_ONCE = [
    "booked",
    "booked_online",
    "changed",
    "cancelled",
    "reminder",
    "sign_in",
    "confirm_booking",
    "paid",
    "paid_in_vain",
]


def emails():
    """Rows of name, event, how long before, subject and paragraphs; the one of the time is a heading."""
    when = "{{ appointment_date }}, {{ appointment_time }}"
    where = [
        when,
        _("with {{ clinician_name }}") + "<br/>{{ location_name }}<br/>{{ location_address }}",
    ]
    hello, link = _("Hello {{ client_first_name }},"), "{{ next_appt_link }}"
    until = [
        _("You can change it online until {{ change_by }}.") + "<br/>{{ change_link }}",
        _("You can cancel it online until {{ cancel_by }}.") + "<br/>{{ cancel_link }}",
    ]
    call = _("Questions? Call us on {{ clinic_phone }}.")
    unexpected = _("If you didn’t expect this, please call us on {{ clinic_phone }}.")
    return [
        (
            _("Appointment booked"),
            "booked",
            None,
            _("Your appointment: {{ appointment_date }} at {{ appointment_time }}"),
            [hello, _("Your appointment is booked:"), *where, link, *until, call],
        ),
        (
            _("Appointment booked online"),
            "booked_online",
            None,
            _("Thank you for booking: {{ appointment_date }} at {{ appointment_time }}"),
            [hello, _("Thank you for booking. Your appointment:"), *where, link, *until, unexpected],
        ),
        (
            _("Appointment changed"),
            "changed",
            None,
            _("Your appointment has been changed: {{ appointment_date }} at {{ appointment_time }}"),
            [
                hello,
                _("Your appointment has been changed. It is now:"),
                *where,
                _("Before, it was {{ appointment_before }}."),
                link,
                *until,
                unexpected,
            ],
        ),
        (
            _("Appointment cancelled"),
            "cancelled",
            None,
            _("Your appointment has been cancelled: {{ appointment_date }} at {{ appointment_time }}"),
            [
                hello,
                _("This appointment has been cancelled:"),
                *where,
                _("You don’t need to do anything else."),
                unexpected,
            ],
        ),
        (
            _("Status changed"),
            "status_changed",
            None,
            _("About your appointment: {{ appointment_date }} at {{ appointment_time }}"),
            [hello, _("There is news about your appointment:"), *where, link, call],
        ),
        (
            _("Reminder, 3 days before"),
            "reminder",
            timedelta(days=3),
            _("Reminder: your appointment on {{ appointment_date }} at {{ appointment_time }}"),
            [hello, _("We look forward to seeing you:"), *where, link, *until, call],
        ),
        (
            _("Sign-in link"),
            "sign_in",
            None,
            _("Your link to sign in to {{ clinic_name }}"),
            [
                _("Hello,"),
                _("Someone, we hope it was you, asked to see appointments at {{ clinic_name }}."),
                "{{ sign_in_link }}",
                _("Or type this code where you asked for it: {{ sign_in_code }}"),
                _(
                    "The link works once, within {{ sign_in_minutes }} minutes. "
                    "We will ask for your date of birth and postcode."
                ),
                _("If it wasn’t you, you can ignore this message: nobody can see anything without those answers."),
            ],
        ),
        (
            _("Confirm an online booking"),
            "confirm_booking",
            None,
            _("Please confirm your booking at {{ clinic_name }}"),
            [
                _("Hello,"),
                _("You chose {{ appointment_date }} at {{ appointment_time }}. One more step, and it is booked:"),
                "{{ confirm_link }}",
                _("If it wasn’t you, you can ignore this message: nothing is booked without it."),
            ],
        ),
        (
            _("Receipt"),
            "paid",
            None,
            _("Your payment to {{ clinic_name }}: {{ amount_paid }}"),
            [
                hello,
                _("Thank you, we have received {{ amount_paid }} ({{ payment_method }})."),
                _("Your reference: {{ payment_reference }}"),
                _("For your appointment on {{ appointment_date }} at {{ appointment_time }}, {{ location_name }}."),
                call,
            ],
        ),
        (
            _("A payment that came too late"),
            "paid_in_vain",
            None,
            _("Your payment to {{ clinic_name }} booked no appointment"),
            [
                _("Hello,"),
                _("We have received {{ amount_paid }}. You chose {{ appointment_date }} at {{ appointment_time }}."),
                _("It could not be booked any more when your payment came in."),
                _("This payment booked nothing. We will look at it and get in touch about your money."),
                _("Your reference: {{ payment_reference }}"),
                _("To book another time, or to ask us about it, call {{ clinic_phone }}."),
            ],
        ),
    ]


def texts():
    """Rows of name, event, how long before and text. A line all of whose variables are empty is left out.

    Each fits into two messages, as long as the names of clinic, place and website are no novels.
    """
    call = "\n" + _("Call {{ clinic_phone }}")
    see = call + "\n{{ change_or_cancel }}"
    return [
        (
            _("Appointment booked"),
            "booked",
            None,
            _(
                "{{ clinic_name }}: your appointment is on {{ appointment_date }} at {{ appointment_time }}, "
                "{{ location_name }}."
            )
            + see,
        ),
        (
            _("Appointment booked online"),
            "booked_online",
            None,
            _(
                "{{ clinic_name }}: thank you for booking {{ appointment_date }} at {{ appointment_time }}, "
                "{{ location_name }}."
            )
            + see,
        ),
        (
            _("Appointment changed"),
            "changed",
            None,
            _(
                "{{ clinic_name }}: your appointment is now on {{ appointment_date }} at {{ appointment_time }}, "
                "{{ location_name }}."
            )
            + "\n"
            + _("Before: {{ appointment_before }}")
            + see,
        ),
        (
            _("Appointment cancelled"),
            "cancelled",
            None,
            _(
                "{{ clinic_name }}: your appointment on {{ appointment_date }} at {{ appointment_time }}, "
                "{{ location_name }}, has been cancelled."
            )
            + call,
        ),
        (
            _("Status changed"),
            "status_changed",
            None,
            _(
                "{{ clinic_name }}: news of your appointment on {{ appointment_date }} at {{ appointment_time }}, "
                "{{ location_name }}."
            )
            + see,
        ),
        (
            # With the windows of a new clinic, a day before would be too late to do anything.
            _("Reminder, 2 days before"),
            "reminder",
            timedelta(days=2),
            _(
                "{{ clinic_name }}: we expect you on {{ appointment_date }} at {{ appointment_time }}, "
                "{{ location_name }}."
            )
            + see,
        ),
        (
            _("Sign-in link"),
            "sign_in",
            None,
            _("{{ clinic_name }}: see your appointments here, within {{ sign_in_minutes }} minutes: {{ sign_in_url }}")
            + "\n"
            + _("Or type this code where you asked for it: {{ sign_in_code }}"),
        ),
    ]


def labels():
    return {
        "amount_paid": _("Amount paid"),
        "appointment_before": _("What it was before"),
        "appointment_date": _("Appointment date"),
        "appointment_time": _("Appointment time"),
        "cancel_by": _("Cancel by"),
        "cancel_link": _("Link to cancel it"),
        "change_by": _("Change by"),
        "change_link": _("Link to change it"),
        "client_first_name": _("Client first name"),
        "confirm_link": _("Link to confirm"),
        "clinic_name": _("Clinic name"),
        "clinic_phone": _("Clinic phone"),
        "clinician_name": _("Clinician"),
        "location_address": _("Location address"),
        "location_name": _("Location"),
        "next_appt_link": _("Next appt. link"),
        "payment_method": _("How it was paid"),
        "payment_reference": _("Payment reference"),
        "sign_in_code": _("Code to type instead"),
        "sign_in_link": _("Sign-in link"),
        "sign_in_minutes": _("Minutes the link works"),
    }


def rich_text(paragraphs):
    """Return the paragraphs as an editor would have written them, with a chip for each variable."""
    named = labels()

    def chip(match):
        return f'<span data-variable="{match[1]}">{named[match[1]]}</span>'

    html = "".join(
        f"<h2>{words}</h2>" if words.startswith("{{ appointment_date }}") else f"<p>{words}</p>" for words in paragraphs
    )
    return re.sub(r"\{\{ (\w+) \}\}", chip, html)


def make_first_records(apps, schema_editor):
    database = schema_editor.connection.alias

    def objects(name, app="wagtail_clientportal"):
        return apps.get_model(app, name).objects.using(database)

    made = {
        name: objects("AppointmentStatus").create(
            name=name, colour=colour, is_default=is_default, attending=attending, arrived=arrived
        )
        for name, colour, is_default, attending, arrived in STATUSES
    }
    locale = objects("Locale", "wagtailcore").order_by("pk").first()
    if locale is None:
        locale = objects("Locale", "wagtailcore").create(language_code=settings.LANGUAGE_CODE)
    make_templates(objects, locale)
    with translation.override(settings.LANGUAGE_CODE):
        make_reasons(objects)
        policy = make_policy(objects, made["Cancelled"], locale)
        make_settings(objects, policy)


def make_reasons(objects):
    for name in (_("Ill"), _("Work or family"), _("Weather or travel"), _("Forgot"), _("No longer needed")):
        objects("AbsenceReason").create(name=name)


def make_settings(objects, policy):
    site = objects("Site", "wagtailcore").filter(is_default_site=True).first()
    if site is not None:
        objects("PortalSettings").create(site=site, default_policy=policy, off_message=first_words.portal_off())
        objects("BookingSettings").create(site=site, off_message=first_words.booking_off())


def make_templates(objects, locale):
    """One for each event and channel. News of a status is a draft: who is told what of it, each clinic decides."""
    with translation.override(settings.LANGUAGE_CODE):
        by_email = [
            (name, event, before, "email", subject, rich_text(paragraphs))
            for name, event, before, subject, paragraphs in emails()
        ]
        by_text = [(name, event, before, "sms", "", body) for name, event, before, body in texts()]
    now = timezone.now()
    for name, event, before, channel, subject, body in by_email + by_text:
        is_live = event in MESSAGES_AT_ONCE
        objects("CommunicationTemplate").create(
            name=name,
            event=event,
            send_before=before,
            channel=channel,
            subject=subject,
            body=body,
            locale=locale,
            live=is_live,
            first_published_at=now if is_live else None,
            last_published_at=now if is_live else None,
        )


def make_policy(objects, cancelled, locale):
    values = {
        "name": _("Standard policy"),
        "changes_enabled": True,
        "change_window": timedelta(hours=24),
        "cancellations_enabled": True,
        "cancellation_window": timedelta(hours=24),
        "cancellation_policy": first_words.cancellation_policy(),
    }
    now = timezone.now()
    policy = objects("PortalPolicy").create(
        **values,
        locale=locale,
        status_after_cancellation=cancelled,
        live=True,
        first_published_at=now,
        last_published_at=now,
    )
    # Published through a revision like everything an editor publishes later, so that the history can point at it.
    content_type, _made = objects("ContentType", "contenttypes").get_or_create(
        app_label="wagtail_clientportal", model="portalpolicy"
    )
    content = values | {
        "pk": policy.pk,
        "translation_key": str(policy.translation_key),
        "locale": locale.pk,
        "status_after_cancellation": cancelled.pk,
        "change_window": "P1DT00H00M00S",
        "cancellation_window": "P1DT00H00M00S",
        "live": True,
        "has_unpublished_changes": False,
        "first_published_at": now.isoformat(),
        "last_published_at": now.isoformat(),
    }
    revision = objects("Revision", "wagtailcore").create(
        content_type=content_type,
        base_content_type=content_type,
        object_id=str(policy.pk),
        created_at=now,
        object_str=policy.name,
        content=content,
    )
    policy.latest_revision = policy.live_revision = revision
    policy.save()
    return policy


class Migration(migrations.Migration):
    dependencies = [
        ("wagtail_clientportal", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_first_records, migrations.RunPython.noop, elidable=False)]
