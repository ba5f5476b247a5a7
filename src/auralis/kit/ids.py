"""Opaque identifiers: short, unguessable, safe in URLs and file names."""

import secrets

_ALPHABET = b"0123456789abcdefghjkmnpqrstvwxyz"
_LETTERS = bytes(_ALPHABET[byte & 31] for byte in range(256))


def new_id(length: int = 16) -> str:
    """Return a random id of ``length`` characters, 5 bits each (Crockford's base 32, lower case)."""
    return secrets.token_bytes(length).translate(_LETTERS).decode()
