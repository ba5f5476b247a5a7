"""Pictures of discs: from their folders, from files with their numbers, from their tracks, else the album's."""

import os
from pathlib import Path

import pytest
from tests.factories import Library, picture
from tests.server import RunningServer, running_server
from tests.tagged_files import make_file

from auralis.catalog.disc_pictures import DiscImage
from auralis.media.covers import cover_hash
from auralis.media.tags import write_tags
from auralis.model.errors import NotFoundError
from auralis.model.library import TrackTags

BOTH = ("disc", "embedded")
RED, GREEN, BLUE, GREY = ((200, 20, 20), (20, 180, 30), (10, 10, 220), (90, 90, 90))


def track(path: Path, disc: int, cover: bytes | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    tags = TrackTags(title=f"{disc}", album="Box", album_artist="Ana", track_number=1, disc_number=disc)
    write_tags(make_file(path), tags, cover)


async def shown(library: Library, number: int, order: tuple[str, ...] = BOTH) -> list[str]:
    library.scan()
    (album,) = {str(track["albumId"]) for track in library.tracks()}
    found = await library.pictures.of_disc(album, number, order)
    return [str(each.path.relative_to(library.music)) if isinstance(each, DiscImage) else each for each in found]


async def test_a_disc_shows_the_picture_of_its_own_folder(library: Library) -> None:
    for number, colour in ((1, RED), (2, GREEN)):
        track(library.music / "Box" / f"CD{number}" / "1.flac", number)
        (library.music / "Box" / f"CD{number}" / "cover.jpg").write_bytes(picture(colour))
    assert await shown(library, 1) == [cover_hash(picture(RED))] * 2
    assert (await shown(library, 2))[0] == cover_hash(picture(GREEN))


async def test_a_disc_shows_the_file_of_its_number_before_other_pictures(library: Library) -> None:
    for number in (1, 2, 12):
        track(library.music / "Box" / f"{number}.flac", number, picture(GREY) if number == 12 else None)
    for name in ("disc1.jpg", "CD 02.png", "disk-12.webp", "disc3.jpg", "discography.jpg", "cover.jpg"):
        (library.music / "Box" / name).write_bytes(picture(BLUE))
    of_album = cover_hash(picture(GREY))
    assert await shown(library, 1) == ["Box/disc1.jpg", of_album]
    assert await shown(library, 2) == ["Box/CD 02.png", of_album]
    assert await shown(library, 12) == ["Box/disk-12.webp", cover_hash(picture(GREY)), of_album]
    assert (await shown(library, 12, ("embedded", "disc")))[0] == cover_hash(picture(GREY))


async def test_pictures_beside_and_in_folders_of_discs_are_found(library: Library) -> None:
    for number in (1, 2):
        track(library.music / "Box" / f"Disc {number}" / "1.flac", number)
    (library.music / "Box" / "disc2.jpg").write_bytes(picture(RED))
    (library.music / "Box" / "Disc 1" / "cd.png").write_bytes(picture(BLUE))
    assert await shown(library, 1) == ["Box/Disc 1/cd.png"]
    assert await shown(library, 2) == ["Box/disc2.jpg"]


async def test_what_is_no_picture_file_is_passed_over(library: Library) -> None:
    for number in (1, 2):
        track(library.music / f"{number}.flac", number)
    (library.music / "disc1.jpg").mkdir()
    os.mkfifo(library.music / "cd1.jpg")
    (library.music / "disk1.jpg").write_bytes(b"")
    (library.music / "disc2.png").symlink_to(library.music / "nowhere")
    assert await shown(library, 1) == []
    assert await shown(library, 2) == []
    with pytest.raises(NotFoundError):
        await shown(library, 3)
    with pytest.raises(NotFoundError):
        await library.pictures.of_disc("nothing", 1, BOTH)


def test_pictures_of_discs_over_rest(tmp_path: Path) -> None:
    music = tmp_path / "music"
    for number in (1, 2, 3):
        track(music / f"{number}.flac", number, picture(GREY) if number == 1 else None)
    (music / "disc1.jpg").write_bytes(picture(RED))
    (music / "disc2.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture at all")
    with running_server(tmp_path / "data", music=music) as server:
        server.wait_until_scanned(3)
        (album,) = server.get("/albums")
        one, two, three = (_fetch(server, f"/albums/{album['id']}/discs/{number}/artwork") for number in (1, 2, 3))
        assert (one[0], two[0], three[0]) == (200, 200, 200)
        assert one[2].startswith(b"RIFF")
        assert two[2] == three[2] != one[2]
        assert _fetch(server, f"/albums/{album['id']}/discs/1/artwork", **{"If-None-Match": one[1]})[0] == 304
        with server.client as client:
            client.patch("/settings", json={"library.disc_artwork_order": ["embedded", "disc"]}).raise_for_status()
        assert _fetch(server, f"/albums/{album['id']}/discs/1/artwork")[2] == two[2]
        for path in ("discs/9/artwork", "discs/-1/artwork", "discs/x/artwork", "discs/10000/artwork"):
            status = _fetch(server, f"/albums/{album['id']}/{path}")[0]
            assert status == (404 if "9/" in path else 422), path
        assert _fetch(server, "/albums/nothing/discs/1/artwork")[0] == 404


def _fetch(server: RunningServer, path: str, **headers: str) -> tuple[int, str, bytes]:
    with server.client as client:
        response = client.get(path, headers=headers)
    return response.status_code, response.headers.get("etag", ""), response.content
