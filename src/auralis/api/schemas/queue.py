"""The queue's shapes, and what clients ask of it."""

from typing import Literal

from pydantic import Field, model_validator

from auralis.api.schemas.base import Request, Shape
from auralis.api.schemas.library import Track

LARGEST_WINDOW = 500


class QueueItem(Shape):
    """A queue entry with its track; a track without a file is marked as missing."""

    entry_id: str
    lane: Literal["next", "later", "context"] = Field(
        description="How it came into the queue: asked for next, asked for later, or with the context"
    )
    track: Track


class QueueState(Shape):
    """A window of the queue: what was asked for, or at most 200 entries around the current one."""

    revision: int
    total: int
    offset: int
    current_index: int | None
    entries: list[QueueItem]
    can_undo: bool
    can_redo: bool


class QueueSplice(Shape):
    """At place ``at``, so many entries give way to others."""

    at: int
    removed: list[str] = Field(description="Ids of the entries that go, in their order")
    inserted: list[QueueItem]


class QueueUpdated(Shape):
    """A change of the queue: what led from one revision to the next."""

    action: Literal["load", "add", "remove", "clear", "reorder", "shuffle", "undo", "redo"]
    from_revision: int
    revision: int
    total: int
    current_index: int | None
    can_undo: bool
    can_redo: bool
    splices: list[QueueSplice] | None = Field(
        description="In their order; null for a change of more than 200 entries: a queue.state follows"
    )


class PlayContext(Request):
    """Where the queue comes from."""

    type: Literal["tracks", "album", "artist", "playlist", "search", "library"]
    id: str | None = None
    track_ids: list[str] | None = Field(default=None, max_length=10_000)
    query: str | None = Field(default=None, min_length=2, max_length=200)
    sort: str | None = None
    order: Literal["asc", "desc"] | None = None


class QueueChange(Request):
    """Any change of the queue."""

    expected_revision: int | None = Field(
        default=None, ge=0, description="Refuse with CONFLICT unless the queue has this revision"
    )


class QueueAddBody(QueueChange):
    """What to add to the queue, and where."""

    track_ids: list[str] | None = Field(default=None, min_length=1, max_length=10_000)
    context: PlayContext | None = None
    position: Literal["now", "next", "end"] = Field(
        default="end", description="`next` and `end` stand before what is left of the context that plays"
    )

    @model_validator(mode="after")
    def _one_source(self) -> "QueueAddBody":
        if (self.track_ids is None) == (self.context is None):
            raise ValueError("Either trackIds or context is given.")
        return self


class QueueRemoveBody(QueueChange):
    """Which entries to take out."""

    entry_ids: list[str] = Field(min_length=1, max_length=10_000)


class QueueClearBody(QueueChange):
    """What to keep when the queue is cleared."""

    keep_current: bool = Field(default=False, description="Keep the current entry, so that it plays on")


class QueueReorderBody(QueueChange):
    """Which entry to put behind which."""

    entry_id: str
    after_entry_id: str | None = Field(description="null: to the front")


class QueueGetBody(Request):
    """Which part of the queue; without members, the part around the current entry."""

    offset: int | None = Field(default=None, ge=0)
    limit: int = Field(default=200, ge=1, le=LARGEST_WINDOW)
