"""One text that names several artists, told apart; "AC/DC" and "Earth, Wind & Fire" stay one."""

import re
from functools import lru_cache

from auralis.model.library import TagRules

DEFAULT_RULES = TagRules()
_MOST = 64
_LOOSE = (", ", " & ", " and ", " with ", " x ", " + ", "/")


def split_artists(text: str, rules: TagRules = DEFAULT_RULES, ids: int = 0) -> tuple[str, ...]:
    """Return the artists that ``text`` names; ``ids``, how many MusicBrainz ids came with it (0: none), has a veto.

    One id means one artist. Several ids allow looser separators too, a comma or an ampersand, and what gives as many
    names as there are ids is right; what does not stays whole.
    """
    if ids == 1:
        return (text,)
    if not ids:
        return _split(text, rules)
    loose = TagRules((*rules.separators, *_LOOSE), rules.exceptions)
    for tried in (rules, loose, TagRules(loose.separators, ())):
        names = _split(text, tried)
        if len(names) == ids:
            return names
    return (text,)


def _split(text: str, rules: TagRules) -> tuple[str, ...]:
    cuts = _pattern(rules)
    parts: list[str] = []
    start = 0
    for found in cuts.finditer(text) if cuts is not None else ():
        if found["cut"] is not None:
            parts.append(text[start : found.start()])
            start = found.end()
    if not start:
        return (text,)
    names = dict.fromkeys(name for part in (*parts, text[start:]) if (name := _bare(part)))
    return tuple(names)[:_MOST] or (text,)


def _bare(part: str) -> str:
    """Return a part without outer spaces and without the bracket that a ``(feat.`` before it had opened."""
    part = part.strip()
    for opening, closing in ("()", "[]"):
        if part.endswith(closing) and part.count(closing) > part.count(opening):
            part = part[:-1].rstrip()
    return part


@lru_cache(maxsize=32)
def _pattern(rules: TagRules) -> re.Pattern[str] | None:
    """Return what finds exceptions first, which are passed over, then separators; longer ones before shorter."""
    cut = _any_of(rules.separators)
    if not cut:
        return None
    keep = _any_of(rules.exceptions)
    kept = rf"(?<!\w)(?:{keep})(?!\w)|" if keep else ""
    return re.compile(f"{kept}(?P<cut>{cut})", re.IGNORECASE)


def _any_of(texts: tuple[str, ...]) -> str:
    return "|".join(re.escape(text) for text in sorted(filter(str.strip, texts), key=len, reverse=True))
