"""Whom a plan concerns. Pure."""

from __future__ import annotations

from collections.abc import Collection


def concerned(unit_levels: Collection[str], plan_levels: Collection[str]) -> bool:
    """Return whether a plan for ``plan_levels`` is for a unit of ``unit_levels``; an empty list means all levels."""
    return not plan_levels or not unit_levels or not set(plan_levels).isdisjoint(unit_levels)


def batch_name(office_id: int, plan_id: int, version: int) -> str:
    """Return the name that groups the jobs of one version of a plan."""
    return f"issue:{office_id}:{plan_id}:{version}"
