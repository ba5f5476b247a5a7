"""How a connection becomes a socket: the request that opens it, and what it is answered (RFC 6455, 4.2)."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEY_BYTES = 16
Headers = Iterable[tuple[bytes, bytes]]


class HandshakeError(Exception):
    """The request opens no socket; ``status`` says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Opening:
    """A request for a socket."""

    target: bytes
    headers: list[tuple[bytes, bytes]]
    key: bytes

    @classmethod
    def read(cls, data: bytes) -> "Opening":
        """Read the request, which uvicorn hands over in one piece.

        Raises
        ------
        HandshakeError
            When it is not one for a socket of version 13.
        """
        head, _, _ = data.partition(b"\r\n\r\n")
        request, *lines = head.split(b"\r\n")
        method, target, _ = request.split(b" ", 2)
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
        keys = [value for name, value in headers if name == b"sec-websocket-key"]
        versions = [value for name, value in headers if name == b"sec-websocket-version"]
        if versions != [b"13"]:
            raise HandshakeError(HTTPStatus.UPGRADE_REQUIRED)
        if method != b"GET" or len(keys) != 1 or not _is_key(keys[0]):
            raise HandshakeError(HTTPStatus.BAD_REQUEST)
        return cls(target, headers, keys[0])

    def scope(self) -> dict[str, Any]:
        """Return what the application is told of the request."""
        path, _, query = self.target.partition(b"?")
        offered = [value for name, value in self.headers if name == b"sec-websocket-protocol"]
        return {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "root_path": "",
            "path": unquote(path.decode("latin-1")),
            "raw_path": path,
            "query_string": query,
            "headers": self.headers,
            "subprotocols": [name.strip().decode("latin-1") for value in offered for name in value.split(b",")],
        }

    def accepted(self, subprotocol: str | None, headers: Headers) -> bytes:
        """Return the answer that opens the socket."""
        digest = base64.b64encode(hashlib.sha1(self.key + _GUID).digest())  # noqa: S324  (as the standard has it)
        own = [(b"upgrade", b"websocket"), (b"connection", b"Upgrade"), (b"sec-websocket-accept", digest)]
        if subprotocol is not None:
            own.append((b"sec-websocket-protocol", subprotocol.encode("latin-1")))
        return _head(HTTPStatus.SWITCHING_PROTOCOLS, [*own, *headers])


def refused(status: HTTPStatus) -> bytes:
    """Return the answer to a request that opens no socket."""
    headers = [(b"connection", b"close"), (b"content-length", b"0")]
    if status is HTTPStatus.UPGRADE_REQUIRED:
        headers.append((b"sec-websocket-version", b"13"))
    return _head(status, headers)


def _head(status: HTTPStatus, headers: Headers) -> bytes:
    lines = [b"HTTP/1.1 %d %s" % (status, status.phrase.encode()), *(b"%s: %s" % pair for pair in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _is_key(value: bytes) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == _KEY_BYTES
    except binascii.Error:
        return False
