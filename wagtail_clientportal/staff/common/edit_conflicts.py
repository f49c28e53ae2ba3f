"""No form undoes what somebody else did meanwhile.

A form carries the version of its record that it was made from, as a digest of each value, which tells a reader of the
page's source nothing. If one of them is another by the time the form is sent, nothing is saved: the page says what
changed and who changed it. Where nobody typed it shows what is there now, and what was typed stays. It carries the
newest version then, so that the next sending saves.
"""

import base64
import json
import re
from contextlib import suppress
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Model
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import registry as log_registry

from ...conf import settings
from ...diary.lock_timeout import transaction_waiting_at_most
from .field_values import in_words, initial_in_words, plain
from .inline_rows import InlineRows
from .log_actions import BY_THE_CLIENT, CHANGES

YOURSELF = gettext_lazy("yourself, in another window")
# Where a form keeps the newest line of the log that it was made with, among the digests of its fields
_NEWEST_LOG_PK = ""


def digest(name: str, value) -> str:
    """Return what stands for the *value* of a field in a page that anybody could be shown."""
    of = json.dumps([name, plain(value)])
    return base64.b64encode(salted_hmac("clientportal.seen_version", of, algorithm="sha256").digest()[:9]).decode()


class SeenVersionField(forms.CharField):
    """Which version of the record the form was made from. Shown again it holds the newest, whatever was sent."""

    widget = forms.HiddenInput

    def bound_data(self, data, initial):
        return initial

    def has_changed(self, initial, data):
        return False  # nothing of the record


class DetectsConflicts:
    """Goes before a model form's base. Whoever saves the form says so: see ``LocksRecord``."""

    is_to_be_saved = False  # a preview, say, undoes nothing
    has_conflict = False  # that the record was changed
    inlines: tuple[str, ...] = ()  # names in ``formsets``

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.has_version:
            self.fields["seen_version"] = SeenVersionField(required=False)

    @property
    def has_version(self) -> bool:
        """Whether there was something that somebody could have changed."""
        return self.instance.pk is not None

    @property
    def keeps_input(self) -> bool:
        return True

    def changed_by(self, since: int) -> list[str]:
        """Return who changed the record after the line of its log with the pk *since*."""
        return changed_by(self.instance, since=since, reader=self.for_user)

    def get_initial_for_field(self, field, field_name):
        if isinstance(field, SeenVersionField):
            return json.dumps(self._stored_digests | {_NEWEST_LOG_PK: str(newest_log_pk(self.instance))})
        return super().get_initial_for_field(field, field_name)

    @property
    def _compared(self) -> list[str]:
        return [
            name for name, field in self.fields.items() if not (isinstance(field, SeenVersionField) or field.disabled)
        ]

    @cached_property
    def _stored_digests(self) -> dict[str, str]:
        """The digest of each field that can be written, and of each row ("working_hours:12")."""
        stored_digests = {name: digest(name, self._stored(name)) for name in self._compared}
        for name, rows in self._rows.items():
            stored_digests |= {f"{name}:{pk}": one for pk, one in rows.stored_digests.items()}
        return stored_digests

    @cached_property
    def _rows(self) -> dict[str, InlineRows]:
        return {name: InlineRows(self.formsets[name], partial(digest, name)) for name in self.inlines}

    def _stored(self, name: str):
        return self.get_initial_for_field(self.fields[name], name)

    def _clean_fields(self):
        super()._clean_fields()
        sent = self.cleaned_data.get("seen_version")
        if sent and self.is_to_be_saved and not self._overwrites_its_own_draft():
            self._compare(_read(sent))

    def _overwrites_its_own_draft(self) -> bool:
        """Whether the newest version is what Wagtail saved by itself from this very page."""
        own = self.data.get("overwrite_revision_id")
        return bool(own) and own == str(getattr(self.instance, "latest_revision_id", ""))

    def _compare(self, seen: dict[str, str]) -> None:
        sentences = [*self._compare_fields(seen), *self._compare_inlines(seen)]
        if not sentences:
            return
        self.has_conflict = True
        if not self.keeps_input:
            for name in self._compared:
                self._show_what_is_stored(name)
        self.add_error(None, ValidationError([self._heading(seen), *sentences, self._way_on()]))

    def _compare_fields(self, seen: dict[str, str]) -> list[str]:
        cleaned = self.cleaned_data
        sent = {name: digest(name, cleaned[name]) for name in self._compared if name in cleaned}
        sentences = []
        for name in self._compared:
            if self._stored_digests[name] in (seen.get(name), sent.get(name)):
                continue
            was_typed = name not in sent or sent[name] != seen.get(name)
            sentences.append(
                self._now(self[name].label, initial_in_words(self.fields[name], self._stored(name)), was_typed)
            )
            if not was_typed:
                self._show_what_is_stored(name)
        return sentences

    def _show_what_is_stored(self, name: str) -> None:
        field, value = self.fields[name], self._stored(name)
        field.disabled = True  # Django takes a value for what was sent then
        with suppress(ValidationError):
            self.cleaned_data[name] = field.clean(value)
        field.disabled = False
        field.bound_data = lambda data, initial: initial
        self.changed_data = [one for one in self.changed_data if one != name]
        self._errors.pop(name, None)

    def _compare_inlines(self, seen: dict[str, str]) -> list[str]:
        sentences = []
        for name, rows in self._rows.items():
            before = {key.removeprefix(f"{name}:"): one for key, one in seen.items() if key.startswith(f"{name}:")}
            if rows.were_changed(before):
                now = {
                    "field": capfirst(rows.formset.model._meta.verbose_name_plural),
                    "value": in_words(rows.stored.values()),
                }
                sentences.append(
                    _("“%(field)s” is now: %(value)s. Below it stands together with what you entered.") % now
                    if rows.were_typed(before)
                    else _("“%(field)s” is now: %(value)s.") % now
                )
                self.formsets[name] = rows.merged(before)
        return sentences

    def _heading(self, seen: dict[str, str]) -> str:
        who = self.changed_by(log_pk_sent(seen.get(_NEWEST_LOG_PK, "")))
        if not who:
            return _("This record was changed in the meantime. Nothing was saved yet.")
        return _("This record was changed in the meantime by %(who)s. Nothing was saved yet.") % {
            "who": get_text_list(who, _("and"))
        }

    def _now(self, label: str, value: str, was_typed: bool) -> str:
        now = {"field": label, "value": value}
        if was_typed and self.keeps_input:
            return _("“%(field)s” is now: %(value)s. What you entered stays, and replaces it when you save.") % now
        return _("“%(field)s” is now: %(value)s.") % now

    def _way_on(self) -> str:
        if self.keeps_input:
            return _("Look at it again, then save.")
        return _("What you had entered was left out.")


def _read(sent: str) -> dict[str, str]:
    """What a form carried; of what no form ever held nothing, which is as if everything had changed."""
    try:
        seen = json.loads(sent)
    except (ValueError, RecursionError):
        return {}
    return {name: str(one) for name, one in seen.items()} if isinstance(seen, dict) else {}


def newest_log_pk(instance: Model) -> int:
    """Return the pk of the newest line that Wagtail's log has of *instance*; 0 without any."""
    lines = log_registry.get_logs_for_instance(instance)
    return lines.order_by("-pk").values_list("pk", flat=True).first() or 0


def log_pk_sent(sent: str) -> int:
    """Return the pk that a form carried, as ``newest_log_pk`` gave it; 0 for what is none."""
    return int(sent) if re.fullmatch("[0-9]{1,18}", sent) else 0


def changed_by(instance: Model, *, since: int, reader) -> list[str]:
    """Return who changed *instance*, each once, in order: others, else the *reader*.

    :param since: pk of a line of Wagtail's log; those after it count.
    :param reader: the ``User`` who reads it.
    """
    lines = log_registry.get_logs_for_instance(instance).filter(pk__gt=since, action__in=CHANGES).order_by("pk")
    others = dict.fromkeys(_who(line) for line in lines.exclude(user=reader).select_related("user"))
    others.pop("", None)
    return list(others) or [str(YOURSELF)] * lines.filter(user=reader).exists()


def _who(line) -> str:
    if line.action in BY_THE_CLIENT:
        return _("the client")
    return line.user_display_name if line.user_id else ""


class LocksRecord:
    """Goes before an edit view. Two who save the same record come one after the other, so that the second is told.

    Where the first takes longer than ``LOCK_TIMEOUT``, so is the second (``cannot_save.py``).
    """

    def post(self, request, *args, **kwargs):
        with transaction_waiting_at_most(settings.LOCK_TIMEOUT):
            lock_record(self.model, self.object_pk)
            if hasattr(self, "object"):  # read before anybody waited
                self.object = self.get_object()
            return super().post(request, *args, **kwargs)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.is_to_be_saved = True
        return form


def lock_record(model: type[Model], pk) -> None:
    """Keep everybody else from writing this record until the transaction ends, on any database.

    A write, and the transaction's first statement, for the reasons that diary/lock.py gives.
    """
    name = next(field.name for field in model._meta.concrete_fields if not field.primary_key)
    model._default_manager.filter(pk=pk).update(**{name: F(name)})
