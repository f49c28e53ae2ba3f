"""A group for whoever words policies, messages and pages, and sees no client."""

from importlib import import_module

from django.conf import settings
from django.db import migrations
from django.utils import translation
from django.utils.translation import gettext as _

groups = import_module("wagtail_clientportal.migrations.0004_groups")

WORDS = ["add", "change", "view", "publish"]
EVERYWHERE = {"portalpolicy": WORDS, "communicationtemplate": WORDS}
OF_PAGES = {"page": ["add", "change", "publish"]}
# Documents aren't every site's, and their permissions are made after these.
OF_IMAGES = {"image": ["add", "change", "choose"]}


def make_group(apps, schema_editor):
    with translation.override(settings.LANGUAGE_CODE):
        group, is_new = apps.get_model("auth", "Group").objects.get_or_create(name=_("Clinic editor"))
    if not is_new:
        return
    group.permissions.add(groups.admin_access(apps), *groups.permissions(apps, EVERYWHERE))
    root = apps.get_model("wagtailcore", "Page").objects.filter(depth=1).first()
    for permission in groups.permissions(apps, OF_PAGES, "wagtailcore") if root else []:
        apps.get_model("wagtailcore", "GroupPagePermission").objects.create(
            group=group, page=root, permission=permission
        )
    collection = apps.get_model("wagtailcore", "Collection").objects.filter(depth=1).first()
    for permission in groups.permissions(apps, OF_IMAGES, "wagtailimages") if collection else []:
        apps.get_model("wagtailcore", "GroupCollectionPermission").objects.create(
            group=group, collection=collection, permission=permission
        )


class Migration(migrations.Migration):
    dependencies = [
        ("wagtail_clientportal", "0004_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        # Which copies permissions, and so must find none of ours.
        ("wagtailimages", "0023_add_choose_permissions"),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop, elidable=False)]
