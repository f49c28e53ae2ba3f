import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("wagtail_clientportal", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="WhatsAppConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reminders", models.BooleanField(default=True)),
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="whatsapp",
                        to="wagtail_clientportal.client",
                    ),
                ),
            ],
        )
    ]
