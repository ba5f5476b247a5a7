"""Jazz: a trio of keys or vibraphone, walking bass and drums, with swing."""

from auralis.demo.figures import drum, held_chords, stabs, walking_bass
from auralis.demo.harmony import Harmony
from auralis.demo.melody import Manner
from auralis.demo.pieces import Piece
from auralis.demo.score import Note, Part, Score
from auralis.demo.sketch import Sketch, last_chord

_DESK = {
    "bass": Part("upright bass", [], -6, 0.1, 0.08, loose_ms=5),
    "ride": Part("ride", [], -17, 0.3, 0.12, loose_ms=3),
    "hat": Part("hat", [], -21, -0.3, 0.1, loose_ms=3),
    "brush": Part("brush", [], -19, -0.1, 0.15, loose_ms=4),
    "kick": Part("soft kick", [], -17, 0.0, 0.08, loose_ms=3),
    "comping": Part("electric piano", [], -19, -0.35, 0.2, loose_ms=7),
    "electric piano": Part("electric piano", [], -11, -0.2, 0.25, loose_ms=9),
    "vibraphone": Part("vibraphone", [], -11, 0.2, 0.3, loose_ms=9),
}
_HEAD = Manner(
    ((1, 0.5, 1, 0.5, 1), (0.5, 1, 0.5, 2), (1, 1, 0.5, 1.5), (-0.5, 0.5, 1, 1, 1)),
    ((1, 0.5, 2.5), (0.5, 1.5, -2)),
    0.85,
)
_SOLO = Manner(
    ((0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1), (-0.5, 0.5, 0.5, 0.5, 1, 0.5, 0.5), (1, 0.5, 0.5, 0.5, 0.5, 1)),
    ((0.5, 0.5, 1, -2), (1, 0.5, 1.5, -1)),
    0.8,
)


def compose(piece: Piece) -> Score:
    """Arrange ``piece``: two bars of bass and ride, the head, a chorus of solo, the head's end, a last chord."""
    sketch = Sketch(piece, _DESK)
    head = sketch.theme(sketch.verse, 4, 72, _HEAD, 0.72)
    bridge = sketch.theme(sketch.refrain, 4, 74, _HEAD, 0.75)
    solo = sketch.theme(sketch.verse, 4, 76, _SOLO, 0.7)
    _rhythm(sketch, sketch.verse, 2, comping=False)
    for chords, tune in (
        (sketch.verse, head),
        (sketch.refrain, bridge),
        (sketch.verse, solo),
        (sketch.refrain, bridge),
    ):
        _rhythm(sketch, chords, 4, comping=True)
        sketch.add(piece.lead, tune)
    end = sketch.section(last_chord(sketch.verse, sketch.key), 1)
    sketch.add("bass", [Note(0, 3.5, end.at(0).bass(31), 0.8)])
    sketch.add(piece.lead, held_chords(end, low=60, voices=3, velocity=0.6))
    sketch.add("ride", [Note(0, 1, 60, 0.8)])
    sketch.add("kick", [Note(0, 1, 60, 0.8)])
    return sketch.score(swing=0.64)


def _rhythm(sketch: Sketch, chords: Harmony, bars: int, *, comping: bool) -> None:
    harmony = sketch.section(chords, bars)
    sketch.add("bass", walking_bass(sketch.rng, harmony, sketch.key))
    sketch.add("ride", drum("x.xox.xo", bars))
    sketch.add("hat", drum(".x.x", bars))
    sketch.add("brush", drum("o.x.o.x.", bars))
    sketch.add("kick", drum("oooo", bars))
    if comping:
        patterns = ("x..x....", "...x..x.", "x....x..")
        pattern = patterns[int(sketch.rng.integers(len(patterns)))]
        sketch.add("comping", stabs(harmony, pattern, low=55, voices=3, held=0.9, velocity=0.6))
