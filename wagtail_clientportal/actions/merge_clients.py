"""Make one of two records of the same person. It can't be undone.

Everything that points at the one points at the other afterwards. The emptied record stays as a signpost: nobody's, and
known to the portal no more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import pgettext
from wagtail.log_actions import log

from ..diary.lock import locked_diaries
from ..diary.models import Appointment
from ..practice import log_codes
from ..practice.models import Client
from .refusals import AlreadyAnonymised, NotAllowed, OnlyOneEach
from .steps.forget import forget_the_person
from .steps.revoke_access import revoke_access


def merge_clients(kept: Client, other: Client, *, by, now: datetime | None = None) -> Client:
    """Merge the record *other* into *kept*, and return *kept* as it is then.

    Appointments with their history, messages, communications and whatever else points at *other*, in the site's own
    models too, go over. Links and sessions of both end.

    :param by: the staff ``User`` who does it.
    :param now: aware datetime; by default the clock.
    :raises NotAllowed: they are one and the same record, or one isn't there any more.
    :raises AlreadyAnonymised: one of them is nobody's: anonymised, or merged before.
    :raises OnlyOneEach: something of which a client can have only one would be there twice. Which one is right, nobody
        but people can say.
    """
    now = now or timezone.now()
    if kept.pk == other.pk:
        raise NotAllowed
    with _locked(kept.pk, other.pk) as (kept, other):
        if kept.anonymised_at or other.anonymised_at:
            raise AlreadyAnonymised
        ended = [revoke_access(one, now) for one in (kept, other)]
        values = merged_values(kept, other)
        _point_to(kept, other)
        other.merged_into = kept
        forget_the_person(other, pgettext("first name", "Merged"), pgettext("last name", "record"), now)
        for name, value in values.items():
            setattr(kept, name, value)
        kept.site = kept.site or other.site
        kept.save()
        counts = {"links": sum(one.links for one in ended), "sessions": sum(one.sessions for one in ended)}
        log(kept, log_codes.MERGED, user=by, data={"client": other.pk} | counts)
        log(other, log_codes.MERGED_INTO, user=by, data={"client": kept.pk})
        return kept


def merged_values(kept: Client, other: Client) -> dict[str, Any]:
    """Return what each field of *kept* holds once *other* is merged into it.

    What *kept* says stands, and what it leaves blank is filled in. A "no" of either (to emails, texts, the portal) is
    heard; active is who is so in one of them.
    """
    values = {}
    for field in Client.written_fields():
        mine, theirs = getattr(kept, field.name), getattr(other, field.name)
        if field.name == "is_active":
            values[field.name] = mine or theirs
        elif isinstance(field, models.BooleanField):
            values[field.name] = mine and theirs
        elif isinstance(field, models.TextField):  # a note: each may say something else
            values[field.name] = "\n\n".join(dict.fromkeys(text for text in (mine, theirs) if text))
        else:
            values[field.name] = theirs if mine in (None, "") else mine
    return values


@contextmanager
def _locked(*pks: int) -> Iterator[list[Client]]:
    """Hold the records with these pks, and before them every diary in which one has an appointment: whoever changes
    that at this moment saves it as the client's whom they saw.

    :raises NotAllowed: where one isn't there.
    """
    while True:
        diaries = _diaries_of(pks)
        with locked_diaries(*diaries):
            for pk in sorted(pks):  # a write, which holds the row on any database
                Client.objects.filter(pk=pk).update(contact_version=F("contact_version") + 1)
            if _diaries_of(pks) <= diaries:
                found = Client.objects.in_bulk(pks)
                if len(found) < len(pks):
                    raise NotAllowed
                yield [found[pk] for pk in pks]
                return
        # Somebody booked with another clinician before we had the locks: hold that diary too.


def _diaries_of(client_ids) -> set[int]:
    return set(Appointment.objects.filter(client__in=client_ids).order_by().values_list("clinician", flat=True))


def _point_to(kept: Client, other: Client) -> None:
    """
    :raises OnlyOneEach: what stands in the way.
    """
    twice = {}
    for relation in Client._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            try:
                _move(relation, kept, other)
            except IntegrityError:
                model = relation.related_model
                # A row of a many-to-many relation is known by the model that has it.
                twice[model._meta.auto_created or model] = True
    if twice:
        raise OnlyOneEach(models=list(twice))


def _move(relation: models.ManyToOneRel, kept: Client, other: Client) -> None:
    """
    :raises IntegrityError: where *kept* has one already.
    """
    field = relation.field
    theirs = relation.related_model._base_manager.filter(**{field.name: other})
    if field.primary_key and theirs.exists():
        raise IntegrityError  # it would leave behind whatever points at it
    with transaction.atomic():
        theirs.update(**{field.name: kept})
