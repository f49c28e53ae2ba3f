"""Where the bars of a chart lie: numbers for a template that draws them as SVG. No Django but for the words.

Lengths along the page are per cent of its width, so that words keep their size on a phone; heights are pixels.
"""

from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.translation import gettext as _

TOP, PLOT, FOOT = 16, 140, 20  # pixels: above upright bars, for the longest, and below
LINE = 40  # pixels: a lying bar with its name above it
THICK = 14  # pixels: a lying bar
MOST_LABELS = 4  # below upright bars, on a phone too
WIDEST = 8  # per cent: an upright bar where there are few
LONGEST = 85  # per cent: a lying bar, behind which its number stands

# A bar's name, its number, and how that is written
Named = tuple[str, float | None, str]


@dataclass(frozen=True)
class Bar:
    """Lengths are texts as SVG has them, whatever the reader's language writes a decimal point as."""

    name: str
    number: str
    x: str
    y: str
    width: str
    height: str
    name_y: int = 0  # where the name of a lying bar stands, and its number
    number_y: int = 0


@dataclass(frozen=True)
class Chart:
    """
    :param key: no other chart's, for an id.
    :param is_upright: whether the bars stand side by side, as weeks do, or lie below one another.
    :param base: where upright bars stand.
    :param top: what the line that the longest may reach stands for.
    :param labels: of upright bars: where a name stands, and the name.
    """

    key: str
    title: str
    description: str
    is_upright: bool
    bars: list[Bar]
    height: int
    base: int = TOP + PLOT
    top: str = ""
    labels: tuple[tuple[str, str], ...] = ()


def chart_of(key: str, title: str, named: list[Named], *, is_upright: bool) -> Chart | None:
    """Return the chart of these bars; ``None`` where none of them has a length."""
    highest = max(named, key=lambda one: one[1] or 0, default=("", 0, ""))
    if not highest[1]:
        return None
    description = _("The highest is %(number)s: %(name)s. The table has every number.") % {
        "number": highest[2],
        "name": highest[0],
    }
    top = round_up(highest[1])
    if not is_upright:
        return Chart(key, title, description, False, _lying(named, top), LINE * len(named))
    bars = _upright(named, top)
    labels = tuple((bar.x, bar.name) for bar in bars[:: ceil(len(bars) / MOST_LABELS)])
    return Chart(key, title, description, True, bars, TOP + PLOT + FOOT, top=f"{top:g}", labels=labels)


def _upright(named: list[Named], top: float) -> list[Bar]:
    apart = 100 / len(named)
    bars = []
    for number, (name, value, written) in enumerate(named):
        length = PLOT * (value or 0) / top
        across = _percent(number * apart), _percent(min(apart * 0.8, WIDEST))
        bars.append(Bar(name, written, across[0], f"{TOP + PLOT - length:.1f}", across[1], f"{length:.1f}"))
    return bars


def _lying(named: list[Named], top: float) -> list[Bar]:
    bars = []
    for number, (name, value, written) in enumerate(named):
        name_y = number * LINE + 12
        length = _percent(LONGEST * (value or 0) / top)
        bars.append(Bar(name, written, "0", str(name_y + 6), length, str(THICK), name_y, name_y + 6 + THICK - 3))
    return bars


def round_up(number: float) -> float:
    """Return the next number up that has one figure and noughts behind it: where the scale ends."""
    tens = 10 ** floor(log10(number))
    return ceil(round(number / tens, 6)) * tens


def _percent(length: float) -> str:
    return f"{length:.2f}%"
