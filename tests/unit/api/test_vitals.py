"""Samples of the server's own state, and what is wrong with it."""

import os
from typing import Any

import pytest

from auralis.api.application import ApiSettings, create_api
from auralis.api.vitals import Vitals


@pytest.fixture
def vitals() -> Vitals:
    found: Vitals = create_api(ApiSettings()).state.desk.vitals
    return found


def levels(vitals: Vitals) -> dict[str, str]:
    vitals.sample()
    return {alert.subject: alert.level for alert in vitals.alerts}


def test_a_server_at_rest_has_no_alerts(vitals: Vitals) -> None:
    assert levels(vitals) == {}
    view = vitals.view()
    assert view.keys() >= {"cpuShare", "memoryMb", "inFlight", "rateLimitedShare", "errorShare", "connectionShare"}
    assert all(trend["samples"] == 1 for trend in view.values())


def test_a_sample_is_the_newest_of_its_trend_and_does_not_count_what_was_before(vitals: Vitals) -> None:
    found = [vitals.sample() for _ in range(3)]
    view = vitals.view()
    for name, trend in view.items():
        assert trend["values"] == [sample[name] for sample in found]
    assert found[0]["cpuShare"] < 2 * (os.cpu_count() or 1), "the time that loading took is no load"


@pytest.mark.parametrize(
    ("connected", "wanted"), [(17, {}), (18, {"connections": "warning"}), (20, {"connections": "critical"})]
)
def test_sockets_that_run_out_are_told_before_they_have(vitals: Vitals, connected: int, wanted: dict[str, str]) -> None:
    vitals.connections = lambda: (connected, 20)
    assert levels(vitals) == wanted


def test_calls_that_are_turned_away_are_overload_and_no_fault(vitals: Vitals) -> None:
    desk: Any = vitals._desk
    for status in [200] * 50 + [503] * 5:
        desk.metrics.observe("GET /x", status, 1.0)
    desk.metrics.shed += 5
    assert levels(vitals) == {"overload": "critical"}
    assert levels(vitals) == {}


def test_refused_calls_faults_and_lateness_are_told_and_pass(vitals: Vitals) -> None:
    desk: Any = vitals._desk
    for status in [200] * 50 + [500] * 2:
        desk.metrics.observe("GET /x", status, 1.0)
    desk.metrics.limited += 10
    desk.overload.lateness_ms = 400.0
    assert levels(vitals) == {"overload": "critical", "rateLimits": "warning", "errors": "critical"}
    desk.overload.lateness_ms = 0.0
    for _ in range(50):
        desk.metrics.observe("GET /x", 200, 1.0)
    assert levels(vitals) == {}
