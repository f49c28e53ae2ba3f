"""What is done to an appointment is told once."""

import pytest

from tests.factories import NOW
from wagtail_clientportal.actions.steps.operation import operation_on
from wagtail_clientportal.diary.history import Actor
from wagtail_clientportal.models import AppointmentEvent


def test_an_operation_is_finished_once(clinic):
    kind = AppointmentEvent.Kind.STATUS_CHANGED
    with operation_on(clinic.appointment, actor=Actor.of(None), now=NOW, expected=None) as operation:
        operation.finish(kind)
        with pytest.raises(RuntimeError):
            operation.finish(kind)
    assert clinic.appointment.events.count() == 1
