"""Shapes of numbers: what was published, and quotas."""

from __future__ import annotations

from typing import Any

from tenants.api.schemas import fields as f
from tenants.content.article_text import GENRES

SLOT_STATES = ("filled", "due", "missed")


class SpanQuery(f.ApiSchema):
    """Which months, both included. Left out: the present school year up to today."""

    first = f.day("Any day of the first month.", load_default=None)
    last = f.day("Any day of the last month.", load_default=None)


class MonthSchema(f.ApiSchema):
    """Articles of a month."""

    month = f.day("Its first day.")
    articles = f.number("How many; an article on three channels counts once.")


def counted(name: str, description: str, **options: Any) -> Any:
    """Return the schema of a number of articles under ``name``."""
    shape = {
        "__doc__": description,
        name: f.string("Which.", **options),
        "articles": f.number("How many."),
    }
    return type(f"{name.title().replace('_', '')}CountSchema", (f.ApiSchema,), shape)


ChannelCountSchema = counted("channel", "Articles of a channel.")
GenreCountSchema = counted("genre", "Articles of a genre.", choices=GENRES)
NodeCountSchema = counted("node_id", 'Articles that serve a plan node; "" means outside the plan.')


class StatisticsSchema(f.ApiSchema):
    """What the unit published."""

    first = f.day("First day of the first month.")
    last = f.day("First day of the last month.")
    total = f.number("How many articles.")
    months = f.several(MonthSchema, "Months with any, in order.")
    channels = f.several(ChannelCountSchema, "By channel; here an article counts once in each.")
    genres = f.several(GenreCountSchema, "By genre.")
    nodes = f.several(NodeCountSchema, "By plan node.")


class EvidenceSchema(f.ApiSchema):
    """An article that fills a slot."""

    title = f.string("Title.")
    date = f.string("Day of publication in ISO form.")
    url = f.string("Address.", allow_none=True)
    delivery_id = f.ident("The delivery.")


class SlotSchema(f.ApiSchema):
    """One period of a quota."""

    plan_id = f.ident("The plan.")
    node_id = f.string("The node of the quota.")
    title = f.string("What it asks for.")
    period_start = f.day("First day.")
    period_end = f.day("Last day.")
    needed = f.number("How many articles it asks for.")
    filled = f.number("How many there are.")
    state = f.string("due: the period runs or lies ahead.", choices=SLOT_STATES)
    evidence = f.several(EvidenceSchema, "The articles that fill it.")


class SlotListSchema(f.ApiSchema):
    """The quota slots of the unit."""

    items = f.several(SlotSchema, "By quota, then by period.")
