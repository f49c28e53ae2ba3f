"""``{% load clientportal %}``: links to the client portal, and what a message can say about an appointment."""

from django import template

from ..communications.variables import VARIABLES, link_html, subject_of

register = template.Library()


@register.simple_tag(takes_context=True)
def next_appt_link(context, text=""):
    """An HTML link to the appointment in the context, else to the client's next one. "Manage appointment" or *text*."""
    subject = subject_of(context)
    if subject is None:
        return ""
    return link_html(subject, text) if text else VARIABLES["next_appt_link"].value(subject)


def _tag(name):
    def tag(context):
        subject = subject_of(context)
        return VARIABLES[name].value(subject) if subject else ""

    tag.__name__ = name
    return tag


for _name in VARIABLES:
    if _name != "next_appt_link":
        register.simple_tag(_tag(_name), takes_context=True, name=_name)
