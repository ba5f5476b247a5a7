"""M3U as text: lines with what stands before them, read from whatever a program has written, and written as M3U8."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote_from_bytes

from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.playlists import MOST_ENTRIES

LONGEST_LINE = 4096
_EXTINF = re.compile(r"#EXTINF:\s*(-?\d+(?:\.\d+)?)?[^,]*,(.*)", re.IGNORECASE)
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_PLAIN = re.compile(r"[^#\x00-\x1f\x7f%\ufffd][^\x00-\x1f\x7f%\ufffd]*")


class Line(NamedTuple):
    """One entry: where its file is said to lie, and what ``#EXTINF`` says of it."""

    number: int
    path: str
    title: str | None
    seconds: float | None


class Listed(NamedTuple):
    """A whole file: its name, if it says one, and its entries."""

    name: str | None
    lines: list[Line]


class Written(NamedTuple):
    """An entry to be written; ``path`` is None where there is no file any more."""

    path: bytes | None
    title: str
    artist: str | None
    seconds: float


def read(content: bytes) -> Listed:
    """Read a file.

    Raises
    ------
    InvalidInputError
        When it is no text, or has too many entries.
    """
    name: str | None = None
    title: str | None = None
    seconds: float | None = None
    lines: list[Line] = []
    for number, raw in _numbered(_decoded(content).replace("\r\n", "\n").replace("\r", "\n")):
        line = raw.strip("\ufeff \t\x00")
        if line.startswith("#"):
            found = _EXTINF.fullmatch(line[:LONGEST_LINE])
            if found:
                seconds, title = _seconds(found[1]), found[2].strip() or None
            elif line[:10].upper() == "#PLAYLIST:":
                name = line[10:LONGEST_LINE].strip() or None
        elif line:
            lines.append(Line(number, line[: LONGEST_LINE + 1], title, seconds))
            title = seconds = None
        if len(lines) > MOST_ENTRIES:
            error = FieldError("file", f"has more than {MOST_ENTRIES} entries")
            raise InvalidInputError("The playlist is too long.", [error])
    return Listed(name, lines)


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty with their numbers; millions of empty ones cost next to nothing."""
    number, end = 1, 0
    for found in re.finditer(r"[^\n]+", text):
        number += text.count("\n", end, found.start())
        end = found.end()
        yield number, found[0]


def written(name: str, entries: Iterable[Written]) -> str:
    """Return a file; paths that a line cannot hold are written with ``%xx`` for each byte of theirs."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_on_one_line(name)}"]
    for entry in entries:
        shown = f"{entry.artist} - {entry.title}" if entry.artist else entry.title
        extinf = f"#EXTINF:{round(entry.seconds)},{_on_one_line(shown)}"
        if entry.path is None:
            lines += [f"# missing: {_on_one_line(shown)}"]
        else:
            lines += [extinf, _path_line(entry.path)]
    return "\n".join(lines) + "\n"


def _path_line(path: bytes) -> str:
    text = path.decode("utf-8", "replace")
    if _PLAIN.fullmatch(text) and text == text.strip() and "\u2028" not in text and "\\" not in text:
        return text
    return "./" + quote_from_bytes(path, safe="/()[]!'&,;=+@~")


def _on_one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _seconds(text: str | None) -> float | None:
    seconds = None if text is None else float(text[:15])
    return seconds if seconds is not None and seconds > 0 else None


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[2:].decode(encoding, "replace")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
    return text
