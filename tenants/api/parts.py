"""Every part of a unit's API, named in one place."""

from __future__ import annotations

from tenants.api import (
    account,
    articles,
    echo,
    orders,
    plan_changes,
    plan_nodes,
    plan_sources,
    plans,
    publishing,
    reviews,
    taking_back,
    unit,
)

BLUEPRINTS = tuple(
    module.blueprint
    for module in (
        account,
        plans,
        plan_nodes,
        plan_changes,
        plan_sources,
        articles,
        reviews,
        publishing,
        echo,
        orders,
        taking_back,
        unit,
    )
)
