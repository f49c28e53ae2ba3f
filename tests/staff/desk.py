"""What staff do with the forms that arrange appointments."""

import re

from django.urls import reverse

NEW = "/admin/clientportal/appointments/new/"


def form_of(clinic, **values):
    """What a filled-in form sends: Thursday 26 November 2026 at 14:30."""
    data = {
        "client": clinic.client.pk,
        "clinician": clinic.clinician.pk,
        "location": clinic.location.pk,
        "appointment_type": clinic.appointment_type.pk,
        "date": "2026-11-26",
        "time": "14:30",
        "tell_client": "on",
    } | values
    return {name: value for name, value in data.items() if value is not None}


def url_of(view, appointment):
    return reverse(f"clientportal_appointment:{view}", args=[appointment.pk])


def page_of(appointment):
    return reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[appointment.pk])


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def send(staff, view, appointment, data):
    """Open the form, fill it in and send it."""
    url = url_of(view, appointment)
    return staff.post(url, {"as_it_stood": hidden(staff.get(url), "as_it_stood")} | data, follow=True)


def text(response):
    return response.content.decode().replace("&#x27;", "'")
