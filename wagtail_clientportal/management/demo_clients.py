"""Whom the demo clinic treats: invented people, with contacts that are nobody's."""

import random
from datetime import date, timedelta

from ..conf import settings
from ..practice.models import Client

CLIENTS = 60
# The client whose details are handed to whoever tries the portal is found again by this.
DEMO_CLIENT_REF = "demo-01"

FIRST_NAMES = (  # noqa: SIM905 - sixty-six quotes are harder to read
    "Arthur Beatrice Callum Dorothy Edmund Farida Gareth Harriet Imran Joan Kofi Lorna Malcolm Niamh Oscar Priya "
    "Quentin Rhiannon Stanley Tamsin Usha Victor Wilma Xavier Yusuf Zara Angus Bronwen Clive Deirdre Elijah Fiona "
    "Graham Hilda Isla Jerome Kathleen Leonard Mabel Nigel Odette Percy"
).split()
LAST_NAMES = (  # noqa: SIM905
    "Abernathy Blackwood Cartmell Dunmore Eastleigh Fenwick Garside Hollis Inglewood Jessop Kettering Lockhart "
    "Merriman Nettleton Oakhurst Pemberley Quayle Rathbone Silverdale Thackeray Underhill Vickery Wetherby Yarrow"
).split()


def _mobile(number: int) -> str:
    """The drama number 07700 900*number*; with its country code where the site reads numbers as another country's."""
    return f"07700 900{number:03}" if settings.DEFAULT_REGION == "GB" else f"+44 7700 900{number:03}"


def _postcode(rng: random.Random) -> str:
    # Well formed, and nobody's: there is no postcode area ZX.
    letters = "".join(rng.choices("ABDEFGHJLNPQRSTU", k=2))
    return f"ZX{rng.randint(1, 9)} {rng.randint(1, 9)}{letters}"


def make_clients(rng: random.Random) -> list[Client]:
    """Sixty clients. The first is the demo client, then come the families, then those whose record lacks something."""
    twins = {"last_name": "Winterbourne", "email": "winterbournes@example.org", "postcode": "ZX3 4GH"}
    parent = {"last_name": "Adeyemi", "mobile": _mobile(103), "postcode": "ZX2 6JH"}
    special = [
        {
            "first_name": "Margaret",
            "last_name": "Hale",
            "email": "margaret.hale@example.org",
            "mobile": _mobile(100),
            "date_of_birth": date(1956, 12, 9),
            "postcode": "ZX1 5TR",
        },
        twins | {"first_name": "Rosa", "date_of_birth": date(1994, 5, 17), "mobile": _mobile(101)},
        twins | {"first_name": "Tom", "date_of_birth": date(1994, 5, 17), "mobile": _mobile(102)},
        parent | {"first_name": "Folake", "date_of_birth": date(1985, 3, 2), "email": "folake@example.org"},
        parent | {"first_name": "Dayo", "date_of_birth": date(2014, 8, 21)},
        {
            "first_name": "Walter",
            "last_name": "Pym",
            "email": "walter.pym@example.org",
            "mobile": _mobile(105),
            "date_of_birth": date(1948, 1, 30),
        },
        {
            "first_name": "Ines",
            "last_name": "Carrow",
            "email": "ines.carrow@example.org",
            "mobile": _mobile(106),
            "date_of_birth": date(1977, 10, 11),
            "postcode": "ZX6 1LN",
            "is_active": False,
        },
    ]
    rows = [*special]
    names = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
    for number, (first, last) in enumerate(rng.sample(names, CLIENTS - len(special)), start=len(special) + 100):
        rows.append(
            {
                "first_name": first,
                "last_name": last,
                "email": f"{first}.{last}{number}@example.org".lower(),
                "mobile": _mobile(number),
                "date_of_birth": date(1935, 1, 1) + timedelta(days=rng.randrange(70 * 365)),
                "postcode": _postcode(rng),
                "sms_opt_in": rng.random() > 0.1,
            }
        )
    return Client.objects.bulk_create(
        Client(external_ref=f"demo-{number:02}", **row) for number, row in enumerate(rows, start=1)
    )
