"""How one track is judged: its renders by several plans in one pass over the file, libebur128 as the independent meter.

Loudness, true peak, loudness range, ratio of peak to loudness, the limiter's work, and the balance of octaves are held
against what the plan and the preset's caps promise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyebur128
from numpy.typing import NDArray

from auralis.dsp.equalizer import curve_db
from auralis.dsp.fold import fold
from auralis.fingerprint.files import fingerprint_file
from auralis.mastering.chain import Chain
from auralis.mastering.level import LOUD_MEAN_REDUCTION_DB
from auralis.mastering.normal import BUILT_IN
from auralis.mastering.plan import MasteringPlan, plan_mastering
from auralis.mastering.presets import PRESETS
from auralis.mastering.programme import CENTRES_HZ, K_POWER
from auralis.mastering.trial import needs_trial
from auralis.media.decode import AudioReader
from auralis.model.errors import MediaError
from auralis.model.fingerprint import Fingerprint
from auralis.streaming.render import Renderer
from auralis.streaming.source import SourceFile

MOST_PEAK_DBTP = -1.0
MOST_ERROR_LU = 0.5
NEVER_LOUDER_LU = 0.1
MOST_RANGE_GAINED_LU = 0.5
MOST_BALANCE_DB, MOST_BALANCE_P95_DB = 2.0, 1.0
METER_LU = 0.1
"""What two meters may differ by where a cap is held against a measurement."""
_BALANCE_HZ = 1000.0 * 2.0 ** np.arange(-4, 4)
_WITHIN_DB = 40.0
_WINDOW = 8192
_HOP_MS, _WINDOW_HOPS = 100, 30
"""A window of short-term loudness is 3 s."""

Samples = NDArray[np.float32]
Powers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One render: before and after by libebur128, what the plan promised, what the limiter took (dB), what it broke."""

    file: str
    preset: str = ""
    intensity: float = 0.0
    seconds: float = 0.0
    source_lufs: float = 0.0
    planned_lufs: float = 0.0
    output_lufs: float = 0.0
    source_dbtp: float = 0.0
    output_dbtp: float = 0.0
    source_lra: float = 0.0
    output_lra: float = 0.0
    reduction_mean_db: float = 0.0
    reduction_p95_db: float = 0.0
    reduction_swing_db: float = 0.0
    bass_reduction_mean_db: float = 0.0
    largest_eq_db: float = 0.0
    balance_db: float = 0.0
    balance_p95_db: float = 0.0
    outside_before: int = 0
    outside_after: int = 0
    change_db: tuple[float, ...] = ()
    limited_by: str | None = None
    broken: tuple[str, ...] = ()
    error: str | None = None

    @property
    def passes(self) -> bool:
        """Whether the render keeps what the plan and the product promise."""
        return self.error is None and not self.broken


class Judge:
    """libebur128 over blocks; the loudness range (EBU Tech 3342) from its loudness of every 100 ms.

    Its own range looks once a second, and its percentiles jump by whole LU where a piece lasts less than a minute.
    """

    def __init__(self, channels: int, rate: int) -> None:
        mode = pyebur128.MeasurementMode
        self._state = pyebur128.R128State(channels, rate, mode.MODE_I | mode.MODE_S | mode.MODE_TRUE_PEAK)
        self._channels, self._hop = channels, max(1, rate // 10)
        self._rest = np.zeros((channels, 0), np.float32)
        self._hops: list[float] = []

    def push(self, block: Samples) -> None:
        """Measure the next samples."""
        sound = np.concatenate((self._rest, block), axis=1)
        whole = sound.shape[1] // self._hop * self._hop
        for start in range(0, whole, self._hop):
            self._add(sound[:, start : start + self._hop])
            self._hops.append(10.0 ** (pyebur128.get_loudness_window(self._state, _HOP_MS) / 10.0))
        self._rest = sound[:, whole:].copy()

    def figures(self) -> tuple[float, float, float]:
        """Return integrated loudness (LUFS, silence -70), true peak (dBTP) and loudness range (LU), and close."""
        if self._rest.shape[1]:
            self._add(self._rest)
        peak = max(pyebur128.get_true_peak(self._state, channel) for channel in range(self._channels))
        loudness = max(-70.0, pyebur128.get_loudness_global(self._state))
        return (
            loudness,
            20.0 * float(np.log10(max(peak, 1e-10))),
            loudness_range_lu(self._hops),
        )

    def _add(self, samples: Samples) -> None:
        self._state.add_frames(np.ascontiguousarray(samples.T).ravel(), samples.shape[1])


def loudness_range_lu(powers: Sequence[float]) -> float:
    """Return the loudness range (EBU Tech 3342), LU, from K-weighted powers of 100 ms; 0 where nothing is heard."""
    if len(powers) < _WINDOW_HOPS:
        return 0.0
    windows = np.convolve(powers, np.full(_WINDOW_HOPS, 1.0 / _WINDOW_HOPS), "valid")
    windows = windows[windows > 1e-7]
    if not len(windows):
        return 0.0
    heard = windows[windows > 0.01 * windows.mean()]
    low, high = np.percentile(10.0 * np.log10(heard), (10, 95))
    return float(high - low)


class _Spectrum:
    """Power of middle and side per third octave, summed over a sound."""

    def __init__(self, rate: int) -> None:
        frequencies = np.fft.rfftfreq(_WINDOW, 1.0 / rate)
        edges = CENTRES_HZ[:, np.newaxis] * 2.0 ** np.array((-1 / 6, 1 / 6))
        self._bins = [slice(*np.searchsorted(frequencies, edge)) for edge in edges]
        self._window = np.hanning(_WINDOW).astype(np.float32)
        self._rest = np.zeros((2, 0), np.float32)
        self.middle, self.side = np.zeros(len(CENTRES_HZ)), np.zeros(len(CENTRES_HZ))

    def push(self, block: Samples) -> None:
        pair = block if len(block) == 2 else np.repeat(block, 2, axis=0)
        sound = np.concatenate((self._rest, pair), axis=1)
        whole = sound.shape[1] // _WINDOW * _WINDOW
        self._rest = sound[:, whole:].copy()
        if not whole:
            return
        spectra = np.fft.rfft(sound[:, :whole].reshape(2, -1, _WINDOW) * self._window)
        for total, line in ((self.middle, spectra[0] + spectra[1]), (self.side, spectra[0] - spectra[1])):
            power = (line.real**2 + line.imag**2).sum(axis=0)
            total += [float(power[bins].sum()) for bins in self._bins]

    @property
    def power(self) -> Powers:
        return np.maximum(self.middle + self.side, 1e-20)


class _Render:
    """One plan followed through a file."""

    def __init__(self, plan: MasteringPlan, rate: int, channels: int) -> None:
        self.plan = plan
        self._chain = Chain(plan, rate)
        self._rate, self._channels = rate, channels
        self._skip = self._chain.latency_frames
        self.judge, self.spectrum = Judge(channels, rate), _Spectrum(rate)
        self._gains: list[NDArray[np.float32]] = []
        self._bass: list[NDArray[np.float32]] = []
        self.is_original = True

    def push(self, pair: Samples) -> None:
        late = self._chain.process(pair)[: self._channels]
        if self.plan.is_identity:
            self.is_original &= np.array_equal(late, pair[: self._channels])
            return
        out = late[:, min(self._skip, late.shape[1]) :]
        self._skip -= late.shape[1] - out.shape[1]
        self.judge.push(out)
        self.spectrum.push(out)
        self._gains.append(self._chain.gain_reduction_db.astype(np.float32))
        self._bass.append(self._chain.bass_reduction_db.astype(np.float32))

    def close(self) -> None:
        self.push(np.zeros((2, self._chain.latency_frames), np.float32))

    def most_reduction_db(self) -> float:
        """Return the most that the limiter took from a peak, dB."""
        return float(sum(np.concatenate(line).max(initial=0.0) for line in (self._gains, self._bass)))

    def reduction(self) -> dict[str, float]:
        """Return what the limiter took: mean, 95th percentile, swing at 0.5-8 Hz, and the mean of the bass, dB."""
        slow, swing = _means(self._gains, self._rate, 10), _means(self._gains, self._rate, 20)
        return {
            "reduction_mean_db": float(slow.mean()),
            "reduction_p95_db": float(np.percentile(slow, 95)),
            "reduction_swing_db": _swing(swing, 20),
            "bass_reduction_mean_db": float(_means(self._bass, self._rate, 10).mean()),
        }


def plan_as_heard(path: Path, fingerprint: Fingerprint, preset: str, intensity: float) -> MasteringPlan:
    """Return the plan that a listener gets, held against a trial where it needs one."""
    plan = plan_mastering(fingerprint, preset, intensity)
    if needs_trial(plan):
        seconds = fingerprint.frames / fingerprint.sample_rate
        return Renderer(1 << 20).tried(SourceFile.look(path), plan, seconds, lambda: None)
    return plan


def judge_track(
    path: Path, choices: Sequence[tuple[str, float]], target_lufs: float | None = None
) -> tuple[Judgement, ...]:
    """Fingerprint one file, then plan, render and measure it by each choice of preset and intensity."""
    try:
        fingerprint = fingerprint_file(path)
        if target_lufs is None:
            plans = [plan_as_heard(path, fingerprint, *choice) for choice in choices]
        else:
            plans = [plan_mastering(fingerprint, *choice, target_lufs=target_lufs) for choice in choices]
        return _rendered(path, plans)
    except MediaError as error:
        return tuple(Judgement(path.name, preset, intensity, error=error.message) for preset, intensity in choices)


def _rendered(path: Path, plans: Sequence[MasteringPlan]) -> tuple[Judgement, ...]:
    with AudioReader(path) as reader:
        rate, channels = reader.info.sample_rate, min(2, reader.info.channels)
        before, spectrum = Judge(channels, rate), _Spectrum(rate)
        renders = [_Render(plan, rate, channels) for plan in plans]
        for block in reader:
            folded = fold(block)
            before.push(folded)
            spectrum.push(folded)
            pair = folded if channels == 2 else np.repeat(folded, 2, axis=0)
            for render in renders:
                render.push(pair)
        for render in renders:
            render.close()
    seconds = reader.position / rate
    return tuple(_judged(path.name, seconds, before.figures(), spectrum, render) for render in renders)


def _judged(
    name: str, seconds: float, source: tuple[float, float, float], spectrum: _Spectrum, render: _Render
) -> Judgement:
    plan = render.plan
    if plan.is_identity:
        broken = () if render.is_original else ("bit for bit",)
        kept = (source[0], source[0], source[0], source[1], source[1], source[2], source[2])
        return Judgement(name, plan.preset, plan.intensity, seconds, *kept, broken=broken)
    output = render.judge.figures()
    off = _off_balance(plan, spectrum, render.spectrum, output[0] - source[0])
    figures = render.reduction()
    shift = 10.0 * np.log10(render.spectrum.power / spectrum.power) - (output[0] - source[0])
    return Judgement(
        file=name, preset=plan.preset, intensity=plan.intensity, seconds=seconds,
        source_lufs=source[0], planned_lufs=plan.predicted_loudness_lufs, output_lufs=output[0],
        source_dbtp=source[1], output_dbtp=output[1], source_lra=source[2], output_lra=output[2],
        **figures,
        largest_eq_db=max(plan.eq_curve_db, key=abs),
        balance_db=float(off.max(initial=0.0)),
        balance_p95_db=float(np.percentile(off, 95)) if off.size else 0.0,
        outside_before=_outside(spectrum), outside_after=_outside(render.spectrum),
        change_db=tuple(round(float(value), 2) for value in shift),
        limited_by=plan.limited_by,
        broken=_broken(plan, source, output, figures | {"most_db": render.most_reduction_db()}, off),
    )  # fmt: skip


def _broken(
    plan: MasteringPlan,
    source: tuple[float, float, float],
    output: tuple[float, float, float],
    reduction: dict[str, float],
    off: Powers,
) -> tuple[str, ...]:
    """Return the promises that a render does not keep."""
    caps = PRESETS[plan.preset].caps
    loud = source[0] > -10.0 or source[1] - source[0] < 9.0
    range_cap = min(caps.loudness_range_lu, max(0.5, 0.15 * source[2]))
    # A thump too low to be heard may be all of a peak: what the rumble filter takes is no loss.
    lost_ratio = min((source[1] - source[0]) - (output[1] - output[0]), reduction["most_db"])
    checks = {
        "true peak": output[1] <= MOST_PEAK_DBTP,
        "loudness": abs(output[0] - plan.predicted_loudness_lufs) <= MOST_ERROR_LU,
        "louder": plan.wanted_lufs > plan.source_loudness_lufs or output[0] <= source[0] + NEVER_LOUDER_LU,
        "range lost": source[2] - output[2] <= range_cap + METER_LU,
        "range gained": output[2] - source[2] <= MOST_RANGE_GAINED_LU + METER_LU,
        "ratio": lost_ratio <= caps.peak_to_loudness_db + max(0.0, source[1]) + METER_LU,
        "limiter mean": reduction["reduction_mean_db"] <= (LOUD_MEAN_REDUCTION_DB if loud else caps.mean_reduction_db),
        "limiter peaks": reduction["reduction_p95_db"] <= caps.peak_reduction_db,
        "limiter swing": reduction["reduction_swing_db"] <= 1.0,
        "balance": not off.size or (off.max() <= MOST_BALANCE_DB and np.percentile(off, 95) <= MOST_BALANCE_P95_DB),
    }
    return tuple(name for name, kept in checks.items() if not kept)


def _off_balance(plan: MasteringPlan, source: _Spectrum, output: _Spectrum, loudness_lu: float) -> Powers:
    """Return how far each octave is from where the plan leads it at equal loudness, dB, for those that are heard."""
    tone = 10.0 ** (np.array(plan.eq_curve_db) / 10.0)
    width = 10.0 ** (curve_db(plan.side_gains_db, CENTRES_HZ) / 10.0)
    planned = (source.middle + source.side * width) * tone
    planned_lu = 10.0 * np.log10((K_POWER * planned).sum() / (K_POWER * source.power).sum())
    before, drawn, after = (_octaves(power) for power in (source.power, planned, output.power))
    heard = 10.0 * np.log10(before / before.max()) > -_WITHIN_DB
    off = 10.0 * np.log10(after / drawn) - (loudness_lu - planned_lu)
    return np.asarray(np.abs(off[heard]))


def _octaves(power: Powers) -> Powers:
    """Return the power per octave, each of three thirds around its middle; the first and last third are left out."""
    middles = [int(np.argmin(np.abs(CENTRES_HZ - hz))) for hz in _BALANCE_HZ]
    return np.maximum([power[middle - 1 : middle + 2].sum() for middle in middles], 1e-20)


def _outside(spectrum: _Spectrum) -> int:
    """Return how many third octaves lie outside the range of most music."""
    bands = 10.0 * np.log10(spectrum.power / (K_POWER * spectrum.power).sum())
    return int(((bands > np.array(BUILT_IN.high_db)) | (bands < np.array(BUILT_IN.low_db))).sum())


def _means(pieces: Sequence[NDArray[np.float32]], rate: int, per_second: int) -> NDArray[np.float32]:
    """Return means over short spans of a reduction, dB."""
    line = np.concatenate(pieces)
    hop = max(1, rate // per_second)
    whole = line[: len(line) // hop * hop]
    return whole.reshape(-1, hop).mean(axis=1) if len(whole) else np.zeros(1, np.float32)


def _swing(line: NDArray[np.float32], per_second: int) -> float:
    """Return the rms of what moves at 0.5 to 8 Hz, dB."""
    spectrum = np.fft.rfft(line - line.mean())
    frequencies = np.fft.rfftfreq(len(line), 1.0 / per_second)
    moving = spectrum[(frequencies >= 0.5) & (frequencies <= 8.0)]
    return float(np.sqrt(2.0 * (np.abs(moving) ** 2).sum()) / max(1, len(line)))


def found(folder: Path, suffixes: Sequence[str], limit: int | None) -> list[Path]:
    """Return the tracks under a folder in order, or so many of them, spread over it."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)
    return files[:: max(1, len(files) // limit)][:limit] if limit else files


def lines(tracks: Sequence[Judgement]) -> Iterator[str]:
    """Yield one line for each render."""
    for t in tracks:
        if t.error is not None:
            yield f"{t.file[-34:]:<34} {t.preset:<8} {t.intensity:4.2f} {t.error}"
            continue
        yield (
            f"{t.file[-34:]:<34} {t.preset:<8} {t.intensity:4.2f} {t.source_lufs:7.2f} {t.planned_lufs:8.2f}"
            f" {t.output_lufs:7.2f} {t.output_lufs - t.planned_lufs:+6.2f} {t.source_dbtp:6.2f} {t.output_dbtp:6.2f}"
            f" {t.output_lra - t.source_lra:+6.2f} {t.reduction_mean_db:6.2f} {t.reduction_p95_db:6.2f}"
            f" {t.balance_db:5.2f} {t.largest_eq_db:+5.1f}  {t.limited_by or ''}"
            f"{'  FAILED: ' + ', '.join(t.broken) if t.broken else ''}"
        )
