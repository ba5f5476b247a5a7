"""What all groups of routes share: the services, the paging parameters, the documented errors."""

from typing import Annotated, Any, cast

from fastapi import Query, Request

from auralis.api.schemas import ProblemDocument
from auralis.api.services import Services

PageNumber = Annotated[int | None, Query(description="1-based; goes with pageSize")]
PageSize = Annotated[int | None, Query(description="1 to 500; goes with page or cursor")]
Offset = Annotated[int | None, Query(description="Goes with limit")]
Limit = Annotated[int | None, Query(description="1 to 500; goes with offset")]
Cursor = Annotated[str | None, Query(description="Where the page before said to go on; empty for the first")]

_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}}
EVERY_ERROR: dict[int | str, dict[str, Any]] = {
    404: {"description": "Not found", **_PROBLEM},
    422: {"description": "Not valid", **_PROBLEM},
    500: {"description": "A fault of the server", "model": ProblemDocument},
}


def services_of(request: Request) -> Services:
    """Return what the composition root handed in."""
    return cast("Services", request.app.state.services)
