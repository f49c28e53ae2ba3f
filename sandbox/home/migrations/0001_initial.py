import django.db.models.deletion
import wagtail.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes")]

    operations = [
        migrations.CreateModel(
            name="HomePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("body", wagtail.fields.RichTextField(blank=True, verbose_name="body")),
                (
                    "links",
                    wagtail.fields.StreamField(
                        [("book", 4), ("manage", 6)],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"default": "Book an appointment", "label": "Words of the link", "max_length": 120},
                            ),
                            1: (
                                "wagtail_clientportal.pages.blocks.AppointmentTypeBlock",
                                (),
                                {"label": "Appointment type", "required": False},
                            ),
                            2: (
                                "wagtail_clientportal.pages.blocks.LocationBlock",
                                (),
                                {"label": "Location", "required": False},
                            ),
                            3: (
                                "wagtail_clientportal.pages.blocks.ClinicianBlock",
                                (),
                                {"label": "Clinician", "required": False},
                            ),
                            4: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 0), ("appointment_type", 1), ("location", 2), ("clinician", 3)]],
                                {},
                            ),
                            5: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"default": "Manage your appointment", "label": "Words of the link", "max_length": 120},
                            ),
                            6: ("wagtail.blocks.StructBlock", [[("text", 5)]], {}),
                        },
                        verbose_name="links",
                    ),
                ),
            ],
            options={"verbose_name": "home page"},
            bases=("wagtailcore.page",),
        ),
    ]
