"""Every type of the registry, said and heard over real sockets in every dialect that has a word for it."""

import asyncio
import fcntl
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.server import RunningServer
from tests.talk import Talker
from websockets.exceptions import ConnectionClosed

import auralis.api
from auralis.api.rules import Role
from auralis.api.services import Services
from auralis.api.socket.actions import ACTIONS
from auralis.api.socket.dialects import EVENTS_OUT, UPPER_IN, UPPER_OUT
from auralis.api.socket.registry import CLIENT_MESSAGES, SERVER_MESSAGES
from auralis.app.server import create_app, server_of
from auralis.app.settings import Settings
from auralis.catalog.folders import LibraryFolders
from auralis.model.errors import MediaError
from auralis.model.events import FingerprintValidated
from auralis.store import Database


@asynccontextmanager
async def served(data: Path, music: Path) -> AsyncIterator[tuple[RunningServer, Services]]:
    """Serve within this process, so that what goes wrong can be made to."""
    database = Database(data / "auralis.db")
    LibraryFolders(database).add(music)
    database.close()
    settings = Settings(data=data, analyse=False, socket_messages_per_minute=10_000, requests_per_address=10_000)
    app = create_app(settings)
    server = server_of(app, settings)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110  (uvicorn tells nobody when it has started)
            await asyncio.sleep(0.01)
        running = RunningServer(f"http://127.0.0.1:{listener.getsockname()[1]}", None)  # type: ignore[arg-type]
        try:
            yield running, app.state.services
        finally:
            server.should_exit = True
            await serving


class Story:
    """A client that says everything, one that answers in ``upper``, and those who only listen."""

    def __init__(self, server: RunningServer, services: Services) -> None:
        self.server = server
        self.services = services
        self.said: set[str] = set()
        self.talkers: dict[str, Talker] = {}
        self.playlist = ""
        self.rest = httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=60)

    @property
    def main(self) -> Talker:
        return self.talkers["auralis.v1"]

    async def connect(self) -> None:
        self.talkers = {
            "auralis.v1": await Talker.to(self.server),
            "upper": await Talker.to(self.server),
            "upper, aliases": await Talker.to(self.server, "/ws?aliases=true"),
            "events": await Talker.to(self.server, "/ws?dialect=events&topics=audio.analysis"),
            "events, aliases": await Talker.to(
                self.server, "/api/v1/ws?aliases=true&topics=audio.analysis", subprotocols=["auralis.events"]
            ),
        }
        for name in ("upper", "upper, aliases"):
            await self.upper("CONNECT", {"clientName": name}, name)
        await self.ask("connection.hello", {"clientName": "main", "capabilities": ["output", "ping"]})

    async def ask(self, kind: str, data: Any = None, *, refused: bool = False) -> dict[str, Any]:
        self.said.add(kind)
        answer = await self.main.ask(kind, data)
        assert (answer["type"] == "error") == refused, (kind, answer)
        return dict(answer["data"]) if not refused else dict(answer["error"])

    async def upper(self, kind: str, payload: Any = None, name: str = "upper") -> None:
        self.said.add(kind)
        await self.talkers[name].say({"type": kind, "payload": payload or {}, "requestId": f"r-{kind}"})
        if kind != "CONNECT":
            answer = await self.talkers[name].until(lambda frame: frame.get("requestId") == f"r-{kind}")
            assert answer["type"] != "ERROR", (kind, answer)

    async def hears(self, kind: str, **members: Any) -> None:
        await self.main.hears(lambda f: f["type"] == kind and members.items() <= f.get("data", {}).items())


async def test_every_type_is_said_and_heard_in_every_dialect(
    demo_music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis.api.socket.announcer.HEALTH_SECONDS", 1)
    monkeypatch.setattr("auralis.api.vitals.SAMPLE_SECONDS", 0.5)
    async with served(tmp_path / "data", demo_music) as (server, services):
        story = Story(server, services)
        await story.connect()
        await connections(story)
        await library(story, tmp_path)
        await player(story)
        await queue(story)
        await upper(story)
        await processing(story, monkeypatch)
        await operations(story, monkeypatch)
        await story.rest.aclose()
    for talker in story.talkers.values():
        with pytest.raises(ConnectionClosed):
            await talker.until(lambda _: False)
    missing = {*CLIENT_MESSAGES, *UPPER_IN} - story.said
    assert not missing, f"nobody has said {missing}"
    main = story.main.heard
    unheard = set(SERVER_MESSAGES) - {frame["type"] for frame in main}
    assert not unheard, f"nothing has said {unheard}"
    for frame in main:
        message = SERVER_MESSAGES[frame["type"]]
        assert ("seq" in frame) == (message.replayed and "replyTo" not in frame), frame["type"]
        message.payload.model_validate(frame["error" if frame["type"] == "error" else "data"])
    for dialect, words in (("upper", UPPER_OUT), ("events", EVENTS_OUT)):
        for place, name in ((0, dialect), (-1, f"{dialect}, aliases")):
            wanted = {names[place] for kind, names in words.items() if kind in SERVER_MESSAGES}
            heard = {frame["type"] for frame in story.talkers[name].heard}
            assert heard <= wanted | {"error"}, heard - wanted
            assert wanted <= heard, f"nothing has said {wanted - heard} in {name}"


async def connections(story: Story) -> None:
    await story.hears("connection.ping")
    await story.main.say({"v": 1, "type": "connection.pong", "data": {}})
    story.said.add("connection.pong")
    await story.ask("connection.ping")
    await story.ask("connection.subscribe", {"topics": ["audio.analysis", "health.sampled"]})
    await story.hears("health.sampled")
    await story.ask("connection.unsubscribe", {"topics": ["cache"]})
    await story.ask("connection.subscribe", {"topics": ["cache"]})
    await story.ask("connection.subscribe", {"topics": ["weather"]}, refused=True)
    await story.ask("clients.list")
    await story.ask("cache.stats")
    ready = next(frame for frame in story.main.heard if frame["type"] == "connection.ready")
    cut, second = story.main, await Talker.to(story.server)
    last = max((frame.get("seq", 0) for frame in cut.heard), default=0)
    cut.connection.transport.abort()
    second.heard, second.count = cut.heard, cut.count
    story.talkers["auralis.v1"] = second
    hello = {"clientName": "main", "capabilities": ["output", "ping"], "lastSeq": last}
    await story.ask("connection.hello", {**hello, "resumeToken": ready["data"]["resumeToken"]})
    await story.hears("connection.resumed")
    other = await Talker.to(story.server)
    await other.hello(clientName="other")
    await story.hears("clients.changed")
    await other.say({"v": 1, "type": "connection.close"})
    story.said.add("connection.close")
    with pytest.raises(ConnectionClosed):
        await other.until(lambda _: False)
    assert other.connection.close_code == 1000


async def library(story: Story, scratch: Path) -> None:
    await story.ask("library.scan")
    for kind in ("scan.started", "scan.progress", "scan.complete", "library.updated"):
        await story.hears(kind)
    await story.ask("library.search", {"query": "the"})
    await story.ask("library.browse", {"path": ""})
    more = scratch / "more"
    more.mkdir()
    added = (await story.rest.post("/library/folders", json={"path": str(more)})).json()["data"]
    await story.hears("scan.folderAdded")
    gone = next(folder for folder in added if folder["path"] == str(more))
    assert (await story.rest.delete(f"/library/folders/{gone['id']}")).status_code == 200
    await story.hears("scan.folderRemoved", id=gone["id"])

    with (scratch / "data" / "auralis.scanning").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        await story.ask("library.scan")
        await story.hears("scan.error", reason="The library is being scanned already.")
    track = (await story.rest.get("/tracks", params={"limit": 1})).json()["data"][0]
    await story.rest.put(f"/tracks/{track['id']}/favorite", json={"favorite": True})
    await story.hears("track.updated", trackId=track["id"], favorite=True)
    for kind in ("album", "artist"):
        owner = track["albumId"] if kind == "album" else track["artists"][0]["id"]
        await story.rest.put(f"/{kind}s/{owner}/favorite", json={"favorite": True})
        await story.hears(f"{kind}.updated")
    artwork = f"/albums/{track['albumId']}/artwork"
    assert (await story.rest.post(artwork, json={"extract": track["id"]})).status_code == 200
    await story.hears("artwork.extracted", albumId=track["albumId"])
    await story.rest.delete(artwork)
    await story.hears("artwork.deleted", albumId=track["albumId"])
    for kind in ("created", "updated", "tracksAdded", "trackRemoved", "cleared", "deleted"):
        await playlist(story, kind, track["id"])
        await story.hears(f"playlist.{kind}")
    await story.rest.patch("/settings", json={"sound.loudness": "track"})
    await story.hears("settings.changed")
    await story.rest.post("/settings/reset", json={"names": ["sound.loudness"]})
    await story.hears("settings.reset")


async def playlist(story: Story, kind: str, track: str) -> None:
    """Do what leads to an event of playlists; the first makes the playlist that the others change."""
    if kind == "created":
        story.playlist = (await story.rest.post("/playlists", json={"name": "a"})).json()["data"]["id"]
        return
    at = f"/playlists/{story.playlist}"
    if kind == "updated":
        answer = await story.rest.put(at, json={"name": "b"})
    elif kind == "tracksAdded":
        answer = await story.rest.post(f"{at}/tracks", json={"trackIds": [track, track]})
    elif kind == "trackRemoved":
        entry = (await story.rest.get(at)).json()["data"]["entries"][0]["entryId"]
        answer = await story.rest.delete(f"{at}/tracks/{entry}")
    elif kind == "cleared":
        answer = await story.rest.post(f"{at}/clear")
    else:
        answer = await story.rest.delete(at)
    assert answer.status_code < 300, answer.text


async def player(story: Story) -> None:
    own = next(f for f in story.main.heard if f["type"] == "connection.ready")["data"]["clientId"]
    await story.ask("player.load", {"context": {"type": "library"}})
    await story.ask("player.play", {})
    await story.hears("player.position")
    await story.hears("audio.analysis")
    await story.main.until(lambda frame: frame["type"] == "player.position")
    for kind, data in (
        ("player.seek", {"position": 7}),
        ("player.pause", {}),
        ("player.play", {}),
        ("player.next", {}),
        ("player.previous", {}),
        ("player.repeat", {"mode": "all"}),
        ("player.repeat", {"mode": "off"}),
        ("player.shuffle", {"enabled": True}),
        ("player.shuffle", {"enabled": False}),
        ("player.crossfade", {"seconds": 2}),
        ("player.sleep", {"minutes": 5}),
        ("player.sleep", {}),
        ("player.volume", {"volume": 0.5}),
        ("player.enhancement", {"enabled": False, "preset": "warm", "intensity": 0.25}),
        ("player.output", {"clientId": own}),
        ("player.report", {"entryId": "x", "position": 0, "isPlaying": True}),
        ("player.stop", {}),
    ):
        await story.ask(kind, data)
    output = await Talker.to(story.server)
    greeted = await output.hello(clientName="Laptop")
    await output.ask("player.output", {"clientId": greeted["data"]["clientId"]})
    await output.ask("player.play")
    await output.close()
    await story.hears("notification", message="Playback paused: Laptop has gone.")


async def queue(story: Story) -> None:
    await story.ask("queue.add", {"context": {"type": "library"}, "position": "next"})
    first, second = (await story.ask("queue.get", {"offset": 0, "limit": 2}))["entries"]
    await story.ask("queue.reorder", {"entryId": second["entryId"], "afterEntryId": None})
    await story.ask("queue.remove", {"entryIds": [first["entryId"]]})
    await story.ask("queue.remove", {"entryIds": [first["entryId"]]}, refused=True)
    await story.ask("queue.undo")
    await story.ask("queue.redo")
    await story.ask("queue.clear", {"keepCurrent": True})
    for kind in ("queue.updated", "queue.state"):
        await story.hears(kind)


async def upper(story: Story) -> None:
    track = (await story.rest.get("/tracks", params={"limit": 1})).json()["data"][0]["id"]
    await story.upper("ADD_TRACK", {"trackId": track})
    for kind, payload in (
        ("PLAY", {"trackId": track}),
        ("SEEK", {"position": 1}),
        ("NEXT_TRACK", {}),
        ("PREVIOUS_TRACK", {}),
        ("SET_VOLUME", {"volume": 0.25}),
        ("PAUSE", {}),
        ("GET_CACHE_STATS", {}),
        ("ADD_TRACK", {"trackId": track, "position": "next"}),
    ):
        await story.upper(kind, payload)
    entry = (await story.rest.get("/queue")).json()["data"]["entries"][-1]["entryId"]
    await story.upper("REMOVE_TRACK", {"entryId": entry})
    await story.upper("CLEAR_QUEUE")
    await story.upper("GET_CACHE_STATS", None, "upper, aliases")
    for name in ("upper", "upper, aliases"):
        await story.talkers[name].say({"type": "DANCE", "payload": {}, "requestId": "x"})
        refused = await story.talkers[name].until(lambda frame: frame.get("requestId") == "x")
        assert (refused["type"], refused["payload"]["code"]) == ("ERROR", "VALIDATION_ERROR")


async def processing(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    track = (await story.rest.get("/tracks", params={"limit": 1})).json()["data"][0]["id"]
    assert (await story.rest.post("/processing/compare", json={"trackId": track})).status_code == 200
    for kind in ("compare.loaded", "compare.ready"):
        await story.hears(kind, trackId=track)
    assert (await story.rest.post("/processing/references", json={"trackId": track})).status_code == 201
    await story.hears("reference.loaded", trackId=track)
    validated = FingerprintValidated(track, 0.97, 0.91, "HIGH", 0.88)  # pieces as short as these are never estimated
    story.services.bus.publish(validated)
    await story.hears("fingerprint.validation", trackId=track)
    order = {"type": "track", "id": track, "preset": "warm", "intensity": 1, "format": "flac"}
    await story.ask("connection.unsubscribe", {"topics": ["processing"]})
    job = (await story.rest.post("/processing/jobs", json=order)).json()["data"]["id"]
    await story.ask("job.subscribe", {"jobId": job})
    await story.hears("job.progress", jobId=job)
    await story.hears("job.done", id=job)
    await story.ask("job.cancel", {"jobId": job}, refused=True)
    await story.ask("job.cancel", {"jobId": "none"}, refused=True)
    await story.ask("connection.subscribe", {"topics": ["processing"]})

    def broken(*_: Any) -> None:
        raise MediaError("The file cannot be read.")

    monkeypatch.setattr("auralis.processing.work.master_tracks", broken)
    failed = (await story.rest.post("/processing/jobs", json=order)).json()["data"]["id"]
    await story.hears("job.failed", id=failed)
    await story.hears("processing.changed", jobId=failed, state="failed")
    monkeypatch.setattr("auralis.processing.work.master_tracks", lambda *a: waits(a[3]))
    endless = (await story.rest.post("/processing/jobs", json=order)).json()["data"]["id"]
    await story.ask("job.cancel", {"jobId": endless})
    await story.hears("processing.changed", jobId=endless, state="cancelled")


def waits(report: Any) -> dict[str, Any]:
    """Work that does not end by itself."""
    while True:
        report(0)
        time.sleep(0.01)


async def operations(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        await story.rest.get("/albums")
    await story.hears("cache.hit")
    for number in range(160):
        await story.rest.get("/search", params={"query": f"nothing like {number}"})
    story.services.keeper.sample()
    await story.hears("cache.alert")
    monkeypatch.setattr("auralis.api.site.is_built", lambda: False)
    await story.hears("health.changed", state="degraded")


def test_a_role_is_asked_for_where_the_route_asks_for_it() -> None:
    assert CLIENT_MESSAGES["library.scan"].role is Role.ADMIN
    for name, message in CLIENT_MESSAGES.items():
        assert message.role is Role.ANYONE or message.role >= Role.BASIC, name
    assert {m.role for m in CLIENT_MESSAGES.values() if m.category != "connection"} == {Role.BASIC, Role.ADMIN}


def test_every_type_has_a_producer_or_a_handler() -> None:
    """Where a type is declared, something says it; what it says is heard in the story above."""
    from auralis.api.commands import PLAYER_COMMANDS, QUEUE_COMMANDS

    sources = Path(auralis.api.__file__).parent
    tables = {"registry.py", "dialects.py"}
    code = "\n".join(path.read_text() for path in sources.rglob("*.py") if path.name not in tables)
    handled = {f"player.{verb}" for verb in PLAYER_COMMANDS} | {f"queue.{verb}" for verb in QUEUE_COMMANDS}
    assert set(CLIENT_MESSAGES) == handled | set(ACTIONS) | {"connection.hello"}
    composed = {name for name in SERVER_MESSAGES if name.startswith(("enhancement.", "job."))}
    for name in set(SERVER_MESSAGES) - composed:
        assert re.search(rf'"{re.escape(name)}"', code), f"nothing says {name}"
    assert set(UPPER_IN.values()) <= set(CLIENT_MESSAGES)
