"""What the screens of everything that staff write have in common."""

from functools import reduce

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError, Q, RestrictedError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.snippets.views import snippets

from ...practice.staff_name import staff_name
from .cannot_save import SaysThatNothingWasSaved
from .deletion import refusal, what_holds
from .edit_conflicts import DetectsConflicts, LocksRecord
from .reach import check_reach, within_reach
from .trouble_warning import WarnsOfTrouble
from .typed_fields import DaysFilter
from .urls import namespace

ACTIONS = ("add", "change", "delete", "view")


def uses_the_portal(user) -> bool:
    """Whether *user* has any permission of ours: who has none is told nothing."""
    return user.has_module_perms("wagtail_clientportal")


def may_see(user, model) -> bool:
    """Whether *user* has any permission on *model*."""
    return any(may(user, action, model) for action in ACTIONS)


def may(user, action: str, model) -> bool:
    """Whether *user* may do *action* ("add", "change", "delete", "view") to records of *model*."""
    opts = model._meta
    return user.has_perm(f"{opts.app_label}.{action}_{opts.model_name}")


# Beyond these a text narrows nothing any more, while each further word makes the database look through every row again.
MAX_WORDS, MAX_CHARACTERS = 8, 200


def every_word(text: str, fields) -> Q:
    """Match rows where each word of *text* is found in one of *fields*, so that "Hale, Margaret" finds Margaret Hale.

    What comes behind the first ``MAX_WORDS`` different words isn't looked for.
    """
    words = list(dict.fromkeys(text[:MAX_CHARACTERS].replace(",", " ").split()))[:MAX_WORDS]
    return Q(*(reduce(Q.__or__, (Q(**{f"{field}__icontains": word}) for field in fields)) for word in words))


def screen_name(instance) -> str:
    """What *instance* is called on screen: ``screen_name`` of its own, else its text.

    A client's ``str`` is "Client #12" on purpose, because logs keep it; people need the name.
    """
    return getattr(instance, "full_name", "") or str(instance)


class PermissionFirst:
    """Asks for permission before looking the record up, so that a refusal and a missing record are the same.

    A record out of somebody's reach is as good as missing.
    """

    def setup(self, request, *args, **kwargs):
        if not may_see(request.user, self.model):
            raise PermissionDenied
        check_reach(request.user, self.model, unquote(str(kwargs["pk"])))
        super().setup(request, *args, **kwargs)


class Named:
    """Says the record's name on screen."""

    def get_page_subtitle(self):
        return screen_name(self.object)

    def get_success_message(self, instance=None):
        if self.success_message is None:
            return None
        named = {"object": screen_name(self.object or instance), "model_name": self.model._meta.verbose_name}
        return capfirst(self.success_message % named)


class IndexView(WarnsOfTrouble, generic.IndexView):
    def get_base_queryset(self):
        # With everything that a row may say of other records, so that a long list asks no more often than a short one.
        fields = self.model._meta.get_fields()
        records = within_reach(self.request.user, super().get_base_queryset())
        if related := [one.name for one in fields if one.many_to_one]:
            records = records.select_related(*related)
        return records.prefetch_related(*[one.name for one in fields if one.many_to_many and not one.auto_created])

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        queryset = queryset.filter(every_word(self.search_query, self.search_fields))
        return queryset.distinct() if any("__" in field for field in self.search_fields) else queryset


class CreateView(Named, generic.CreateView):
    def get_page_subtitle(self):
        return capfirst(self.model._meta.verbose_name)


class EditView(LocksRecord, Named, PermissionFirst, generic.EditView):
    pass


class DraftEditView(LocksRecord, snippets.EditView):
    """Of what is drafted and published. Wagtail warns of other editors by script alone, while it hears of them."""

    def is_valid(self, form):
        # Where an old version is put back, the form begins with that one, and notices nothing of the newest.
        if hasattr(self, "revision") and self.is_out_of_date:
            user = self.latest_revision.user
            self.produced_error_message = _(
                "%(who)s saved a newer version in the meantime. Nothing was saved yet. To replace that one too, save "
                "again."
            ) % {"who": staff_name(user) if user else _("Somebody on the staff")}
            return False
        return super().is_valid(form)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if self.form.is_bound and self.form.has_conflict:
            # Else Wagtail would save by itself over what somebody has only just been told of.
            context["autosave_enabled"] = False
        return context


class InspectView(Named, PermissionFirst, generic.InspectView):
    def get_field_display_value(self, field_name, field):
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return "–" if value in (None, "") else value


class HistoryFilters(history.HistoryFilterSet):
    timestamp = DaysFilter(label=_("Date"))


class HistoryView(PermissionFirst, history.HistoryView):
    filterset_class = HistoryFilters

    def get_page_subtitle(self):
        return screen_name(self.object)


class SnippetHistoryView(snippets.HistoryView):
    filterset_class = HistoryFilters


class UsageView(PermissionFirst, usage.UsageView):
    def get_page_subtitle(self):
        return screen_name(self.object)


class RefusingDeleteView(Named, PermissionFirst, generic.DeleteView):
    """Deletes, or says why that isn't possible and what to do instead."""

    template_name = "wagtail_clientportal/staff/confirm_delete.html"
    # Django's view answers the method DELETE too, and then deletes without asking, refusing or logging.
    http_method_names = ("get", "head", "post", "options")
    instead = _("Change or delete those first.")

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.held_by = what_holds(self.object)

    def form_valid(self, form):
        if not self.held_by:
            try:
                return super().form_valid(form)
            except (ProtectedError, RestrictedError):
                # Somebody made use of it between the page and the click.
                self.held_by = what_holds(self.object)
        return self.render_to_response(self.get_context_data(form=form), status=409)

    def get_usage(self):
        # The index may not know everything; what_holds does.
        return None

    def get_usage_url(self):
        return None

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if self.held_by:
            context["refusal"] = refusal(screen_name(self.object), self.held_by, self.instead)
        return context


class PracticeForm(DetectsConflicts, WagtailAdminModelForm):
    """What every form is made from that writes a record."""


class PracticeViewSet(SaysThatNothingWasSaved, ModelViewSet):
    """List, search, add, edit, inspect and delete one kind of record. Model permissions decide who may."""

    index_view_class = IndexView
    add_view_class = CreateView
    edit_view_class = EditView
    inspect_view_class = InspectView
    history_view_class = HistoryView
    usage_view_class = UsageView
    delete_view_class = RefusingDeleteView
    inspect_view_enabled = True  # with it, "can view" can be given to a group
    copy_view_enabled = False
    index_results_template_name = "wagtail_clientportal/staff/list_results.html"
    # What to do instead of deleting what is in use
    instead = RefusingDeleteView.instead

    @property
    def edit_handler(self):
        return ObjectList(self.panels, base_form_class=PracticeForm)

    @property
    def url_prefix(self):
        return f"clientportal/{self.name}"

    @property
    def url_namespace(self):
        return namespace(self.model)

    def get_delete_view_kwargs(self, **kwargs):
        kwargs = super().get_delete_view_kwargs(**kwargs)
        return kwargs | {"instead": self.instead, "template_name": self.delete_view_class.template_name}
