"""One table of variables: what an editor is offered can be saved and is said, and nothing else is."""

from datetime import timedelta

import pytest

from tests.factories import NOW
from wagtail_clientportal.communications.compose import example
from wagtail_clientportal.communications.permitted_variables import mistakes, permitted_labels
from wagtail_clientportal.communications.variables import VARIABLES, message_context
from wagtail_clientportal.models import CommunicationTemplate

pytestmark = pytest.mark.usefixtures("clock")

EVENTS = [event for event, _label in CommunicationTemplate.OCCASIONS]


def template_with(event, channel, names):
    spelt = [f"{name} is {{{{ {name} }}}}" for name in names]
    body = "".join(f"<p>{one}</p>" for one in spelt) if channel == "email" else "\n".join(spelt)
    return CommunicationTemplate(event=event, channel=channel, subject="Yours", body=body)


@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("event", EVENTS)
def test_whatever_an_editor_is_offered_can_be_saved_and_is_said(clinic, event, channel):
    offered = permitted_labels(event, in_html=channel == "email")
    template = template_with(event, channel, offered)
    assert mistakes(event, channel, subject=template.subject, body=template.body) == {}
    text = example(template, clinic.site, NOW).text
    # The ready policy says nothing of itself, and a line without a value is left out.
    said = {name for name in offered if f"{name} is " in text}
    may_be_empty = {"cancellation_policy", "cancel_by", "change_by", "cancel_link", "change_link"}
    before = set() if event == "changed" else {"appointment_before"}
    assert said >= set(offered) - may_be_empty - before
    assert "{{" not in text


@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("event", EVENTS)
def test_what_an_editor_is_not_offered_is_refused(event, channel):
    others = VARIABLES.keys() - permitted_labels(event, in_html=channel == "email").keys()
    for name in others:
        template = template_with(event, channel, [name])
        sentences = mistakes(event, channel, subject=template.subject, body=template.body)["body"]
        assert any(f"{{{{ {name} }}}}” can’t be used here" in sentence for sentence in sentences)


def test_a_sign_in_link_speaks_of_nobodys_appointments():
    offered = permitted_labels("sign_in", in_html=True)
    assert not [name for name in offered if name.startswith(("next_", "client_", "appointment_", "clinician_"))]


def test_until_an_event_is_chosen_the_variables_are_those_of_an_appointment():
    assert permitted_labels("", in_html=True) == permitted_labels("booked", in_html=True)


def test_a_message_says_the_length_as_the_screens_do(clinic):
    start = clinic.appointment.start + timedelta(days=1)
    appointment = clinic.book(start=start, end=start + timedelta(minutes=90))
    assert message_context(appointment=appointment)["appointment_duration"]() == "1 hour 30 minutes"
