"""A real server in a process of its own, as `auralis serve` starts it, for tests that go through its doors."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

AURALIS = Path(sys.executable).parent / "auralis"
START_SECONDS = 60


@dataclass
class RunningServer:
    """Where a server answers, and what it has said on standard error."""

    url: str
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)

    @property
    def client(self) -> httpx.Client:
        """A client for its REST API."""
        return httpx.Client(base_url=f"{self.url}/api/v1", timeout=60)

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the ``data`` of a successful answer."""
        with self.client as client:
            response = client.get(path, params=parameters)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def wait_until(self, condition: Any, what: str, seconds: float = 120) -> Any:
        """Ask until ``condition()`` is true; the answer of the server, not a pause, decides."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds} s: {what}\n" + "".join(self.log[-40:]))

    def wait_until_scanned(self, tracks: int = 1) -> None:
        """Wait until the first scan is over."""
        self.wait_until(
            lambda: self.get("/library/scan")["state"] == "idle" and self.get("/library/stats")["tracks"] >= tracks,
            "the scan is over",
        )

    def wait_until_analysed(self) -> None:
        """Wait until every track has its fingerprint."""
        self.wait_until_scanned()

        def analysed() -> bool:
            stats = self.get("/library/stats")
            return bool(stats["tracks"] and stats["analysed"] == stats["tracks"])

        self.wait_until(analysed, "the library is analysed", 300)


@contextmanager
def running_server(
    data: Path, *, music: Path | None = None, arguments: tuple[str, ...] = (), environment: dict[str, str] | None = None
) -> Iterator[RunningServer]:
    """Start a server on a free port, and end it as Ctrl+C would."""
    command = [str(AURALIS), "serve", "--data", str(data), "--port", "0", *arguments]
    if music is not None:
        command += ["--music", str(music)]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=os.environ | (environment or {})
    )
    server = RunningServer("", process)
    try:
        server.url = _address(process, server.log)
        threading.Thread(target=_drain, args=(process, server.log), daemon=True).start()
        with httpx.Client() as client:
            server.wait_until(lambda: _answers(client, server), "the server answers", START_SECONDS)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError("the server did not end within 20 s:\n" + "".join(server.log[-40:])) from None


def _address(process: subprocess.Popen[str], log: list[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        log.append(line)
        if "http://" in line:
            return "http://" + line.partition("http://")[2].split()[0]
    raise AssertionError("the server ended at once:\n" + "".join(log))


def _drain(process: subprocess.Popen[str], log: list[str]) -> None:
    assert process.stderr is not None
    log.extend(process.stderr)


def _answers(client: httpx.Client, server: RunningServer) -> bool:
    assert server.process.poll() is None, "".join(server.log)
    try:
        return client.get(f"{server.url}/api/v1/health/live").status_code == 200
    except httpx.TransportError:
        return False
