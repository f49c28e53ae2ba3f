"""Columns that are worked out from others stay right, whichever way Django's ORM writes the others."""

from django.db import models, transaction


class WorkedOutQuerySet(models.QuerySet):
    """Its ``update`` and ``bulk_update`` go row by row through ``save`` where they would leave such a column behind.

    The model names them in ``WORKED_OUT``: a field → the fields that its ``save`` works out from it.
    """

    def update(self, **values):
        """
        :raises TypeError: for an expression in the place of a value, from which nothing can be worked out here.
        """
        if not self._leaves_behind(values):
            return super().update(**values)
        if any(hasattr(value, "resolve_expression") for value in values.values()):
            names = ", ".join(sorted(values))
            raise TypeError(f"update({names}) takes plain values only: other columns are worked out from them")
        with transaction.atomic(using=self.db):
            pks = list(self.values_list("pk", flat=True))
            rows = list(self.model._base_manager.using(self.db).select_for_update().filter(pk__in=pks))
            for row in rows:
                for name, value in values.items():
                    setattr(row, name, value)
                row.save(using=self.db, update_fields=[*values])
        return len(rows)

    update.alters_data = True

    def bulk_update(self, objs, fields, batch_size=None):
        """As Django's own; row by row it counts each of *objs*."""
        if not self._leaves_behind(fields):
            return super().bulk_update(objs, fields, batch_size=batch_size)
        objs = list(objs)
        with transaction.atomic(using=self.db):
            for row in objs:
                row.save(using=self.db, update_fields=[*fields])
        return len(objs)

    bulk_update.alters_data = True

    def _leaves_behind(self, names) -> bool:
        written = {self.model._meta.get_field(name).name for name in names}
        return any(not self.model.WORKED_OUT.get(name, set()) <= written for name in written)
