from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that keeps clients from being served, in the active language.

    :param key: names the kind of thing, for programs.
    :param what: a sentence that says what is wrong.
    :param mend: one or more that say what to do about it.
    """

    key: str
    what: str
    mend: str
