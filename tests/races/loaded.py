"""What every racing process has loaded when it begins (see racers.py)."""

import django

django.setup()

import tests.races.contests  # noqa: E402, F401
