"""What another system calls a record: it may be empty, and no two records of a kind have the same.

MariaDB has no unique index that leaves rows out, so a column of its own holds NULL for an empty one.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models.functions import NullIf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST = 120  # characters


def external_ref_field() -> models.CharField:
    return models.CharField(gettext_lazy("external reference"), max_length=LONGEST, blank=True, db_index=True)


def external_key_field() -> models.GeneratedField:
    """The reference, or NULL where there is none; worked out by the database itself."""
    return models.GeneratedField(
        expression=NullIf("external_ref", models.Value("")),
        output_field=models.CharField(max_length=LONGEST, null=True),
        db_persist=True,
        editable=False,
    )


def one_record_each(name: str) -> models.UniqueConstraint:
    """:param name: the constraint's, in the database."""
    return models.UniqueConstraint(fields=["external_key"], name=name)


def validate_external_ref(record: models.Model) -> None:
    """
    :raises ValidationError: another record of this kind has the reference.
    """
    others = type(record)._default_manager.exclude(pk=record.pk)
    if record.external_ref and others.filter(external_ref=record.external_ref).exists():
        raise ValidationError({"external_ref": _("Another record has this external reference already.")})


def is_second_record(error: IntegrityError) -> bool:
    """Whether the database refused a row because another of its kind has the reference."""
    told = str(error)
    return "_external_ref" in told or "external_key" in told  # SQLite names the column, the others the constraint
