"""The channels that talk to a service, each with its simulator, an outlet of it, and how its posts are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from crash import START, Service

from channel_plugins.simulators import facebook, webhook, wordpress, zalo

PAGE = "900800700"


@dataclass(frozen=True)
class Case:
    """One channel under test.

    Args:
        make: gives its simulator.
        options: what the installation fills in, from the simulator's address.
        outlet: what a school fills in.
        count: how many posts with a title readers see, from the simulator's state.
        creating: "METHOD /path" of the call that creates, as faults are matched.
        disturb: what others do there meanwhile.
    """

    name: str
    make: Callable[[], Any]
    outlet: Callable[[Service], Mapping[str, Any]]
    count: Callable[[Mapping[str, Any], str], int]
    creating: str
    options: Callable[[Service], Mapping[str, Any]] = field(default=lambda _service: {})
    disturb: Callable[[Service], Any] = field(default=lambda _service: None)


def _facebook_options(service: Service) -> dict[str, Any]:
    return {
        "app_id": facebook.APP_ID,
        "app_secret": facebook.APP_SECRET,
        "graph_url": service.url,
        "dialog_url": service.url,
        "posts_per_hour": 0,
        "posts_per_day": 0,
        "pause_seconds": 0,
    }


def _facebook_outlet(service: Service) -> dict[str, Any]:
    answer = service.steer("pages", id=PAGE, name="Trường Hoa Sim")
    return {"page_id": PAGE, "page_name": "Trường Hoa Sim", "page_token": answer["done"]}


def _facebook_post_by_hand(service: Service) -> None:
    """Facebook refuses the same text twice in a row; with something between, nothing but we prevents it."""
    service.steer("posts", page=PAGE, message="Một bài viết tay của nhà trường")


def _zalo_options(service: Service) -> dict[str, Any]:
    known = zalo.ZaloSimulator()
    return {
        "app_id": known.app_id,
        "app_secret": known.app_secret,
        "oauth_url": f"{service.url}/v4/oa",
        "openapi_url": service.url,
        "check_cover": "false",
    }


def _zalo_outlet(service: Service, hours_left: int = 48) -> dict[str, Any]:
    pair = service.steer("grant")
    ends = START + dt.timedelta(hours=hours_left)
    return {
        "oa_id": "4000000000000000001",
        "access_token": pair["access_token"],
        "refresh_token": pair["refresh_token"],
        "expires_at": ends.isoformat(),
    }


CASES = (
    Case(
        "facebook",
        partial(facebook.FacebookSimulator, START),
        _facebook_outlet,
        lambda state, title: sum(
            title in post["message"] for page in state["pages"].values() for post in page["posts"]
        ),
        "POST */feed",
        _facebook_options,
        _facebook_post_by_hand,
    ),
    Case(
        "webhook",
        partial(webhook.WebhookSimulator, START),
        lambda service: {"url": f"{service.url}/nhan-bai", "secret": webhook.SECRET},
        lambda state, title: list(state["articles"].values()).count(title),
        "POST /nhan-bai",
    ),
    Case(
        "wordpress",
        partial(wordpress.WordPressSimulator, START),
        lambda service: {"site": service.url, "login": wordpress.LOGIN, "app_password": wordpress.PASSWORD},
        lambda state, title: [post["title"] for post in state["posts"] if post["status"] == "publish"].count(title),
        "POST /wp-json/wp/v2/posts",
    ),
    Case(
        "zalo",
        partial(zalo.ZaloSimulator, START),
        _zalo_outlet,
        lambda state, title: state["visible"].get(title, 0),
        "POST /v2.0/article/create",
        _zalo_options,
    ),
)

ZALO_ROTATING = replace(CASES[-1], outlet=partial(_zalo_outlet, hours_left=1))
"""Zalo with a token that has to be exchanged for a new pair before the next call; the old pair is void at once."""

ROTATION = "POST /v4/oa/access_token"
