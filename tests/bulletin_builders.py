"""Builders for radio bulletins."""

from __future__ import annotations

import datetime as dt

from article_builders import ArticleRef
from builders import in_unit
from flask import Flask
from publishing_builders import Desk

from tenants import clock
from tenants.bulletins import handing, service
from tenants.bulletins.models import Bulletin


def make_bulletin(app: Flask, desk: Desk, *articles: ArticleRef, at: dt.datetime | None = None) -> int:
    """A draft bulletin with these articles, for tomorrow."""
    with in_unit(app, desk.unit):
        moment = at or clock.now() + dt.timedelta(days=1)
        bulletin = service.create(desk.accounts["radio"], "", moment, desk.team.web.id)
        if articles:
            service.add(bulletin.id, [article.id for article in articles], desk.team.web.id)
        return bulletin.id


def hand_over(app: Flask, desk: Desk, bulletin_id: int) -> None:
    """Hand a bulletin over."""
    with in_unit(app, desk.unit):
        handing.hand_over(bulletin_id, desk.team.web.id)


def bulletin_state(app: Flask, desk: Desk, bulletin_id: int) -> str:
    """Return how a bulletin stands."""
    with in_unit(app, desk.unit) as session:
        return str(session.get(Bulletin, (desk.unit.id, bulletin_id)).state)
