"""The tape: samples by position from the start of the file, however they are asked for, within its memory."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auralis.jobs import JobCancelledError
from auralis.media.decode import read_audio
from auralis.media.encode import write_audio
from auralis.model.errors import MediaError
from auralis.streaming import tape as tape_module
from auralis.streaming.source import SourceFile
from auralis.streaming.tape import Tape, TapeRack

RATE = 22050
SECONDS = 20


def go_on() -> None:
    pass


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    return np.random.default_rng(3).uniform(-0.5, 0.5, (2, RATE * SECONDS)).astype(np.float32)


@pytest.fixture(scope="module", params=[".flac", ".ogg", ".mp3", ".opus", ".m4a", ".wav"])
def file(request: pytest.FixtureRequest, noise: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tape") / f"noise{request.param}"
    write_audio(path, noise, 24000 if request.param == ".opus" else RATE)
    return path


def test_any_reading_order_gives_the_samples_as_decoded_from_the_start(file: Path):
    whole, _ = read_audio(file)
    tape = Tape(SourceFile.look(file), keep_bytes=1 << 20)
    for start, stop in [(0, 100), (5000, 9000), (300_000, 310_000), (200_000, 201_000), (0, 70_000), (66_000, 66_001)]:
        assert np.array_equal(tape.read(start, stop, go_on), whole[:, start:stop])
    tape.close()


def test_leaps_give_the_same_samples_where_the_length_is_known(file: Path, monkeypatch: pytest.MonkeyPatch):
    whole, _ = read_audio(file)
    monkeypatch.setattr(tape_module, "_LEAP_SECONDS", 1)
    tape = Tape(replace(SourceFile.look(file), frames=whole.shape[1]), keep_bytes=1 << 20)
    for start, stop in [(0, 100), (300_000, 310_000), (200_000, 201_000), (5000, 9000), (250_000, 350_000)]:
        assert np.array_equal(tape.read(start, stop, go_on), whole[:, start:stop])
    assert tape.read(10**7, 10**7 + 5, go_on).shape[1] == 0
    assert tape.frames == whole.shape[1]
    tape.close()


@pytest.mark.parametrize(("off", "leaps"), [(0, True), (283, True), (576, False), (-1152, False)])
def test_an_mp3_is_leapt_into_unless_a_packet_was_passed_over(
    off: int, leaps: bool, noise: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "noise.mp3"
    write_audio(path, noise, RATE)
    whole, _ = read_audio(path)
    began: list[int] = []

    class Watched(tape_module.AudioReader):
        def __init__(self, path: Path, start: int = 0) -> None:
            super().__init__(path, start)
            began.append(self.position)

    monkeypatch.setattr(tape_module, "AudioReader", Watched)
    monkeypatch.setattr(tape_module, "_LEAP_SECONDS", 1)
    tape = Tape(replace(SourceFile.look(path), frames=whole.shape[1]), keep_bytes=1 << 20)
    tape.estimated_frames = whole.shape[1] + off
    assert np.array_equal(tape.read(300_000, 310_000, go_on), whole[:, 300_000:310_000])
    assert (began[-1] > 0) == leaps
    tape.close()


def test_the_end_shortens_the_answer_and_gives_the_length(file: Path):
    whole, _ = read_audio(file)
    end = whole.shape[1]
    tape = Tape(SourceFile.look(file), keep_bytes=1 << 20)
    assert tape.frames is None
    assert np.array_equal(tape.read(end - 10, end + 50, go_on), whole[:, -10:])
    assert tape.frames == end
    assert tape.read(end + 1000, end + 2000, go_on).shape == (2, 0)
    tape.close()


@pytest.fixture
def flac(noise: np.ndarray, tmp_path: Path) -> Path:
    path = tmp_path / "noise.flac"
    write_audio(path, noise, RATE)
    return path


def test_memory_stays_within_what_is_kept(flac: Path):
    keep = 1 << 20
    tape = Tape(SourceFile.look(flac), keep)
    block = 2 * 4 * 65536
    for start in range(0, RATE * SECONDS, 20_000):
        tape.read(start, start + 20_000, go_on)
        assert tape.bytes <= keep + block
    tape.close()


def test_one_big_window_is_given_whole_whatever_is_kept(flac: Path, noise: np.ndarray):
    tape = Tape(SourceFile.look(flac), keep_bytes=1)
    assert tape.read(0, 300_000, go_on).shape == (2, 300_000)
    tape.close()


def test_mono_stays_one_row_and_surround_becomes_two(tmp_path: Path):
    for channels, rows in [(1, 1), (6, 2)]:
        path = tmp_path / f"{channels}.flac"
        write_audio(path, np.full((channels, 1000), 0.25, np.float32), RATE)
        tape = Tape(SourceFile.look(path), 1 << 20)
        assert tape.channels == channels
        assert tape.read(0, 1000, go_on).shape == (rows, 1000)
        tape.close()


def test_a_cancelled_reading_leaves_the_tape_where_it_was(flac: Path, noise: np.ndarray):
    rack = TapeRack(1 << 24)
    source = SourceFile.look(flac)
    steps = 0

    def give_up() -> None:
        nonlocal steps
        steps += 1
        if steps > 3:
            raise JobCancelledError

    with pytest.raises(JobCancelledError), rack.use(source) as tape:
        tape.read(400_000, 410_000, give_up)
    with rack.use(source) as again:
        assert again is tape
        assert np.array_equal(again.read(400_000, 410_000, go_on), read_audio(flac)[0][:, 400_000:410_000])
    rack.clear()


def test_a_changed_or_vanished_file_is_an_error_not_other_sound(flac: Path):
    source = SourceFile.look(flac)
    tape = Tape(source, 1 << 24)
    tape.read(0, 1000, go_on)
    os.utime(flac, (1, 1))
    with pytest.raises(MediaError, match="changed"):
        tape.read(0, 1000, go_on)
    flac.unlink()
    with pytest.raises(MediaError, match="not there"):
        tape.read(1000, 2000, go_on)
    tape.close()


def test_the_rack_keeps_tapes_open_within_its_memory(noise: np.ndarray, tmp_path: Path):
    rack = TapeRack(4 << 20)
    tapes = []
    for n in range(6):
        path = tmp_path / f"{n}.wav"
        write_audio(path, noise[:, : 8 * RATE], RATE)
        with rack.use(SourceFile.look(path)) as tape:
            tape.read(0, 7 * RATE, go_on)
            tapes.append((path, tape))
        assert rack.bytes() <= 4 << 20
    path, latest = tapes[-1]
    with rack.use(SourceFile.look(path)) as tape:
        assert tape is latest
    path, oldest = tapes[0]
    with rack.use(SourceFile.look(path)) as tape:
        assert tape is not oldest
    rack.clear()
    assert rack.bytes() == 0


def test_a_failed_use_closes_the_tape(flac: Path):
    rack = TapeRack(1 << 24)
    source = SourceFile.look(flac)
    with pytest.raises(MediaError), rack.use(source) as broken:
        raise MediaError("torn")
    with rack.use(source) as tape:
        assert tape is not broken
    rack.clear()


def test_what_is_in_use_counts_as_well(file: Path):
    rack = TapeRack(1 << 20)
    source = SourceFile.look(file)
    with rack.use(source) as tape:
        tape.read(0, 30_000, go_on)
        assert rack.bytes() == tape.bytes == sum(block.nbytes for _, block in tape._blocks) > 0
    assert rack.bytes() == tape.bytes > 0
    with pytest.raises(ZeroDivisionError), rack.use(source) as tape:
        raise ZeroDivisionError
    assert rack.bytes() == 0


def test_what_is_in_use_while_the_rack_is_cleared_is_let_go_afterwards(flac: Path, noise: np.ndarray):
    rack = TapeRack(budget_bytes=1 << 22)
    source = SourceFile.look(flac)
    with rack.use(source) as tape:
        tape.read(0, 5000, go_on)
        rack.clear()
        assert rack.bytes() > 0
        np.testing.assert_allclose(tape.read(5000, 6000, go_on), noise[:, 5000:6000], atol=1e-4)
    assert rack.bytes() == 0
    with rack.use(source) as tape:
        tape.read(0, 5000, go_on)
    assert rack.bytes() > 0
    rack.clear()
    assert rack.bytes() == 0
