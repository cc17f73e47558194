"""The outlets of the units below an office: how each is, and which channels they may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, func, select

from channel_plugins import Channel
from district.oversight.directory import Directory
from tenants import scope
from tenants.db import db
from tenants.errors import NotFound
from tenants.publishing import environment, health, policy, rounds
from tenants.publishing.models import ChannelRule, OutletHealth

PER_PAGE = 25


@dataclass(frozen=True)
class Wanted:
    """Which outlets to show; empty means all.

    Args:
        state: see ``publishing.health``; "trouble" for those that somebody should look at.
        school: a unit's id.
        text: a part of a unit's name, without diacritics.
    """

    state: str = ""
    channel: str = ""
    school: int = 0
    text: str = ""


TROUBLE = "trouble"
NEEDING_SOMEBODY = (health.PAUSED, health.FAILING, health.UNVERIFIED)


def outlets_page(directory: Directory, wanted: Wanted, page: int) -> Pagination:
    """Return one page of the outlets below the office, the worst first and then those that are so for longest.

    One query for the rows and one for their number, whatever the number of units.
    """
    rows = (
        select(OutletHealth)
        .where(*_conditions(directory, wanted))
        .order_by(OutletHealth.rank, OutletHealth.since, OutletHealth.unit_id, OutletHealth.id)
    )
    return db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)


def counts(directory: Directory) -> dict[str, int]:
    """Return how many outlets below the office are in which state. One query."""
    rows = (
        select(OutletHealth.state, func.count())
        .where(OutletHealth.unit_id.in_(_below(directory)))
        .group_by(OutletHealth.state)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def channels_in_use(directory: Directory) -> dict[str, int]:
    """Return how many outlets of each channel there are below the office. One query."""
    rows = (
        select(OutletHealth.channel, func.count())
        .where(OutletHealth.unit_id.in_(_below(directory)))
        .group_by(OutletHealth.channel)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


@dataclass(frozen=True)
class PolicyLine:
    """A channel of the installation with what the office decided about it.

    Args:
        rule: None: nothing was decided, so it may be used.
        from_above: a superior of this office does not allow it.
        outlets: how many there are below the office.
    """

    channel: Channel
    rule: ChannelRule | None
    from_above: bool
    outlets: int

    @property
    def allowed(self) -> bool:
        """Whether this office lets the units below use it."""
        return self.rule is None or self.rule.allowed


def policy_lines(directory: Directory) -> list[PolicyLine]:
    """Return every channel of the installation with the rule for the units below. Three queries."""
    rules: Mapping[str, ChannelRule] = policy.rules()
    above = policy.forbidden()
    numbers = channels_in_use(directory)
    return [
        PolicyLine(
            channel=channel,
            rule=rules.get(channel.info.name),
            from_above=channel.info.name in above,
            outlets=numbers.get(channel.info.name, 0),
        )
        for channel in environment.manager().all()
    ]


def decide(directory: Directory, channel_name: str, allowed: bool, reason: str, *, actor_id: int) -> ChannelRule:
    """Let the units below use a channel, or not; what is scheduled there stops within a minute.

    Raises:
        NotFound: this installation has no such channel.
    """
    if channel_name not in environment.manager():
        raise NotFound(f"channel {channel_name}")
    rule = policy.set_rule(channel_name, allowed, reason, actor_id=actor_id)
    for entry in directory.entries:
        rounds.ask(entry.id)
    return rule


def _conditions(directory: Directory, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [OutletHealth.unit_id.in_(_below(directory))]
    if wanted.state == TROUBLE:
        found.append(OutletHealth.state.in_(NEEDING_SOMEBODY))
    elif wanted.state:
        found.append(OutletHealth.state == wanted.state)
    if wanted.channel:
        found.append(OutletHealth.channel == wanted.channel)
    if wanted.school:
        found.append(OutletHealth.unit_id == wanted.school)
    if wanted.text:
        found.append(OutletHealth.unit_id.in_([entry.id for entry in directory.entries if wanted.text in entry.folded]))
    return found


def _below(directory: Directory) -> Select[int]:
    return scope.below(directory.office_id)
