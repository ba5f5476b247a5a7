"""Draws what each preset does on average over a corpus: spectrum, loudness, dynamics; as an SVG by hand."""

from collections.abc import Sequence

import numpy as np
from benchmarks.judging import Judgement
from numpy.typing import NDArray

from auralis.mastering.programme import CENTRES_HZ
from auralis.model.player import PRESETS

WIDTH, ROW, TOP = 860, 118, 64
_PLOT_X, _PLOT_WIDTH, _PLOT_HEIGHT = 96, 380, 84
_BARS_X, _BARS_WIDTH = 600, 200
_MOST_DB, _MOST_BAR = 2.5, 2.0
_HEARD_HZ = (31.5, 16_000.0)
_TICKS_HZ = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
_STYLE = """
  text{font:12px system-ui,sans-serif;fill:#445}
  .title{font-size:15px;font-weight:600;fill:#223}.name{font-size:14px;font-weight:600;fill:#223}
  .grid{stroke:#ccd;stroke-width:1}.zero{stroke:#99a;stroke-width:1}.band{fill:#3b82c4;opacity:.22}
  .mean{fill:none;stroke:#1d5f9e;stroke-width:2}.bar{fill:#3b82c4;opacity:.3}.mid{stroke:#1d5f9e;stroke-width:3}
  @media (prefers-color-scheme:dark){text{fill:#aab}.title,.name{fill:#dde}.grid{stroke:#334}.zero{stroke:#667}
  .mean,.mid{stroke:#7db8ee}}
"""

Line = NDArray[np.float64]


def draw(judged: Sequence[Judgement]) -> str:
    """Return the effect of every preset at its highest intensity here, a row each: mean, and from the 10th to the 90th.

    Left the change of each third octave at equal loudness; right those of loudness, loudness range and peak over it.
    """
    presets = [name for name in PRESETS if any(t.preset == name and t.change_db for t in judged)]
    height = TOP + ROW * len(presets) + 24
    about = "Average effect of each preset on spectrum, loudness and dynamics"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{about}">',
        f"<style>{_STYLE}</style>",
        f'<text class="title" x="{_PLOT_X}" y="24">Spectrum at equal loudness, dB</text>',
        f'<text class="title" x="{_BARS_X}" y="24">Level and dynamics</text>',
        f'<text x="{_PLOT_X}" y="42">line: mean over tracks; band: 10th to 90th percentile</text>',
        f'<text x="{_BARS_X}" y="42">mark: median; bar: 10th to 90th percentile</text>',
    ]
    for n, preset in enumerate(presets):
        heard = [t for t in judged if t.preset == preset and t.change_db and not t.error]
        strongest = max(t.intensity for t in heard)
        rows = [t for t in heard if t.intensity == strongest]
        parts += _row(preset, rows, TOP + ROW * n)
    for hz in _TICKS_HZ:
        name = f"{hz // 1000}k" if hz >= 1000 else str(hz)
        parts.append(f'<text x="{_x(hz):.0f}" y="{height - 8}" text-anchor="middle">{name}</text>')
    return "\n".join((*parts, "</svg>", ""))


def _row(preset: str, rows: Sequence[Judgement], top: float) -> list[str]:
    heard = (_HEARD_HZ[0] * 0.95 <= CENTRES_HZ) & (_HEARD_HZ[1] * 1.05 >= CENTRES_HZ)
    changes = np.array([t.change_db for t in rows])[:, heard]
    x = np.array([_x(hz) for hz in CENTRES_HZ[heard]])
    low, mean, high = np.percentile(changes, 10, axis=0), changes.mean(axis=0), np.percentile(changes, 90, axis=0)
    middle = top + _PLOT_HEIGHT / 2
    right = _PLOT_X + _PLOT_WIDTH
    parts = [f'<text class="name" x="12" y="{middle + 4:.0f}">{preset}</text>']
    for db in (-2, 2):
        y = _y(db, middle)
        parts.append(f'<line class="grid" x1="{_PLOT_X}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{right + 6}" y="{y + 4:.1f}">{db:+d}</text>')
    parts += [
        f'<line class="zero" x1="{_PLOT_X}" x2="{right}" y1="{middle}" y2="{middle}"/>',
        f'<polygon class="band" points="{_points(x, high, middle)} {_points(x[::-1], low[::-1], middle)}"/>',
        f'<polyline class="mean" points="{_points(x, mean, middle)}"/>',
    ]
    ratios = [(t.output_dbtp - t.output_lufs) - (t.source_dbtp - t.source_lufs) for t in rows]
    figures = (
        ("loudness, LU", [t.output_lufs - t.source_lufs for t in rows]),
        ("range, LU", [t.output_lra - t.source_lra for t in rows]),
        ("peak over loudness, dB", ratios),
    )
    for n, (name, values) in enumerate(figures):
        parts += _bar(name, np.array(values), top + 16 + 30 * n)
    return parts


def _bar(name: str, values: Line, y: float) -> list[str]:
    low, middle, high = (_bar_x(float(value)) for value in np.percentile(values, (10, 50, 90)))
    zero = _bar_x(0.0)
    return [
        f'<text x="{_BARS_X}" y="{y:.0f}">{name}: {np.median(values):+.2f}</text>',
        f'<line class="zero" x1="{zero:.1f}" x2="{zero:.1f}" y1="{y + 3:.0f}" y2="{y + 13:.0f}"/>',
        f'<rect class="bar" x="{low:.1f}" y="{y + 4:.0f}" width="{max(high - low, 1.0):.1f}" height="8"/>',
        f'<line class="mid" x1="{middle:.1f}" x2="{middle:.1f}" y1="{y + 3:.0f}" y2="{y + 13:.0f}"/>',
    ]


def _x(hz: float) -> float:
    low, high = np.log(_HEARD_HZ)
    return float(_PLOT_X + _PLOT_WIDTH * (np.log(hz) - low) / (high - low))


def _y(db: float, middle: float) -> float:
    return middle - float(np.clip(db, -_MOST_DB, _MOST_DB)) / _MOST_DB * _PLOT_HEIGHT / 2


def _bar_x(value: float) -> float:
    return _BARS_X + _BARS_WIDTH * (float(np.clip(value, -_MOST_BAR, _MOST_BAR)) + _MOST_BAR) / (2 * _MOST_BAR)


def _points(x: Line, line: Line, middle: float) -> str:
    return " ".join(f"{at:.1f},{_y(float(db), middle):.1f}" for at, db in zip(x, line, strict=True))
