"""Choosing a client for an appointment: searched for, ten at a time, by whoever may make appointments."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from ...diary.models import Appointment
from ...practice.models import Client
from ..common.client_search import found_by
from ..common.reach import reaches, within_reach
from ..common.urls import namespace
from ..common.viewsets import may


def told_apart(client: Client) -> str:
    """Return "Margaret Hale, born 9 Dec 1956": what tells two people of one name apart."""
    if client.date_of_birth is None:
        return client.full_name
    born = date_format(client.date_of_birth, "j M Y")
    return _("%(name)s, born %(date)s") % {"name": client.full_name, "date": born}


def in_one_line(client: Client) -> str:
    return " · ".join(part for part in (told_apart(client), client.mobile, client.email) if part)


def told_apart_by_number(client: Client) -> str:
    """Return the same and the record's number, for where all else may be the same."""
    return f"{in_one_line(client)} · #{client.pk}"


class SearchForm(BaseFilterForm):
    q = forms.CharField(
        label=gettext_lazy("Name, email, mobile, postcode or date of birth"),
        max_length=200,
        required=False,
        widget=forms.TextInput,
    )

    def filter(self, objects):
        text = self.cleaned_data["q"]
        if not text:
            return objects
        self.is_searching, self.search_query = True, text
        return objects.filter(found_by(text))


class ForBooking:
    """Only whoever may make appointments looks for a client here."""

    def setup(self, request, *args, **kwargs):
        if not may(request.user, "add", Appointment):
            raise PermissionDenied
        super().setup(request, *args, **kwargs)


class ListOfClients(ForBooking):
    filter_form_class = SearchForm
    is_multiple_choice = False

    def get_object_list(self):
        return within_reach(self.request.user, Client.objects.filter(is_active=True))

    @property
    def columns(self):
        # One column, because several don't fit a telephone's screen.
        everything = self.title_column
        everything.label, everything.accessor = _("Client"), in_one_line
        return [everything]


class ChooseView(ListOfClients, chooser.ChooseView):
    pass


class ChooseResultsView(ListOfClients, chooser.ChooseResultsView):
    pass


class ChosenView(ForBooking, chooser.ChosenView):
    def get_object(self, pk):
        try:
            return within_reach(self.request.user, Client.objects.filter(is_active=True)).get(pk=pk)
        except ValueError as error:
            raise Http404 from error

    def get_display_title(self, instance):
        return told_apart(instance)

    def get_edit_item_url(self, instance):
        return None


class ClientChooser(BaseChooser):
    show_edit_link = False
    user = None  # who looks at the form; the form says so

    def get_instance(self, value):
        try:
            client = super().get_instance(value)
        except (ValueError, TypeError):  # somebody wrote to the hidden field
            return None
        # A form that is shown again names whoever was posted.
        return client if client and self.user and reaches(self.user, client) else None

    def get_display_title(self, instance):
        return told_apart(instance)


class ClientChooserViewSet(ChooserViewSet):
    model = Client
    icon = "user"
    url_prefix = "clientportal/client-chooser"
    url_namespace = f"{namespace(Client)}_chooser"
    choose_one_text = gettext_lazy("Choose a client")
    choose_another_text = gettext_lazy("Choose another client")
    base_widget_class = ClientChooser
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    register_widget = False  # for other forms of the site this isn't the way to a client

    def get_urlpatterns(self):
        # Neither several at once nor new ones: what no screen leads to needn't be open.
        return [url for url in super().get_urlpatterns() if url.name in ("choose", "choose_results", "chosen")]


CLIENT_CHOOSER = ClientChooserViewSet(f"{namespace(Client)}_chooser")
