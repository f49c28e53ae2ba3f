"""A new client, written down on a form that is about something else: just who it is and how they are reached."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ...practice.look_alikes import seeming_same_as
from ...practice.models import Client
from ..common.reach import within_reach
from ..common.typed_fields import BirthDateField
from .chooser import in_one_line
from .form import AsksAboutThePerson

# So many records that may be of the same person are named.
MOST = 5


class NewClientForm(AsksAboutThePerson, forms.ModelForm):
    """A valid form's ``instance`` is the client, unsaved."""

    prefix = "new"
    date_of_birth = BirthDateField(label=_("Date of birth"), required=False)

    class Meta:
        model = Client
        fields = ["first_name", "last_name", "date_of_birth", "postcode", "mobile", "email"]

    @classmethod
    def is_begun(cls, sent) -> bool:
        """Whether anything stands in a field of it.

        :param sent: what a form sent, as ``request.POST`` has it.
        """
        return any(sent.get(f"{cls.prefix}-{name}", "").strip() for name in cls.base_fields)


def person_written_down(sent) -> Client:
    """Return who is written down so far, unsaved.

    :param sent: what the form sent until now, complete or not.
    """
    form = NewClientForm(sent)
    form.is_valid()
    person = Client(**{name: value for name, value in form.cleaned_data.items() if value})
    person.work_out_keys()
    return person


def may_be(sent, user) -> list[tuple[int, str]]:
    """Return the clients whom *user* reaches and who may be the person written down so far: the pk, and who it is.

    :param sent: what the form sent until now, complete or not.
    """
    pks = [one.pk for one in seeming_same_as(person_written_down(sent))]
    reached = within_reach(user, Client.objects.filter(pk__in=pks, is_active=True)) if pks else []
    return [(one.pk, in_one_line(one)) for one in reached[:MOST]]
