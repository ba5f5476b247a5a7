"""The worker threads: the most urgent first, one lane one job, and cancelling reaches the work."""

import threading

import pytest

from auralis.jobs import Cancellation, JobCancelledError, Urgency, Workers
from auralis.jobs.workers import MOST_WAITING
from auralis.model.errors import OverloadedError


class Gate:
    """Work that says when it has begun and ends when it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.open = threading.Event()

    def __call__(self, _: Cancellation) -> None:
        self.begun.set()
        assert self.open.wait(10)


@pytest.fixture
def single():
    workers = Workers(1)
    yield workers
    workers.close()


@pytest.fixture
def pair():
    workers = Workers(2)
    yield workers
    workers.close()


def test_returns_results_and_raises_errors(single: Workers):
    assert single.submit(lambda _: 42, Urgency.NOW).future.result(10) == 42
    with pytest.raises(ZeroDivisionError):
        single.submit(lambda _: 1 / 0, Urgency.NOW).future.result(10)


def test_takes_the_most_urgent_first_and_equals_in_order(single: Workers):
    gate, order = Gate(), []
    single.submit(gate, Urgency.NOW)
    gate.begun.wait(10)
    jobs = [
        single.submit(lambda _, name=name: order.append(name), urgency)
        for name, urgency in [
            ("b1", Urgency.BACKGROUND),
            ("n1", Urgency.NEXT),
            ("u1", Urgency.NOW),
            ("b2", Urgency.BACKGROUND),
            ("u2", Urgency.NOW),
            ("n2", Urgency.NEXT),
        ]
    ]
    gate.open.set()
    for job in jobs:
        job.future.result(10)
    assert order == ["u1", "u2", "n1", "n2", "b1", "b2"]


def test_a_hurried_job_overtakes(single: Workers):
    gate, order = Gate(), []
    single.submit(gate, Urgency.NOW)
    gate.begun.wait(10)
    slow = single.submit(lambda _: order.append("slow"), Urgency.NEXT)
    late = single.submit(lambda _: order.append("late"), Urgency.BACKGROUND)
    single.hurry(late, Urgency.NOW)
    single.hurry(late, Urgency.BACKGROUND)
    gate.open.set()
    slow.future.result(10)
    late.future.result(10)
    assert order == ["late", "slow"]


def test_patient_work_leaves_one_thread_to_listeners(pair: Workers):
    first, second = Gate(), Gate()
    pair.submit(first, Urgency.NEXT)
    waiting = pair.submit(second, Urgency.BACKGROUND)
    first.begun.wait(10)
    assert pair.submit(lambda _: "heard", Urgency.NOW).future.result(10) == "heard"
    assert not second.begun.is_set()
    first.open.set()
    second.open.set()
    waiting.future.result(10)


def test_jobs_in_one_lane_run_one_after_the_other(pair: Workers):
    first = Gate()
    pair.submit(first, Urgency.NOW, lane="track")
    first.begun.wait(10)
    behind = pair.submit(lambda _: "behind", Urgency.NOW, lane="track")
    assert pair.submit(lambda _: "other", Urgency.NOW, lane="other").future.result(10) == "other"
    assert not behind.future.done()
    first.open.set()
    assert behind.future.result(10) == "behind"


def test_a_cancelled_job_in_the_queue_never_runs(single: Workers):
    gate, ran = Gate(), []
    single.submit(gate, Urgency.NOW)
    gate.begun.wait(10)
    job = single.submit(lambda _: ran.append(1), Urgency.NOW)
    job.cancel()
    gate.open.set()
    single.submit(lambda _: None, Urgency.BACKGROUND).future.result(10)
    assert job.future.cancelled()
    assert not ran


def test_cancelling_reaches_running_work(single: Workers):
    begun = threading.Event()

    def endless(cancellation: Cancellation) -> None:
        begun.set()
        while True:
            cancellation.check()

    job = single.submit(endless, Urgency.NOW)
    begun.wait(10)
    job.cancel()
    with pytest.raises(JobCancelledError):
        job.future.result(10)


def test_pending_counts_what_is_queued_or_runs_by_urgency(single: Workers):
    gate = Gate()
    running = single.submit(gate, Urgency.NEXT)
    gate.begun.wait(10)
    queued = single.submit(lambda _: None, Urgency.NOW)
    single.submit(lambda _: None, Urgency.BACKGROUND)
    assert [single.pending(urgency) for urgency in Urgency] == [1, 2, 2, 3]
    queued.cancel()
    assert single.pending(Urgency.NEXT) == 1
    gate.open.set()
    running.future.result(10)


def test_closing_cancels_the_queue_and_refuses_more():
    workers, gate = Workers(1), Gate()
    running = workers.submit(gate, Urgency.NOW)
    gate.begun.wait(10)
    queued = workers.submit(lambda _: None, Urgency.NOW)
    gate.open.set()
    workers.close()
    assert running.future.done()
    assert queued.future.cancelled()
    assert workers.submit(lambda _: None, Urgency.NOW).future.cancelled()


def test_owners_take_turns_and_none_crowds_out_another(single: Workers):
    gate, order = Gate(), []
    single.submit(gate, Urgency.NOW)
    jobs = [single.submit(lambda _, n=n: order.append(("greedy", n)), Urgency.NOW, owner="greedy") for n in range(4)]
    jobs += [single.submit(lambda _, n=n: order.append(("other", n)), Urgency.NOW, owner="other") for n in range(2)]
    gate.open.set()
    for job in jobs:
        job.future.result(10)
    assert order == [("greedy", 0), ("other", 0), ("greedy", 1), ("other", 1), ("greedy", 2), ("greedy", 3)]


def test_an_owner_may_only_have_so_much_waiting(single: Workers):
    gate = Gate()
    single.submit(gate, Urgency.NOW)
    assert gate.begun.wait(10)
    jobs = [single.submit(lambda _: None, Urgency.NOW, owner="greedy") for _ in range(MOST_WAITING)]
    with pytest.raises(OverloadedError):
        single.submit(lambda _: None, Urgency.NOW, owner="greedy")
    other = single.submit(lambda _: None, Urgency.NOW, owner="other")
    gate.open.set()
    for job in (*jobs, other):
        job.future.result(10)
