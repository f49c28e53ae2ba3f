from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.images import get_image_model_string

from ..compiled_once import compiled_once
from .accent import check_accent
from .portal_policy import WORDING_FEATURES

_IS_A_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write a colour like #0b5a5c."))


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
        help_text=_("For every appointment type that names no other. The portal can’t be on without one."),
    )
    clinic_name = models.CharField(_("clinic's name"), max_length=120, blank=True)
    logo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Above the portal's pages, where the website has no header of its own for them, and above emails."),
    )
    accent_colour = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        validators=[_IS_A_COLOUR],
        help_text=_(
            "Of buttons and links, on the portal's pages and in emails, like #0b5a5c. Empty: the portal's own."
        ),
    )
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

    names_in_feeds = models.BooleanField(
        _("calendar feeds name clients"),
        default=False,
        help_text=_(
            "Of clinicians, who may have their diary shown in their own calendar program. Off: it shows when, where "
            "and what for. A calendar program keeps copies, often on phones and at a provider."
        ),
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

    def clean(self):
        super().clean()
        if self.accent:
            try:
                check_accent(self.accent)
            except ValidationError as error:
                raise ValidationError({"accent_colour": error}) from error

    @classmethod
    def for_site(cls, site) -> "PortalSettings":
        """Return the site's settings; where there are none yet, unsaved defaults (portal off)."""
        found = _of_site(site.pk) if site else None
        if not found:
            return cls(site=site)
        [found] = found
        found.site = site  # saves asking for it again
        return found

    @property
    def accent(self) -> str:
        """The clinic's own colour in small letters, like "#0b5a5c"; "" where it has none."""
        return self.accent_colour.lower() if _IS_A_COLOUR.regex.match(self.accent_colour) else ""

    @property
    def display_name(self) -> str:
        """The clinic's name, else the site's."""
        return self.clinic_name or (self.site.site_name or self.site.hostname if self.site_id else "")


@compiled_once
def _of_site(site_id):
    return PortalSettings.objects.filter(site=site_id)
