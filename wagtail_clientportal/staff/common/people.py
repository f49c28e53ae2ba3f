"""Who saw to something, in words."""

from django.utils.translation import gettext as _

from ...practice.staff_name import staff_name


def when_and_by(user, when: str) -> str:
    """Say that *user* did it *when*, which is in words; ``None`` is somebody whose account is gone."""
    return _("%(when)s, by %(name)s") % {"when": when, "name": staff_name(user)} if user else when
