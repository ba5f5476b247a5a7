"""What may be asked for: which tracks, mastered how, into what kind of file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.player import PRESETS, is_preset

FORMATS = ("flac", "wav")
BIT_DEPTHS = (16, 24)
MOST_TRACKS = 500
PER_TRACK = 1000
"""Steps of a job's progress for each track."""


@dataclass(frozen=True, slots=True)
class Order:
    """Tracks in the order of their files, and how they are to be mastered; ``together`` as the tracks of one album."""

    track_ids: tuple[str, ...]
    preset: str = "adaptive"
    intensity: float = 1.0
    format: str = "flac"
    bit_depth: int = 24
    title: str = "master"
    together: bool = False
    context: Mapping[str, Any] = field(default_factory=dict)

    def checked(self) -> "Order":
        """Return the order if it can be carried out.

        Raises
        ------
        InvalidInputError
            Field by field.
        """
        errors = []
        if not 1 <= len(self.track_ids) <= MOST_TRACKS:
            errors.append(FieldError("trackIds", f"a job has 1 to {MOST_TRACKS} tracks", len(self.track_ids)))
        if not is_preset(self.preset):
            errors.append(FieldError("preset", f"must be one of {', '.join(PRESETS)}", self.preset))
        if not (isfinite(self.intensity) and 0.0 <= self.intensity <= 1.0):
            errors.append(FieldError("intensity", "must be 0 to 1"))
        if self.format not in FORMATS:
            errors.append(FieldError("format", f"must be one of {', '.join(FORMATS)}", self.format))
        if self.bit_depth not in BIT_DEPTHS:
            errors.append(FieldError("bitDepth", "must be 16 or 24", self.bit_depth))
        if errors:
            raise InvalidInputError("The job cannot be done as asked.", errors)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the order as JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Order":
        """Rebuild an order from what ``to_dict`` gave, also after a way through JSON."""
        return cls(**{**data, "track_ids": tuple(data["track_ids"])})
