"""Every setting, declared once: the REST API, its pages and the rooms that read it all begin here."""

from typing import Any

from auralis.model.library import TagRules
from auralis.model.player import PRESETS
from auralis.model.settings.kinds import Choice, Number, OptionalNumber, Ranking, Setting, Texts, Toggle

ANALYSIS_BACKGROUND = Toggle(
    name="analysis.background",
    label="Measure the library in the background",
    help="Every track is measured once so that it can be mastered at once when it is played. "
    "When this is off, a track is measured when it is first played.",
    default=True,
)
ANALYSIS_ON_BATTERY = Toggle(
    name="analysis.on_battery",
    label="Measure on battery, too",
    help="When this is off, measuring the library pauses while the machine runs on its battery.",
    default=False,
)
SCAN_WATCH = Toggle(
    name="scan.watch",
    label="Watch the library's folders",
    help="What changes on disk is scanned at once, as soon as it has settled.",
    default=True,
)
SCAN_SETTLE_SECONDS = Number(
    name="scan.settle_seconds",
    label="A change has settled after",
    help="How long nothing more may change before what has changed is scanned, so that files are whole.",
    default=5,
    minimum=0.5,
    maximum=3600,
    unit="s",
)
SCAN_SCHEDULE_HOURS = Number(
    name="scan.schedule_hours",
    label="Scan everything every",
    help="For folders that cannot be watched, as on some network disks; 0 is never.",
    default=0,
    minimum=0,
    maximum=8760,
    unit="h",
)
LIBRARY_PURGE_AFTER_DAYS = OptionalNumber(
    name="library.purge_after_days",
    label="Forget missing tracks after",
    help="A track whose file is gone is kept, with its plays and ratings, in case the file comes back. "
    "With a number of days it is forgotten after so long, with 0 at the end of the scan that misses it.",
    default=None,
    minimum=0,
    maximum=36500,
    unit="days",
    without="never",
)
PLAYER_ENHANCE = Toggle(
    name="player.enhance",
    label="Enhanced sound at first",
    help="Whether a player that has never been used begins with the enhanced sound.",
    default=True,
    scope="personal",
)
PLAYER_PRESET = Choice(
    name="player.preset",
    label="Preset at first",
    help="The preset of a player that has never been used.",
    default=PRESETS[0],
    choices=PRESETS,
    scope="personal",
)
PLAYER_INTENSITY = Number(
    name="player.intensity",
    label="Intensity at first",
    help="The intensity of a player that has never been used: 0 is the original.",
    default=1.0,
    minimum=0,
    maximum=1,
    scope="personal",
)
LISTENING_HISTORY = Toggle(
    name="listening.history",
    label="Keep a history",
    help="Remember when each track was played. Play counts are kept either way.",
    default=True,
    scope="personal",
)
SOUND_LOUDNESS = Choice(
    name="sound.loudness",
    label="Even out the loudness",
    help="Off plays every track as it is; track brings each to -16 LUFS; album brings an album's loudest track to "
    "-14 LUFS and keeps the distances between its tracks. Original and enhanced sound follow alike, by gain alone.",
    default="off",
    choices=("off", "track", "album"),
    scope="personal",
)
SAVE_DATA = "save_data"
SOUND_QUALITY = Choice(
    name="sound.quality",
    label="Quality of the stream",
    help="Lossless plays every sample as it was made, at about 1 Mbit/s and more; save data plays AAC at 128 kbit/s, "
    "for slow or metered connections. Comparisons are lossless always.",
    default="lossless",
    choices=("lossless", SAVE_DATA),
    scope="personal",
)
LISTENING_PLAYED_PERCENT = Number(
    name="listening.played_percent",
    label="A play counts after this much of a track",
    help="A track counts as played once so much of it was heard, or after the time below, whichever comes first.",
    default=50,
    minimum=5,
    maximum=100,
    unit="%",
    scope="personal",
)
LISTENING_PLAYED_SECONDS = Number(
    name="listening.played_seconds",
    label="A play counts after so long at the latest",
    help="A long track counts as played once it was heard for so long.",
    default=240,
    minimum=5,
    maximum=3600,
    unit="s",
    scope="personal",
)

SEARCH_LYRICS = Toggle(
    name="search.lyrics",
    label="Search in lyrics",
    help="Whether a search finds tracks by the words that are sung as well, behind those that it finds by their names.",
    default=False,
    scope="personal",
)
PROCESSING_KEEP_DAYS = Number(
    name="processing.keep_days",
    label="Keep mastered files for",
    help="What a mastering job has made can be fetched for so long; then it is removed, with the job.",
    default=30,
    minimum=1,
    maximum=3650,
    unit="days",
)
PROCESSING_KEEP_MB = Number(
    name="processing.keep_mb",
    label="Room for mastered files",
    help="Where the results of all jobs take more, the oldest go first; the newest is always kept.",
    default=10_240,
    minimum=100,
    maximum=10_000_000,
    unit="MB",
)
LIBRARY_ARTWORK_ORDER = Ranking(
    name="library.artwork_order",
    label="Where covers come from",
    help="Which picture an album shows where there are several: that embedded in its files, or that in their folder. "
    "What was chosen for an album comes before both.",
    default=("embedded", "folder"),
    choices=("embedded", "folder"),
)
LIBRARY_ARTIST_ARTWORK_ORDER = Ranking(
    name="library.artist_artwork_order",
    label="Where pictures of artists come from",
    help="Which picture an artist shows where there are several: `artist.jpg` in the artist's folder, or the cover of "
    "the first album. What was chosen for an artist comes before both.",
    default=("folder", "album"),
    choices=("folder", "album"),
)
LIBRARY_DISC_ARTWORK_ORDER = Ranking(
    name="library.disc_artwork_order",
    label="Where pictures of discs come from",
    help="Which picture a disc of an album shows where there are several: that of its own folder, or a file named "
    "`disc2.jpg` or `cd2.jpg`; or that embedded in its files. Where there is none, it shows the album's.",
    default=("disc", "embedded"),
    choices=("disc", "embedded"),
)
TAGS_ARTIST_SEPARATORS = Texts(
    name="tags.artist_separators",
    label="Between artists",
    help="What parts several artists in one text. Holds for files that are read from then on.",
    default=TagRules().separators,
    most=50,
    longest=30,
)
TAGS_ARTIST_EXCEPTIONS = Texts(
    name="tags.artist_exceptions",
    label="Artists that are never split",
    help="Names that hold a separator and are one artist all the same.",
    default=TagRules().exceptions,
    most=500,
    longest=200,
)

SETTINGS: tuple[Setting[Any], ...] = (
    ANALYSIS_BACKGROUND,
    ANALYSIS_ON_BATTERY,
    SCAN_WATCH,
    SCAN_SETTLE_SECONDS,
    SCAN_SCHEDULE_HOURS,
    LIBRARY_PURGE_AFTER_DAYS,
    LIBRARY_ARTWORK_ORDER,
    LIBRARY_ARTIST_ARTWORK_ORDER,
    LIBRARY_DISC_ARTWORK_ORDER,
    TAGS_ARTIST_SEPARATORS,
    TAGS_ARTIST_EXCEPTIONS,
    PROCESSING_KEEP_DAYS,
    PROCESSING_KEEP_MB,
    PLAYER_ENHANCE,
    PLAYER_PRESET,
    PLAYER_INTENSITY,
    SOUND_LOUDNESS,
    SOUND_QUALITY,
    SEARCH_LYRICS,
    LISTENING_HISTORY,
    LISTENING_PLAYED_PERCENT,
    LISTENING_PLAYED_SECONDS,
)
"""In the order in which people see them; settings of a group stand together."""

BY_NAME: dict[str, Setting[Any]] = {setting.name: setting for setting in SETTINGS}
