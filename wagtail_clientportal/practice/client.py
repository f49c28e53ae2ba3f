from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..conf import settings
from . import contact
from .birth import validate_born
from .external_ref import external_key_field, external_ref_field, one_record_each, validate_external_ref
from .languages import language_choices
from .location import site_today
from .permissions import ANONYMISE_CLIENT, EXPORT_CLIENT, MERGE_CLIENT, READ_CLIENT_LOG
from .worked_out import WorkedOutQuerySet


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

    def worked_out(self, model_instance) -> str:
        """Return what the column has to hold."""
        return self.key(getattr(model_instance, self.source) or "")[: self.max_length]

    def pre_save(self, model_instance, add):
        value = self.worked_out(model_instance)
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
    email_opt_in = models.BooleanField(
        _("emails about appointments"),
        default=True,
        help_text=_("Off: we email them nothing about appointments. Links to sign in are sent when they ask for one."),
    )
    sms_opt_in = models.BooleanField(
        _("texts about appointments"), default=True, help_text=_("Off: we text them nothing about appointments.")
    )
    # These the client may end, the two above the staff alone.
    email_reminders = models.BooleanField(
        _("reminders by email"), default=True, help_text=_("They can stop these themselves, in any reminder.")
    )
    sms_reminders = models.BooleanField(
        _("reminders by text"), default=True, help_text=_("They can stop these themselves, in the portal.")
    )
    language = models.CharField(
        _("language of our messages"),
        max_length=20,
        blank=True,
        choices=language_choices,
        help_text=_("Empty: the language of the website. They can choose it themselves in the portal."),
    )
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
    note = models.TextField(
        _("note"),
        blank=True,
        max_length=500,
        help_text=_(
            "For the desk, like “ring the daughter”. Staff read it wherever this person is, and clients never do."
        ),
    )
    external_ref = external_ref_field()
    external_key = external_key_field()
    site = models.ForeignKey(
        "wagtailcore.Site",
        verbose_name=_("registered at"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Whose staff made the record, where they work for one site alone."),
    )
    registered_online_at = models.DateTimeField(
        _("new from online booking"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the record was made out of what somebody typed on the website."),
    )
    # The contact_version under which somebody typed them on the website whom they may not belong to
    unproved_email_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    unproved_mobile_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True, editable=False)
    # Where the person is found whose second record this was
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_records", editable=False
    )

    email_key = KeyField(source="email", key=contact.email_key)
    mobile_key = KeyField(source="mobile", key=_mobile_key)
    postcode_key = KeyField(source="postcode", key=contact.postcode_key)
    # Links and sessions remember these; a change of contact ends both, a corrected identity ends sessions.
    contact_version = models.PositiveIntegerField(default=1, editable=False)
    identity_version = models.PositiveIntegerField(default=1, editable=False)

    WORKED_OUT = {"date_of_birth": {"identity_version"}} | {name: {f"{name}_key"} for name in _KEYED}

    objects = WorkedOutQuerySet.as_manager()

    # A save writes a client alone: what refers to a record is asked of the database when that matters.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["last_name", "first_name", "pk"]
        indexes = [models.Index(fields=["last_name", "first_name"], name="cp_client_name")]
        permissions = [
            (EXPORT_CLIENT, _("Can export everything that is held about a client")),
            (ANONYMISE_CLIENT, _("Can anonymise a client")),
            (READ_CLIENT_LOG, _("Can read who opened, changed or exported client records")),
            (MERGE_CLIENT, _("Can merge two records of one client")),
        ]
        constraints = [one_record_each("cp_client_external_ref")]

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

    @classmethod
    def written_fields(cls) -> list[models.Field]:
        """The fields of a record that somebody writes, in the order in which they are declared."""
        return [field for field in cls._meta.concrete_fields if field.editable and not field.primary_key]

    def work_out_keys(self) -> None:
        """Let the keys say what the contacts and the postcode are, before the record is saved."""
        for name in _KEYED:
            field = self._meta.get_field(f"{name}_key")
            setattr(self, field.attname, field.worked_out(self))

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def has_proved(self, address: str) -> bool:
        """Whether *address* is known to be theirs: staff say so, or somebody followed a link that was sent there.

        :param address: their email address or mobile number; "" asks for both.
        """
        versions = {self.unproved_email_version, self.unproved_mobile_version}
        if address:
            versions = {self.unproved_email_version if "@" in address else self.unproved_mobile_version}
        return self.contact_version not in versions

    def note_proved(self, address: str) -> None:
        """Remember that somebody followed a link that was sent to *address*, of this client's."""
        name = "unproved_email_version" if "@" in address else "unproved_mobile_version"
        if getattr(self, name) is not None:
            setattr(self, name, None)
            type(self).objects.filter(pk=self.pk).update(**{name: None})

    @property
    def has_identity(self) -> bool:
        """Whether the clinic holds what the identity check compares."""
        return bool(self.date_of_birth and contact.postcode_key(self.postcode))

    def clean(self):
        super().clean()
        validate_external_ref(self)
        if self.date_of_birth:
            try:
                validate_born(self.date_of_birth, site_today())
            except ValidationError as error:
                raise ValidationError({"date_of_birth": error}) from error
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
