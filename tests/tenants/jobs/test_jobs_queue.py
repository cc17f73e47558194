"""The queue: once per key, never lost, never for ever."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from builders import UnitRef, in_unit, make_office
from flask import Flask
from sqlalchemy import select

from tenants import clock, scope
from tenants.db import db, transaction
from tenants.jobs import queue
from tenants.jobs.models import Job
from tenants.jobs.worker import Registry, Worker

NOON = dt.datetime(2026, 11, 20, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def done(app: Flask) -> list[str]:
    """What a handler of the kind "test.note" was told."""
    return []


@pytest.fixture
def registry(app: Flask, done: list[str]) -> Registry:
    """A registry with one handler that notes what it was told."""
    registry = Registry()
    registry.add("test.note", lambda word: done.append(word))
    return registry


@pytest.fixture
def worker(app: Flask, registry: Registry) -> Worker:
    """A worker that knows that handler alone."""
    worker = Worker(app)
    worker.registry = registry
    return worker


def ask(app: Flask, word: str, **options: object) -> bool:
    with app.app_context(), transaction():
        return queue.enqueue("test.note", word=word, **options)  # type: ignore[arg-type]


def states(app: Flask) -> list[tuple[str, int]]:
    with app.app_context():
        return [(job.state, job.attempts) for job in db.session.scalars(select(Job).order_by(Job.id))]


def test_done_work_leaves_the_queue(app: Flask, worker: Worker, done: list[str]) -> None:
    ask(app, "một")
    assert (worker.run_until_idle(), done, states(app)) == (1, ["một"], [])


def test_work_asked_for_twice_is_done_once(app: Flask, worker: Worker, done: list[str]) -> None:
    assert (ask(app, "một", dedup="k"), ask(app, "hai", dedup="k")) == (True, False)
    worker.run_until_idle()
    assert done == ["một"]


def test_earlier_wish_brings_waiting_work_forward(app: Flask, worker: Worker, done: list[str]) -> None:
    with clock.frozen(NOON):
        ask(app, "một", dedup="k", run_at=NOON + dt.timedelta(hours=3))
        assert worker.run_until_idle() == 0
        ask(app, "một", dedup="k", run_at=NOON)
        assert worker.run_until_idle() == 1


def test_work_asked_for_while_it_runs_runs_once_more(app: Flask, worker: Worker, done: list[str]) -> None:
    asked: list[bool] = []

    def read_and_be_overtaken(word: str) -> None:
        if not asked:
            asked.append(ask(app, "một", dedup="k"))
        done.append(word)

    worker.registry.handlers["test.note"] = read_and_be_overtaken
    ask(app, "một", dedup="k")
    worker.run_until_idle()
    assert (asked, done, states(app)) == ([False], ["một", "một"], [])


def test_handler_chooses_when_it_is_called_again(app: Flask, worker: Worker) -> None:
    calls: list[dt.datetime] = []

    def twice(word: str) -> dt.datetime | None:
        calls.append(clock.now())
        return NOON + dt.timedelta(minutes=10) if len(calls) == 1 else None

    worker.registry.handlers["test.note"] = twice
    with clock.frozen(NOON):
        ask(app, "một")
        assert worker.run_until_idle() == 1
    with clock.frozen(NOON + dt.timedelta(minutes=9)):
        assert worker.run_until_idle() == 0
    with clock.frozen(NOON + dt.timedelta(minutes=10)):
        assert worker.run_until_idle() == 1
    assert states(app) == []


def test_failing_work_comes_back_later_and_gives_up_in_the_end(app: Flask, worker: Worker) -> None:
    worker.registry.handlers["test.note"] = lambda word: 1 / 0
    ask(app, "một", max_attempts=3)
    moment = clock.now()
    for _round in range(6):
        with clock.frozen(moment):
            worker.run_until_idle()
        moment += dt.timedelta(minutes=1)
    assert states(app) == [("dead", 3)]
    with app.app_context():
        assert "ZeroDivisionError" in (db.session.scalars(select(Job)).one().error or "")


def test_work_of_a_dead_worker_is_taken_over_when_its_lease_ends(app: Flask, worker: Worker, done: list[str]) -> None:
    with clock.frozen(NOON):
        ask(app, "một")
        with app.app_context(), transaction():
            assert len(queue.claim("người đã chết")) == 1
        assert worker.run_until_idle() == 0
    with clock.frozen(NOON + queue.LEASE + dt.timedelta(seconds=1)):
        assert worker.run_until_idle() == 1
    assert done == ["một"]


def test_work_that_kills_every_worker_is_given_up(app: Flask) -> None:
    moment = NOON
    with clock.frozen(moment):
        ask(app, "một", max_attempts=2)
    for _round in range(4):
        with clock.frozen(moment), app.app_context(), transaction():
            queue.claim("người sắp chết")
        moment += queue.LEASE + dt.timedelta(seconds=1)
    assert states(app) == [("dead", 3)]


@pytest.mark.parametrize("later", ["người mới", "người chậm"])
def test_result_of_an_older_claim_is_not_written(app: Flask, later: str) -> None:
    with clock.frozen(NOON):
        ask(app, "một")
        with app.app_context(), transaction():
            old = queue.claim("người chậm")[0]
    with clock.frozen(NOON + queue.LEASE + dt.timedelta(seconds=1)):
        with app.app_context(), transaction():
            queue.claim(later)
        with app.app_context(), transaction():
            queue.finish("người chậm", old)
    assert states(app) == [("running", 2)]


def test_heartbeat_keeps_the_lease(app: Flask, worker: Worker) -> None:
    with clock.frozen(NOON):
        ask(app, "một")
        with app.app_context(), transaction():
            job = queue.claim("người bận")[0]
    with clock.frozen(NOON + queue.LEASE - dt.timedelta(seconds=5)), app.app_context(), transaction():
        queue.extend("người bận", [job.id])
    with clock.frozen(NOON + queue.LEASE + dt.timedelta(seconds=5)):
        assert worker.run_until_idle() == 0


def test_rolled_back_work_never_runs(app: Flask, worker: Worker, done: list[str]) -> None:
    with pytest.raises(RuntimeError), app.app_context(), transaction():
        queue.enqueue("test.note", word="một")
        raise RuntimeError("đổi ý")
    assert (worker.run_until_idle(), done) == (0, [])


def test_four_workers_share_the_work_without_doing_any_twice(app: Flask, registry: Registry, done: list[str]) -> None:
    with app.app_context(), transaction():
        for number in range(60):
            queue.enqueue("test.note", word=str(number))
    workers = [Worker(app) for _ in range(4)]
    for worker in workers:
        worker.registry = registry
    threads = [threading.Thread(target=worker.run_until_idle) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done, key=int) == [str(number) for number in range(60)]


def test_two_requests_that_ask_at_once_make_one_job(app: Flask) -> None:
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def request() -> None:
        start.wait()
        try:
            ask(app, "một", dedup="k")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=request) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, len(states(app))) == ([], 1)


def test_worker_is_seen_while_it_lives_and_gone_when_it_stops(app: Flask) -> None:
    worker = Worker(app)
    with app.app_context(), transaction():
        queue.extend(worker.name, [])
    with app.app_context():
        assert queue.worker_alive()
    worker.stop.set()
    worker.run_forever()
    with app.app_context():
        assert not queue.worker_alive()


def test_worker_waits_for_a_database_that_is_away(app: Flask, worker: Worker, done: list[str]) -> None:
    real, failed = worker._claim, []

    def away_once(most: int) -> list[queue.Claimed]:
        if not failed:
            failed.append(1)
            raise OSError("connection refused")
        jobs = real(most)
        if not jobs:
            worker.stop.set()
        return jobs

    worker._claim = away_once  # type: ignore[method-assign]
    ask(app, "một")
    worker.run_forever(poll=0.01)
    assert done == ["một"]


def test_periodic_work_runs_once_per_pause_whatever_the_number_of_workers(app: Flask, done: list[str]) -> None:
    registry = Registry()
    registry.every("dọn", dt.timedelta(minutes=5), lambda: done.append("dọn"))
    for moment in (NOON, NOON + dt.timedelta(minutes=1), NOON + dt.timedelta(minutes=5)):
        with clock.frozen(moment):
            for worker in (Worker(app), Worker(app)):
                worker.registry = registry
                worker.run_until_idle()
    assert done == ["dọn", "dọn"]


def test_handler_works_in_its_units_scope(app: Flask, worker: Worker) -> None:
    office: UnitRef = make_office(app)
    seen: list[int] = []
    worker.registry.add("test.scope", lambda: seen.append(scope.current().unit_id))
    with in_unit(app, office):
        queue.enqueue("test.scope", office.id)
    worker.run_until_idle()
    assert seen == [office.id]
