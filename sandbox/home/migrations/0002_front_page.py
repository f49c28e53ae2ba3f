import json

from django.conf import settings
from django.db import migrations

BODY = (
    "<p>Physiotherapy, podiatry and massage, by the harbour and on the High Street. "
    "This is a sandbox: the clinic and everybody in it are invented.</p>"
    "<p>Have you got an appointment with us? You can see, change or cancel it online.</p>"
)

LINKS = [
    {"type": "book", "value": {"text": "Book an appointment"}},
    {"type": "manage", "value": {"text": "Manage your appointment"}},
]


def make_front_page(apps, schema_editor):
    """Put the clinic's front page where Wagtail has its "Welcome" page, and the default site on it."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Locale = apps.get_model("wagtailcore", "Locale")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("home", "HomePage")
    locale = Locale.objects.order_by("pk").first() or Locale.objects.create(language_code=settings.LANGUAGE_CODE)
    content_type, _ = ContentType.objects.get_or_create(app_label="home", model="homepage")
    root = Page.objects.get(depth=1)
    page = HomePage.objects.create(
        title="Harbour Clinic",
        draft_title="Harbour Clinic",
        slug="harbour-clinic",
        body=BODY,
        links=json.dumps(LINKS),
        content_type=content_type,
        locale=locale,
        path=root.path + "0002",
        depth=2,
        numchild=0,
        url_path="/harbour-clinic/",
    )
    Page.objects.filter(pk=root.pk).update(numchild=root.numchild + 1)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"root_page_id": page.pk, "site_name": "Harbour Clinic", "hostname": "localhost"},
    )
    welcome = Page.objects.filter(depth=2, slug="home")
    if welcome:
        welcome.delete()
        Page.objects.filter(pk=root.pk).update(numchild=root.numchild)


class Migration(migrations.Migration):
    dependencies = [("home", "0001_initial")]

    operations = [migrations.RunPython(make_front_page, migrations.RunPython.noop)]
