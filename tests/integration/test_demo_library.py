"""The demo library on disk: what its files are, how it is completed, and how it fails."""

import os
from pathlib import Path

import numpy as np
import pyebur128
import pytest

from auralis.demo import library
from auralis.demo.library import DEMO_TRACKS, VERSION, DemoTrack, make_demo_library
from auralis.demo.pieces import ALBUMS
from auralis.fingerprint.files import fingerprint_file
from auralis.jobs.process import WorkerProcess
from auralis.media.decode import read_audio
from auralis.media.tags import embedded_cover, read_file
from auralis.model.errors import StorageError, UnavailableError

MARKER = ".auralis-demo"


def _ids(track: DemoTrack) -> str:
    return track.path.rsplit("/", 1)[1]


def _pretend(folder: Path, *, without: DemoTrack | None = None) -> None:
    for track in DEMO_TRACKS:
        if track is not without:
            (folder / track.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / track.path).write_bytes(b"made before")


@pytest.mark.parametrize("track", DEMO_TRACKS, ids=_ids)
def test_a_file_is_what_the_truth_says(track: DemoTrack, demo_music: Path) -> None:
    file = read_file(demo_music / track.path)
    assert file.tags == track.tags()
    stream = file.stream
    assert (stream.format, stream.codec, stream.channels) == (track.format, track.codec, 2)
    assert (stream.sample_rate, stream.bit_depth) == (track.sample_rate, track.bit_depth)
    assert 20 <= stream.duration_seconds <= 60
    assert file.cover_hash is not None


def test_covers_are_shared_within_an_album_only(demo_music: Path) -> None:
    covers = {(t.album, embedded_cover(demo_music / t.path)) for t in DEMO_TRACKS}
    assert len(covers) == len(ALBUMS)
    assert all(image and image.startswith(b"\xff\xd8\xff") for _, image in covers)


@pytest.mark.parametrize("track", DEMO_TRACKS[1::4], ids=_ids)
def test_an_independent_meter_agrees_on_loudness_and_peaks(track: DemoTrack, demo_music: Path) -> None:
    samples, rate = read_audio(demo_music / track.path)
    mode = pyebur128.MeasurementMode
    state = pyebur128.R128State(2, rate, mode.MODE_I | mode.MODE_TRUE_PEAK)
    state.add_frames(np.ascontiguousarray(samples.T, np.float64).ravel(), samples.shape[1])
    assert pyebur128.get_loudness_global(state) == pytest.approx(track.loudness_lufs, abs=0.5)
    assert max(pyebur128.get_true_peak(state, c) for c in (0, 1)) < 10 ** (-0.5 / 20)


def test_the_suite_runs_on_across_its_joins(demo_music: Path) -> None:
    suite = next(a for a in ALBUMS if a.style == "suite")
    tracks = [read_audio(demo_music / t.path)[0] for t in DEMO_TRACKS if t.album == suite.title]
    joined = np.concatenate(tracks, axis=1)
    bend = np.abs(np.diff(joined, n=2, axis=1)).max(axis=0)
    for join in np.cumsum([t.shape[1] for t in tracks])[:-1]:
        assert np.sqrt(np.mean(joined[:, join - 2000 : join + 2000] ** 2)) > 0.003
        # A click at the join would bend the waveform more than anything in the quarter of a second round it does.
        assert bend[join - 3 : join + 2].max() < bend[join - 5000 : join + 5000].max()


@pytest.mark.parametrize("track", DEMO_TRACKS, ids=_ids)
def test_tempo_and_key_can_be_heard(track: DemoTrack, demo_music: Path) -> None:
    heard = fingerprint_file(demo_music / track.path)
    assert heard.dimensions["tempo_bpm"] == pytest.approx(track.tempo_bpm, rel=0.01)
    assert heard.key is not None
    assert (heard.key.tonic, heard.key.mode) == (track.tonic, track.mode)
    assert heard.dimensions["loudness_lufs"] == pytest.approx(track.loudness_lufs, abs=0.5)
    assert heard.dimensions["stereo_width"] == pytest.approx(track.stereo_width, abs=0.03)


def test_a_whole_library_is_left_alone(demo_music: Path) -> None:
    before = {t.path: (demo_music / t.path).stat().st_mtime_ns for t in DEMO_TRACKS}
    steps: list[tuple[int, int]] = []
    assert make_demo_library(demo_music, lambda done, total: steps.append((done, total))) == list(DEMO_TRACKS)
    assert steps == [(24, 24)]
    assert before == {t.path: (demo_music / t.path).stat().st_mtime_ns for t in DEMO_TRACKS}
    assert (demo_music / MARKER).read_text() == f"{VERSION}\n"
    assert not list(demo_music.rglob("*.partial*"))


def test_what_is_missing_is_made_and_nothing_else(tmp_path: Path) -> None:
    lost = next(t for t in DEMO_TRACKS if t.format == "opus")
    _pretend(tmp_path, without=lost)
    left_over = (tmp_path / lost.path).with_name(".abc.partial.opus")
    left_over.write_bytes(b"broken off")
    steps: list[tuple[int, int]] = []
    make_demo_library(tmp_path, lambda done, total: steps.append((done, total)))
    assert steps == [(23, 24), (24, 24)]
    assert read_file(tmp_path / lost.path).tags.title == lost.title
    assert (tmp_path / DEMO_TRACKS[0].path).read_bytes() == b"made before"
    assert not left_over.exists()
    assert (tmp_path / MARKER).exists()


def test_a_library_of_an_older_version_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[DemoTrack] = []
    monkeypatch.setattr(library, "_make_all", lambda _folder, missing, _report: made.extend(missing))
    _pretend(tmp_path)
    (tmp_path / MARKER).write_text("0\n")
    make_demo_library(tmp_path)
    assert made == list(DEMO_TRACKS)
    assert (tmp_path / MARKER).read_text() == f"{VERSION}\n"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be made"):
        make_demo_library(tmp_path / "file")


def test_a_worker_that_dies_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(tmp_path, without=DEMO_TRACKS[5])
    monkeypatch.setattr(library._Workers, "make", lambda *_: WorkerProcess(niceness=0).run(60, os._exit, 1))
    with pytest.raises(UnavailableError, match="not finished"):
        make_demo_library(tmp_path)


def test_a_failure_in_a_worker_is_told_and_leaves_no_marker(tmp_path: Path) -> None:
    blocked = tmp_path / next(t for t in DEMO_TRACKS if t.format == "opus").path
    _pretend(tmp_path)
    for file in blocked.parent.iterdir():
        file.unlink()
    blocked.parent.rmdir()
    blocked.parent.write_text("in the way")
    with pytest.raises(StorageError, match="cannot be made"):
        make_demo_library(tmp_path)
    assert not (tmp_path / MARKER).exists()
