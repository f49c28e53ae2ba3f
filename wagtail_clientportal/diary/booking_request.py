import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..conf import settings


class BookingRequest(models.Model):
    """What somebody wants to book from the clinic's own pages, until it is an appointment.

    Nothing in it is proved: who it is for is known only when a link to their email address was followed, or when a
    signed-in ``client`` asks. It lapses by the clock, and the purge deletes it with all that was typed.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        BOOKED = "booked", _("Booked")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What the form carried: the same form sent twice is one request
    key = models.CharField(max_length=64, unique=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    appointment_type = models.ForeignKey(
        "wagtail_clientportal.AppointmentType", on_delete=models.CASCADE, related_name="+"
    )
    location = models.ForeignKey("wagtail_clientportal.Location", on_delete=models.CASCADE, related_name="+")
    clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("With whom, or with whom the place is held; nobody yet for anyone."),
    )
    with_anyone = models.BooleanField(default=False)
    start = models.DateTimeField()
    # Who is signed in; the rest is what somebody typed who isn't.
    client = models.ForeignKey(
        "wagtail_clientportal.Client", null=True, blank=True, on_delete=models.CASCADE, related_name="booking_requests"
    )
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    mobile = models.CharField(max_length=40, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    email_opt_in = models.BooleanField(default=True)
    sms_opt_in = models.BooleanField(default=True)
    message = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # When the link to confirm it was asked for. From then on nothing of it changes: the link is for what was shown.
    asked_at = models.DateTimeField(null=True, blank=True)
    appointment = models.OneToOneField(
        "wagtail_clientportal.Appointment",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="booking_request",
    )
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("booking request")
        verbose_name_plural = _("booking requests")

    def __str__(self):
        return f"Booking request #{self.pk}"

    @property
    def hold_key(self) -> str:
        """Names the hold that keeps its place."""
        return str(self.public_id)

    @property
    def stands_as_asked(self) -> bool:
        """Whether the appointment that was made of it is still what was asked for."""
        made = self.appointment
        asked = self.start, self.location_id, self.appointment_type_id
        return made.holds_place and (made.start, made.location_id, made.appointment_type_id) == asked

    def has_lapsed(self, now: datetime) -> bool:
        """Whether nothing can come of it any more."""
        return self.state == self.State.OPEN and now >= self.created_at + settings.BOOKING_REQUEST_LIFETIME
