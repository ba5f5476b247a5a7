"""Tracks edited through a real server: the edits hold over rescans and moves, are taken back, written when asked."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from mutagen.flac import FLAC
from tests.factories import add_tracks, library_folder, track_record
from tests.server import RunningServer, running_server
from tests.tagged_files import make_file, write_natively

from auralis.catalog import Catalog
from auralis.media.ffmpeg import audio_stream, open_container
from auralis.model.library import TrackTags
from auralis.store import Database

_SUFFIXES = (".flac", ".mp3", ".m4a", ".opus", ".ogg", ".wav", ".aiff", ".wv", ".wma")


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tagged file of each kind, and a plain one."""
    folder = tmp_path_factory.mktemp("music")
    for number, suffix in enumerate(_SUFFIXES):
        path = make_file(folder / f"{suffix[1:]}{suffix}", 1.0)
        fields = {
            "TITLE": [f"Song {suffix[1:]}"],
            "ARTIST": ["Ana feat. Bo"],
            "ALBUM": ["Kinds"],
            "ALBUMARTIST": ["Ana"],
            "TRACKNUMBER": [str(number + 1)],
            "DATE": ["2001"],
            "COMPOSER": ["Co"],
            "ISRC": ["DEF057912345"],
        }
        write_natively(path, fields)
    return folder


@pytest.fixture(scope="module")
def server(music: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    data = tmp_path_factory.mktemp("data")
    with running_server(data, music=music, environment={"AURALIS_ANALYSE": "false"}) as running:
        running.wait_until_scanned(len(_SUFFIXES))
        yield running


def _id(server: RunningServer, kind: str) -> str:
    for track in server.get("/tracks", limit=100):
        if track["format"] == kind or track["title"].endswith(f" {kind}"):
            return str(track["id"])
    raise AssertionError(kind)


def _put(server: RunningServer, track_id: str, status: int = 200, headers: Any = None, **body: Any) -> Any:
    with server.client as client:
        response = client.put(f"/tracks/{track_id}", json=body, headers=headers)
    assert response.status_code == status, response.text
    return response.json()["data"] if status == 200 else response.json()


def _rescan(server: RunningServer) -> None:
    with server.client as client:
        client.post("/library/scan")
    server.wait_until_scanned()


def _delete(server: RunningServer, track_id: str, **query: Any) -> httpx.Response:
    with server.client as client:
        return client.delete(f"/tracks/{track_id}", params=query)


def _sound(path: Path) -> bytes:
    digest = hashlib.sha256()
    with open_container(path) as container:
        for packet in container.demux(audio_stream(container)):
            digest.update(bytes(packet))
    return digest.digest()


def test_a_track_shows_all_that_its_file_says(server: RunningServer) -> None:
    found = server.get(f"/tracks/{_id(server, 'flac')}")
    assert [(each["name"], each["role"]) for each in found["artists"]] == [
        ("Ana", "artist"), ("Bo", "artist"), ("Co", "composer"),
    ]  # fmt: skip
    assert (found["artist"], found["isrcs"], found["edited"], found["hidden"]) == (
        "Ana feat. Bo", ["DEF057912345"], [], False,
    )  # fmt: skip
    composer = next(each["id"] for each in found["artists"] if each["role"] == "composer")
    assert server.get(f"/artists/{composer}")["name"] == "Co"


def test_an_edit_is_seen_at_once_everywhere_and_taken_back(server: RunningServer, music: Path) -> None:
    track_id = _id(server, "flac")
    before = server.get(f"/tracks/{track_id}")
    content = (music / "flac.flac").read_bytes()
    after = _put(server, track_id, title="Zebra", artists=["Cy", "Di"], album="Other", genres=["Polka"])
    assert (after["title"], after["artist"], after["album"]) == ("Zebra", "Cy, Di", "Other")
    assert after["edited"] == ["album", "artist", "artists", "genres", "title"]
    assert after["revision"] == before["revision"] + 1
    assert server.get("/search", query="zebra")["tracks"][0]["id"] == track_id
    assert server.get("/search", query="song flac")["tracks"] == []
    assert server.get("/tracks", sort="title", order="desc", limit=1)[0]["id"] == track_id
    assert "Other" in [album["title"] for album in server.get("/albums")]
    assert {"Cy", "Di"} <= {artist["name"] for artist in server.get("/artists")}
    assert "Polka" in [genre["name"] for genre in server.get("/library/genres")]
    back = _put(server, track_id, title=None, artists=None, album=None, genres=None)
    assert back["edited"] == []
    assert {name: back[name] for name in before if name != "revision"} == {
        name: before[name] for name in before if name != "revision"
    }
    assert "Other" not in [album["title"] for album in server.get("/albums")]
    assert (music / "flac.flac").read_bytes() == content


def test_an_edit_holds_over_a_retag_and_gives_the_new_tag_back(server: RunningServer, music: Path) -> None:
    track_id = _id(server, "opus")
    _put(server, track_id, title="Mine", discSubtitle="Side", credits=[{"name": "Eva", "role": "conductor"}])
    write_natively(music / "opus.opus", {"TITLE": ["Retagged"], "ALBUM": ["New album"]})
    os.utime(music / "opus.opus", ns=(1, 1_700_000_000_000_000_000))
    _rescan(server)
    found = server.get(f"/tracks/{track_id}")
    assert (found["title"], found["album"], found["discSubtitle"]) == ("Mine", "New album", "Side")
    assert ("Eva", "conductor") in [(each["name"], each["role"]) for each in found["artists"]]
    (music / "opus.opus").rename(music / "moved.opus")
    _rescan(server)
    assert server.get(f"/tracks/{track_id}")["title"] == "Mine"
    assert _put(server, track_id, title=None, discSubtitle=None, credits=None)["title"] == "Retagged"
    _put(server, track_id, hidden=False, title=None)


@pytest.mark.parametrize("suffix", _SUFFIXES)
def test_tags_are_written_into_the_file_when_asked(server: RunningServer, music: Path, suffix: str) -> None:
    track_id = _id(server, suffix[1:]) if suffix != ".opus" else _id(server, "opus")
    path = next(each for each in music.iterdir() if each.suffix == suffix)
    path.chmod(0o640)
    sound = _sound(path)
    after = _put(server, track_id, title=f"Written {suffix[1:]}", trackNumber=9, writeToFile=True)
    assert (after["title"], after["trackNumber"], after["edited"]) == (f"Written {suffix[1:]}", 9, [])
    assert _sound(path) == sound
    assert path.stat().st_mode & 0o777 == 0o640
    _rescan(server)
    found = server.get(f"/tracks/{track_id}")
    assert (found["title"], found["revision"]) == (f"Written {suffix[1:]}", after["revision"])
    assert [each for each in music.iterdir() if "partial" in each.name] == []


def test_a_kept_edit_is_written_later(server: RunningServer, music: Path) -> None:
    track_id = _id(server, "flac")
    _put(server, track_id, moods=["calm"], artist="Ana & Co")
    assert "MOOD" not in FLAC(music / "flac.flac")
    after = _put(server, track_id, writeToFile=True)
    assert (after["edited"], after["moods"], after["artist"]) == ([], ["calm"], "Ana & Co")
    assert FLAC(music / "flac.flac")["MOOD"] == ["calm"]
    assert FLAC(music / "flac.flac")["ISRC"] == ["DEF057912345"]


def test_stale_revisions_are_refused_with_the_current_state(server: RunningServer) -> None:
    track_id = _id(server, "mp3")
    with server.client as client:
        etag = client.get(f"/tracks/{track_id}").headers["etag"]
    revision = server.get(f"/tracks/{track_id}")["revision"]
    changed = _put(server, track_id, headers={"If-Match": etag}, key="Am", expectedRevision=revision)
    for status, headers, more in ((412, {"If-Match": etag}, {}), (409, None, {"expectedRevision": revision})):
        problem = _put(server, track_id, status, headers, key="Bm", **more)
        assert problem["code"] == "CONFLICT"
        assert problem["details"]["current"]["revision"] == changed["revision"]
        assert problem["details"]["current"]["key"] == "Am"
    _put(server, track_id, key=None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"title": ""}, "title"),
        ({"title": "\x00 \u200b\n"}, "title"),
        ({"title": "x" * 1001}, "title"),
        ({"trackNumber": -1}, "trackNumber"),
        ({"date": "yesterday"}, "date"),
        ({"bpm": 5000}, "bpm"),
        ({"artists": "Ana"}, "artists"),
        ({"artists": [""]}, "artists.0"),
        ({"path": "/etc/passwd"}, "path"),
        ({"credits": [{"name": "x", "role": "king"}]}, "credits.0.role"),
    ],
)
def test_senseless_edits_are_refused(server: RunningServer, body: dict[str, Any], field: str) -> None:
    problem = _put(server, _id(server, "mp3"), 422, **body)
    assert problem["code"] == "VALIDATION_ERROR"
    assert field in [each["field"] for each in problem["errors"]]


def test_hostile_edits_are_text(server: RunningServer) -> None:
    track_id = _id(server, "mp3")
    after = _put(server, track_id, title="a\0b\x07'; DROP TABLE tracks; --<script>", moods=["\x00", "\u202ex"])
    assert after["title"] == "a b '; DROP TABLE tracks; --<script>"
    assert after["moods"] == ["\u202ex"]
    _put(server, track_id, title=None, moods=None)
    assert _put(server, "nobody", 404, title="x")["code"] == "TRACK_NOT_FOUND"


def test_a_deleted_track_stays_away_until_it_is_shown_again(server: RunningServer, music: Path) -> None:
    track_id = _id(server, "wav")
    title = server.get(f"/tracks/{track_id}")["title"]
    total = server.get("/library/stats")["tracks"]
    assert _delete(server, track_id).json()["data"]["hidden"] is True
    assert _delete(server, track_id).status_code == 200
    os.utime(music / "wav.wav")
    _rescan(server)
    assert server.get("/library/stats")["tracks"] == total - 1
    assert track_id not in [track["id"] for track in server.get("/tracks", limit=100)]
    assert server.get("/search", query=title)["tracks"] == []
    assert [track["id"] for track in server.get("/library/hidden")] == [track_id]
    assert _put(server, track_id, hidden=False)["hidden"] is False
    assert server.get("/library/stats")["tracks"] == total
    assert server.get("/search", query=title)["tracks"][0]["id"] == track_id
    assert (music / "wav.wav").exists()


def test_a_file_is_deleted_only_when_asked(server: RunningServer, music: Path) -> None:
    shutil.copy(music / "wv.wv", music / "doomed.wv")
    write_natively(music / "doomed.wv", {"TITLE": ["Doomed"]})
    _rescan(server)
    track_id = next(t["id"] for t in server.get("/tracks", limit=100) if t["title"] == "Doomed")
    assert _delete(server, track_id, deleteFile="true").status_code == 200
    assert not (music / "doomed.wv").exists()
    assert track_id not in [track["id"] for track in server.get("/tracks", limit=100)]


def test_lyrics_come_from_an_edit_a_file_beside_or_the_tags(server: RunningServer, music: Path) -> None:
    track_id = _id(server, "m4a")
    path = f"/tracks/{track_id}/lyrics"
    assert server.get(path) == {"text": None, "synced": None, "language": None, "source": None}
    write_natively(music / "m4a.m4a", {"LYRICS": ["one\ntwo"]})
    os.utime(music / "m4a.m4a", ns=(1, 1_700_000_000_000_000_000))
    _rescan(server)
    assert server.get(path) == {"text": "one\ntwo", "synced": None, "language": None, "source": "embedded"}
    (music / "m4a.lrc").write_text("\ufeff[00:01.50]eins\n[00:02.00]zwei", encoding="utf-8")
    found = server.get(path)
    assert found["synced"] == [{"time": 1.5, "text": "eins"}, {"time": 2.0, "text": "zwei"}]
    assert (found["text"], found["source"]) == ("eins\nzwei", "file")
    _put(server, track_id, lyrics="[00:09]mine")
    assert server.get(path) == {
        "text": "mine", "synced": [{"time": 9.0, "text": "mine"}], "language": None, "source": "edit",
    }  # fmt: skip
    _put(server, track_id, lyrics=None)
    assert server.get(path)["source"] == "file"


async def test_words_beside_the_file_count_as_lyrics(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.db")
    add_tracks(database, library_folder(database, tmp_path / "music"), [track_record(TrackTags(title="One"), b"m")])
    catalog = Catalog(database)
    (track_id,) = await catalog.context_track_ids("library")
    assert orjson.loads((await catalog.track_detail(track_id))[0])["hasLyrics"] is False
    (tmp_path / "music" / "m").mkdir(parents=True)
    (tmp_path / "music" / "m" / "a.lrc").write_text("[00:01.00]eins")
    assert orjson.loads((await catalog.track_detail(track_id))[0])["hasLyrics"] is True
    assert (await catalog.lyrics(track_id)).text == "eins"
    database.close()


def test_a_file_that_may_not_be_written_is_left_alone(server: RunningServer, music: Path) -> None:
    track_id = _id(server, "m4a")
    aside = music.parent / "aside.m4a"
    (music / "m4a.m4a").rename(aside)
    problem = _put(server, track_id, 422, title="x", writeToFile=True)
    assert problem["code"] == "FILE_NOT_WRITABLE"
    assert str(music) not in str(problem)
    aside.rename(music / "m4a.m4a")
    assert server.get(f"/tracks/{track_id}")["edited"] == []


def test_an_edit_of_a_missing_track_is_kept_and_finds_nothing(server: RunningServer, music: Path) -> None:
    track_id = _id(server, "aiff")
    aside = music.parent / "aside.aiff"
    (music / "aiff.aiff").rename(aside)
    _rescan(server)
    assert server.get(f"/tracks/{track_id}")["missing"] is True
    after = _put(server, track_id, title="Away")
    assert (after["title"], after["missing"]) == ("Away", True)
    aside.rename(music / "aiff.aiff")
    _rescan(server)
    found = server.get(f"/tracks/{track_id}")
    assert (found["title"], found["missing"]) == ("Away", False)


def test_the_owner_says_what_parts_artists(server: RunningServer, music: Path) -> None:
    with server.client as client:
        changed = client.patch(
            "/settings", json={"tags.artist_separators": [" + "], "tags.artist_exceptions": ["Ana + Bo"]}
        )
        assert changed.status_code == 200, changed.text
    track_id = _id(server, "ogg")
    write_natively(music / "ogg.ogg", {"ARTIST": ["Ana + Bo + Cy; Di"]})
    os.utime(music / "ogg.ogg", ns=(1, 1_700_000_000_000_000_000))
    _rescan(server)
    found = server.get(f"/tracks/{track_id}")["artists"]
    assert [each["name"] for each in found if each["role"] == "artist"] == ["Ana + Bo", "Cy; Di"]
    edited = _put(server, track_id, artist="Eva + Fay")["artists"]
    assert [each["name"] for each in edited if each["role"] == "artist"] == ["Eva", "Fay"]
    with server.client as client:
        client.post("/settings/reset", json={"names": ["tags.artist_separators", "tags.artist_exceptions"]})
