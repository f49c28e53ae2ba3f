from dataclasses import dataclass, field


@dataclass(frozen=True)
class RenderedMessage:
    """A message ready to go: what a channel is handed to send.

    ``copy`` and ``copy_subject`` are what is kept of it: the text and the subject without their links. ``attachments``
    are triples of file name, content and MIME type.
    """

    subject: str
    text: str
    html: str = ""
    copy: str = ""
    copy_subject: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    attachments: tuple[tuple[str, str, str], ...] = ()
