"""The `auralis` command as people and scripts call it: its own process, its exit code, its two streams."""

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyebur128
import pytest
from tests.server import running_server

from auralis import __version__
from auralis.media.decode import read_audio
from auralis.media.encode import write_audio
from auralis.model.fingerprint import DIMENSION_NAMES

AURALIS = Path(sys.executable).parent / "auralis"


def auralis(*arguments: object, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(AURALIS), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=timeout, check=False, env=os.environ | environment
    )


def lines(answer: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Return the result lines; standard output holds nothing else."""
    return [json.loads(line) for line in answer.stdout.splitlines()]


@pytest.fixture
def track(demo_music: Path) -> Path:
    return min(demo_music.rglob("*.flac"))


def test_version_and_help() -> None:
    assert auralis("--version").stdout.strip() == f"auralis {__version__}"
    told = auralis("--help").stdout
    for command in ("serve", "scan", "demo", "fingerprint", "master", "doctor", "openapi"):
        assert command in told
    assert auralis("nonsense").returncode == 2
    as_module = [sys.executable, "-m", "auralis", "--version"]
    assert subprocess.check_output(as_module, text=True, timeout=120) == auralis("--version").stdout


def test_scan_prints_one_line_of_counts(demo_music: Path, tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    for file in sorted(demo_music.rglob("*.mp3")):
        shutil.copy(file, tmp_path / "music" / file.name)
    (tmp_path / "music" / "notes.mp3").write_text("not music at all")
    first = auralis("scan", tmp_path / "music", "--data", tmp_path / "data", "--json")
    (counts,) = lines(first)
    assert first.returncode == 0
    assert counts.keys() == {"files", "added", "updated", "moved", "missing", "failed", "seconds"}
    assert (counts["files"], counts["added"], counts["failed"]) == (5, 4, 1)
    (again,) = lines(auralis("scan", "--data", tmp_path / "data", "--json"))
    assert (again["added"], again["updated"]) == (0, 0)


def test_fingerprint_answers_in_the_order_given_and_fails_for_what_failed(track: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"")
    answer = auralis("fingerprint", track, broken, tmp_path / "gone.mp3", "--json")
    good, bad, gone = lines(answer)
    assert answer.returncode == 1
    members = {
        "file",
        "durationSeconds",
        "kind",
        "heardShare",
        "dimensions",
        "loudnessRangeLu",
        "truePeakDbtp",
        "samplePeakDbfs",
        "key",
        "tempoAlternativeBpm",
        "beatOffsetSeconds",
        "startSilenceSeconds",
        "endSilenceSeconds",
        "thirdOctaveDb",
        "confidence",
        "seconds",
    }
    assert good.keys() == members
    assert (good["kind"], good["heardShare"]) == ("full", 1)
    assert tuple(good["dimensions"]) == DIMENSION_NAMES
    assert good["key"].keys() == {"tonic", "mode", "confidence"}
    assert all(0 <= value <= 1 for value in good["confidence"].values())
    assert bad.keys() == gone.keys() == {"file", "error"}
    assert bad["file"] == str(broken)
    people = auralis("fingerprint", track)
    assert people.returncode == 0
    assert "loudness_lufs" in people.stdout


@pytest.mark.parametrize("ending", [".flac", ".wav"])
def test_master_writes_what_its_plan_promises(track: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"mastered{ending}"
    before = track.read_bytes()
    answer = auralis("master", track, target, "--preset", "warm", "--intensity", "0.8", "--json")
    (result,) = lines(answer)
    samples, rate = read_audio(target)
    assert answer.returncode == 0
    assert result.keys() >= {"plan", "input", "output", "seconds"}
    assert abs(loudness(samples, rate) - result["plan"]["targetLufs"]) <= 0.5
    assert abs(loudness(samples, rate) - result["output"]["loudnessLufs"]) <= 0.1
    assert result["output"]["truePeakDbtp"] <= -1.0
    assert samples.shape[1] == read_audio(track)[0].shape[1]
    assert track.read_bytes() == before


def test_master_makes_an_album_a_playlist_and_comes_near_to_a_reference(track: Path, tmp_path: Path) -> None:
    album = tmp_path / "album"
    album.mkdir()
    for name, gain in (("1 quiet.flac", 0.4), ("2 loud.flac", 0.8)):
        write_audio(album / name, (gain * read_audio(track)[0]).astype(np.float32), 44100, bit_depth=16)
    made = lines(auralis("master", album, tmp_path / "out", "--preset", "warm", "--json"))
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["1 quiet.flac", "2 loud.flac"]
    shifts = [result["output"]["loudnessLufs"] - result["input"]["loudnessLufs"] for result in made]
    assert abs(shifts[0] - shifts[1]) <= 0.2
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(f"#EXTM3U\nalbum/2 loud.flac\n{track}\n")
    arguments = ("--reference", track, "--format", "wav", "--bit-depth", "16", "--json")
    told = lines(auralis("master", playlist, tmp_path / "more", *arguments))
    assert [result["file"] for result in told] == ["001 2 loud.wav", f"002 {track.stem}.wav"]
    assert told[0]["plan"]["distances"]
    (tmp_path / "none").mkdir()
    for source in (tmp_path / "none", tmp_path / "gone.m3u8"):
        refused = auralis("master", source, tmp_path / "x", "--json")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "Traceback" not in refused.stderr
    assert auralis("master", track, tmp_path / "y.flac", "--bit-depth", "7").returncode == 1
    assert auralis("master", album, tmp_path / "x", "--preset", "loudest").returncode == 1


def test_master_refuses_what_it_cannot_do(track: Path, tmp_path: Path) -> None:
    refusals = [
        (track, tmp_path / "out.mp3"),
        (tmp_path / "gone.flac", tmp_path / "out.flac"),
        (track, tmp_path / "no" / "such" / "folder.flac"),
        (track, track),
    ]
    for source, target in refusals:
        answer = auralis("master", source, target, "--json")
        assert (answer.returncode, answer.stdout) == (1, ""), answer.stderr
        assert "error:" in answer.stderr
        assert "Traceback" not in answer.stderr
    assert auralis("master", track, tmp_path / "o.flac", "--preset", "loudest").returncode == 1
    assert auralis("master", track, tmp_path / "o.flac", "--intensity", "2").returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_serve_says_in_a_sentence_why_it_cannot(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answers = {
            "cannot be used": auralis("serve", "--data", tmp_path / "d", "--port", port),
            "this machine only": auralis("serve", "--data", tmp_path / "d", "--host", "0.0.0.0"),
            "There is no folder": auralis("serve", "--data", tmp_path / "d", "--music", tmp_path / "gone"),
            "is not a folder": auralis("serve", "--data", tmp_path / "d", "--music", __file__),
            "cannot be written": auralis("serve", "--data", "/proc/auralis", "--port", 0),
        }
        assert taken.fileno() >= 0
    for sentence, answer in answers.items():
        assert answer.returncode == 1, answer.stderr
        assert sentence in " ".join(answer.stderr.split())
        assert "Traceback" not in answer.stderr


def test_two_servers_do_not_share_a_data_folder(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        second = auralis("serve", "--data", tmp_path / "data", "--port", 0)
        assert second.returncode == 1
        assert "already uses" in " ".join(second.stderr.split())
        assert server.get("/health/live") == {"state": "ok"}


def test_a_broken_database_is_a_sentence_and_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "auralis.db").write_bytes(b"this is not a database, but somebody's only copy" * 100)
    answer = auralis("scan", "--data", tmp_path, "--json")
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert (tmp_path / "auralis.db").read_bytes().startswith(b"this is not a database")


@pytest.mark.parametrize("fault", ["broken", "folder", "newer", "nested"])
def test_a_library_that_cannot_be_opened_is_a_sentence_also_to_the_server(tmp_path: Path, fault: str) -> None:
    data, inner = tmp_path / "data", tmp_path / "music" / "inner"
    inner.mkdir(parents=True)
    database = data / "auralis.db"
    if fault == "folder":
        database.mkdir(parents=True)
    elif fault == "broken":
        data.mkdir()
        database.write_bytes(b"no database" * 1000)
    elif fault == "newer":
        assert auralis("scan", inner, "--data", data).returncode == 0
        with contextlib.closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    music = ["--music", inner, "--music", tmp_path / "music"] if fault == "nested" else []
    answer = auralis("serve", "--data", data, "--port", 0, *music)
    assert answer.returncode == 1, answer.stderr
    assert answer.stderr.startswith("error: ")
    assert len(answer.stderr.splitlines()) == 1


def test_odd_names_are_names_like_any_other(track: Path, tmp_path: Path) -> None:
    odd = [tmp_path / name for name in ("[bold]odd.flac", "odd\udcff.flac", "odd\nname.flac", "odd\\[b].flac")]
    for path in odd:
        shutil.copy(track, path)
    people = auralis("fingerprint", *odd)
    assert people.returncode == 0, people.stderr
    for name in ("[bold]odd.flac", "odd\ufffd.flac", "odd\\[b].flac"):
        assert name in people.stdout
    gone = tmp_path / "[gone]\udcff"
    answers = lines(auralis("fingerprint", *odd, gone, "--json"))
    assert [line["file"] for line in answers] == [str(path).replace("\udcff", "\ufffd") for path in (*odd, gone)]
    assert [line.keys() == {"file", "error"} for line in answers] == [False] * 4 + [True]
    folder = auralis("scan", gone, "--data", tmp_path / "data")
    assert (folder.returncode, folder.stderr.startswith("error: There is no folder")) == (1, True), folder.stderr
    doctor = auralis("doctor", "--data", gone, "--json")
    assert (doctor.returncode, lines(doctor)[-1]["name"]) == (0, "web player"), doctor.stderr


@pytest.mark.parametrize("written", [b"port = [[", b"\xff", b'port = "many"', b"port = 99999999"])
def test_settings_that_cannot_be_read_are_a_sentence(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "auralis").mkdir()
    (tmp_path / "auralis" / "auralis.toml").write_bytes(written)
    by_file = auralis("scan", XDG_DATA_HOME=str(tmp_path))
    by_variable = auralis("scan", "--data", tmp_path, AURALIS_ALLOWED_HOSTS="not a list")
    for answer in (by_file, by_variable):
        assert (answer.returncode, answer.stderr.startswith("error: ")) == (1, True), answer.stderr


@pytest.mark.parametrize("host", ["::1", "127.0.0.2", "localhost"])
def test_a_server_answers_at_the_address_it_names(tmp_path: Path, host: str) -> None:
    with running_server(tmp_path / "data", arguments=("--host", host)) as server:
        assert server.get("/health/live") == {"state": "ok"}


def test_music_is_kept_for_next_time(demo_music: Path, tmp_path: Path) -> None:
    music = tmp_path / "music"
    shutil.copytree(next(p for p in demo_music.iterdir() if p.is_dir()), music)
    quiet = {"AURALIS_ANALYSE": "false"}
    with running_server(tmp_path / "data", music=music, environment=quiet) as server:
        server.wait_until_scanned()
    with running_server(tmp_path / "data", environment=quiet) as server:
        assert [folder["path"] for folder in server.get("/library/folders")] == [str(music)]


def test_doctor_finds_nothing_wrong_here(tmp_path: Path) -> None:
    answer = auralis("doctor", "--data", tmp_path, "--json", timeout=300)
    findings = {line["name"]: line["state"] for line in lines(answer)}
    assert answer.returncode == 0
    assert "problem" not in findings.values()
    assert auralis("doctor", "--data", "/proc/auralis", timeout=300).returncode == 1


def test_openapi_is_printed() -> None:
    assert json.loads(auralis("openapi").stdout)["openapi"].startswith("3.1")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_a_sentence(track: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [str(AURALIS), "fingerprint", str(track), "--json"]
        answer = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    assert answer.returncode != 0
    assert "Traceback" not in answer.stderr


def loudness(samples: np.ndarray, rate: int) -> float:
    state = pyebur128.R128State(samples.shape[0], rate, pyebur128.MeasurementMode.MODE_I)
    state.add_frames(np.ascontiguousarray(samples.T).ravel(), samples.shape[1])
    return float(pyebur128.get_loudness_global(state))
