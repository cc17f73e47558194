"""What comes back from outlets, over the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from api_client import ApiClient, at_unit
from builders import in_unit, run_jobs
from contact_builders import PAGE, Page, comment, make_page_desk, page_installed
from flask import Flask
from publishing_builders import Desk, approved, plan

from channel_plugins import NeedsPerson
from channel_plugins.types import Metric
from tenants import clock
from tenants.publishing.models import Delivery

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def remote(app: Flask) -> Iterator[Page]:
    """A page that shows numbers and comments."""
    with page_installed(app) as installed:
        yield installed


@pytest.fixture
def desk(app: Flask, remote: Page) -> Desk:
    """A school with the page as an outlet."""
    return make_page_desk(app)


@pytest.fixture
def web(app: Flask, desk: Desk) -> ApiClient:
    """The person who looks after the school's outlets."""
    return at_unit(app, desk.team.web, desk.unit)


def test_numbers_and_comments(app: Flask, desk: Desk, web: ApiClient, remote: Page) -> None:
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), PAGE)
        run_jobs(app)
    with in_unit(app, desk.unit) as session:
        key = session.get(Delivery, (desk.unit.id, ident)).key
    remote.readings["post-1"] = {Metric.VIEWS: 40}
    remote.below = [comment(key, 1)]
    with clock.frozen(MONDAY + dt.timedelta(minutes=11)):
        run_jobs(app)
    (reading,) = web.ok("GET", f"/deliveries/{ident}/readings")["items"]
    assert (reading["metric"], reading["value"]) == ("views", 40)
    (below,) = web.ok("GET", f"/deliveries/{ident}/comments")["items"]
    assert (below["author"], below["text"], below["vanished_at"]) == ("Phụ huynh Thử", "Bài hay quá!", None)
    assert web.ok("GET", "/comments")["total"] == 1
    (total,) = web.ok("GET", "/reach")["items"]
    assert total == {"month": "2026-11-01", "channel": PAGE, "metric": "views", "total": 40}


def test_further_step_is_agreed_to_and_taken_once(app: Flask, desk: Desk, web: ApiClient, remote: Page) -> None:
    ident = plan(app, desk, approved(app, desk), PAGE)
    run_jobs(app)
    path = f"/deliveries/{ident}/follow-up"
    offered = web.ok("GET", path)
    assert offered["possible"] and "Còn 3 lượt" in offered["offer"]
    assert web.post(path, {"agreed": False}).code == "not-agreed"
    assert web.post(path, {"agreed": True, "offered": offered["offer"]}).status == 202
    assert web.post(path, {"agreed": True}).code == "asked-before"
    run_jobs(app)
    assert (web.ok("GET", path)["state"], remote.sent) == ("done", ["post-1"])
    assert web.post(f"{path}/settle", {"done": True}).code == "not-doubtful"


def test_outlet_is_asked_whether_it_works(desk: Desk, web: ApiClient, remote: Page) -> None:
    path = f"/accounts/{desk.accounts[PAGE]}/check"
    assert web.post(path).json == {"usable": True, "sentence": "Kênh trả lời: được phép đăng."}
    remote.wrong["verify"] = NeedsPerson("Trang đã gỡ quyền.")
    assert web.post(path).json == {"usable": False, "sentence": "Trang đã gỡ quyền."}
    listed = next(one for one in web.ok("GET", "/accounts")["items"] if one["channel"] == PAGE)
    assert (listed["paused_reason"], listed["account_ref"]) == ("Trang đã gỡ quyền.", "p1")
    assert web.post(path).json["usable"] is True
