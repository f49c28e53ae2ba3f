"""Where, with whom, which day and what time: one screen, on which a question with one answer isn't asked."""

from django.utils.translation import gettext as _

from ...access.booking_browser import own_holds
from ...diary.free_slots import find_free_slots
from ...screens.asked_for import FAR, parse_day
from ...screens.month_and_week import MonthAndWeek
from ...screens.narrowing import Narrowing
from ..choice import chosen
from ..people import person
from ..screen import screen


@screen("GET")
def choose(context):
    choice = chosen(context)
    if choice is None:
        return context.redirect("what")
    return show_times(context, choice)


def show_times(context, choice, explanation=None, *, instead_of=None):
    """Show what ``show_free`` shows of the times that are free now; the parameters are its own."""
    minutes = _free(context, choice) if choice.location else []
    return show_free(context, choice, minutes, explanation, instead_of=instead_of)


def show_free(context, choice, minutes, explanation=None, *, instead_of=None):
    """Show who and where there is to choose between, a month with the free days, and the times of seven days.

    :param minutes: the free starts, sorted, in minutes since 1970 UTC.
    :param explanation: why the time chosen before can't be had.
    :param instead_of: that time (aware); its day, or the nearest with times, is shown and no other.
    """
    values = {
        "what": choice.appointment_type.name,
        "locations": _links(context, "location", choice.locations, choice),
        "explanation": explanation,
        "where": choice.location,
    }
    if choice.location is None:
        return context.render("where", title=_("Where would you like to come?"), **values)
    values |= _with_whom(context, choice)
    if not minutes:
        return context.render("no_times", title=_("No free times at the moment"), **values)
    zone = choice.location.zone
    times = MonthAndWeek(
        minutes,
        zone=zone,
        today=context.now.astimezone(zone).date(),
        chosen=parse_day(context.request.GET.get("from")),
        narrowing=Narrowing.asked_for(context.request.GET),
        instead_of=instead_of and instead_of.astimezone(zone).date(),
        url=context.url("when", **choice.query()),
        confirm_url=context.url("details", **choice.query()),
    )
    return context.render("when", title=_("Choose a day and a time"), times=times, **values)


def _with_whom(context, choice) -> dict:
    """Who there is to choose between, and what is told of them: of all, or of the one who is chosen."""
    links = _links(context, "clinician", choice.clinicians, choice)
    if links:
        anyone = {name: value for name, value in choice.query().items() if name != "clinician"}
        links.insert(
            0, {"name": _("Anyone"), "url": context.url("when", **anyone), "is_chosen": choice.clinician is None}
        )
    if choice.clinician:
        return {"clinicians": links, "chosen_person": person(choice.clinician)}
    urls = [one["url"] for one in links[1:]]
    people = [person(one, url) for one, url in zip(choice.clinicians, urls, strict=True)]
    return {"clinicians": links, "people": [one for one in people if one.is_introduced]}


def _links(context, name: str, offered, choice) -> list[dict]:
    """What there is to choose between, where there is more than one."""
    if len(offered) < 2:
        return []
    now_chosen = getattr(choice, name)
    return [
        {
            "name": one.name,
            "address": getattr(one, "address", ""),
            "url": context.url("when", **choice.query() | {name: one.pk}),
            "is_chosen": one == now_chosen,
        }
        for one in offered
    ]


def _free(context, choice) -> list[int]:
    """Every start that somebody has free, sorted: one call for all of them and the whole horizon."""
    found = find_free_slots(
        choice.everybody,
        choice.appointment_type,
        choice.location,
        context.now,
        context.now + FAR,
        own_holds=own_holds(context.request.session),
        now=context.now,
    )
    return sorted(set().union(*found.values()))
