"""What staff do with the forms that arrange appointments."""

import re

from bs4 import BeautifulSoup
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
    return staff.post(url, {"seen_version": hidden(staff.get(url), "seen_version")} | data, follow=True)


def text(response):
    return response.content.decode().replace("&#x27;", "'")


def knowing(refused):
    """What the page that says what is unusual sends, once its box is ticked."""
    return {"anyway": "on", "unusual": hidden(refused, "unusual")}


def reasons(response):
    """What the page says is unusual."""
    return [re.sub(r"&#x27;", "'", one) for one in re.findall(r"<li>([^<]*)</li>", response.content.decode())]


def filled_in(response, form="#w-editor-form"):
    """What a browser sends of the form on this page (a CSS selector) where nobody types."""
    form = BeautifulSoup(response.content, "html.parser").select_one(form)
    sent = {box["name"]: box.get_text().removeprefix("\n") for box in form.select("textarea[name]")}
    for box in form.select("input[name]"):
        if box.get("type") not in ("checkbox", "radio"):
            sent[box["name"]] = box.get("value", "")
        elif box.has_attr("checked"):
            sent.setdefault(box["name"], []).append(box.get("value", "on"))
    for box in form.select("select[name]"):
        chosen = [one.get("value", "") for one in box.select("option[selected]")]
        if chosen or not box.has_attr("multiple"):
            sent[box["name"]] = chosen or box.select_one("option").get("value", "")
    return sent
