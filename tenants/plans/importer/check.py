"""How much of a plan was read right: a field-by-field comparison with what a person expects.

What was read is the JSON of :meth:`ReadPlan.as_dict` with the additions of :func:`.accuracy.as_compared`. An
expectation has the same shape and may leave fields out; only what it holds is scored. A text in it may leave words
out as well, marked ``[…]``: "Truyền thông về […] giáo dục trẻ;" expects these first and last words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

_PLAIN_FIELDS = (
    "number", "symbol", "date", "place", "issuer", "issuer_parent", "title", "introduction", "parent_plan",
)  # fmt: skip
_CITATION_FIELDS = ("type", "number", "symbol", "date", "issuer", "subject")
_NODE_FIELDS = ("label", "kind", "owners")
_SIGNER_FIELDS = ("title", "name")
_SHOWN = 120
OMITTED = "[…]"
"""What stands in an expected text for words it leaves out."""


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
        if _fits(_normal(read), _normal(expected)):
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
        score = FieldScore("recipients")
        _align(_texts(read.get("recipients") or []), _texts(expected["recipients"]), score)
        scores.append(score)
    for name in _SIGNER_FIELDS:
        if name in (expected.get("signer") or {}):
            score = FieldScore(f"signer.{name}")
            score.count((read.get("signer") or {}).get(name), expected["signer"][name])
            scores.append(score)
    if "warnings" in expected:
        scores += _compare_warnings(read.get("warnings") or [], expected["warnings"])
    return scores


def unknown_keys(expected: object) -> list[str]:
    """Return what of an expectation would never be compared: misspelt names and values of another shape."""
    if not isinstance(expected, dict):
        return ["{}"]
    known = {*_PLAIN_FIELDS, "citations", "nodes", "recipients", "signer", "warnings"}
    found = [name for name in expected if name not in known]
    found += [name for name in ("citations", "nodes", "recipients", "warnings") if not _is_list(expected, name)]
    if not isinstance(expected.get("signer") or {}, dict):
        return [*found, "signer"]
    found += [f"signer.{name}" for name in expected.get("signer") or {} if name not in _SIGNER_FIELDS]
    nested = (
        ("citations", {*_CITATION_FIELDS}, ""),
        ("nodes", {*_NODE_FIELDS, "text", "children"}, "children"),
        ("warnings", {"code", "text", "line", "at"}, ""),
    )
    for name, fields, below in nested:
        if _is_list(expected, name):
            found += [f"{name}.{key}" for key in _unknown_in(expected.get(name) or [], fields, below)]
    return sorted(set(found))


def _is_list(values: dict[str, Any], name: str) -> bool:
    return isinstance(values.get(name) or [], list)


def _unknown_in(items: list[Any], known: set[str], below: str) -> Iterator[str]:
    for item in items:
        if not isinstance(item, dict):
            yield str(item)[:_SHOWN]
            continue
        yield from (key for key in item if key not in known)
        if below and _is_list(item, below):
            yield from _unknown_in(item.get(below) or [], known, below)
        elif below:
            yield below


def _compare_citations(read: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[FieldScore]:
    found = FieldScore("citations")
    values = {name: FieldScore(f"citations.{name}") for name in _CITATION_FIELDS}
    keys = [[_citation_key(item) for item in side] for side in (read, expected)]
    for mine, wanted in _align(keys[0], keys[1], found):
        for name in _CITATION_FIELDS:
            if name in expected[wanted]:
                values[name].count(read[mine].get(name), expected[wanted][name], f"{_named(expected[wanted])}: ")
    return [found, *values.values()]


def _citation_key(citation: dict[str, Any]) -> str:
    return _named(citation).casefold()


def _named(citation: dict[str, Any]) -> str:
    symbol, number = citation.get("symbol"), citation.get("number")
    named = (
        f"{number or ''}/{symbol}" if symbol else f"{citation.get('type')} {number or citation.get('subject') or ''}"
    )
    return str(_normal(named))


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


def _compare_warnings(read: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[FieldScore]:
    """Warnings by code, whatever their order; where each stands, when the expectation says so."""
    found, places = FieldScore("warnings"), FieldScore("warnings.at")
    mine_all, wanted_all = (sorted(side, key=lambda warning: str(warning["code"])) for side in (read, expected))
    codes = [_texts([warning["code"] for warning in side]) for side in (mine_all, wanted_all)]
    for mine, wanted in _align(codes[0], codes[1], found):
        warning, where = wanted_all[wanted], f"{codes[1][wanted]}: "
        if "at" in warning:
            there = None if warning["at"] is None else f"{OMITTED}{warning['at']}{OMITTED}"
            places.count(mine_all[mine].get("at"), there, where)
        elif "line" in warning:
            places.count(mine_all[mine].get("line"), warning["line"], where)
    return [found, places] if places.total else [found]


def _texts(items: list[Any]) -> list[str]:
    return [str(_normal(item)) for item in items]


def _align(read: list[str], expected: list[str], score: FieldScore) -> list[tuple[int, int]]:
    """Pairs of items that fit, in order, as many as there can be; missing and surplus ones are wrong in *score*."""
    pairs = _most_pairs([[_fits(mine, wanted) for wanted in expected] for mine in read], len(expected))
    taken = {mine for mine, _ in pairs}, {wanted for _, wanted in pairs}
    surplus = [f"+ {item[:_SHOWN]}" for index, item in enumerate(read) if index not in taken[0]]
    missing = [f"- {item[:_SHOWN]}" for index, item in enumerate(expected) if index not in taken[1]]
    score.right += len(pairs)
    score.total += len(pairs) + max(len(surplus), len(missing))
    score.differences += missing + surplus
    return pairs


def _most_pairs(fits: list[list[bool]], width: int) -> list[tuple[int, int]]:
    """The longest common subsequence of two lists of which only is known which items fit each other."""
    longest = [[0] * (width + 1) for _ in range(len(fits) + 1)]
    for row in reversed(range(len(fits))):
        for column in reversed(range(width)):
            both = longest[row + 1][column + 1] + 1 if fits[row][column] else 0
            longest[row][column] = max(both, longest[row + 1][column], longest[row][column + 1])
    pairs: list[tuple[int, int]] = []
    row = column = 0
    while row < len(fits) and column < width:
        if fits[row][column] and longest[row][column] == longest[row + 1][column + 1] + 1:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif longest[row + 1][column] >= longest[row][column + 1]:
            row += 1
        else:
            column += 1
    return pairs


def _fits(read: object, expected: object) -> bool:
    """Whether a value is the expected one; words an expected text leaves out may be any words."""
    if not isinstance(read, str) or not isinstance(expected, str) or OMITTED not in expected:
        return read == expected
    first, *between, last = (part.strip() for part in expected.split(OMITTED))
    if not read.startswith(first) or not read.endswith(last) or len(first) + len(last) > len(read):
        return False
    position, end = len(first), len(read) - len(last)
    for part in between:
        at = read.find(part, position, end)
        if at < 0:
            return False
        position = at + len(part)
    return True


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
