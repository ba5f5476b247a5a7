"""What all groups of routes share: the services, the paging parameters, the documented errors."""

import re
from dataclasses import replace
from typing import Annotated, Any, cast

import orjson
from fastapi import Depends, Query, Request

from auralis.api.paging import PageRequest, page_request
from auralis.api.rules import Role, Rule
from auralis.api.services import Services
from auralis.catalog import Page
from auralis.model.revisions import Expected

PageNumber = Annotated[int | None, Query(description="1-based; goes with pageSize")]
PageSize = Annotated[int | None, Query(description="1 to 500; goes with page or cursor")]
Offset = Annotated[int | None, Query(description="Goes with limit")]
Limit = Annotated[int | None, Query(description="1 to 500; goes with offset")]
Cursor = Annotated[str | None, Query(description="Where the page before said to go on; empty for the first")]

EVERY_ERROR: dict[int | str, dict[str, Any]] = {}
"""Errors are documented by each route's rule; a group has none to add."""


_PROBLEM: dict[str, Any] = {
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
}
_ERRORS = {404: "Not found", 422: "Not valid", 429: "Called too often", 503: "Not available for now"}


def error_responses(rule: Rule) -> dict[int | str, dict[str, Any]]:
    """Return the errors that a route with ``rule`` may answer with, for the documents."""
    found = dict(_ERRORS)
    if rule.role > Role.BASIC:
        found[403] = "The role does not allow it"
    documented: dict[int | str, dict[str, Any]] = {
        status: {"description": what, **_PROBLEM} for status, what in found.items()
    }
    documented[500] = {"description": "A fault of the server", **_PROBLEM}
    return documented


TAGS = {
    "artwork": "Pictures of albums, artists and tracks, in the sizes that are asked for.",
    "batch": "Many things in one request.",
    "fingerprints": "How tracks sound, in 25 dimensions, and which sound alike.",
    "history": "What was played; ratings and favourites.",
    "library": "Albums, artists, genres, folders, scans.",
    "operations": "Metrics and caches.",
    "player": "The one player of all devices.",
    "playlists": "Playlists, edited from several devices at once.",
    "processing": "Masters written to files, references, comparisons: long work with progress.",
    "queue": "What plays next.",
    "service": "Health and documents.",
    "settings": "Settings as data.",
    "streaming": "Sound, in segments that join without a seam.",
    "tracks": "Lists, search, details, edits.",
}
"""The groups of routes, for the documents."""


_TAG = re.compile(r'(?:W/)?"?(?:[0-9a-f]+\.)?(\d{1,15})"?')

MAY_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"description": "expectedRevision is stale", **_PROBLEM},
    412: {"description": "If-Match is stale", **_PROBLEM},
}


def expected_of(request: Request, body: int | None = None) -> Expected:
    """Return which revisions a change may be made to: by ``If-Match`` (tags of ours) and by ``expectedRevision``."""
    lines = request.headers.getlist("if-match")
    tags = [tag.strip() for line in lines for tag in line.split(",")]
    if not tags or "*" in tags:
        return Expected(body=body)
    found = [_TAG.fullmatch(tag) for tag in tags]
    return Expected(frozenset(int(tag[1]) for tag in found if tag), body)


def _paging(
    page: PageNumber = None,
    pageSize: PageSize = None,  # noqa: N803  (the contract's name)
    offset: Offset = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> PageRequest:
    return page_request({"page": page, "pageSize": pageSize, "offset": offset, "limit": limit, "cursor": cursor})


Paging = Annotated[PageRequest, Depends(_paging)]
"""Every family of paging, read from the query string."""

_BRIEF = ("id", "title", "artist", "duration")


def brief(page: Page) -> Page:
    """Return a page of tracks with their essentials alone."""
    return replace(page, items=[brief_document(item) for item in page.items])


def brief_document(document: bytes) -> bytes:
    """Return the essentials of a track's document."""
    whole = orjson.loads(document)
    return orjson.dumps({name: whole[name] for name in _BRIEF})


def services_of(request: Request) -> Services:
    """Return what the composition root handed in."""
    return cast("Services", request.app.state.services)
