"""What a unit took back of an amendment, when a later version arrives: nothing of it comes in without a person. Pure.

What the unit went back to counts as its own words: the table of the merge then keeps it in force and asks, lets a lock
win, and forgets the matter when the superior has the same text again. A node that had come and was sent back stays left
out, with a notice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tenants.plans.layer import EffectiveNode
from tenants.plans.merge import Merge, Outcome, below, comparable, merge_layer
from tenants.plans.nodes import FIELDS, Layer, Node, Omission, Override, field_value, words_of

LEFT_OUT: Final = "left-out"
"""Kind of the notice about a node that came with a version the unit took back, and that stays left out."""


@dataclass(frozen=True)
class TakenBack:
    """A version that a unit took over and took back.

    Args:
        since: what the superior gave it before that version; ``then``: in it.
        base_version: the version the unit is back at.
        reason: what is noted with everything that is held because of it.
        by_id, at: who took it back, and when.
    """

    since: Sequence[Node]
    then: Sequence[Node]
    base_version: int
    reason: str = ""
    by_id: int | None = None
    at: dt.datetime | None = None


def merge_held(
    before: Sequence[EffectiveNode],
    after: Sequence[Node],
    layer: Layer,
    successors: Mapping[str, Sequence[str]],
    version_of: Callable[[str], int],
    taken_back: Sequence[TakenBack] = (),
) -> Merge:
    """Carry a layer over as ``merge.merge_layer`` does, and hold what the unit took back.

    Args:
        taken_back: what stands between the version the unit is at and that of ``after``; of several that concern the
            same place the last one is noted.

    Returns:
        the merge of the layer with what is held in it; outcomes of the kind ``LEFT_OUT`` name the nodes left out.
    """
    if not taken_back:
        return merge_layer(before, after, layer, successors, version_of)
    held = _with_old_words(before, after, layer, taken_back)
    merge = merge_layer(before, after, held, successors, version_of)
    left_out = _sent_back(before, after, merge, taken_back)
    if not left_out:
        return merge
    omissions = {
        ident: Omission(ident, version_of(ident), one.reason, one.by_id, one.at) for ident, one in left_out.items()
    }
    with_omissions = replace(held, omissions={**held.omissions, **omissions})
    merge = merge_layer(before, after, with_omissions, successors, version_of)
    titles = {node.node_id: node.text for node in after}
    told = [
        Outcome(LEFT_OUT, ident, "", titles[ident], None, None, one.reason)
        for ident, one in left_out.items()
        if ident in merge.layer.omissions
    ]
    return replace(merge, outcomes=(*merge.outcomes, *told))


def _with_old_words(
    before: Sequence[EffectiveNode], after: Sequence[Node], layer: Layer, taken_back: Sequence[TakenBack]
) -> Layer:
    """Return the layer with the superior's old text as own words wherever a change that was taken back comes again."""
    now = {node.node_id: node for node in after}
    bases = {item.base.node_id: item.base for item in before if item.base is not None and item.is_present}
    overrides = {ident: dict(fields) for ident, fields in layer.overrides.items()}
    for one in taken_back:
        then = {node.node_id: node for node in one.then}
        for old in one.since:
            ident, base = old.node_id, bases.get(old.node_id)
            if base is None:
                continue
            for name in _coming_again(old, then.get(ident), base, now.get(ident)):
                if name not in layer.overrides.get(ident, {}):
                    value = field_value(base, name)
                    overrides.setdefault(ident, {})[name] = Override(
                        ident, name, value, value, one.base_version, one.reason, one.by_id, one.at
                    )
    return replace(layer, overrides=overrides)


def _coming_again(old: Node, then: Node | None, base: Node, now: Node | None) -> list[str]:
    """Return the fields of a node that was changed or withdrawn in what was taken back, and is so again."""
    if then is None or now is None:
        return list(words_of(base)) if then is None and now is None else []
    return [name for name in FIELDS if _differ(name, old, then) and _differ(name, base, now)]


def _differ(name: str, one: Node, other: Node) -> bool:
    return bool(comparable(name, field_value(one, name)) != comparable(name, field_value(other, name)))


def _sent_back(
    before: Sequence[EffectiveNode], after: Sequence[Node], merge: Merge, taken_back: Sequence[TakenBack]
) -> dict[str, TakenBack]:
    """Return the nodes that came with what was taken back and are there again, each with all that is new below it.

    A node that the unit's words moved to, or under which something stands that it had before, is none of them: it is
    needed, and the words on it are asked about.
    """
    used = {item.node.node_id for item in before} | {node.parent for node in merge.layer.own}
    used |= {*merge.moved.values(), *merge.layer.omissions}
    parents = {node.node_id: node.parent for node in after}
    found: dict[str, TakenBack] = {}
    for one in taken_back:
        known = {node.node_id for node in one.since}
        for ident in sorted({node.node_id for node in one.then} & parents.keys() - known):
            if not below(after, [ident]) & used:
                found[ident] = one
    whole = below(after, found)
    return {ident: one for ident, one in found.items() if parents[ident] not in whole}
