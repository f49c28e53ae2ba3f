"""The second wall behind the diary lock, on PostgreSQL alone. Left out where its extension is refused: a system check
names that from then on, and ``clientportal_check_data --mend`` builds it later.
"""

import warnings

from django.db import migrations

from wagtail_clientportal.diary import second_wall


def build(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        second_wall.build(schema_editor.connection)
    except second_wall.ExtensionRefused as error:
        warnings.warn(
            "The btree_gist extension could not be created, so the database itself does not refuse double bookings "
            f"(the diary lock still does): {error}. Ask a database administrator to run "
            "“CREATE EXTENSION btree_gist” in this database; then “manage.py clientportal_check_data --mend” builds "
            "the second wall.",
            RuntimeWarning,
            stacklevel=2,
        )


def tear_down(apps, schema_editor):
    second_wall.tear_down(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("wagtail_clientportal", "0002_first_records")]

    operations = [migrations.RunPython(build, tear_down)]
