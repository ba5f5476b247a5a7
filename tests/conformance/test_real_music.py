"""A dozen real tracks, fetched where that is possible, else demo pieces: measured, and mastered as planned."""

from pathlib import Path

from benchmarks.corpus import MOST_ERROR_LU, MOST_PEAK_DBTP, judge


def test_every_track_keeps_what_its_plan_promises(music: list[Path]) -> None:
    assert len(music) >= 10
    for path in music:
        judged = judge(path, preset="adaptive", intensity=1.0)
        assert judged.error is None, judged
        assert judged.output_dbtp <= MOST_PEAK_DBTP, judged
        assert abs(judged.output_lufs - judged.planned_lufs) <= MOST_ERROR_LU, judged
        assert judged.output_lufs <= judged.source_lufs + 0.1, judged
