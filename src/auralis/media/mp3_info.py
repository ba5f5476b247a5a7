"""The first frame of an MP3 stream, which holds no sound: it tells the length to the sample."""

import struct

from auralis.media.stream_formats import MP3_RATES

ENCODER_DELAY = 576
"""Samples of silence that LAME puts before the sound, beside what every decoder adds of its own."""
FRAME_SAMPLES = 1152
BITRATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""Of MPEG-1 Layer III, kbit/s."""

_SIDE_INFO_BYTES = 32
_CONSTANT_BITRATE = 1
_JOINT_STEREO = 0x40


def info_frame(frames: int, sample_rate: int, bitrate: int) -> bytes:
    """Return the frame that goes before a stream of ``frames`` samples a channel in stereo at a constant bit rate.

    Its tag has the form of LAME's (http://gabriel.mp3-tech.org/mp3infotag.html), by which players leave out the
    silence that the encoder adds at both ends.
    """
    kilobits = bitrate // 1000
    coded = -(-(frames + FRAME_SAMPLES) // FRAME_SAMPLES)
    padding = coded * FRAME_SAMPLES - frames - ENCODER_DELAY
    header = bytes((0xFF, 0xFB, (BITRATES.index(kilobits) + 1) << 4 | MP3_RATES.index(sample_rate) << 2, _JOINT_STEREO))
    size = FRAME_SAMPLES // 8 * bitrate // sample_rate
    tag = b"Info" + struct.pack(">II", 1, coded) + b"LAME3.100" + bytes((_CONSTANT_BITRATE,)) + bytes(10)
    tag += bytes((min(255, kilobits),)) + (ENCODER_DELAY << 12 | padding).to_bytes(3, "big") + bytes(10)
    whole = header + bytes(_SIDE_INFO_BYTES) + tag
    return (whole + struct.pack(">H", _crc16(whole))).ljust(size, b"\0")


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
