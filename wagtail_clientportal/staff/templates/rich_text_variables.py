"""Variables in the rich text editor: chips that are inserted from a list and can't be half deleted.

In the database a chip is ``<span data-variable="next_appt_link">Next appt. link</span>``. Its name is what counts; its
text is the label it had when it was inserted.
"""

from django.utils.translation import gettext_lazy as _
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.html_to_contentstate import InlineEntityElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature, PluginFeature

from ...communications.permitted_variables import permitted_labels
from ...outbox.outbound_message import OutboundMessage

FEATURE = "variable"
ENTITY = "VARIABLE"
PICKER_JS = "wagtail_clientportal/admin/variable-picker.js"
PICKER_CSS = "wagtail_clientportal/admin/variables.css"


def picker(*, in_html: bool) -> dict:
    """Return what the list of variables needs: its words, and the names and labels by occasion ("" is any other).

    :param in_html: for a body that is rich text; else for a plain one, or for a subject.
    """
    of_their_own = (OutboundMessage.About.SIGN_IN.value, OutboundMessage.About.CONFIRM_BOOKING.value)
    return {
        "title": _("Insert variable"),
        "cancel": _("Cancel"),
        "labels": {occasion: permitted_labels(occasion, in_html=in_html) for occasion in ("", *of_their_own)},
    }


class ChipHandler(InlineEntityElementHandler):
    mutability = "IMMUTABLE"

    def get_attribute_data(self, attrs):
        return {"name": attrs.get("data-variable", "")}


class VariableFeature(EntityFeature):
    """The chips, and what keeps the cursor out of them."""

    def construct_options(self, options):
        super().construct_options(options)
        PluginFeature({"type": ENTITY}).construct_options(options)


def chip(props):
    """Write a chip to the database; what names no variable becomes the plain text it shows."""
    known = [name for labels in picker(in_html=True)["labels"].values() for name in labels]
    if props.get("name") not in known:
        return props["children"]
    return DOM.create_element("span", {"data-variable": props["name"]}, props["children"])


def register_variables(features):
    """Wagtail's ``register_rich_text_features`` hook."""
    features.register_editor_plugin(
        "draftail",
        FEATURE,
        VariableFeature(
            {
                "type": ENTITY,
                "icon": "tag",
                "description": _("Insert variable"),
                "attributes": ["name"],
                "allowlist": {"name": "^[a-z_]+$"},
                "picker": picker(in_html=True),
            },
            js=[PICKER_JS, "wagtail_clientportal/admin/variable-chip.js"],
            css={"all": [PICKER_CSS]},
        ),
    )
    features.register_converter_rule(
        "contentstate",
        FEATURE,
        {
            "from_database_format": {"span[data-variable]": ChipHandler(ENTITY)},
            "to_database_format": {"entity_decorators": {ENTITY: chip}},
        },
    )
