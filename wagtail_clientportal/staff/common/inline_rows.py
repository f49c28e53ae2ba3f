"""The rows that a form edits along with its record: as they are stored, and as they were sent."""

from collections.abc import Callable
from functools import cached_property

from django import forms
from django.db.models import Model
from django.forms import BaseInlineFormSet
from django.forms.models import model_to_dict
from django.forms.widgets import Input


class InlineRows:
    """The rows of one *formset*.

    :param digest: makes a digest of one row's values, in the order of the formset's fields.
    """

    def __init__(self, formset: BaseInlineFormSet, digest: Callable[[list], str]):
        self.formset, self.digest = formset, digest
        self.fields = list(formset.form.base_fields)

    @cached_property
    def stored(self) -> dict[str, Model]:
        """The rows of the database by pk, asked for anew: cleaning writes what was typed into the formset's own."""
        return {str(row.pk): row for row in self.formset.get_queryset().all()}

    @cached_property
    def stored_digests(self) -> dict[str, str]:
        """The digest of each stored row by its pk."""
        return {pk: self.digest(self._values(row)) for pk, row in self.stored.items()}

    def _values(self, row: Model) -> list:
        values = model_to_dict(row)
        return [values[name] for name in self.fields]

    @cached_property
    def _sent(self) -> list[tuple[str, str | None, dict]]:
        """Of each row that was sent: its pk, the digest of its values (``None`` where it is to go, "" where it is
        none), and what the browser sent."""
        sent = []
        for form in self.formset.forms:
            raw = {name: self.formset.data.get(form.add_prefix(name), "") for name in form.fields}
            sent.append((str(raw["id"]), self._sent_digest(form), raw))
        return sent

    def _sent_digest(self, form: forms.BaseForm) -> str | None:
        mistakes = form.errors.keys() - {"id"}  # of a row that is gone, its id is one
        if form.cleaned_data.get("DELETE"):
            return None
        return "" if mistakes else self.digest([form.cleaned_data.get(name) for name in self.fields])

    def were_changed(self, seen: dict[str, str]) -> bool:
        """Whether a stored row is neither as it was *seen* nor as it was sent."""
        sent = {pk: digest for pk, digest, _raw in self._sent}
        changed = [pk for pk in seen.keys() | self.stored_digests.keys() if seen.get(pk) != self.stored_digests.get(pk)]
        return any(pk not in sent or sent[pk] != self.stored_digests.get(pk) for pk in changed)

    def were_typed(self, seen: dict[str, str]) -> bool:
        """Whether anybody typed into a row."""
        return any(digest != seen.get(pk, "") for pk, digest, _raw in self._sent)

    def merged(self, seen: dict[str, str]) -> BaseInlineFormSet:
        """Return the formset as if it had been sent over the rows that are stored by now.

        Of a row where nobody typed, it holds what is stored. What was typed stays: of a row that is gone, as a new one.
        """
        typed = {pk: raw for pk, digest, raw in self._sent if pk in self.stored and digest != seen.get(pk, "")}
        rows = [typed.get(pk) or self._unchanged(row) for pk, row in self.stored.items()]
        for pk, digest, raw in self._sent:
            is_new = digest not in (None, seen.get(pk), *self.stored_digests.values())
            if pk not in self.stored and is_new:
                rows.append(raw | {"id": ""})
        prefix = self.formset.prefix
        data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(self.stored)}
        for number, raw in enumerate(rows):
            data |= {f"{prefix}-{number}-{name}": value for name, value in raw.items()}
        return type(self.formset)(data, instance=self.formset.instance, prefix=prefix)

    def _unchanged(self, row: Model) -> dict:
        """What a browser sends of *row* where nobody types."""
        form = self.formset.form(instance=row)
        return {"id": str(row.pk)} | {name: _raw(form[name]) for name in self.fields}


def _raw(bound: forms.BoundField):
    value, widget = bound.value(), bound.field.widget
    if isinstance(widget, Input):
        value = widget.format_value(value)
    return "" if value is None else value
