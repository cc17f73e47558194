"""Deliveries a second through the whole path, against a bare loop of `requests`; and beside an outlet that is dead."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from flask import Flask
from sqlalchemy import func, select

from channel_plugins.manager import build_manager
from district import migrate
from district.app import create_app
from district.bench import outlet
from district.bench.rows import Row
from district.config import Config
from district.demo import runner
from tenants import settings
from tenants.accounts import service as accounts
from tenants.approval import service as approval
from tenants.content import queries as content
from tenants.content import service as articles
from tenants.content.article_text import ArticleText
from tenants.db import close_connections, db, transaction
from tenants.jobs.worker import Worker, unit_context
from tenants.publishing import outlets, service, states
from tenants.publishing.models import Delivery
from tenants.units import service as unit_service

THREADS = 8
OUTLETS = 24
ARTICLES = 10
"""Each goes to each outlet."""

PATIENCE = 300.0


def measure(folder: Path) -> list[Row]:
    """Return two rows: deliveries a second against the bare loop, and with a dead outlet against without."""
    # The dead outlet is dead on purpose: its time-outs need no line each.
    logging.getLogger("channel_plugins").setLevel(logging.ERROR)
    with outlet.service() as place:
        alone = _ours(folder / "alone", place, dead=False)
        bare = _bare(place)
        beside = _ours(folder / "beside", place, dead=True)
    latency = round(outlet.LATENCY * 1000)
    return [
        Row.of(f"deliveries, {THREADS} threads, {latency} ms service, 1/s", alone, bare, ">= 0.8"),
        Row.of("deliveries beside a dead outlet and without, 1/s", beside, alone, ">= 0.8"),
    ]


def _bare(place: str) -> float:
    """Return posts a second of as many threads, each with a session and nothing else to do."""
    total = OUTLETS * ARTICLES
    local = threading.local()

    def post(number: int) -> None:
        session = getattr(local, "session", None)
        if session is None:
            session = local.session = requests.Session()
        body = {"title": f"Bài {number}", "text": _text(number), "reference": str(number)}
        session.post(f"http://{place}/bai", json=body, timeout=10).raise_for_status()

    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(post, range(total)))
    return total / (time.perf_counter() - start)


def _ours(folder: Path, place: str, dead: bool) -> float:
    """Return deliveries a second of one worker, from the queue to the recorded end of each."""
    env = runner.environment(folder, 8000)
    config = Config.from_env({**env, "LOA_LOG_LEVEL": "ERROR"})
    migrate.upgrade(config.migration_url)
    app = create_app(config, build_manager(extra=[outlet.BenchPlugin()], private_hosts=[place]))
    unit_id = _prepare(app, place, dead)
    worker = Worker(app, THREADS)
    working = threading.Thread(target=worker.run_forever, kwargs={"poll": 0.05})
    start = time.perf_counter()
    working.start()
    try:
        _wait(app, unit_id, start)
        seconds = time.perf_counter() - start
    finally:
        worker.stop.set()
        working.join()
        with app.app_context():
            close_connections()
    return OUTLETS * ARTICLES / seconds


def _wait(app: Flask, unit_id: int, start: float) -> None:
    """Return when every delivery to a living outlet is published."""
    done = select(func.count()).select_from(Delivery).where(Delivery.state == states.PUBLISHED)
    while time.perf_counter() - start < PATIENCE:
        with unit_context(app, unit_id):
            if db.session.scalar(done) == OUTLETS * ARTICLES:
                return
        time.sleep(0.1)
    raise RuntimeError("the deliveries did not end")


def _prepare(app: Flask, place: str, dead: bool) -> int:
    """Found a school with many outlets, approve its articles and ask for each on each outlet."""
    with app.app_context(), transaction():
        school = unit_service.found_unit(slug="bench", type_code="primary", name="Trường đo")
        unit_service.rebuild_closure()
        people = [
            accounts.create_user(sign_in_name=f"bench-{number}", name="Người Đo", password=secrets.token_hex()).id
            for number in range(2)
        ]
        unit_id = school.id
    with unit_context(app, unit_id):
        with transaction():
            settings.put("approval.steps", 1)
            where = [f"http://{place}/bai"] * OUTLETS + [f"http://{place}/dead"] * (2 if dead else 0)
            targets = [
                outlets.create_account("bench", f"Kênh {number}", {"url": url}, actor_id=None).id
                for number, url in enumerate(where)
            ]
        # The dead ones come first in the queue: whoever lets them, fills every thread with them.
        for number in range(ARTICLES):
            with transaction():
                article_id = _approved(number, *people)
                for target in reversed(targets):
                    service.plan_delivery(article_id, target, None, people[0])
    return unit_id


def _approved(number: int, author: int, approver: int) -> int:
    text = ArticleText(
        title=f"Bài đo thứ {number}",
        summary="Bài dùng để đo tốc độ phát hành.",
        body_html=f"<p>{_text(number)}</p>",
        genre="news",
        off_plan_reason="Bài đo",
    )
    article = articles.create(text, actor_id=author)
    articles.submit(article.id, head_revision_id=article.head_revision_id or 0, actor_id=author)
    revision = content.head_revision(article)
    approval.approve(
        article.id,
        revision.id,
        content_hash=revision.content_hash,
        checklist=list(approval.CHECKLIST),
        actor_id=approver,
    )
    return article.id


def _text(number: int) -> str:
    return f"Nội dung thứ {number}. " + "Thầy cô và học sinh cùng dự buổi sinh hoạt đầu tuần. " * 20
