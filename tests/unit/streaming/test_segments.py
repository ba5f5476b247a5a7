"""The row of segments: 1, 2, 4, then 10 s each, without gap or overlap at any rate."""

from hypothesis import given
from hypothesis import strategies as st

from auralis.streaming.segments import Segment, bounds, first_border, index_at, resampled_frames, table

RATES = st.sampled_from([8000, 11025, 22050, 44100, 48000, 88200, 96000, 192000, 44056])


def test_segments_last_1_2_4_then_10_seconds():
    assert [bounds(n, 1000) for n in range(6)] == [
        (0, 1000),
        (1000, 3000),
        (3000, 7000),
        (7000, 17000),
        (17000, 27000),
        (27000, 37000),
    ]


@given(st.integers(0, 5000), RATES)
def test_each_segment_begins_where_the_last_one_ends(n: int, rate: int):
    assert bounds(n, rate)[1] == bounds(n + 1, rate)[0]


@given(st.integers(0, 4 * 3600 * 192000), RATES)
def test_every_frame_lies_in_the_segment_of_its_index(frame: int, rate: int):
    start, stop = bounds(index_at(frame, rate), rate)
    assert start <= frame < stop


@given(st.integers(0, 100_000_000), RATES)
def test_the_first_border_is_the_smallest_one_not_before(frame: int, rate: int):
    border = first_border(frame, rate)
    before = bounds(index_at(border, rate), rate)[0]
    assert border == before >= frame
    assert index_at(frame, rate) in {index_at(border, rate), index_at(border, rate) - 1}


@given(st.integers(0, 3_000_000), RATES)
def test_a_table_covers_the_track_exactly(frames: int, rate: int):
    rows = table(frames, rate)
    assert sum(count for _, _, count in rows) == frames
    assert [n for n, _, _ in rows] == list(range(len(rows)))
    assert all(count > 0 and start == bounds(n, rate)[0] for n, start, count in rows)


def test_an_empty_track_has_no_segments():
    assert table(0, 44100) == []


def test_resampled_frames_are_the_nearest():
    assert resampled_frames(44100, 44100, 48000) == 48000
    assert resampled_frames(1, 44100, 48000) == 1
    assert resampled_frames(7, 48000, 96000) == 14
    assert resampled_frames(3, 2, 1) == 2


def test_a_segment_survives_packing():
    segment = Segment(b"body", 44100, 88200, final=True, etag="key-1")
    assert Segment.unpack(segment.pack(), "key-1") == segment
