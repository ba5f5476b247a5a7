"""Query strings, read and written; those that need no decoding, which most do not, are read without."""

import re
from urllib.parse import parse_qsl, urlencode

_PLAIN = re.compile(rb"[A-Za-z0-9_.=&-]*")


def pairs_of(query: bytes) -> list[tuple[str, str]]:
    """Return names and values in their order, those without a value too."""
    text = query.decode("latin-1")
    if not is_plain(query):
        return parse_qsl(text, keep_blank_values=True)
    pairs = (part.partition("=") for part in text.split("&") if part)
    return [(name, value) for name, _, value in pairs]


def is_plain(query: bytes) -> bool:
    """Tell whether names and values stand in a query as they are meant."""
    return _PLAIN.fullmatch(query) is not None


def sorted_query(query: bytes) -> str:
    """Return the one spelling of all queries that mean the same: names in order, values of one name as they came."""
    if not query:
        return ""
    if is_plain(query):
        return "&".join(sorted(query.decode().split("&"), key=lambda part: part.partition("=")[0]))
    return urlencode(sorted(pairs_of(query), key=lambda pair: pair[0]))
