"""What live meters agree on, from the one that measures to the ones that draw."""

READINGS_PER_SECOND = 20
LEAD_SECONDS = 3
"""How far the longest measure, short-term loudness, looks back."""
BANDS_HZ = (
    20.0, 25.0, 31.5, 40.0, 50.0, 63.0, 80.0, 100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0, 800.0,
    1_000.0, 1_250.0, 1_600.0, 2_000.0, 2_500.0, 3_150.0, 4_000.0, 5_000.0, 6_300.0, 8_000.0, 10_000.0, 12_500.0,
    16_000.0, 20_000.0,
)  # fmt: skip
"""Nominal middles of the third-octave bands (IEC 61260-1)."""
