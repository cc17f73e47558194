"""What the units below published: by month, channel, genre, plan node and unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select

from district.oversight.directory import EVERYBODY, Choice, Directory, Entry
from tenants import scope
from tenants.plans.loading import Issued, Key, load_issued
from tenants.plans.models import PlanVersion
from tenants.plans.queries import SERVED_KINDS
from tenants.plans.tree import TreeNode
from tenants.statistics import queries as statistics
from tenants.statistics import reach
from tenants.statistics.counting import ANY_CHANNEL, OUTSIDE_PLAN
from tenants.statistics.periods import next_month
from tenants.statistics.queries import Wanted
from tenants.units import queries as units

Units = Collection[int] | Select[int]


@dataclass(frozen=True)
class Filters:
    """What the officer asked to see.

    Args:
        plan_id: 0 for all plans and what stands outside them.
        first, last: first days of months, both included.
        channel, genre: "" for all.
    """

    first: dt.date
    last: dt.date
    plan_id: int = 0
    channel: str = ANY_CHANNEL
    genre: str = ""
    choice: Choice = EVERYBODY


@dataclass(frozen=True)
class NodeLine:
    """A node of the plan with the articles that serve it, and with those under it.

    Args:
        asked: articles are expected to serve it; without any it is shown all the same.
    """

    node_id: str
    label: str
    title: str
    depth: int
    articles: int
    with_children: int
    asked: bool


@dataclass(frozen=True)
class Activity:
    """The numbers of one page.

    Args:
        months: every month of the period in order, also those without any article.
        outside: articles that serve no node of any plan.
        elsewhere: articles that serve a node which is not the plan's: the units' own nodes, and other plans.
        units: number of articles by unit id; units without any are missing.
    """

    total: int
    months: tuple[tuple[dt.date, int], ...]
    channels: tuple[tuple[str, int], ...]
    genres: tuple[tuple[str, int], ...]
    nodes: tuple[NodeLine, ...]
    outside: int
    elsewhere: int
    units: Mapping[int, int]


@dataclass(frozen=True)
class Reached:
    """How far articles reached, by metric: over channels, months of publication and units. Never by person.

    ``every_genre``: a genre was asked for, but these are of all genres: readings are added up by item, not by genre.
    """

    metrics: tuple[tuple[str, str], ...]
    channels: tuple[tuple[str, Mapping[str, int]], ...]
    months: tuple[tuple[dt.date, Mapping[str, int]], ...]
    units: Mapping[int, Mapping[str, int]]
    every_genre: bool = False


def plan_text(plan: PlanVersion | None) -> Issued | None:
    """Return an issued plan with its nodes; None stays None. Three queries."""
    if plan is None:
        return None
    key = Key(plan.unit_id, plan.plan_id, plan.version)
    return load_issued([key]).get(key)


def report(directory: Directory, filters: Filters, text: Issued | None) -> Activity:
    """Return the numbers. Five queries, whatever the number of units, months and nodes.

    Args:
        text: the plan by whose nodes articles are told apart; with ``filters.plan_id`` only articles serving it count.
    """
    wanted = wanted_facts(directory, filters, text)
    months = statistics.totals(("month",), wanted)
    nodes = {node_id: count for (node_id,), count in statistics.totals(("node_id",), wanted).items()}
    lines = _node_lines(text.tree if text is not None else (), nodes)
    named = {line.node_id for line in lines} | {OUTSIDE_PLAN}
    return Activity(
        total=sum(nodes.values()),
        months=tuple((month, months.get((month,), 0)) for month in months_between(filters.first, filters.last)),
        channels=_largest_first(statistics.totals(("channel",), wanted)),
        genres=_largest_first(statistics.totals(("genre",), wanted)),
        nodes=tuple(lines),
        outside=nodes.get(OUTSIDE_PLAN, 0),
        elsewhere=sum(count for node_id, count in nodes.items() if node_id not in named),
        units={unit_id: count for (unit_id,), count in statistics.totals(("unit_id",), wanted).items()},
    )


def reached(directory: Directory, filters: Filters, text: Issued | None) -> Reached | None:
    """Return how far the articles reached. Three queries, whatever the number of units and articles.

    Returns:
        None when nothing was read.
    """
    wanted = wanted_facts(directory, filters, text)
    metrics, channels = reach.as_table(reach.totals(("channel", "metric"), wanted))
    if not metrics:
        return None
    _same, months = reach.as_table(reach.totals(("month", "metric"), wanted))
    _same, units = reach.as_table(reach.totals(("unit_id", "metric"), wanted))
    labels = tuple((name, str(reach.LABELS[name])) for name in metrics)
    return Reached(labels, tuple(sorted(channels.items())), tuple(sorted(months.items())), units, bool(filters.genre))


def wanted_facts(directory: Directory, filters: Filters, text: Issued | None) -> Wanted:
    """Return which facts the filters ask for."""
    nodes = None
    if filters.plan_id and text is not None:
        nodes = [node.node_id for section in text.tree for node in section.walk()]
    return Wanted(
        units=units_of(directory, filters.choice),
        first=filters.first,
        last=filters.last,
        channel=filters.channel,
        genre=filters.genre,
        nodes=nodes,
    )


def units_of(directory: Directory, choice: Choice) -> Units:
    """Return the chosen units; everybody as a sub-select, so that a thousand ids are not sent.

    Everybody is who stands below the office or once did: totals of that time stay with it (see ``OverseenInTime``).
    """
    if choice.is_everybody:
        return scope.ever_below(directory.office_id)
    return [entry.id for entry in choice.of(directory, directory.entries)]


def rows_by_unit(directory: Directory, filters: Filters, activity: Activity) -> list[tuple[Entry, int]]:
    """Return every chosen school with its number, the most active first; other units only when they published."""
    chosen = filters.choice.of(directory, directory.entries)
    rows = [(entry, activity.units.get(entry.id, 0)) for entry in chosen]
    kept = [(entry, count) for entry, count in rows if count or entry.is_school]
    return sorted(kept, key=lambda row: -row[1])


def rows_of_former(directory: Directory, filters: Filters, activity: Activity) -> list[tuple[str, int]]:
    """Return the units that stood below the office and left, with what they published in that time; one query.

    Only where all units were asked for: how a unit that left was grouped is not known any more.
    """
    if not filters.choice.is_everybody:
        return []
    gone = [unit_id for unit_id in activity.units if unit_id not in directory.by_id]
    return sorted(
        ((unit.name, activity.units[unit_id]) for unit_id, unit in units.by_ids(gone).items()),
        key=lambda row: (-row[1], row[0]),
    )


def detail(
    directory: Directory, filters: Filters, text: Issued | None
) -> list[tuple[Entry, dt.date, str, str, str, int]]:
    """Return every fact the filters ask for: unit, month, channel, node, genre, number of articles. One query."""
    facts = statistics.totals(statistics.GROUPINGS, wanted_facts(directory, filters, text))
    rows = [
        (directory.by_id[unit_id], month, channel, node_id, genre, count)
        for (unit_id, month, channel, node_id, genre), count in facts.items()
        if unit_id in directory.by_id
    ]
    order = {entry.id: place for place, entry in enumerate(directory.entries)}
    return sorted(rows, key=lambda row: (order[row[0].id], row[1:5]))


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the first days of all months from ``first`` to ``last``."""
    found = []
    month = first
    while month <= last:
        found.append(month)
        month = next_month(month)
    return found


def _largest_first(totals: Mapping[tuple[str], int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((name, count) for (name,), count in totals.items()), key=lambda row: (-row[1], row[0])))


def _node_lines(tree: Sequence[TreeNode], counts: Mapping[str, int]) -> list[NodeLine]:
    return [
        NodeLine(
            node_id=node.node_id,
            label=node.label,
            title=node.node.text,
            depth=node.depth,
            articles=counts.get(node.node_id, 0),
            with_children=sum(counts.get(one.node_id, 0) for one in node.walk()),
            asked=any(one.node.kind in SERVED_KINDS for one in node.walk()),
        )
        for section in tree
        for node in section.walk()
    ]
