"""The groups that a clinic's staff usually needs. Made once; whatever somebody changes in them afterwards stays so."""

from django.conf import settings
from django.db import migrations
from django.utils import translation
from django.utils.translation import gettext as _

EVERYTHING = ["add", "change", "delete", "view"]
READ = ["view"]

# Model → what its permission names begin with, in the words of Django's own.
RECEPTIONIST = {
    "appointment": ["add", "change", "view"],
    "client": ["add", "change", "view"],
    "clientmessage": ["change", "view"],
    "outboundmessage": ["change", "view"],
    "payment": ["add", "view"],
    "refund": ["change", "view"],
    "clinician": ["view", "see_every_diary"],
    "timetabledhours": EVERYTHING,
    "timeoff": EVERYTHING,
}
CLINICIAN = {
    "appointment": ["add", "change", "view"],
    "client": READ,
    "clientmessage": ["change", "view"],
    "outboundmessage": ["change", "view"],
    "payment": ["add", "view"],
    "refund": ["change", "view"],
}
MANAGER = RECEPTIONIST | {
    "appointment": ["add", "change", "view", "read_reports"],
    "client": [*EVERYTHING, "export_client", "anonymise_client", "merge_client", "read_client_log"],
    "clinician": [*EVERYTHING, "see_every_diary", "reset_second_factor"],
    "location": EVERYTHING,
    "appointmenttype": EVERYTHING,
    "appointmentstatus": EVERYTHING,
    "absencereason": EVERYTHING,
    "portalsettings": EVERYTHING,
    "bookingsettings": EVERYTHING,
    "portalpolicy": [*EVERYTHING, "publish", "lock", "unlock"],
    "communicationtemplate": [*EVERYTHING, "publish", "lock", "unlock"],
    "importrun": ["add"],
}


def make_groups(apps, schema_editor):
    with translation.override(settings.LANGUAGE_CODE):
        groups = [
            (_("Clinic receptionist"), RECEPTIONIST),
            (_("Clinician"), CLINICIAN),
            (_("Clinic manager"), MANAGER),
        ]
    for name, wanted in groups:
        group, is_new = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        if is_new:
            group.permissions.set([admin_access(apps), *permissions(apps, wanted)])


def admin_access(apps):
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailadmin", model="admin"
    )
    return permission(apps, content_type, "access_admin", "Can access Wagtail admin")


def permissions(apps, wanted, app="wagtail_clientportal"):
    for model, actions in wanted.items():
        content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label=app, model=model
        )
        options = apps.get_model(app, model)._meta
        own_names = dict(options.permissions)
        for action in actions:
            codename = action if action in own_names else f"{action}_{model}"
            # Named as Django will name it, which makes those that aren't there yet only after the last migration.
            name = own_names.get(codename) or f"Can {action} {options.verbose_name_raw}"
            yield permission(apps, content_type, codename, name)


def permission(apps, content_type, codename, name):
    found, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": str(name)}
    )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("wagtail_clientportal", "0003_no_double_booking"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop, elidable=False)]
