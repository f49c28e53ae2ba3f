"""What a new clinic finds: statuses, one policy with ready wording, and settings with the portal off.

Made once, here; whatever somebody changes or deletes afterwards stays changed or deleted.
"""

from datetime import timedelta

from django.conf import settings
from django.db import migrations
from django.utils import timezone

STATUSES = [
    # name, colour, is_default, attending, arrived
    ("Booked", "#0b5a5c", True, True, False),
    ("Confirmed", "#1c6636", False, True, False),
    ("Arrived", "#3a5a9b", False, True, True),
    ("Cancelled", "#4a5a63", False, False, False),
    ("Did not attend", "#a3261b", False, False, False),
]

CANCELLATION_POLICY = (
    "<p>Please give us at least 24 hours’ notice, so that we can offer your time to somebody else.</p>"
    "<p>If you need to cancel later than that, please call us: we will always try to help.</p>"
)

PORTAL_OFF = "<p>Our online appointment service is closed at the moment. Please call us and we will help.</p>"
BOOKING_OFF = "<p>New appointments can’t be booked online at the moment. Please call us and we will help.</p>"


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
    policy = make_policy(objects, made["Cancelled"])
    site = objects("Site", "wagtailcore").filter(is_default_site=True).first()
    if site is not None:
        objects("PortalSettings").create(site=site, default_policy=policy, off_message=PORTAL_OFF)
        objects("BookingSettings").create(site=site, off_message=BOOKING_OFF)


def make_policy(objects, cancelled):
    locale = objects("Locale", "wagtailcore").order_by("pk").first()
    if locale is None:
        locale = objects("Locale", "wagtailcore").create(language_code=settings.LANGUAGE_CODE)
    values = {
        "name": "Standard policy",
        "changes_enabled": True,
        "change_window": timedelta(hours=24),
        "cancellations_enabled": True,
        "cancellation_window": timedelta(hours=24),
        "cancellation_policy": CANCELLATION_POLICY,
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
    content_type, _ = objects("ContentType", "contenttypes").get_or_create(
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
