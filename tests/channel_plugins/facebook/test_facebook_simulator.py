"""The simulated Facebook itself: what the tests of the channel rely on, and how another process steers it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests
from facebook_builders import Stage, facebook

from channel_plugins.facebook.graph import proof
from channel_plugins.simulators.facebook import APP_SECRET, PAGE_ID
from channel_plugins.testing import PICTURE


def ask(stage: Stage, method: str, path: str, token: str = "", **form: Any) -> requests.Response:
    """Call the Graph API as the channel would, with any token."""
    token = token or stage.sim.page_token()
    files = form.pop("files", None)
    whole = {"access_token": token, "appsecret_proof": proof(token, APP_SECRET), **form}
    place: dict[str, Any] = {"params": whole} if method == "GET" else {"data": whole}
    return requests.request(method, f"{stage.url}/v26.0/{path}", timeout=10, files=files, **place)


def code(answer: requests.Response) -> tuple[int, int]:
    error = answer.json()["error"]
    assert error["fbtrace_id"] and error["type"] and error["message"]
    return error["code"], error.get("error_subcode", 0)


def steer(stage: Stage, order: str, **values: Any) -> Any:
    return requests.post(f"{stage.url}/_sim/{order}", json=values, timeout=10).json()["done"]


@pytest.mark.parametrize(("minutes", "kept"), [(9, False), (11, True), (30 * 24 * 60, True), (30 * 24 * 60 + 1, False)])
def test_schedule_is_taken_only_within_its_window(minutes: int, kept: bool) -> None:
    with facebook() as stage:
        due = int((stage.sim.now() + timedelta(minutes=minutes)).timestamp())
        answer = ask(stage, "POST", f"{PAGE_ID}/feed", message="Hẹn", published="false", scheduled_publish_time=due)
        listed = ask(stage, "GET", f"{PAGE_ID}/scheduled_posts").json()["data"]
        assert stage.posts() == []
    assert (answer.status_code == 200) is kept and len(listed) == kept


def test_photo_published_by_itself_makes_a_post_and_an_unpublished_one_does_not() -> None:
    with facebook() as stage:
        files = {"source": ("a.jpg", PICTURE, "image/jpeg")}
        quiet = ask(stage, "POST", f"{PAGE_ID}/photos", published="false", files=files).json()
        assert set(quiet) == {"id"} and stage.posts() == []
        loud = ask(stage, "POST", f"{PAGE_ID}/photos", message="Ảnh", files=files).json()
        assert loud["post_id"] == stage.posts()[0]["id"] != loud["id"]


def test_photo_is_attached_once() -> None:
    with facebook() as stage:
        photo = ask(
            stage, "POST", f"{PAGE_ID}/photos", published="false", files={"source": ("a.jpg", PICTURE, "image/jpeg")}
        ).json()["id"]
        media = f'[{{"media_fbid":"{photo}"}}]'
        assert ask(stage, "POST", f"{PAGE_ID}/feed", message="Một", attached_media=media).ok
        assert code(ask(stage, "POST", f"{PAGE_ID}/feed", message="Hai", attached_media=media)) == (100, 0)


def test_same_text_twice_in_a_row_is_refused_and_after_another_it_is_not() -> None:
    with facebook() as stage:
        assert ask(stage, "POST", f"{PAGE_ID}/feed", message="Một").ok
        assert code(ask(stage, "POST", f"{PAGE_ID}/feed", message="Một")) == (506, 0)
        assert ask(stage, "POST", f"{PAGE_ID}/feed", message="Hai").ok
        assert ask(stage, "POST", f"{PAGE_ID}/feed", message="Một").ok


def test_token_taken_with_a_short_one_dies_with_it() -> None:
    with facebook() as stage:
        ends = stage.sim.now() + timedelta(hours=1)
        short = stage.sim.world.issue("short", "5001", ends, pages=(PAGE_ID,)).value
        page = ask(stage, "GET", "me/accounts", short).json()["data"][0]["access_token"]
        assert ask(stage, "GET", "me", page).ok
        stage.sim.advance(3601)
        assert code(ask(stage, "GET", "me", page)) == (190, 463)


@pytest.mark.parametrize("mark", ["", "00"])
def test_proof_is_asked_for(mark: str) -> None:
    with facebook() as stage:
        assert code(ask(stage, "GET", "me", appsecret_proof=mark)) == (100, 0)


def test_one_dead_metric_fails_the_whole_call() -> None:
    with facebook() as stage:
        post = stage.publish().remote_id
        answer = ask(stage, "GET", f"{post}/insights", metric="post_media_view,post_impressions")
    assert code(answer) == (100, 0) and "valid insights metric" in answer.text


def test_fields_of_a_post_and_what_is_left_out() -> None:
    with facebook() as stage:
        post = stage.publish().remote_id
        fields = "message,shares,comments.limit(0).summary(true),application,khong_co"
        found = ask(stage, "GET", post, fields=fields).json()
    assert set(found) == {"id", "message", "comments", "application"}, "no shares yet: the field is absent"
    assert found["comments"]["summary"]["total_count"] == 0


def test_unknown_address_and_unknown_node() -> None:
    with facebook() as stage:
        assert code(ask(stage, "GET", "khong/co/gi")) == (2500, 0)
        assert code(ask(stage, "GET", f"{PAGE_ID}_999")) == (100, 33)
        assert requests.get(f"{stage.url}/khong-co", timeout=10).status_code == 404


def test_another_process_adds_a_page_counts_its_posts_and_resets() -> None:
    with facebook() as stage:
        token = steer(stage, "pages", id="900800700600", name="Trường Tiểu học Hoa Sim")
        post = ask(stage, "POST", "900800700600/feed", token, message="Chào").json()["id"]
        assert steer(stage, "comments", post=post, author="Người đọc", text="Vui quá")
        assert steer(stage, "numbers", post=post, shares=3, post_clicks=8)
        assert ask(stage, "GET", post, token, fields="shares").json()["shares"] == {"count": 3}
        state = requests.get(f"{stage.url}/_sim/state", timeout=10).json()
        assert [item["id"] for item in state["pages"]["900800700600"]["posts"]] == [post] and state["posts"] == 1
        assert steer(stage, "remove", post=post) is True
        requests.post(f"{stage.url}/_sim/reset", timeout=10)
        assert "900800700600" not in requests.get(f"{stage.url}/_sim/state", timeout=10).json()["pages"]


def test_another_process_orders_faults_limits_and_death() -> None:
    with facebook() as stage:
        steer(stage, "faults", match=f"POST */{PAGE_ID}/feed", fault="error_after")
        assert ask(stage, "POST", f"{PAGE_ID}/feed", message="Một").status_code == 500
        assert len(stage.posts()) == 1, "it was stored all the same"
        assert steer(stage, "rules", lag=30, refused_links=["cam.example"]) is True
        assert code(ask(stage, "GET", stage.posts()[0]["id"])) == (100, 33)
        assert code(ask(stage, "POST", f"{PAGE_ID}/feed", link="https://cam.example/x"))[1] == 1609008
        steer(stage, "budget", calls=1)
        ask(stage, "GET", "me")
        blocked = ask(stage, "GET", "me")
        assert code(blocked) == (80001, 0) and "estimated_time" in blocked.headers["X-Business-Use-Case-Usage"]
        steer(stage, "budget", calls=None)
        assert steer(stage, "kill", page=PAGE_ID, subcode=492) >= 1
        assert code(ask(stage, "GET", "me")) == (190, 492)
