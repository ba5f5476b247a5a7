"""Names of containers and codecs as the library shows them, and which containers may be opened at all."""

DEMUXERS = "aac,aiff,ape,asf,caf,flac,matroska,mov,mp3,ogg,rf64,tta,w64,wav,wv"
"""FFmpeg demuxers that audio files may use. Playlists (hls, concat) stay out: they make a file read other files."""

_CONTAINERS = {
    "aac": "aac",
    "aiff": "aiff",
    "ape": "ape",
    "asf": "wma",
    "caf": "caf",
    "flac": "flac",
    "matroska,webm": "matroska",
    "mov,mp4,m4a,3gp,3g2,mj2": "m4a",
    "mp3": "mp3",
    "ogg": "ogg",
    "w64": "wav",
    "wav": "wav",
    "wv": "wavpack",
}
_LOSSLESS_DEPTH_OF_FORMAT = {"s16": 16, "s16p": 16, "s32": 24, "s32p": 24, "flt": 32, "fltp": 32}


def container_name(demuxer: str, codec: str) -> str:
    """Return the format's short name for an FFmpeg ``demuxer`` that carries ``codec``."""
    if demuxer == "ogg" and codec == "opus":
        return "opus"
    return _CONTAINERS.get(demuxer, demuxer.partition(",")[0])


def codec_name(codec: str) -> str:
    """Return the codec's short name for FFmpeg's canonical one: every linear PCM is ``pcm``."""
    if codec.startswith("pcm_"):
        return "pcm"
    return {"wmav1": "wma", "wmav2": "wma", "wmapro": "wma", "wmalossless": "wma"}.get(codec, codec)


def bit_depth(codec: str, sample_format: str, extradata: bytes | None) -> int | None:
    """Return bits a sample of a lossless ``codec``, or None for a lossy one.

    FLAC and ALAC say it in their stream header (RFC 9639 section 8.2; ALACSpecificConfig), PCM in its name.
    """
    if codec.startswith("pcm_"):
        digits = "".join(c for c in codec[4:7] if c.isdigit())
        return int(digits) if digits else None
    if codec == "flac" and extradata and len(extradata) >= 14:
        return (((extradata[12] & 1) << 4) | (extradata[13] >> 4)) + 1
    if codec == "alac" and extradata and len(extradata) >= 18:
        return extradata[17]
    if codec in {"flac", "alac", "wavpack", "ape", "tta", "wmalossless"}:
        return _LOSSLESS_DEPTH_OF_FORMAT.get(sample_format)
    return None
