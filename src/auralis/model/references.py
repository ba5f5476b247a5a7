"""References: sounds that a listener wants others to come near to."""

from dataclasses import dataclass

from auralis.model.fingerprint import Fingerprint


@dataclass(frozen=True, slots=True)
class Reference:
    """A track of the library, or an uploaded file, as a goal of mastering; ``created_at`` is in epoch milliseconds.

    ``track_id`` names the track; ``file`` the uploaded file within the folder of references.
    """

    id: str
    user_id: str
    name: str
    track_id: str | None
    file: str | None
    fingerprint: Fingerprint
    created_at: int
