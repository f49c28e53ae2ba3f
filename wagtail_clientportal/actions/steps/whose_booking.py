"""Whose is an online booking that a link has confirmed? A client's whom the clinic knows, or somebody's who is new."""

from datetime import datetime

from django.db import connection

from ...access.candidates import clients_with_contact
from ...access.identity import Answers, first_name_fits, fits
from ...diary.models import BookingRequest
from ...policies.models import BookingSettings
from ...practice.contact import email_key
from ...practice.models import Client
from ..refusals import NewClientsNotTaken

_FIRST_VERSION = Client._meta.get_field("contact_version").default


def client_of(asked: BookingRequest, now: datetime) -> Client:
    """Return whose booking *asked* is, within the transaction that books it.

    Whether the clinic knows somebody can't be told by the work: a record is made of what was typed in any case, and
    taken back where there is one already.

    :raises NewClientsNotTaken: the clinic takes only clients whom it knows.
    """
    if asked.client:
        return asked.client
    are_new_ones_welcome, known = BookingSettings.for_site(asked.site).new_clients, known_client(asked)
    if not (known or are_new_ones_welcome):
        raise NewClientsNotTaken
    before = connection.savepoint()
    made = new_client(asked, now)
    if known is None:
        connection.savepoint_commit(before)
        return made
    connection.savepoint_rollback(before)
    if asked.asked_at:
        known.note_proved(known.email)
    return known


def known_client(asked: BookingRequest) -> Client | None:
    """Return the one client whose email address, date of birth and postcode were typed, told apart by the first name
    where several have them; ``None`` where nobody fits, or more than one."""
    answers = Answers(asked.date_of_birth, asked.postcode, asked.first_name)
    fitting = [one for one in clients_with_contact(email_key(asked.email)) if fits(one, answers)]
    if len(fitting) > 1:
        fitting = [one for one in fitting if first_name_fits(one, answers)]
    return fitting[0] if len(fitting) == 1 else None


def new_client(asked: BookingRequest, now: datetime) -> Client:
    """Make a record out of what was typed, marked for the staff as new from online booking. Nobody has
    shown that the mobile is theirs, nor the email address where they followed no link."""
    return Client.objects.create(
        first_name=asked.first_name,
        last_name=asked.last_name,
        email=asked.email,
        mobile=asked.mobile,
        date_of_birth=asked.date_of_birth,
        postcode=asked.postcode,
        email_opt_in=asked.email_opt_in,
        sms_opt_in=asked.sms_opt_in,
        site=asked.site,
        registered_online_at=now,
        unproved_email_version=None if asked.asked_at else _FIRST_VERSION,
        unproved_mobile_version=_FIRST_VERSION if asked.mobile else None,
    )
