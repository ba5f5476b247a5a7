"""The score: notes in beats, parts for instruments, and the piece they make."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Note:
    """A note at ``beat`` that is held for ``beats``; ``pitch`` is a MIDI number, ``velocity`` 0 to 1."""

    beat: float
    beats: float = 1.0
    pitch: int = 60
    velocity: float = 0.7


@dataclass(frozen=True, slots=True)
class Part:
    """What one instrument plays and how it sits in the mix.

    ``pan`` is -1 (left) to 1; ``room`` and ``echo`` are sends, 0 to 1; ``duck`` is how far the kick presses it down;
    ``loose_ms`` is the spread of the player's timing.
    """

    voice: str
    notes: list[Note]
    gain_db: float = -12.0
    pan: float = 0.0
    room: float = 0.2
    echo: float = 0.0
    duck: float = 0.0
    loose_ms: float = 4.0


@dataclass(frozen=True, slots=True)
class Score:
    """A piece of music: ``beats`` long, and then as long as its last sounds ring (``tail_seconds``)."""

    tempo_bpm: float
    beats: float
    parts: list[Part] = field(default_factory=list)
    swing: float = 0.5
    """Where the second half of a beat falls: 0.5 is straight, 2/3 a triplet."""
    tail_seconds: float = 2.5

    def seconds(self, beat: float) -> float:
        """Return when ``beat`` falls."""
        whole, part = divmod(beat, 1.0)
        swung = part * 2 * self.swing if part < 0.5 else self.swing + (part - 0.5) * 2 * (1 - self.swing)
        return (whole + swung) * 60 / self.tempo_bpm


def shifted(notes: list[Note], beats: float, *, semitones: int = 0, louder: float = 1.0) -> list[Note]:
    """Return ``notes`` later, higher, louder."""
    return [
        replace(n, beat=n.beat + beats, pitch=n.pitch + semitones, velocity=min(1.0, n.velocity * louder))
        for n in notes
    ]
