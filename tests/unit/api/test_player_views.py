"""The queue as clients see it."""

import orjson

from auralis.api.player_views import _removed_track
from auralis.api.schemas import Track
from auralis.model.player import QueueEntry


def test_a_track_that_has_left_the_library_keeps_its_place() -> None:
    shown = Track.model_validate(orjson.loads(_removed_track(QueueEntry("e1", "t1", 12.5))))
    assert (shown.id, shown.duration, shown.missing) == ("t1", 12.5, True)
    assert shown.artist is None
