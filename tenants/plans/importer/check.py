"""How much of a plan was read right: a field-by-field comparison with what a person expects.

Both sides are the JSON of :meth:`ReadPlan.as_dict`. An expectation may leave fields out; only what it holds is scored.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as made
from difflib import SequenceMatcher
from typing import Any

_PLAIN_FIELDS = ("number", "symbol", "date", "place", "issuer", "issuer_parent", "title", "introduction")
_CITATION_FIELDS = ("type", "number", "symbol", "date", "issuer", "subject")
_NODE_FIELDS = ("label", "kind", "owners")
_SHOWN = 120


@dataclass(slots=True)
class FieldScore:
    """One field: how many values were right, out of how many, and what the differences are (for a person to read)."""

    field: str
    right: int = 0
    total: int = 0
    differences: list[str] = made(default_factory=list)

    @property
    def share(self) -> float:
        """The accuracy from 0 to 1; a field with nothing to compare counts as right."""
        return self.right / self.total if self.total else 1.0

    def count(self, read: object, expected: object, where: str = "") -> None:
        """Score one value."""
        self.total += 1
        if _normal(read) == _normal(expected):
            self.right += 1
        else:
            self.differences.append(f"{where}{_shown(expected)} <> {_shown(read)}")


def compare(read: dict[str, Any], expected: dict[str, Any]) -> list[FieldScore]:
    """Compare a plan that was read with what was expected.

    Args:
        read: ``ReadPlan.as_dict()``.
        expected: The same shape; keys that are missing are not scored.

    Returns:
        One score per field, in the order of the JSON. Lists are aligned first, so one item too many costs one, not all
        that follow: ``citations`` and ``nodes`` count items found (missing and surplus ones are wrong),
        ``citations.date``, ``nodes.kind`` and so on count the values of the items that were found; ``nodes.parent``
        counts items that hang under the right heading.
    """
    scores: list[FieldScore] = []
    for name in _PLAIN_FIELDS:
        if name in expected:
            score = FieldScore(name)
            score.count(read.get(name), expected[name])
            scores.append(score)
    if "citations" in expected:
        scores += _compare_citations(read.get("citations") or [], expected["citations"])
    if "nodes" in expected:
        scores += _compare_nodes(read.get("nodes") or [], expected["nodes"])
    if "recipients" in expected:
        scores.append(_compare_list("recipients", read.get("recipients") or [], expected["recipients"]))
    if "signer" in expected:
        for name in ("title", "name"):
            if name in (expected["signer"] or {}):
                score = FieldScore(f"signer.{name}")
                score.count((read.get("signer") or {}).get(name), expected["signer"][name])
                scores.append(score)
    if "warnings" in expected:
        codes = [sorted(warning["code"] for warning in side.get("warnings") or []) for side in (read, expected)]
        scores.append(_compare_list("warnings", codes[0], codes[1]))
    return scores


def _compare_citations(read: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[FieldScore]:
    found = FieldScore("citations")
    values = {name: FieldScore(f"citations.{name}") for name in _CITATION_FIELDS}
    for mine, wanted in _align(
        [_citation_key(item) for item in read], [_citation_key(item) for item in expected], found
    ):
        for name in _CITATION_FIELDS:
            if name in expected[wanted]:
                values[name].count(read[mine].get(name), expected[wanted][name], f"{_citation_key(expected[wanted])}: ")
    return [found, *values.values()]


def _citation_key(citation: dict[str, Any]) -> str:
    symbol, number = citation.get("symbol"), citation.get("number")
    named = (
        f"{number or ''}/{symbol}" if symbol else f"{citation.get('type')} {number or citation.get('subject') or ''}"
    )
    return str(_normal(named)).casefold()


def _compare_nodes(read: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[FieldScore]:
    mine_all, wanted_all = list(_flatten(read, "")), list(_flatten(expected, ""))
    found = FieldScore("nodes")
    values = {name: FieldScore(f"nodes.{name}") for name in _NODE_FIELDS}
    parents = FieldScore("nodes.parent")
    keys = [[str(_normal(node.get("text") or "")) for node, _ in side] for side in (mine_all, wanted_all)]
    for mine, wanted in _align(keys[0], keys[1], found):
        node, parent = mine_all[mine]
        wanted_node, wanted_parent = wanted_all[wanted]
        where = f"“{keys[1][wanted][:40]}”: "
        for name in _NODE_FIELDS:
            if name in wanted_node:
                values[name].count(node.get(name), wanted_node[name], where)
        parents.count(parent, wanted_parent, where)
    return [found, *values.values(), parents]


def _flatten(nodes: list[dict[str, Any]], parent: str) -> Iterator[tuple[dict[str, Any], str]]:
    for node in nodes:
        yield node, parent
        yield from _flatten(node.get("children") or [], str(_normal(node.get("text") or "")))


def _compare_list(name: str, read: list[str], expected: list[str]) -> FieldScore:
    score = FieldScore(name)
    _align([str(_normal(item)) for item in read], [str(_normal(item)) for item in expected], score)
    return score


def _align(read: list[str], expected: list[str], score: FieldScore) -> list[tuple[int, int]]:
    """Pairs of equal items in order; missing and surplus ones are counted wrong in *score*."""
    matcher = SequenceMatcher(None, read, expected, autojunk=False)
    pairs = [(block.a + step, block.b + step) for block in matcher.get_matching_blocks() for step in range(block.size)]
    taken = {mine for mine, _ in pairs}, {wanted for _, wanted in pairs}
    surplus = [f"+ {item[:_SHOWN]}" for index, item in enumerate(read) if index not in taken[0]]
    missing = [f"- {item[:_SHOWN]}" for index, item in enumerate(expected) if index not in taken[1]]
    score.right += len(pairs)
    score.total += len(pairs) + max(len(surplus), len(missing))
    score.differences += missing + surplus
    return pairs


def _normal(value: object) -> object:
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFC", value).split())
    if isinstance(value, list):
        return [_normal(item) for item in value]
    return value


def _shown(value: object) -> str:
    if isinstance(value, list) and value:
        return ", ".join(map(str, value))[:_SHOWN]
    return "(trống)" if value in (None, "", []) else str(value)[:_SHOWN]
