from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ...staff.second_factor.devices import is_set_up, reset_second_factor
from ...staff.second_factor.installed import is_installed


class Command(BaseCommand):
    help = (
        "Forgets the second factor of one member of the staff, who then sets one up at the next login. For the day "
        "when nobody is left who could do it in the admin."
    )

    def add_arguments(self, parser):
        parser.add_argument("username", help="the name that they log in by")

    def handle(self, *, username, **options):
        if not is_installed():
            raise CommandError(_("This site has no second factor. “manage.py check” says what one needs."))
        users = get_user_model()
        try:
            user = users._default_manager.get_by_natural_key(username)
        except users.DoesNotExist as nobody:
            raise CommandError(_("Nobody logs in as “%(name)s”.") % {"name": username}) from nobody
        if not is_set_up(user):
            raise CommandError(_("“%(name)s” has no second factor.") % {"name": username})
        reset_second_factor(user, by=None)
        self.stdout.write(_("“%(name)s” sets up a second factor at the next login.") % {"name": username})
