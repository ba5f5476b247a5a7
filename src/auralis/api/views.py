"""States as clients see them: a scan, the analysis, jobs, settings, health."""

from dataclasses import asdict
from typing import Any

from auralis.api.services import Services
from auralis.kit.clock import iso_utc
from auralis.model.events import (
    AnalysisProgressed,
    ArtworkChosen,
    ArtworkForgotten,
    DemoProgressed,
    PlaylistChanged,
    SettingsChanged,
)
from auralis.model.jobs import Job
from auralis.model.library import ScanStatus
from auralis.model.player import preset_of_reference
from auralis.model.references import Reference

_ORDER = {
    "track_ids": "trackIds",
    "preset": "preset",
    "intensity": "intensity",
    "format": "format",
    "bit_depth": "bitDepth",
    "title": "title",
    "together": "together",
}


def scan_view(status: ScanStatus, reason: str | None = None, *, cancelled: bool = False) -> dict[str, Any]:
    """Return how far a scan is."""
    counts = asdict(status.counts)
    summary = {name: counts[name] for name in ("added", "updated", "moved", "missing", "failed")}
    return {
        "state": status.state,
        "done": status.done,
        "total": status.total,
        **summary,
        "ratePerSecond": round(status.rate_per_second, 1),
        "remainingSeconds": status.remaining_seconds,
        "counts": counts,
        "reason": reason,
        "cancelled": cancelled,
    }


def analysis_view(progress: AnalysisProgressed) -> dict[str, Any]:
    """Return how far the analysis of the library is."""
    return {
        "jobId": "analysis",
        "kind": "analysis",
        "state": progress.state,
        "done": progress.done,
        "total": progress.total,
        "failed": progress.failed,
        "ratePerSecond": round(progress.rate_per_second, 2),
        "remainingSeconds": progress.remaining_seconds,
    }


def demo_view(progress: DemoProgressed) -> dict[str, Any]:
    """Return how far the making of the demo library is."""
    return {
        "jobId": "demo",
        "kind": "demo",
        "state": "running" if progress.done < progress.total else "idle",
        "done": progress.done,
        "total": progress.total,
        "failed": 0,
        "ratePerSecond": 0.0,
        "remainingSeconds": None,
    }


def job_view(job: Job) -> dict[str, Any]:
    """Return a durable job."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": round(job.done / max(1, job.total), 4),
        "order": {_ORDER[name]: value for name, value in job.order.items() if name in _ORDER},
        "result": job.result,
        "error": job.error,
        "errorCode": job.error_code,
        "createdAt": iso_utc(job.created_at / 1000),
        "updatedAt": iso_utc(job.updated_at / 1000),
    }


def job_progress_view(job: Job) -> dict[str, Any]:
    """Return how far a durable job is, in the words in which all long work is told."""
    return {
        "jobId": job.id,
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "failed": int(job.state == "failed"),
        "ratePerSecond": 0.0,
        "remainingSeconds": None,
    }


def artwork_view(event: ArtworkChosen | ArtworkForgotten) -> dict[str, Any]:
    """Return what an album shows now."""
    return {"albumId": event.album_id, "artworkId": event.artwork_id}


def health_view(services: Services) -> dict[str, Any]:
    """Return whether every part of the server can do its work, and which cannot."""
    checks = services.checks()
    return {"state": "ok" if all(found == "ok" for found in checks.values()) else "degraded", "checks": checks}


def settings_view(event: SettingsChanged) -> dict[str, Any]:
    """Return which settings have changed, with what they were before."""
    return {"revision": event.revision, "changes": [asdict(change) for change in event.changes]}


def playlist_view(event: PlaylistChanged) -> dict[str, Any]:
    """Return a playlist after a change, and what has changed."""
    return {"playlist": event.playlist, "previousRevision": event.previous_revision, **event.details}


def reference_view(reference: Reference) -> dict[str, Any]:
    """Return a reference as clients see it."""
    fingerprint = reference.fingerprint
    return {
        "id": reference.id,
        "preset": preset_of_reference(reference.id),
        "name": reference.name,
        "trackId": reference.track_id,
        "uploaded": reference.file is not None,
        "duration": round(fingerprint.frames / fingerprint.sample_rate, 3),
        "loudnessLufs": round(fingerprint.dimensions["loudness_lufs"], 2),
        "truePeakDbtp": round(fingerprint.true_peak_dbtp, 2),
        "stereoWidth": round(fingerprint.dimensions["stereo_width"], 3),
        "thirdOctaveDb": [round(level, 1) for level in fingerprint.third_octave_db],
        "createdAt": iso_utc(reference.created_at / 1000),
    }
