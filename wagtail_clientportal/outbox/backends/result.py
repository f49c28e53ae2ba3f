from typing import NamedTuple


class SendResult(NamedTuple):
    """How a channel answered.

    ``permanent`` says that trying again is useless (unknown mailbox, invalid number). ``error_code`` is shown to staff
    and kept; it never holds the recipient or the text.
    """

    ok: bool
    provider_id: str = ""
    error_code: str = ""
    permanent: bool = False
