"""What is normal: the range in which most music lies, held against a track before anything of it is corrected.

Measured on 142 freely licensed tracks fetched by ``benchmarks/fetch_music`` (orchestral, folk, electronic, rock,
chiptune; 22-48 kHz): the 10th, 50th and 90th percentile over tracks, smoothed over neighbouring bands.
"""

# Power in each third octave of ``auralis.model.fingerprint.THIRD_OCTAVE_HZ`` over the K-weighted power of the track,
# dB: that is, at equal loudness.
LOW_DB = (
    -46.6, -46.7, -45.4, -41.9, -37.3, -30.9, -23.9, -19.3, -17.5, -16.7, -16.2, -16.1, -16.4, -17.1, -18.1, -19.3,
    -20.4, -21.4, -22.4, -24.1, -26.7, -29.1, -31.1, -34.2, -38.1, -41.0, -43.4, -47.2, -53.1, -62.1, -71.1,
)  # fmt: skip
MEDIAN_DB = (
    -34.3, -31.2, -26.3, -21.0, -16.7, -13.8, -12.4, -11.8, -11.8, -12.1, -12.3, -12.5, -12.1, -12.1, -13.1, -13.9,
    -14.8, -16.1, -17.2, -18.4, -20.0, -21.7, -23.5, -25.4, -27.3, -29.2, -31.1, -33.1, -35.4, -42.5, -52.9,
)  # fmt: skip
HIGH_DB = (
    -21.8, -18.1, -13.8, -10.8, -9.1, -8.0, -7.7, -7.8, -8.2, -8.7, -8.9, -8.8, -8.5, -8.6, -9.3, -9.9,
    -10.7, -11.7, -12.6, -14.0, -15.5, -16.8, -18.1, -19.6, -20.8, -21.9, -23.1, -23.9, -25.0, -32.3, -44.7,
)  # fmt: skip

LOUDNESS_RANGE_LU = (2.3, 14.3)
STEREO_WIDTH = (0.10, 0.47)
