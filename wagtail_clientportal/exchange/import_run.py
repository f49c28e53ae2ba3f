from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """A file that somebody uploaded to import it, and how far that is.

    It is tried first, and imported when somebody has seen what would come of it.
    """

    class Kind(models.TextChoices):
        CLINICIANS = "clinicians", _("Clinicians")
        HOURS = "hours", _("Hours")
        CLIENTS = "clients", _("Clients")
        APPOINTMENTS = "appointments", _("Appointments")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        TRYING = "trying", _("Being tried")
        TRIED = "tried", _("Tried, nothing imported yet")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        STOPPED = "stopped", _("Stopped")

    kind = models.CharField(_("what"), max_length=20, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.UPLOADED)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    headings = models.JSONField(default=list)
    examples = models.JSONField(default=list)  # of the first rows, the cells as text
    columns = models.JSONField(default=dict)  # a column's name → its place in a row
    overbook = models.BooleanField(_("even over other appointments"), default=False)
    by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("uploaded"))
    ended_at = models.DateTimeField(_("imported at"), null=True)
    why_stopped = models.CharField(max_length=500, blank=True)
    # Of the try, or of the import once it has begun
    last_row = models.PositiveIntegerField(default=1)
    last_row_of_try = models.PositiveIntegerField(default=1)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # Until when a worker has it in hand; over, another one may take it
    leased_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("add",)

    def __str__(self):
        return f"Import #{self.pk}"

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.TRYING, self.State.IMPORTING)

    @property
    def percent(self) -> int | None:
        """How far it is; ``None`` while nobody knows how many rows there are."""
        if self.state != self.State.IMPORTING:
            return None
        return min(100, 100 * self.last_row // max(1, self.last_row_of_try))


class ImportFilePart(models.Model):
    """A piece of the file: in the database, which every machine reaches, and no visitor as they may a media folder."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ["number"]
        default_permissions = ()


class ImportRefusal(models.Model):
    """A row that can't be imported as it stands."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refusals")
    number = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    why = models.TextField()
    cells = models.JSONField()

    class Meta:
        ordering = ["number"]
        default_permissions = ()
