"""``{% load clientportal_staff %}``: what our pages in the Wagtail admin ask for."""

from django import template
from django.utils import timezone

from ..staff.templates.example_message import example_message as compose

register = template.Library()


@register.simple_tag
def example_message(communication_template):
    """An ``ExampleMessage``: the template's message as an example client would get it now."""
    return compose(communication_template, timezone.now())
