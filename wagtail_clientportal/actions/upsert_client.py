"""Make the record of a client whom another system keeps too, or bring it up to date. They meet in ``external_ref``."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from wagtail.log_actions import log

from ..practice.external_ref import is_second_record
from ..practice.look_alikes import identical_to
from ..practice.models import Client
from .refusals import AlreadyKnown, ChangedMeanwhile, NotValid
from .steps.upserted import Outcome, Upserted

FIELDS = {field.name for field in Client.written_fields()}


def upsert_client(external_ref: str, *, by=None, **values: Any) -> Upserted:
    """Give the client whom another system calls *external_ref* these values.

    Where nobody is called so yet, the one record that says the same of who they are (name, date of birth, and a contact
    or the postcode) and has no reference becomes theirs; else a new one is made. Nobody is sent anything. Links and
    sessions end as when staff change a contact. The log says who did it and which fields, never what was in them.

    :param external_ref: not empty.
    :param by: the staff ``User`` who does it; ``None`` for the system.
    :param values: fields of ``Client``; what is left out stays as it is.
    :raises NotValid: a value can't be taken; nothing was changed.
    :raises AlreadyKnown: this person's record has another reference; nothing was made.
    :raises ChangedMeanwhile: somebody else made the record at this moment.
    :raises TypeError: for a field that isn't written from outside.
    """
    if unknown := values.keys() - FIELDS:
        raise TypeError(f"a client has no {', '.join(sorted(unknown))} that could be written")
    values = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    values["external_ref"] = external_ref
    with transaction.atomic():
        # A write that changes nothing: it holds the row, and on SQLite the database, before anything is read.
        Client.objects.filter(external_ref=external_ref).update(contact_version=F("contact_version"))
        called_so = Client.objects.select_for_update().filter(external_ref=external_ref)
        client = called_so.first() or _without_reference(values) or Client()
        before = _written(client) if client.pk else {}
        for name, value in values.items():
            setattr(client, name, value)
        _validate(client, values if client.pk else FIELDS)
        after = _written(client)
        changed = sorted(name for name in FIELDS if not before or after[name] != before[name])
        if changed:
            _save(client)
            log(client, "wagtail.edit" if before else "wagtail.create", user=by, data={"fields": changed})
    outcome = (Outcome.CHANGED if changed else Outcome.UNCHANGED) if before else Outcome.NEW
    return Upserted(client, outcome)


def _without_reference(values: dict) -> Client | None:
    """Return the record that is the same person's and that nobody has given a reference yet.

    :raises AlreadyKnown: every such record has one.
    """
    newcomer = Client(**values)
    _validate(newcomer, FIELDS)
    known = identical_to(newcomer) if newcomer.date_of_birth else []
    unclaimed = [one for one in known if not one.external_ref]
    if known and not unclaimed:
        raise AlreadyKnown(client=known[0])
    return Client.objects.select_for_update().get(pk=unclaimed[0].pk) if unclaimed else None


def _save(client: Client) -> None:
    try:
        with transaction.atomic():
            client.save()
    except IntegrityError as error:
        if is_second_record(error):  # made at this moment by somebody else
            raise ChangedMeanwhile from error
        raise


def _validate(client: Client, names) -> None:
    """
    :param names: the fields that matter: what stood in another before is nobody's fault now.
    :raises NotValid: one of them can't be taken.
    """
    for judge in (client.clean_fields, client.clean):
        try:
            judge()
        except ValidationError as error:
            errors = {name: told for name, told in error.message_dict.items() if name in names}
            if errors:
                raise NotValid(errors=errors) from error


def _written(client: Client) -> dict[str, Any]:
    return {name: getattr(client, name) for name in FIELDS}
