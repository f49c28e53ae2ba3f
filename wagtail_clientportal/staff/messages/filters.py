"""By what messages are narrowed, whether clients wrote them or were sent them."""

from ..common.register_filters import LocalDaysFilter, Period, RegisterFilterSet, WhenFilter, with_whom_where_and_what


class MessagesFilterSet(RegisterFilterSet):
    """By when they were written, and by the appointment that they are about."""

    when = WhenFilter("created_at", Period.TODAY, Period.WEEK, Period.YEAR)
    days = LocalDaysFilter("created_at")

    def records(self):
        return with_whom_where_and_what("appointment__")
