"""Clients that behave badly, against a real server: each is refused or dropped, and nobody else notices."""

import contextlib
import json
import socket
import struct
from collections.abc import Iterator

import httpx
import pytest
from tests.server import RunningServer

JSON = "Host: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture
def connection(demo_server: RunningServer) -> Iterator[socket.socket]:
    """A bare connection to a server that is in order afterwards: nothing in flight, no fault in its log."""
    port = int(demo_server.url.rpartition(":")[2])
    faults = demo_server.get("/metrics")["api"]["serverErrors"]
    lines = len(demo_server.log)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as opened:
        yield opened
    assert demo_server.get("/health")["state"] == "ok"
    assert demo_server.get("/metrics")["api"]["serverErrors"] == faults
    demo_server.wait_until(lambda: demo_server.get("/metrics")["api"]["inFlight"] == 1, "only this is under way")
    assert not [line for line in demo_server.log[lines:] if "Traceback" in line or "fault" in line]


def everything(connection: socket.socket) -> bytes:
    found = b""
    with contextlib.suppress(ConnectionError):  # the kernel resets what is sent to after the refusal
        while part := connection.recv(65536):
            found += part
    return found


def status_and_problem(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    problem = json.loads(body)
    assert int(head.split()[1]) == problem["status"]
    return problem["status"], problem["code"]


@pytest.mark.parametrize("path", ["/tracks/{id}/original", "/stream/{id}/original/0", "/tracks?limit=500"])
def test_a_client_that_hangs_up_in_the_middle_of_an_answer(
    demo_server: RunningServer, connection: socket.socket, path: str
) -> None:
    track = demo_server.get("/tracks", limit=1)[0]["id"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(f"GET /api/v1{path.format(id=track)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset, not a polite end
    connection.close()


def test_a_client_that_hangs_up_in_the_middle_of_its_body(connection: socket.socket) -> None:
    connection.sendall(f"POST /api/v1/player/volume HTTP/1.1\r\n{JSON}Content-Length: 500\r\n\r\n{{".encode())


def test_a_body_of_30_megabytes_is_refused_before_it_is_read(connection: socket.socket) -> None:
    connection.sendall(f"POST /api/v1/tracks/search HTTP/1.1\r\n{JSON}Content-Length: 31457280\r\n\r\n".encode())
    connection.settimeout(20)
    head = connection.recv(65536)
    assert b" 413 " in head.split(b"\r\n")[0]


def test_a_body_of_30_megabytes_in_chunks_is_refused_while_it_is_read(connection: socket.socket) -> None:
    connection.sendall(f"POST /api/v1/tracks/search HTTP/1.1\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n".encode())
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    with contextlib.suppress(OSError):  # refused half-way
        for _ in range(30):
            connection.sendall(chunk)
    answer = everything(connection)
    assert answer == b"" or b" 413 " in answer.split(b"\r\n")[0]


@pytest.mark.parametrize(
    "request_",
    [
        f"POST /api/v1/player/volume HTTP/1.1\r\n{JSON}Content-Length: -5\r\n\r\n{{}}",
        f"POST /api/v1/player/volume HTTP/1.1\r\n{JSON}Content-Length: 99999999999999999999999\r\n\r\n{{}}",
        f"POST /api/v1/player/volume HTTP/1.1\r\n{JSON}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}",
        f"POST /api/v1/player/volume HTTP/1.1\r\n{JSON}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{{}}",
        f"POST /api/v1/player/volume HTTP/1.1\r\n{JSON}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "GET /api/v1/tracks HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n",
        "GET /api/v1/tracks HTTP/1.1\nHost: localhost\n X: folded\n\n",
        "GET /api/v1/\x01tracks HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /api/v1/tracks HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "GET / HTTP/1.1\r\n" + "X: y\r\n" * 9000 + "\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + "a=b; " * 60_000 + "\r\n\r\n",
    ],
    ids=[
        *("negative", "huge", "two lengths", "length and chunks", "unknown coding", "bad name", "folded", "control"),
        *("version", "tls", "many headers", "large header"),
    ],
)
def test_requests_that_are_none_are_told_so(connection: socket.socket, request_: str) -> None:
    with contextlib.suppress(OSError):  # refused half-way
        connection.sendall(request_.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
    answer = everything(connection)
    assert answer == b"" or status_and_problem(answer) in {(400, "HTTP_ERROR"), (431, "HEADERS_TOO_LARGE")}


def test_five_thousand_ranges_cost_nothing(demo_server: RunningServer, connection: socket.socket) -> None:
    track = demo_server.get("/tracks", limit=1)[0]["id"]
    ranges = ",".join(f"{n}-{n}" for n in range(5000))
    path = f"/api/v1/tracks/{track}/original"
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nRange: bytes={ranges}\r\n\r\n".encode())
    assert connection.recv(100).startswith(b"HTTP/1.1 416")


def test_many_connections_that_say_nothing_leave_room_for_others(
    demo_server: RunningServer, connection: socket.socket
) -> None:
    port = int(demo_server.url.rpartition(":")[2])
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
    try:
        for each in idle[:150]:
            each.sendall(b"GET /api/v1/tracks HTTP/1.1\r\nHost: loc")
        assert httpx.get(f"{demo_server.url}/api/v1/tracks?limit=1").status_code == 200
    finally:
        for each in idle:
            each.close()
