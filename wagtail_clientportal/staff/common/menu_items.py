"""Items of the admin's menu that not everybody is shown."""

from collections.abc import Callable

from wagtail.admin.menu import MenuItem


def shown_to(may: Callable[..., bool]) -> type[MenuItem]:
    """Return the class of an item for those users of whom *may* is true: who may not open a screen isn't led there."""

    class MenuItemForSome(MenuItem):
        def is_shown(self, request):
            return may(request.user)

    return MenuItemForSome
