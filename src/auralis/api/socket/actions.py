"""What messages do that are no command of the player or the queue."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from auralis.api import commands, player_views, views
from auralis.api.services import Services, searches_lyrics
from auralis.api.socket.framing import CloseCode
from auralis.api.socket.messages import BrowseAsked, JobNamed, SearchAsked, Topics
from auralis.api.socket.session import Outcome, Session
from auralis.kit.clock import server_time
from auralis.model.errors import ConflictError
from auralis.model.library import LOCAL_OWNER

DONE: Outcome = ("ack", {})
_NO_ANSWER: Outcome = ("", {})


async def ping(_services: Services, _session: Session, _body: object) -> Outcome:
    """Answer at once."""
    return "connection.pong", {"serverTime": int(server_time() * 1000)}


async def pong(_services: Services, session: Session, _body: object) -> Outcome:
    """Note how long the way there and back takes."""
    connection = session.connection
    if connection is not None and connection.pinged_at is not None:
        connection.told_latency_ms = round((time.perf_counter() - connection.pinged_at) * 1000, 3)
        connection.pinged_at = None
    return _NO_ANSWER


async def subscribe(services: Services, session: Session, body: Topics) -> Outcome:
    """Tell of these topics from now on."""
    session.topics = session.topics | {*body.topics}
    services.hub.topics_changed()
    return DONE


async def unsubscribe(_services: Services, session: Session, body: Topics) -> Outcome:
    """Tell of these topics no longer."""
    session.topics = session.topics - {*body.topics}
    return DONE


async def close(_services: Services, session: Session, _body: object) -> Outcome:
    """End the connection in good order."""
    if session.connection is not None:
        session.connection.close(CloseCode.NORMAL, "As the client asked.")
    return _NO_ANSWER


async def list_clients(services: Services, _session: Session, _body: object) -> Outcome:
    """Say who is connected."""
    return "clients.list", {"clients": player_views.client_details_view(services.hub)}


async def get_queue(services: Services, _session: Session, body: Any) -> Outcome:
    """Return a part of the queue."""
    return "queue.state", await player_views.queue_view(services, body.offset, body.limit)


async def scan(services: Services, session: Session, body: object) -> Outcome:
    """Scan the library's folders."""
    await commands.scan(services, body, session.client_id)
    return DONE


async def search(services: Services, _session: Session, body: SearchAsked) -> Outcome:
    """Return the best of each kind."""
    lyrics = searches_lyrics(services, body.lyrics)
    found = await services.catalog.search(body.query.strip(), body.limit, lyrics=lyrics)
    results = {
        "tracks": [orjson.Fragment(item) for item in found.tracks],
        "albums": [orjson.Fragment(item) for item in found.albums],
        "artists": [orjson.Fragment(item) for item in found.artists],
        "playlists": [orjson.Fragment(item) for item in found.playlists],
        "approximate": found.approximate,
    }
    return "library.results", {"query": body.query, "results": results}


async def browse(services: Services, _session: Session, body: BrowseAsked) -> Outcome:
    """Return what lies in a directory."""
    found = await services.catalog.directory(body.path, body.offset, body.limit)
    entries = [orjson.Fragment(item) for item in found.items]
    return "library.results", {"path": body.path, "entries": entries, "total": found.total}


async def follow_job(services: Services, session: Session, body: JobNamed) -> Outcome:
    """Tell of a job from now on, also to a client that does not want to hear of others, and say how it stands."""
    job = await services.processing.get(LOCAL_OWNER, body.job_id)
    session.topics = session.topics | {job_topic(job.id)}
    return "job.progress", views.job_progress_view(job)


async def cancel_job(services: Services, _session: Session, body: JobNamed) -> Outcome:
    """Cancel a job that is not finished."""
    job = await services.processing.get(LOCAL_OWNER, body.job_id)
    if job.is_finished:
        raise ConflictError("The job is finished.", details={"current": views.job_view(job)})
    await services.processing.remove(LOCAL_OWNER, body.job_id)
    return DONE


def job_topic(job_id: str) -> str:
    """Return the topic of one job alone."""
    return f"job.{job_id}"


async def cache_stats(services: Services, _session: Session, _body: object) -> Outcome:
    """Return what every cache tells of itself."""
    caches = {
        name: {tier: stats and stats.to_dict() for tier, stats in tiers.items()}
        for name, tiers in services.caches().items()
    }
    return "cache.stats", {"caches": caches}


ACTIONS: dict[str, Callable[[Services, Session, Any], Awaitable[Outcome]]] = {
    "connection.ping": ping,
    "connection.pong": pong,
    "connection.subscribe": subscribe,
    "connection.unsubscribe": unsubscribe,
    "connection.close": close,
    "clients.list": list_clients,
    "queue.get": get_queue,
    "library.scan": scan,
    "library.search": search,
    "library.browse": browse,
    "job.subscribe": follow_job,
    "job.cancel": cancel_job,
    "cache.stats": cache_stats,
}
