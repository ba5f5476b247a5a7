"""Pictures through a real server: sent in two formats, chosen for albums, looked at, and refused where they must be."""

import base64
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from tests.server import RunningServer, running_server
from tests.tagged_files import make_file

from auralis.catalog import Darkroom
from auralis.media.covers import cover_hash
from auralis.media.tags import write_tags
from auralis.model.errors import MediaError
from auralis.model.library import TrackTags

RED, GREEN, BLUE = (200, 20, 20), (20, 180, 30), (10, 10, 220)


def picture(color: tuple[int, int, int], size: int = 300, image_format: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (size, size), color).save(buffer, image_format)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An album with a picture in its files and one beside them, and one with a picture beside it."""
    folder = tmp_path_factory.mktemp("music")
    for album, count in (("Both", 2), ("Beside", 1)):
        (folder / album).mkdir()
        for number in range(1, count + 1):
            path = make_file(folder / album / f"{number}.flac")
            tags = TrackTags(title=f"{album} {number}", album=album, album_artist="Ana", track_number=number)
            write_tags(path, tags, picture(RED) if album == "Both" else None)
        (folder / album / "cover.jpg").write_bytes(picture(GREEN, image_format="JPEG"))
    (folder / "Torn").mkdir()
    torn = make_file(folder / "Torn" / "1.flac")
    write_tags(torn, TrackTags(title="Torn", album="Torn", album_artist="Ana"), b"\xff\xd8\xff\xe0 no picture at all")
    (folder / "Torn" / "cover.jpg").write_bytes(picture(BLUE, image_format="JPEG"))
    return folder


@pytest.fixture(scope="module")
def server(music: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    data = tmp_path_factory.mktemp("data")
    with running_server(data, music=music) as running:
        running.wait_until_scanned(4)
        yield running


def _album(server: RunningServer, title: str) -> dict[str, Any]:
    album_id = next(album["id"] for album in server.get("/albums") if album["title"] == title)
    found: dict[str, Any] = server.get(f"/albums/{album_id}")
    return found


def _fetch(server: RunningServer, path: str, **headers: str) -> httpx.Response:
    with server.client as client:
        return client.get(path, headers=headers)


def _color_at(image: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(image)) as opened:
        pixel = opened.convert("RGB").getpixel((5, 5))
    assert isinstance(pixel, tuple)
    return pixel


def _near(color: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 25 for a, b in zip(color, wanted, strict=True))


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "webp"),
        ("image/avif,image/webp,image/*;q=0.8", "webp"),
        ("image/jpeg", "jpeg"),
        ("image/webp;q=0, image/*", "jpeg"),
        ("text/html", "webp"),
    ],
)
def test_a_picture_comes_in_the_format_that_is_liked(server: RunningServer, accept: str, kind: str) -> None:
    artwork = _album(server, "Both")["artworkId"]
    answer = _fetch(server, f"/artwork/{artwork}?size=64", accept=accept)
    assert answer.headers["content-type"] == f"image/{kind}"
    assert answer.headers["vary"] == "Accept"
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == (kind.upper(), (64, 64))
    assert _fetch(server, f"/artwork/{artwork}?size=64", **{"if-none-match": answer.headers["etag"]}).status_code in {
        200, 304,
    }  # fmt: skip
    again = _fetch(server, f"/artwork/{artwork}?size=64", **{"accept": accept, "if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_picture_that_is_not_there_is_not_unchanged(server: RunningServer) -> None:
    for path in ("/artwork/0123456789abcdef0123456789abcdef", "/artwork/..%2f..%2fetc%2fpasswd"):
        assert _fetch(server, path, **{"if-none-match": "*"}).status_code == 404
    assert _fetch(server, f"/artwork/{_album(server, 'Both')['artworkId']}?size=9999").status_code == 422


def test_a_track_s_own_picture_is_sent(server: RunningServer) -> None:
    track = _album(server, "Beside")["tracks"][0]["id"]
    assert _near(_color_at(_fetch(server, f"/tracks/{track}/artwork").content), GREEN)


def test_albums_tell_their_colour_and_a_few_pixels(server: RunningServer) -> None:
    album = server.wait_until(
        lambda: next((a for a in server.get("/albums") if a["title"] == "Both" and a["artworkColor"]), None), "colours"
    )
    color = tuple(int(album["artworkColor"][at : at + 2], 16) for at in (1, 3, 5))
    assert _near(color, RED)
    pixels = base64.b64decode(album["artworkPreview"])
    assert len(pixels) == 48
    assert _near(tuple(pixels[:3]), RED)


def test_an_uploaded_picture_is_shown_until_it_is_taken_back(server: RunningServer, music: Path) -> None:
    album = _album(server, "Both")
    with server.client as client:
        answer = client.post(f"/albums/{album['id']}/artwork", files={"file": ("x.png", picture(BLUE), "image/png")})
    assert answer.status_code == 200, answer.text
    chosen = answer.json()["data"]
    assert chosen["artworkId"] != album["artworkId"]
    assert {track["artworkId"] for track in chosen["tracks"]} == {chosen["artworkId"]}
    assert _near(_color_at(_fetch(server, f"/artwork/{chosen['artworkId']}").content), BLUE)
    assert chosen["artworkColor"] is not None
    write_tags(music / "Both" / "1.flac", TrackTags(title="Both 1 again", album="Both", album_artist="Ana"))
    with server.client as client:
        client.post("/library/scan")
    server.wait_until(lambda: server.get("/search", query="Both 1 again")["tracks"], "the rescan")
    after = _album(server, "Both")
    assert {after["artworkId"], *(track["artworkId"] for track in after["tracks"])} == {chosen["artworkId"]}
    with server.client as client:
        back = client.delete(f"/albums/{album['id']}/artwork").json()["data"]
    assert back["artworkId"] == album["artworkId"]
    assert _fetch(server, f"/artwork/{chosen['artworkId']}?size=128").status_code == 404


def test_a_track_s_picture_becomes_the_album_s(server: RunningServer) -> None:
    source, album = _album(server, "Both"), _album(server, "Beside")
    track = next(t for t in source["tracks"] if t["title"] == "Both 2")
    with server.client as client:
        answer = client.post(f"/albums/{album['id']}/artwork", json={"extract": track["id"]})
        assert answer.json()["data"]["artworkId"] == track["artworkId"]
        nothing = client.post(f"/albums/{album['id']}/artwork", json={"extract": album["tracks"][0]["id"]})
        assert (nothing.status_code, nothing.json()["code"]) == (422, "UNREADABLE_IMAGE")
        assert client.post(f"/albums/{album['id']}/artwork", json={"extract": "nobody"}).status_code == 404
        client.delete(f"/albums/{album['id']}/artwork")


_SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ({"file": ("x.svg", _SVG, "image/svg+xml")}, 422, "UNREADABLE_IMAGE"),
        ({"file": ("x.png", b"\x89PNG\r\n\x1a\nnothing", "image/png")}, 422, "UNREADABLE_IMAGE"),
        ({"file": ("x.gif", b"", "image/gif")}, 422, "VALIDATION_ERROR"),
        ({"other": ("x.png", b"x", "image/png")}, 422, "VALIDATION_ERROR"),
        ({"file": ("x.png", b"x" * (11 * 1024 * 1024), "image/png")}, 413, "PAYLOAD_TOO_LARGE"),
    ],
)
def test_what_is_no_picture_is_refused(server: RunningServer, files: Any, status: int, code: str) -> None:
    album = _album(server, "Both")
    with server.client as client:
        answer = client.post(f"/albums/{album['id']}/artwork", files=files)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_picture_of_a_hundred_megapixels_is_refused(server: RunningServer) -> None:
    buffer = io.BytesIO()
    Image.new("1", (10_000, 10_001)).save(buffer, "PNG")
    album = _album(server, "Both")
    with server.client as client:
        answer = client.post(
            f"/albums/{album['id']}/artwork", files={"file": ("x.png", buffer.getvalue(), "image/png")}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "UNREADABLE_IMAGE")
        assert "pixels" in answer.json()["message"]
        for body, kind in ((b"{", "application/json"), (b"--x", "multipart/form-data; boundary=x")):
            answer = client.post(f"/albums/{album['id']}/artwork", content=body, headers={"content-type": kind})
            assert answer.status_code == 422, answer.text
        assert (
            client.post("/albums/nobody/artwork", files={"file": ("x", picture(RED), "image/png")}).status_code == 404
        )


def test_the_order_of_covers_is_the_owner_s(server: RunningServer) -> None:
    before = _album(server, "Both")["artworkId"]
    with server.client as client:
        client.patch("/settings", json={"library.artwork_order": ["folder", "embedded"]})
    after = server.wait_until(lambda: (found := _album(server, "Both")["artworkId"]) != before and found, "the order")
    assert _near(_color_at(_fetch(server, f"/artwork/{after}").content), GREEN)
    with server.client as client:
        client.post("/settings/reset", json={"names": ["library.artwork_order"]})
    server.wait_until(lambda: _album(server, "Both")["artworkId"] == before, "the order as it was")


def test_a_picture_that_cannot_be_shown_gives_way_to_the_next(server: RunningServer, music: Path) -> None:
    shown = cover_hash((music / "Torn" / "cover.jpg").read_bytes())
    server.wait_until(lambda: _album(server, "Torn")["artworkId"] == shown, "the picture beside it is shown")
    assert _near(_color_at(_fetch(server, f"/artwork/{shown}").content), BLUE)
    assert [track["artworkId"] for track in _album(server, "Torn")["tracks"]] == [shown]
    with server.client as client:
        assert client.post("/library/scan", json={"thorough": True}).status_code == 202
    server.wait_until_scanned(4)
    assert [track["artworkId"] for track in _album(server, "Torn")["tracks"]] == [shown], "also when read again"


async def test_a_picture_that_kills_what_decodes_it_is_one_that_cannot_be_shown() -> None:
    darkroom = Darkroom(1)
    try:
        with pytest.raises(MediaError):
            await darkroom._develop(os._exit, 1)
        with pytest.raises(MediaError, match="decoded"):
            await darkroom.resize(b"no picture", 64, "webp")
        assert _near(_color_at(await darkroom.resize(picture(GREEN), 64, "jpeg")), GREEN), "the next one is"
        assert (await darkroom.look_at(picture(RED))).color is not None
    finally:
        await darkroom.close()
