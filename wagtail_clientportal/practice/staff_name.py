"""What a member of the staff is called."""


def staff_name(user) -> str:
    """Return the full name of *user*, or the name that they log in by where no other is known."""
    return user.get_full_name() or user.get_username()
