"""What for? Straight on where there is one answer, or the address has it."""

from django.http import HttpResponseRedirect
from django.utils.http import urlencode

from ...practice.durations import minutes_in_words
from ...practice.money import price_in_words
from ...practice.online_offer import offered_clinicians, offered_types
from ..choice import named
from ..screen import screen

_PRESET = ("type", "location", "clinician")


@screen("GET")
def choose(context):
    preset = {name: context.request.GET[name] for name in _PRESET if name in context.request.GET}
    types = list(offered_types(context.site))
    if somebody := named(offered_clinicians(context.site), preset.get("clinician")):
        # Whoever comes from somebody's portrait is offered what that person does.
        theirs = set(offered_types(context.site, somebody.pk))
        types = [one for one in types if one in theirs] or types
    if len(types) == 1:
        preset["type"] = types[0].pk
    if "type" in preset and any(str(one.pk) == str(preset["type"]) for one in types):
        return HttpResponseRedirect(context.url("when", **preset))
    return show_types(context, types, preset)


def show_types(context, types, preset):
    """:param preset: what the address says already."""
    return context.render(
        "what",
        title=context.page.title,
        welcome_text=context.rules.welcome_text,
        sign_in_url=context.sign_in_url if context.client is None else "",
        types=[
            {
                "name": one.name,
                "description": one.description,
                "url": f"{context.url('when')}?{urlencode(preset | {'type': one.pk})}",
                "duration": minutes_in_words(one.duration_minutes),
                "price": price_in_words(one.price),
            }
            for one in types
        ],
    )
