"""What a policy says, as plain values."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class PolicyRules:
    """The rules and the wording that apply to one appointment.

    ``revision_id`` is the pk of the published Wagtail revision whose wording this is, ``None`` where the policy
    was never published through a revision (or there is no policy: then nothing may be done online).
    """

    changes_enabled: bool = False
    change_window: timedelta = timedelta(0)
    max_changes: int | None = None  # of one appointment; None: any number
    cancellations_enabled: bool = False
    cancellation_window: timedelta = timedelta(0)
    status_after_cancellation_id: int | None = None
    wording: str = ""  # rich text as stored
    revision_id: int | None = None

    @classmethod
    def of(cls, ruling, read) -> "PolicyRules":
        """Return the rules of one ``PortalPolicy``, *ruling*, in the words of another, *read*: see translated.py."""
        return cls(
            changes_enabled=ruling.changes_enabled,
            change_window=ruling.change_window,
            max_changes=ruling.max_changes,
            cancellations_enabled=ruling.cancellations_enabled,
            cancellation_window=ruling.cancellation_window,
            status_after_cancellation_id=ruling.status_after_cancellation_id,
            wording=read.cancellation_policy,
            revision_id=read.live_revision_id,
        )

    @property
    def wording_sha256(self) -> str:
        """SHA-256 (hex) of the wording, so that what a client was shown can be proved later."""
        return hashlib.sha256(self.wording.encode()).hexdigest()
