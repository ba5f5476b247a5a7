"""The manifest: all that a player must know of a track before its first segment."""

from collections.abc import Sequence
from typing import Any, Protocol

from auralis.mastering.document import MasteringPlan
from auralis.media.stream_formats import AAC_RATES, AAC_SEGMENT_BITRATE, SEGMENT_TYPES
from auralis.model.fingerprint import Fingerprint
from auralis.streaming.loudness import Level, LoudnessMode, playback_gains
from auralis.streaming.segments import lead_frames, resampled_frames, roll_frames, table
from auralis.streaming.source import SourceFile
from auralis.streaming.spec import StreamSpec


class Facts(Protocol):
    """What is known of a source: by its fingerprint, or by its decoder's word."""

    @property
    def sample_rate(self) -> int:
        """Hz of the decoded samples."""
        ...

    @property
    def channels(self) -> int:
        """Channels of the decoded samples."""
        ...

    @property
    def frames(self) -> int:
        """Samples a channel."""
        ...


def manifest_document(
    track_id: str,
    source: SourceFile,
    rate: int,
    facts: Facts,
    *,
    fingerprint: Fingerprint | None,
    plan: MasteringPlan | None,
    reason: str | None,
    mode: LoudnessMode = "off",
    album: Sequence[Level] = (),
) -> dict[str, Any]:
    """Return the manifest as JSON names it; without a fingerprint the number of frames is the container's word."""
    frames = resampled_frames(facts.frames, facts.sample_rate, rate)
    gains = playback_gains(
        mode,
        Level.of(fingerprint) if fingerprint else None,
        Level.planned(plan) if plan else None,
        album,
    )
    original = {
        "key": StreamSpec.original(source, rate).key,
        "loudnessLufs": fingerprint.dimensions["loudness_lufs"] if fingerprint else None,
        "truePeakDbtp": fingerprint.true_peak_dbtp if fingerprint else None,
        "gainDb": gains.original_db,
    }
    enhanced = None
    if plan is not None:
        enhanced = {
            "key": StreamSpec.enhanced(source, rate, plan).key,
            "loudnessLufs": plan.predicted_loudness_lufs,
            "truePeakDbtp": plan.ceiling_dbtp,
            "gainDb": gains.enhanced_db,
        }
        enhanced = {**(original if plan.is_identity else enhanced), "plan": plan.to_dict()}
    return {
        "trackId": track_id,
        "sampleRate": rate,
        "sourceSampleRate": facts.sample_rate,
        "sourceChannels": facts.channels,
        "frames": frames,
        "framesExact": fingerprint is not None and not fingerprint.is_estimate,
        "fingerprint": "none" if fingerprint is None else "estimate" if fingerprint.is_estimate else "full",
        "confidence": None if fingerprint is None else round(fingerprint.overall_confidence, 4),
        "duration": frames / rate,
        "mimeType": SEGMENT_TYPES["flac"],
        "aac": _aac(rate),
        "segments": [{"index": n, "startFrame": start, "frames": count} for n, start, count in table(frames, rate)],
        "variants": {"original": original, "enhanced": enhanced},
        "enhancedUnavailableReason": reason,
        "alterations": alterations(facts, rate),
        "loudness": {"mode": mode, "playsAtLufs": gains.plays_at_lufs, "limitedBy": gains.limited_by},
    }


def alterations(facts: Facts, rate: int) -> list[dict[str, str]]:
    """Return what happens to the samples of a source on the way to either variant; nothing where it is none."""
    found = []
    if facts.channels > 2:
        found.append({"kind": "folded", "words": f"{facts.channels} channels folded down to 2"})
    if facts.sample_rate != rate:
        words = f"resampled from {facts.sample_rate / 1000:g} to {rate / 1000:g} kHz"
        found.append({"kind": "resampled", "words": words})
    return found


def _aac(rate: int) -> dict[str, Any] | None:
    """Return how to play the segments in AAC, or None where there is none at this rate."""
    if rate not in AAC_RATES:
        return None
    return {
        "mimeType": SEGMENT_TYPES["aac"],
        "bitrate": AAC_SEGMENT_BITRATE,
        "leadFrames": lead_frames("aac", rate),
        "rollFrames": roll_frames("aac", rate),
    }
