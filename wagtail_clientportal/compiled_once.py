"""A query whose SQL is written once. Building the queries of a page costs Django more time than running them does."""

from copy import copy
from functools import cache, wraps
from inspect import signature

from django.db import connections, router
from django.db.models import Expression, QuerySet, Value


def compiled_once(build):
    """Make a function that asks the database, and returns the instances as a list, out of one that builds the queryset.

    What the function is given by position stands in the query as a place that each call fills in: a number, a ``UUID``
    or an aware datetime, compared with a column and never ``None``. What it is given by keyword shapes the query: there
    is one for each combination.

    :param build: returns a queryset of instances (no ``values``), the same for the same keywords.
    """
    by_position = [one for one in signature(build).parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD]
    placeholders = [_Placeholder(number) for number, _one in enumerate(by_position)]

    @cache
    def built(shape):
        return build(*placeholders, **dict(shape))

    @cache
    def compiled(shape, using):
        compiler = built(shape).query.get_compiler(using)
        sql, params = compiler.as_sql()
        compiler.connection = None  # a thread's own, which should end with it
        return compiler, sql, params

    @wraps(build)
    def ask(*values, **shape) -> list:
        shape = frozenset(shape.items())
        model = built(shape).model
        using = router.db_for_read(model)
        compiler, sql, params = compiled(shape, using)
        return list(QuerySet(model, _Compiled(compiler, using, sql, params, values), using))

    return ask


class _Placeholder(Expression):
    """Where the value of that number goes."""

    def __init__(self, number: int):
        super().__init__()
        self.number = number

    def as_sql(self, compiler, connection):
        return "%s", [self]


class _Compiled:
    """What a queryset asks of its query when it fetches instances: only this compiler, which has its SQL already."""

    def __init__(self, compiler, using, sql, params, values):
        self._compiler = copy(compiler)
        self._compiler.connection = connections[using]
        self._compiler.as_sql = lambda: (sql, tuple(self._filled_in(one, values) for one in params))

    def _filled_in(self, param, values):
        if not isinstance(param, _Placeholder):
            return param
        _sql, (value,) = Value(values[param.number]).as_sql(self._compiler, self._compiler.connection)
        return value

    def get_compiler(self, using=None, **_options):
        return self._compiler
