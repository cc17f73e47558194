"""Seven kinds of channel against their simulators, in a real browser: connected, used, corrected, withdrawn, mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from browser import served
from flask import Flask
from flows import steps_channels as channels
from flows import steps_everywhere as everywhere
from flows.networks import Networks, networks
from flows.visitor import PHONE, Visitor
from flows.world import World
from publishing_builders import approve_again, approved_with_picture


@pytest.fixture
def address(app: Flask, place: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The service without a worker of its own: the networks say when time passes."""
    with served(app) as where:
        monkeypatch.setitem(app.config, "LOA_BASE_URL", where)
        yield where


@pytest.fixture
def nets(app: Flask, address: str) -> Iterator[Networks]:
    with networks(app, urlsplit(address).port or 0) as running:
        yield running


@pytest.mark.database("postgresql")
def test_one_article_on_seven_kinds_of_channel(
    app: Flask, place: World, nets: Networks, visit: Callable[..., Visitor]
) -> None:
    nets.pass_minutes(3)
    web = visit(place.web)
    channels.connect_facebook(web, place)
    channels.connect_zalo(web, place)
    channels.connect_wordpress(web, place, nets)
    channels.connect_the_mailing_list(web, place, nets)
    channels.connect_an_own_system(web, place, nets)
    channels.add_a_group_posted_to_by_hand(web, place)

    everywhere.subscribe(visit(width=PHONE), place, nets)
    desk = everywhere.desk_of(app, place)
    article = approved_with_picture(app, desk)
    everywhere.send_to_all(web, place, article)
    everywhere.see_what_came_of_it(web, place, article, nets)
    everywhere.confirm_the_broadcast_without_an_account(web, visit(width=PHONE), place, article)
    everywhere.confirm_the_post_in_the_group(web, place, article)
    everywhere.send_the_broadcast_once(web, place, article, nets)

    article = approve_again(app, desk, article, title=everywhere.MENDED)
    everywhere.see_the_correction(web, place, article, nets)
    everywhere.order_it_off_every_outlet(visit(place.principal), place, article)
    everywhere.carry_the_order_out(web, place, nets)

    second = approved_with_picture(app, desk, title=everywhere.SECOND)
    everywhere.see_facebook_paused_and_told_once(web, visit(place.officer), place, second, nets)
    everywhere.connect_facebook_again_in_place(web, nets)
