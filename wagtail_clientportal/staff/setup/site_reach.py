"""For which sites a group sees every diary: a panel of Wagtail's form for groups."""

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from wagtail.models import GroupSitePermission, Site

from ..common.reach import every_diary_permission


class SiteReachForm(forms.Form):
    """Shown where there are several sites.

    :param instance: the group; ``None`` while it is being made.
    """

    sites = forms.ModelMultipleChoiceField(
        label=_("Sites"),
        queryset=Site.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Who is in this group reaches the appointments and clients of these sites, besides those of their own "
            "diary. Tick none for a group that may see every clinician's diary, and all clients, above."
        ),
    )

    def __init__(self, data=None, files=None, *, instance=None):
        self.instance = instance
        super().__init__(data, files, prefix="clientportal_sites")
        self.initial["sites"] = [one.site_id for one in self._granted()]

    def _granted(self):
        if self.instance is None or self.instance.pk is None:
            return GroupSitePermission.objects.none()
        return GroupSitePermission.objects.filter(group=self.instance, permission__in=every_diary_permission())

    @property
    def is_shown(self) -> bool:
        return Site.objects.count() > 1

    def as_admin_panel(self) -> str:
        if not self.is_shown:
            return ""
        return render_to_string("wagtail_clientportal/staff/site_reach.html", {"form": self})

    def save(self) -> None:
        if not self.is_shown:
            return  # nothing was asked
        permission = every_diary_permission().get()
        self._granted().exclude(site__in=self.cleaned_data["sites"]).delete()
        for site in self.cleaned_data["sites"]:
            GroupSitePermission.objects.get_or_create(group=self.instance, site=site, permission=permission)
