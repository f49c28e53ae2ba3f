"""What a payment provider is asked, and what it answers: all that the rest of the house knows of one."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from functools import cache

from django.core.checks import CheckMessage
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.module_loading import import_string

from ..conf import settings


class State(Enum):
    WAITING = auto()  # for the client, or for the bank
    PAID = auto()
    FAILED = auto()


@dataclass(frozen=True)
class Charge:
    """What somebody is to pay.

    :param name: by which provider and clinic call it, a UUID as text.
    :param currency: an ISO 4217 code.
    :param description: for the client's statement; it names nobody.
    :param report_url: absolute; where the provider says what became of it.
    :param back_url: absolute; where the client comes back to, however it went.
    :param reference: the provider's own name for it, "" until there is one.
    :param data: what the provider noted the last time.
    """

    name: str
    amount: Decimal
    currency: str
    description: str
    email: str
    report_url: str
    back_url: str
    reference: str = ""
    data: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What the provider says became of a charge.

    :param amount, currency: what was taken, where it is paid.
    :param data: what it needs to know the next time.
    """

    state: State
    amount: Decimal
    currency: str
    reference: str
    data: dict


@dataclass(frozen=True)
class Step:
    """What the client does next: goes to ``go_to``, or fills in the form."""

    report: Report
    go_to: str = ""
    form: Form | None = None


@dataclass(frozen=True)
class Heard:
    """A report that came in, and what whoever brought it is answered."""

    report: Report
    answer: HttpResponse


class ProviderFailed(Exception):
    """The provider can't be reached, or won't take the charge."""


class NotFromProvider(Exception):
    """A report that isn't signed as the provider signs, or that nobody can read."""


class Provider(ABC):
    """One way to take money online. A site may write its own: the setting ``PAYMENT_PROVIDER`` names its class."""

    @abstractmethod
    def next_step(self, charge: Charge, answers: QueryDict | None) -> Step:
        """Return what the client does next; asked again without answers, the same.

        :param answers: what was sent with the form of the last step; ``None`` without one.
        :raises ProviderFailed:
        """

    @abstractmethod
    def named_in(self, request: HttpRequest) -> str:
        """Return the name of the charge that a report is about which came to the address for all of them.

        :raises NotFromProvider:
        """

    @abstractmethod
    def hear(self, charge: Charge, request: HttpRequest) -> Heard:
        """Read the report in *request*.

        :raises NotFromProvider:
        """

    def check(self) -> Iterable[CheckMessage]:
        """Judge the settings that it needs."""
        return []


def provider() -> Provider | None:
    """Return the site's provider; ``None`` where it takes no money online."""
    return _made(settings.PAYMENT_PROVIDER) if settings.PAYMENT_PROVIDER else None


@cache
def _made(path: str) -> Provider:
    return import_string(path)()
