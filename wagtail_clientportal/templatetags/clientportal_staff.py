"""``{% load clientportal_staff %}``: what our pages in the Wagtail admin ask for."""

from django import template
from django.utils import timezone

from ..staff.example_letter import example_letter as compose

register = template.Library()


@register.simple_tag
def example_letter(communication_template):
    """An ``ExampleLetter``: the template's message as an example client would get it now."""
    return compose(communication_template, timezone.now())
