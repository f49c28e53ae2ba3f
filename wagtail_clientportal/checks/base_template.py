"""Does the site's base template have a place for the portal's screens?"""

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Tags, register
from django.template import Context, TemplateDoesNotExist
from django.template.base import Node
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode

from ..conf import DEFAULTS, SETTINGS_NAME
from .findings import error, warning

_PLACES = """\
where the page's own part stands:
    {% block content %}{% endblock %}
Or leave it as it is, give BASE_TEMPLATE a template of its own, and name there the block that it has instead:
    {% extends "base.html" %}
    {% block main %}{% block content %}{% endblock %}{% endblock %}"""
_TITLE = """\
    <title>{% block title %}{% endblock %}</title>"""


@register(Tags.compatibility)
def check_base_template(app_configs, **kwargs) -> list[CheckMessage]:
    """Does BASE_TEMPLATE exist, and has it the blocks that the screens fill?"""
    given = getattr(django_settings, SETTINGS_NAME, {})
    name = given.get("BASE_TEMPLATE", DEFAULTS["BASE_TEMPLATE"]) if isinstance(given, dict) else ""
    if not isinstance(name, str) or not name:
        return []  # the check of the settings says so
    key = f'{SETTINGS_NAME}["BASE_TEMPLATE"]'
    try:
        blocks = blocks_of(name)
    except TemplateDoesNotExist as missing:
        return [
            error(
                16,
                f"{key} names a template that can't be found: “{missing}”.",
                f'The portal\'s own is:\n    "BASE_TEMPLATE": "{DEFAULTS["BASE_TEMPLATE"]}",',
            )
        ]
    if blocks is None:
        return []
    found = []
    if "content" not in blocks:
        lacks = f"{key}, “{name}”, has no block “content”: the portal's screens wear the portal's own base instead."
        found.append(error(26, lacks, f"Add to it, {_PLACES}"))
    if "title" not in blocks:
        lacks = f"{key}, “{name}”, has no block “title”: browsers and screen readers call every screen the same."
        found.append(warning(10, lacks, f"Have in its <head>:\n{_TITLE}"))
    return found


def blocks_of(name: str) -> set[str] | None:
    """Return the names of the blocks that a template extending the template *name* can fill.

    :return: ``None`` where only a request tells what it extends in its turn, or where it isn't one of Django's.
    :raises TemplateDoesNotExist: for it, or for one that it extends.
    """
    template = getattr(get_template(name), "template", None)
    nodes = getattr(template, "nodelist", None)
    if nodes is None:
        return None
    own = nodes.get_nodes_by_type(BlockNode)
    extends: list[Node] = nodes.get_nodes_by_type(ExtendsNode)
    if not extends:
        return {block.name for block in own}
    parent = extends[0].parent_name.resolve(Context(), ignore_failures=True)
    placed = blocks_of(parent) if isinstance(parent, str) and parent else None
    if placed is None:
        return None
    # A block that its parent doesn't place is never shown, nor is what stands in it.
    within = [block.nodelist for block in own if block.name in placed]
    return placed.union(*({inner.name for inner in node.get_nodes_by_type(BlockNode)} for node in within))
