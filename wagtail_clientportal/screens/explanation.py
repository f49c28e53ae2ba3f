"""What is said where something can't be done online."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """What is the matter, and the sentences that say why."""

    heading: str
    sentences: tuple[str, ...] = ()
