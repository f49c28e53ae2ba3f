"""Every URL of the app's admin screens, read from the registered URL patterns, so that no new one escapes the tests."""

import re

from django.apps import apps
from django.urls import URLPattern, get_resolver, reverse

# wagtail_clientportal_appointment_modeladmin_index, clientportal_client:edit, clientportal_client_chooser:choose,
# wagtailsnippets_wagtail_clientportal_portalpolicy:edit
OURS = re.compile(r"clientportal_(?P<model>[a-z]+?)(_chooser)?(_modeladmin_\w+|:\w+)$")


def named_patterns(resolver=None, namespaces=()):
    """Yield (namespaced name, pattern) of every named URL of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            if entry.name:
                yield ":".join([*namespaces, entry.name]), entry
        else:
            inner = [*namespaces, entry.namespace] if entry.namespace else list(namespaces)
            yield from named_patterns(entry, inner)


def model_of(pattern):
    """The model that the view of *pattern* is about, where it says so."""
    view = pattern.callback
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    model = getattr(view, "view_initkwargs", {}).get("model")
    return model or getattr(getattr(view, "__self__", None), "model", None)


def arguments_of(pattern):
    return list(pattern.pattern.regex.groupindex)


def our_urls(records):
    """Yield (name, URL) of every admin URL about our models.

    :param records: a record for each model's name; it fills in what a URL asks for.
    """
    for name, pattern in named_patterns():
        if not (found := OURS.search(name)):
            continue
        record = records[found["model"]]
        values = {
            argument: record.pk if argument in ("pk", "instance_pk") else _other(argument, record)
            for argument in arguments_of(pattern)
        }
        yield name, reverse(name, kwargs=values)


def _other(argument, record):
    if argument.startswith("revision_id"):
        return record.latest_revision_id
    return "approve" if argument == "action_name" else 1


def names_of_views_about_us():
    """The names of every URL whose view says that it is about a model of ours."""
    ours = set(apps.get_app_config("wagtail_clientportal").get_models())
    return {name for name, pattern in named_patterns() if model_of(pattern) in ours}
