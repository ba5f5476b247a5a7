"""Music files sent to the server: into a folder of the library, and in the library soon after."""

import io
import shutil
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.server import RunningServer, running_server


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    (folder / "first.wav").write_bytes(tone(1))
    return folder


@pytest.fixture(scope="module")
def server(music: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    quiet = {"AURALIS_ANALYSE": "false"}
    with running_server(tmp_path_factory.mktemp("data"), music=music, environment=quiet) as server:
        server.wait_until_scanned(1)
        yield server


def tone(seconds: int) -> bytes:
    """A WAV file, different for each length."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(44_100)
        written.writeframes(bytes(range(256)) * (seconds * 44_100 * 4 // 256))
    return file.getvalue()


def test_a_file_of_any_reasonable_size_is_in_the_library_soon_after(server: RunningServer, music: Path) -> None:
    content = tone(70)
    assert len(content) > 10 * 1024 * 1024, "more than other bodies may have"
    with server.client as client:
        answer = client.post("/tracks", files={"file": ("../../Río/Second one.wav", content)})
    assert answer.status_code == 202, answer.text
    assert answer.json()["data"]["fileName"] == "Second one.wav"
    assert (music / "Second one.wav").read_bytes() == content
    found = server.wait_until(
        lambda: [t for t in server.get("/tracks") if t["title"] == "Second one"], "the file is in the library"
    )
    assert found[0]["duration"] == pytest.approx(70, abs=0.01)
    with server.client as client:
        again = client.post("/tracks", files={"file": ("Second one.wav", b"other")})
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT")
    assert (music / "Second one.wav").read_bytes() == content


@pytest.mark.parametrize("name", ["evil.sh", "", ".hidden.flac", "a" * 300 + ".flac", "..", "x.flac/", "\u202e.flac"])
def test_names_that_are_none_for_a_music_file_are_refused(server: RunningServer, music: Path, name: str) -> None:
    before = sorted(music.iterdir())
    with server.client as client:
        answer = client.post("/tracks", files={"file": (name or "x", b"abc")})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == "file"
    assert sorted(music.iterdir()) == before


def test_a_file_sent_twice_under_one_key_is_kept_once(server: RunningServer, music: Path) -> None:
    with server.client as client:
        sent = [
            client.post("/tracks", files={"file": ("Keyed.wav", tone(3))}, headers={"idempotency-key": "upload"})
            for _ in range(2)
        ]
    assert [answer.status_code for answer in sent] == [202, 202], sent[1].text
    assert ["idempotency-replayed" in answer.headers for answer in sent] == [False, True]
    assert (music / "Keyed.wav").read_bytes() == tone(3)


def test_files_of_one_name_at_once_do_not_take_each_others_place(server: RunningServer, music: Path) -> None:
    contents = [tone(seconds) for seconds in range(2, 8)]

    def send(content: bytes) -> int:
        with server.client as client:
            return client.post("/tracks", files={"file": ("Same.wav", content)}).status_code

    with ThreadPoolExecutor(len(contents)) as pool:
        statuses = list(pool.map(send, contents))
    assert sorted(statuses) == [202] + [409] * (len(contents) - 1)
    assert (music / "Same.wav").read_bytes() == contents[statuses.index(202)]


def test_what_is_no_upload_is_refused(server: RunningServer) -> None:
    with server.client as client:
        assert client.post("/tracks", json={"file": "x"}).status_code == 422
        assert client.post("/tracks", content=b"x", headers={"content-type": "text/html"}).status_code == 415
        broken = client.post("/tracks", content=b"x", headers={"content-type": "multipart/form-data; boundary=b"})
        assert broken.status_code == 422
        elsewhere = client.post("/tracks", files={"file": ("a.flac", b"x")}, data={"folderId": "nowhere"})
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "FOLDER_NOT_FOUND")


def test_a_folder_that_is_away_takes_nothing(server: RunningServer, music: Path) -> None:
    aside = music.with_name("aside")
    shutil.move(music, aside)
    try:
        with server.client as client:
            answer = client.post("/tracks", files={"file": ("third.wav", tone(2))})
        assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    finally:
        shutil.move(aside, music)
