"""Commands that were sent under a key of the sender's own, and what they were answered with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SentCommand:
    """Whose command it is, where it was sent, its key, and a digest of what it said."""

    user_id: str
    path: str
    key: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """What a command was answered with: status, the parts of the envelope as JSON, and their tag."""

    status: int
    data: bytes
    meta: bytes
    links: bytes
    message: bytes
    etag: bytes


@dataclass(frozen=True, slots=True)
class KnownCommand:
    """A command that was sent before; without an answer it was begun, and nobody knows how it went."""

    digest: bytes
    answer: CommandAnswer | None
