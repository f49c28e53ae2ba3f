"""System checks: each missing or contradictory setting is named, with the lines to paste.

They read settings and URLs, so they run with every command; those about private pages, the worker's timetable and the
second wall read the database, and run with ``migrate`` and ``check --database default``.
"""

from django.core.checks import Tags, register

from ..pages.restrictions import check_view_restrictions
from . import base_template, database, installation, payments, portal_settings, second_factor, worker

__all__ = ["base_template", "database", "installation", "payments", "portal_settings", "second_factor", "worker"]

register(Tags.database)(check_view_restrictions)
