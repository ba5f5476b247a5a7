"""Opaque identifiers: short, unguessable, safe in URLs and file names."""

import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(length: int = 16) -> str:
    """Return a random id of ``length`` characters, 5 bits each (Crockford's base 32, lower case)."""
    return "".join(_ALPHABET[byte & 31] for byte in secrets.token_bytes(length))
