"""The short way to a handler gives what the framework's way gives, or leaves the request to it."""

from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import APIRouter, Depends, Query, Request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.responses import Response

from auralis.api import application, routing
from auralis.api.application import ApiSettings, create_api
from auralis.api.envelope import success
from auralis.api.rules import Role, rule

router = APIRouter(tags=["trial"])


def paging(page: int | None = None, pageSize: int | None = None) -> tuple[int | None, int | None]:  # noqa: N803
    return page, pageSize


@router.get("/things/{thing_id}", operation_id="things")
@rule(Role.BASIC)
async def things(
    request: Request,
    thing_id: str,
    asked: Annotated[Any, Depends(paging)],
    sort: Literal["a", "b"] = "a",
    name: str | None = None,
    rating: Annotated[int | None, Query(ge=0, le=5)] = None,
    *,
    favorite: bool | None = None,
) -> Response:
    return success(request, [thing_id, *asked, sort, name, rating, favorite])


async def answers(query: str, monkeypatch: pytest.MonkeyPatch, *, short: bool) -> tuple[int, Any]:
    monkeypatch.setattr(application, "routers", lambda: [router])
    if not short:
        monkeypatch.setattr(routing, "short_way", lambda _: None)
    transport = httpx.ASGITransport(app=create_api(ApiSettings()))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get(f"/api/v1/things/x%20y?{query}")
    body = answer.json()
    return answer.status_code, body.get("data", [error["field"] for error in body.get("errors", ())])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "page=2&pageSize=5",
        "page=&sort=b",
        "sort=c",
        "page=x",
        "page=-1",
        "page=%2B1",
        "name=&favorite=true",
        "rating=9",
    ],
)
async def test_both_ways_lead_to_the_same_answer(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    short = await answers(query, monkeypatch, short=True)
    assert short == await answers(query, monkeypatch, short=False)


_PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["page", "pageSize", "sort", "name", "rating", "favorite", "other"]),
        st.sampled_from(["", "1", "007", "a", "b", "1e3", "1_0", " 2", "٣", "true", "null", "9" * 30, "%00"]),
    ),
    max_size=4,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=_PAIRS)
async def test_whatever_is_asked(pairs: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    query = str(httpx.QueryParams(pairs))
    with monkeypatch.context() as patch:
        short = await answers(query, patch, short=True)
    with monkeypatch.context() as patch:
        assert short == await answers(query, patch, short=False)
