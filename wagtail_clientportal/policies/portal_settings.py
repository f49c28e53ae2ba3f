from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField

from .portal_policy import WORDING_FEATURES


class PortalSettings(models.Model):
    """One site's portal: its switch, its default policy and how the clinic is reached.

    Deliberately without drafts: "off" has to work at once.
    """

    site = models.OneToOneField(
        "wagtailcore.Site", verbose_name=_("site"), on_delete=models.CASCADE, related_name="client_portal_settings"
    )
    enabled = models.BooleanField(
        _("the portal is on"),
        default=False,
        help_text=_("Off: nobody can sign in, and every link and session stops working at once."),
    )
    off_message = RichTextField(_("message while the portal is off"), blank=True, features=WORDING_FEATURES)
    default_policy = models.ForeignKey(
        "wagtail_clientportal.PortalPolicy",
        verbose_name=_("default policy"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("For every appointment type that names no other. Empty: nothing can be changed online."),
    )
    clinic_name = models.CharField(_("clinic's name"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, help_text=_("Shown where a location has none."))
    email = models.EmailField(_("email"), blank=True, help_text=_("Where clients' replies go."))
    notify_email = models.EmailField(
        _("notification address"),
        blank=True,
        help_text=_("Told about changes when the clinician has no staff account."),
    )
    privacy_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("privacy page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    switched_off_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("portal settings")
        verbose_name_plural = _("portal settings")

    def __str__(self):
        return str(self.site)

    def save(self, *args, **kwargs):
        was_on = self.pk and type(self).objects.filter(pk=self.pk, enabled=True).exists()
        if was_on and not self.enabled:
            self.switched_off_at = timezone.now()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "switched_off_at"}
        super().save(*args, **kwargs)

    @classmethod
    def for_site(cls, site) -> "PortalSettings":
        """Return the site's settings; where there are none yet, unsaved defaults (portal off)."""
        found = cls.objects.select_related("default_policy").filter(site=site).first() if site else None
        if found is None:
            return cls(site=site)
        found.site = site  # saves asking for it again
        return found

    @property
    def display_name(self) -> str:
        """The clinic's name, else the site's."""
        return self.clinic_name or (self.site.site_name or self.site.hostname if self.site_id else "")
