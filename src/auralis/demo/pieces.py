"""The pieces as data: six albums of four, each in a style, a format and a sound of its own."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["major", "minor"]
Style = Literal["suite", "house", "folk", "jazz", "synth", "chamber"]
Curve = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece: what it is called, and what its composer starts from.

    ``verse`` and ``refrain`` are chords in Roman numerals, a bar each; ``lead`` is the voice of the melody. Lyrics may
    be plain lines or lines with LRC times.
    """

    title: str
    tempo_bpm: float
    tonic: str
    mode: Mode
    verse: str
    refrain: str
    lead: str
    seed: int
    artists: tuple[str, ...] = ()
    beats_per_bar: int = 4
    lyrics: str | None = None


@dataclass(frozen=True, slots=True)
class Album:
    """An album: its tags, its files' format, and its sound.

    ``loudness_lufs`` has a value a piece; ``stereo_width`` is side over mid plus side RMS; ``curve_db`` are points of
    (Hz, dB) that make it dull, boomy or bright; ``ceiling_dbfs`` is the highest sample before encoding.
    """

    title: str
    artist: str
    year: int
    genres: tuple[str, ...]
    style: Style
    suffix: str
    sample_rate: int
    bit_depth: Literal[16, 24]
    loudness_lufs: tuple[float, float, float, float]
    stereo_width: float
    curve_db: Curve
    ceiling_dbfs: float
    pieces: tuple[Piece, Piece, Piece, Piece]


ALBUMS: tuple[Album, ...] = (
    Album(
        title="The Slow Weather",
        artist="Halden Wren",
        year=2021,
        genres=("Ambient", "Neoclassical"),
        style="suite",
        suffix=".flac",
        sample_rate=44100,
        bit_depth=16,
        loudness_lufs=(-20.0, -18.5, -19.5, -21.0),
        stereo_width=0.36,
        curve_db=((60, -1), (300, 0), (3000, 3), (12000, 5)),
        ceiling_dbfs=-1.5,
        pieces=(
            Piece(
                "First Light over Salt",
                84,
                "D",
                "major",
                "I V IV I",
                "IV I V I",
                "flute",
                101,
                lyrics="The tide forgot the shore last night\nand wrote its name in foam instead.\n"
                "We read it by the first of light\nand left the rest of it unread.",
            ),
            Piece("Undertow", 96, "B", "minor", "i VI III VII", "iv i V i", "bell", 102),
            Piece("The Window Facing North", 88, "G", "major", "I iii IV V", "vi IV I V", "flute", 103),
            Piece("Harbour, Asleep", 80, "D", "major", "I IV I V", "IV I V I", "vibraphone", 104),
        ),
    ),
    Album(
        title="Departures at Dusk",
        artist="Ox/Bow",
        year=2023,
        genres=("House", "Electronic"),
        style="house",
        suffix=".mp3",
        sample_rate=44100,
        bit_depth=16,
        loudness_lufs=(-9.0, -9.5, -9.0, -10.0),
        stereo_width=0.24,
        curve_db=((30, 0), (55, 3), (120, 3), (300, 0), (5000, 0), (12000, -1)),
        ceiling_dbfs=-1.2,
        pieces=(
            Piece("Platform Nine, Raining", 124, "A", "minor", "i VI III VII", "i VI iv V", "saw lead", 201),
            Piece("Glass Elevator", 122, "F", "minor", "i7 VImaj7 iv7 V7", "VI VII i i", "electric piano", 202),
            Piece(
                "Carry the Night",
                126,
                "G",
                "major",
                "I V vi IV",
                "IV V I vi",
                "saw lead",
                203,
                artists=("Ox/Bow", "Marisol Tende"),
                lyrics="[00:07.60]Carry the night in a paper cup\n[00:15.20]Don't let the morning drink it up\n"
                "[00:22.80]Every lamp along the shore\n[00:26.60]Leaves a little on your door",
            ),
            Piece("Last Ferry Out", 120, "D", "minor", "i VI iv i", "VI VII i i", "saw lead", 204),
        ),
    ),
    Album(
        title="Letters from the Ford",
        artist="Inês Valdoura",
        year=2018,
        genres=("Folk", "Acoustic"),
        style="folk",
        suffix=".ogg",
        sample_rate=44100,
        bit_depth=16,
        loudness_lufs=(-17.0, -18.0, -16.5, -18.5),
        stereo_width=0.05,
        curve_db=(),
        ceiling_dbfs=-1.5,
        pieces=(
            Piece("Millwheel", 104, "G", "major", "I IV I V", "vi IV I V", "flute", 301),
            Piece(
                "Où dort la rivière",
                96,
                "E",
                "minor",
                "i VI VII i",
                "iv VII i i",
                "violin",
                302,
                lyrics="[00:05.00]Où dort la rivière, dis-moi, sous la neige ?\n"
                "[00:15.00]Elle garde une lampe pour les oiseaux\n"
                "[00:25.00]Et compte les pas que l'hiver allège\n[00:32.50]Jusqu'au matin, jusqu'aux roseaux",
            ),
            Piece(
                "Two Coats, One Nail",
                112,
                "C",
                "major",
                "I vi IV I",
                "IV I V I",
                "violin",
                303,
                artists=("Inês Valdoura", "Tomasz Orlik"),
                lyrics="Two coats, one nail, and a door to the south,\na kettle that sings with a dent in its mouth;\n"
                "you hang up the summer, I hang up the rain,\nand one of us always goes out again.",
            ),
            Piece("The Ferryman's Daughter", 126, "D", "major", "I vi IV V", "IV I V I", "flute", 304, beats_per_bar=3),
        ),
    ),
    Album(
        title="After the Last Tram",
        artist="Lantern Street Trio",
        year=1964,
        genres=("Jazz",),
        style="jazz",
        suffix=".opus",
        sample_rate=48000,
        bit_depth=16,
        loudness_lufs=(-15.0, -16.0, -14.5, -16.5),
        stereo_width=0.16,
        curve_db=((100, 1), (500, 2), (1500, 0), (3000, -5), (6000, -11), (12000, -18)),
        ceiling_dbfs=-1.5,
        pieces=(
            Piece("Umbrella Stand", 132, "F", "major", "I6 vi7 ii7,V7 I6", "IV6 I6 ii7,V7 I6", "electric piano", 401),
            Piece("Blue Enamel", 116, "C", "minor", "i6 iv7 ii7b5,V7 i6", "iv7 VII7 IIImaj7 V7", "vibraphone", 402),
            Piece(
                "Second-Hand Rain",
                140,
                "A#",
                "major",
                "Imaj7 IVmaj7 ii7,V7 I",
                "IVmaj7 iv6 Imaj7 ii7,V7",
                "electric piano",
                403,
            ),
            Piece("Conductor's Nap", 108, "D#", "major", "Imaj7 IVmaj7 ii7 V7", "vi7 ii7 V7 Imaj7", "vibraphone", 404),
        ),
    ),
    Album(
        title="Cassette Horizon",
        artist="Velvet Cursor",
        year=1986,
        genres=("Synthwave", "Chiptune"),
        style="synth",
        suffix=".m4a",
        sample_rate=44100,
        bit_depth=16,
        loudness_lufs=(-12.0, -12.5, -12.5, -12.0),
        stereo_width=0.3,
        curve_db=((60, -5), (250, -3), (1000, 0), (4000, 6), (9000, 9), (15000, 8)),
        ceiling_dbfs=-4.5,
        pieces=(
            Piece("Chrome Palms", 108, "A", "minor", "i VI III VII", "VI VII i i", "saw lead", 501),
            Piece(
                "夜行列車",
                118,
                "E",
                "minor",
                "i iv VII III",
                "VI iv V i",
                "saw lead",
                502,
                lyrics="[00:08.10]窓にひとつ 街の灯り\n[00:16.20]名前のない 駅をすぎて\n[00:24.40]夜はまだ 青いまま",
            ),
            Piece("Level Select", 144, "C", "major", "I IV V I", "vi IV V I", "square", 503),
            Piece("Pixel Orchard", 130, "G", "major", "I V vi IV", "ii V I I", "square", 504),
        ),
    ),
    Album(
        title="Four Rooms for Strings",
        artist="Quartetto Marea",
        year=2009,
        genres=("Classical", "Chamber Music"),
        style="chamber",
        suffix=".wav",
        sample_rate=48000,
        bit_depth=24,
        loudness_lufs=(-23.0, -24.0, -22.0, -23.5),
        stereo_width=0.27,
        curve_db=((5000, 0), (12000, -2)),
        ceiling_dbfs=-2.0,
        pieces=(
            Piece("The Entrance Hall", 112, "D", "major", "I IV I V", "vi IV V I", "violin", 601),
            Piece("The Winter Kitchen", 92, "A", "minor", "i iv V i", "VI III iv V", "violin", 602),
            Piece("The Ballroom", 132, "G", "major", "I IV V I", "IV I V I", "violin", 603, beats_per_bar=3),
            Piece("The Room with the Maps", 100, "E", "minor", "i iv VI i", "iv i V i", "violin", 604),
        ),
    ),
)
"""Ground truth of the whole library: what is written here is what the files are."""
