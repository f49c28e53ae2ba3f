"""A second wall behind the diary lock, on PostgreSQL alone: no two places of one clinician may meet.

Left out, with a warning, where the database refuses the ``btree_gist`` extension.
"""

import warnings

from django.db import DatabaseError, migrations, transaction

CONSTRAINT = "cp_appointment_no_double_booking"


def add_constraint(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        except DatabaseError as error:
            warnings.warn(
                "The btree_gist extension could not be created, so the database itself does not refuse double bookings "
                f"(the diary lock still does): {error}. Ask a database administrator to run "
                "“CREATE EXTENSION btree_gist” before this migration for the second wall.",
                RuntimeWarning,
                stacklevel=2,
            )
            return
        cursor.execute(
            f"""
            ALTER TABLE wagtail_clientportal_appointment ADD CONSTRAINT {CONSTRAINT}
            EXCLUDE USING gist (clinician_id WITH =, tstzrange("start", busy_until) WITH &&)
            WHERE (holds_place AND NOT overbooked)
            """
        )


def remove_constraint(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"ALTER TABLE wagtail_clientportal_appointment DROP CONSTRAINT IF EXISTS {CONSTRAINT}"
        )


class Migration(migrations.Migration):
    dependencies = [("wagtail_clientportal", "0002_first_records")]

    operations = [migrations.RunPython(add_constraint, remove_constraint)]
