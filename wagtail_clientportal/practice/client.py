from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..conf import settings
from . import contact


class KeyField(models.CharField):
    """A column worked out from another one whenever the row is written by ``save`` or ``bulk_create``.

    :param source: name of the field whose text it is worked out from.
    :param key: function from that text to the key; its dotted path must stay importable for migrations.
    """

    def __init__(self, *, source="", key=None, **kwargs):
        self.source, self.key = source, key
        defaults = {"max_length": 254, "blank": True, "default": "", "editable": False, "db_index": True}
        super().__init__(**(defaults | kwargs))

    def deconstruct(self):
        # To a migration this is a plain column.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def pre_save(self, model_instance, add):
        value = self.key(getattr(model_instance, self.source) or "")[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


def _mobile_key(number: str) -> str:
    return contact.mobile_key(number, settings.DEFAULT_REGION)


_KEYED = {"email", "mobile", "postcode"}
# Switched off, it ends links and sessions for good: switching it on again revives none.
_ACCESS = {"is_active", "portal_access"}
_COMPARED = _KEYED | _ACCESS | {"date_of_birth"}


class Client(models.Model):
    """A person the clinic treats: a record, never a Django user."""

    first_name = models.CharField(_("first name"), max_length=120)
    last_name = models.CharField(_("last name"), max_length=120)
    email = models.EmailField(_("email"), blank=True)
    mobile = models.CharField(_("mobile"), max_length=40, blank=True)
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    email_opt_in = models.BooleanField(_("emails about appointments"), default=True)
    sms_opt_in = models.BooleanField(_("texts about appointments"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    portal_access = models.BooleanField(
        _("portal access"),
        default=True,
        help_text=_("Off: to the portal this person is unknown. For safeguarding, or when they ask for it."),
    )
    portal_access_reason = models.CharField(
        _("why not"),
        max_length=250,
        blank=True,
        help_text=_("Why this person has no portal access. Staff read it, nobody else."),
    )
    external_ref = models.CharField(_("external reference"), max_length=120, blank=True, db_index=True)
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True, editable=False)

    email_key = KeyField(source="email", key=contact.email_key)
    mobile_key = KeyField(source="mobile", key=_mobile_key)
    postcode_key = KeyField(source="postcode", key=contact.postcode_key)
    # Links and sessions remember these; a change of contact ends both, a corrected identity ends sessions.
    contact_version = models.PositiveIntegerField(default=1, editable=False)
    identity_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["last_name", "first_name", "pk"]
        permissions = [
            ("export_client", _("Can export everything that is held about a client")),
            ("anonymise_client", _("Can anonymise a client")),
        ]

    def __str__(self):
        # Wagtail's log keeps this for ever and shows it widely, so it holds no name.
        return f"Client #{self.pk}"

    def save(self, *args, **kwargs):
        written = kwargs.get("update_fields")
        compared = _COMPARED if written is None else _COMPARED & set(written)
        raised = self._raise_versions(compared) if self.pk and compared else set()
        if written is not None:
            fields = set(written)
            kwargs["update_fields"] = fields | raised | {f"{name}_key" for name in fields & _KEYED}
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def has_identity(self) -> bool:
        """Whether the clinic holds what the identity check compares."""
        return bool(self.date_of_birth and contact.postcode_key(self.postcode))

    def clean(self):
        super().clean()
        if self.mobile and not _mobile_key(self.mobile):
            raise ValidationError(
                {
                    "mobile": _(
                        "Enter a mobile number, with its country code if it is from abroad, like +44 7700 900123."
                    )
                }
            )

    def _raise_versions(self, compared: set[str]) -> set[str]:
        """Compare these fields with the stored row and return the names of the versions raised.

        Filling in what was blank ends nothing: nobody could have used it.
        """
        stored = type(self).objects.filter(pk=self.pk).first()
        if stored is None:
            return set()
        self.contact_version, self.identity_version = stored.contact_version, stored.identity_version
        date_of_birth = self._meta.get_field("date_of_birth").to_python(self.date_of_birth)
        replaced = {
            "email": _replaced(stored.email_key, contact.email_key(self.email)),
            "mobile": _replaced(stored.mobile_key, _mobile_key(self.mobile)),
            "date_of_birth": _replaced(stored.date_of_birth, date_of_birth),
            "postcode": _replaced(stored.postcode_key, contact.postcode_key(self.postcode)),
        } | {name: getattr(stored, name) and not getattr(self, name) for name in _ACCESS}
        changed = {name for name in compared if replaced[name]}
        raised = set()
        if changed & ({"email", "mobile"} | _ACCESS):
            self.contact_version += 1
            raised.add("contact_version")
        if changed & {"date_of_birth", "postcode"}:
            self.identity_version += 1
            raised.add("identity_version")
        return raised


def _replaced(old, new) -> bool:
    return bool(old) and old != new
