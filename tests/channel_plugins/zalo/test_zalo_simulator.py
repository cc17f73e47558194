"""The simulator as Zalo: what it answers, and how another process steers it."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ARTICLE = {
    "type": "normal",
    "title": "Khai giảng",
    "author": "Ban truyền thông",
    "cover": {"cover_type": "photo", "photo_url": "https://hoamai.example.edu.vn/a.jpg", "status": "show"},
    "description": "Trường khai giảng.",
    "body": [{"type": "text", "content": "Sáng nay trường khai giảng."}],
}


def call(kit: Any, place: str, body: Any = None, token: str | None = None) -> Any:
    """Make a call as any client would and return the JSON of its answer."""
    method, path = place.split(" ")
    token = kit.account.secrets["access_token"] if token is None else token
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "access_token": token}
    try:
        with urlopen(Request(f"{kit.base}{path}", data, headers, method=method)) as answer:
            return json.loads(answer.read())
    except HTTPError as error:
        with error:
            return {"status": error.code, **json.loads(error.read())}


def test_an_article_is_a_job_and_hidden_unless_it_says_otherwise(zalo: Any) -> None:
    made = call(zalo, "POST /v2.0/article/create", ARTICLE)
    assert (made["error"], made["message"]) == (0, "Success")
    assert call(zalo, "POST /v2.0/article/verify", made["data"])["error"] == -214
    zalo.sim.advance(5)
    article_id = call(zalo, "POST /v2.0/article/verify", made["data"])["data"]["id"]
    assert call(zalo, f"GET /v2.0/article/getdetail?id={article_id}")["data"]["status"] == "hide"
    [row] = call(zalo, "GET /v2.0/article/getslice?offset=0&limit=10&type=normal")["data"]["medias"]
    assert row["create_date"] == int(zalo.sim.articles[article_id].created.timestamp() * 1000)
    assert call(zalo, "POST /v2.0/article/remove", {"id": article_id})["error"] == 0
    assert call(zalo, f"GET /v2.0/article/getdetail?id={article_id}")["error"] == -201


def test_what_is_wrong_is_refused_with_http_200(zalo: Any) -> None:
    create = "POST /v2.0/article/create"
    assert call(zalo, create, ARTICLE, token="")["error"] == -216
    assert call(zalo, create, {**ARTICLE, "title": "a" * 150})["message"] == "title allow 1 to 150 characters"
    assert call(zalo, create, {**ARTICLE, "title": "ă" * 149})["error"] == 0
    assert call(zalo, create, {**ARTICLE, "title": "a\u0306" * 149})["error"] == -201
    assert call(zalo, create, {**ARTICLE, "description": "a" * 300})["error"] == -201
    assert call(zalo, create, {**ARTICLE, "cover": None})["message"] == "cover is invalid"
    assert call(zalo, "GET /v2.0/article/getslice?limit=11")["error"] == -210
    assert call(zalo, "GET /v2.0/khong/co")["status"] == 404
    zalo.sim.advance(90_000)
    assert call(zalo, create, ARTICLE)["error"] == -220


def test_a_refresh_token_works_once_and_three_months(zalo: Any) -> None:
    def renew(token: str) -> Any:
        form = {"app_id": zalo.sim.app_id, "grant_type": "refresh_token", "refresh_token": token}
        headers = {"secret_key": zalo.sim.app_secret}
        with urlopen(Request(f"{zalo.base}/v4/oa/access_token", urlencode(form).encode(), headers)) as answer:
            return json.loads(answer.read())

    token = zalo.account.secrets["refresh_token"]
    pair = renew(token)
    assert pair["expires_in"] == "90000"
    assert (renew(token)["error"], renew(token)["error_name"]) == (-14020, "Invalid refresh token")
    zalo.sim.advance(91 * 86_400)
    assert renew(pair["refresh_token"])["error"] == -14020


def test_another_process_steers_it_and_counts(zalo: Any) -> None:
    pair = call(zalo, "POST /_sim/grant", {"oa_id": "4000000000000000002"})
    assert call(zalo, "GET /v2.0/oa/getoa", token=pair["access_token"])["data"]["name"] == "Trường Mầm non Hoa Nắng"
    assert call(zalo, "POST /_sim/modes", {"job_seconds": 60})["job_seconds"] == 60
    receipt = zalo.published()
    call(zalo, "POST /_sim/read", {"article_id": receipt.remote_id, "views": 12, "shares": 3})
    zalo.channel.do_follow_up(receipt, zalo.payload(), zalo.account, "f-1")
    state = call(zalo, "GET /_sim/state")
    assert state["visible"] == {"Khai giảng năm học mới": 1}
    assert [(row["total_view"], row["total_share"]) for row in state["articles"]] == [(12, 3)]
    assert len(state["broadcasts"]) == 1
    call(zalo, "POST /_sim/pictures", {"url": "https://x.example.edu.vn/a.gif", "content_type": "image/gif", "size": 9})
    job = call(zalo, "POST /v2.0/article/create", {**ARTICLE, "cover": {"photo_url": "https://x.example.edu.vn/a.gif"}})
    call(zalo, "POST /_sim/clock", {"seconds": 3_600})
    assert call(zalo, "POST /v2.0/article/verify", job["data"])["error"] == -214
    assert call(zalo, "POST /_sim/webhook", {"url": f"{zalo.base}/khong-co"})["statuses"] == [404]
    call(zalo, "POST /_sim/reset", {})
    assert call(zalo, "GET /_sim/state")["articles"] == []
