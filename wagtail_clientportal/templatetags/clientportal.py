"""``{% load clientportal %}``: links to the client portal, and what a message can say about an appointment."""

from django import template

from ..communications.variables import APPOINTMENT_VARIABLES, facts_of, link_html

register = template.Library()


@register.simple_tag(takes_context=True)
def next_appt_link(context, text=""):
    """An HTML link to the appointment in the context, else to the client's next one. "Manage appointment" or *text*."""
    facts = facts_of(context)
    if facts is None:
        return ""
    return link_html(facts, text) if text else APPOINTMENT_VARIABLES["next_appt_link"].value(facts)


def _tag(variable):
    def tag(context):
        facts = facts_of(context)
        return variable.value(facts) if facts else ""

    tag.__name__ = variable.name
    return tag


for _variable in APPOINTMENT_VARIABLES.values():
    if _variable.name != "next_appt_link":
        register.simple_tag(_tag(_variable), takes_context=True, name=_variable.name)
