"""The screens on which a manager sees who has a second factor, and resets that of somebody who lost theirs."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...practice.permissions import RESET_SECOND_FACTOR, full_name
from ...practice.staff_name import staff_name
from ..common.local_time import day, site_zone
from ..common.urls import second_factor_url
from .devices import is_set_up, people_who_see_clients, reset_second_factor

PER_PAGE = 50


def may_reset(user) -> bool:
    return user.has_perm(full_name(RESET_SECOND_FACTOR))


def may_reset_that_of(user, other) -> bool:
    """Whether *user* may reset the second factor of *other*. Nobody does it for somebody who may do more."""
    return may_reset(user) and (user.is_superuser or not other.is_superuser)


@dataclass(frozen=True)
class Line:
    name: str
    login: str
    set_up: str  # when, or ""
    codes_left: int
    reset_url: str  # "" where its reader may not


class Managing(WagtailAdminTemplateMixin):
    header_icon = "key"
    _show_breadcrumbs = True

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not may_reset(request.user):
            raise PermissionDenied

    def get_breadcrumbs_items(self):
        items = [*super().get_breadcrumbs_items(), {"url": second_factor_url("people"), "label": _("Second factors")}]
        return items


class PeopleView(Managing, TemplateView):
    template_name = "wagtail_clientportal/staff/second_factor/people.html"
    page_title = gettext_lazy("Second factors")

    def get_context_data(self, **kwargs):
        page = Paginator(people_who_see_clients(), PER_PAGE).get_page(self.request.GET.get("p"))
        lines = [self._line(user) for user in page]
        return super().get_context_data(page_obj=page, lines=lines, **kwargs)

    def _line(self, user) -> Line:
        phones = [one for one in user.totpdevice_set.all() if one.confirmed]
        codes = [token for device in user.staticdevice_set.all() for token in device.token_set.all()]
        made = min((one.created_at for one in phones if one.created_at), default=None)
        has_any = bool(phones or codes)
        return Line(
            name=staff_name(user),
            login=user.get_username(),
            set_up=(day(made, site_zone()) if made else _("yes")) if has_any else "",
            codes_left=len(codes),
            reset_url=second_factor_url("reset", user.pk)
            if has_any and may_reset_that_of(self.request.user, user)
            else "",
        )


class ResetView(Managing, TemplateView):
    template_name = "wagtail_clientportal/staff/second_factor/reset.html"
    page_title = gettext_lazy("Reset the second factor")

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        try:
            self.person = get_object_or_404(people_who_see_clients(), pk=kwargs["pk"])
        except (ValueError, ValidationError) as no_key:  # the keys of a site's own users may be of any type
            raise Http404 from no_key
        if not may_reset_that_of(request.user, self.person):
            raise PermissionDenied

    def post(self, request, *args, **kwargs):
        if is_set_up(self.person):
            reset_second_factor(self.person, by=request.user)
            done = _("%(name)s sets up a second factor at the next login.") % {"name": staff_name(self.person)}
            messages.success(request, done)
        return redirect(second_factor_url("people"))

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": staff_name(self.person)}]

    def get_context_data(self, **kwargs):
        return super().get_context_data(name=staff_name(self.person), people_url=second_factor_url("people"), **kwargs)
