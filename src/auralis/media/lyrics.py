"""Lyrics with times: the LRC text that people write, read into lines and made from them."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_STAMP = re.compile(r"\[(\d{1,3}):([0-5]?\d)(?:[.:](\d{1,3}))?\]")
_WORD_STAMP = re.compile(r"<\d{1,3}:[0-5]?\d(?:[.:]\d{1,3})?>")
_OFFSET = re.compile(r"\[offset:\s*([+-]?\d{1,9})\s*\]", re.IGNORECASE)
_MOST_LINES = 20_000


class LyricLine(NamedTuple):
    """A line and when it begins, in seconds."""

    seconds: float
    text: str


def read_lrc(text: str) -> list[LyricLine]:
    """Return the lines of an LRC text in their order in time; empty if it has no times.

    A line may have several times; ``[offset:+100]`` moves all of them that many milliseconds earlier.
    """
    found = _OFFSET.search(text)
    offset = int(found[1]) / 1000 if found else 0.0
    lines: list[LyricLine] = []
    for line in text.splitlines():
        rest = line.strip()
        times: list[float] = []
        while (stamp := _STAMP.match(rest)) is not None:
            fraction = float(f"0.{stamp[3]}") if stamp[3] else 0.0
            times.append(max(0.0, int(stamp[1]) * 60 + int(stamp[2]) + fraction - offset))
            rest = rest[stamp.end() :].lstrip()
        words = " ".join(_WORD_STAMP.sub(" ", rest).split())
        lines += [LyricLine(round(seconds, 3), words) for seconds in times]
        if len(lines) > _MOST_LINES:
            break
    return sorted(lines[:_MOST_LINES], key=lambda line: line.seconds)


def as_lrc(lines: Iterable[LyricLine]) -> str:
    """Return lines as LRC text."""
    return "\n".join(f"[{int(at // 60):02d}:{at % 60:06.3f}]{text}" for at, text in lines)


def without_times(text: str) -> str:
    """Return the words of an LRC text alone; text without times as it is."""
    lines = read_lrc(text)
    return "\n".join(line.text for line in lines).strip() if lines else text
