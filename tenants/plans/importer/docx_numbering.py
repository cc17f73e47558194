"""The labels Word counts itself ("I.", "1.", "a)"): they stand nowhere in the text of the paragraphs.

``numbering.xml`` gives lists (``w:num``) made from definitions (``w:abstractNum``) of nine levels; a paragraph names a
list and a level directly or through its style. ECMA-376 Part 1, 17.9.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_STYLE_DEPTH = 20
_DASHES = frozenset("-–—−‒―")
_MAX_NUMBER = 1_000


@dataclass(slots=True)
class Level:
    """One level of a list: where it starts, how it counts, what it prints ("%1.%2.")."""

    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False


@dataclass(slots=True)
class _List:
    definition: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


def attribute(element: etree._Element | None, name: str = "val") -> str | None:
    """The value of a ``w:`` attribute."""
    return None if element is None else element.get(f"{W}{name}")


def whole_number(value: str | None, otherwise: int = 0) -> int:
    """*value* as a number; *otherwise* when it is missing or no sane number."""
    try:
        return max(-1, min(int(value or ""), 1_000_000))
    except ValueError:
        return otherwise


class Numbering:
    """Counts through a document: call :meth:`label` for each paragraph in order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._definitions: dict[str, dict[int, Level]] = {}
        self._by_style: dict[str, tuple[str, int]] = {}
        self._lists: dict[str, _List] = {}
        self._style_numbering: dict[str, tuple[str | None, int | None]] = {}
        self._style_parent: dict[str, str] = {}
        self._default_style: str | None = None
        self._counters: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        if styles is not None:
            self._read_styles(styles)
        if numbering is not None:
            self._read_numbering(numbering)

    def label(self, properties: etree._Element | None) -> str | None:
        """The label printed before the paragraph with these properties (``w:pPr``), ``None`` without one."""
        list_id, level = self._list_of(properties)
        numbered = self._lists.get(list_id or "")
        if numbered is None or list_id in {None, "0"}:
            return None
        form = numbered.levels.get(level)
        if form is None:
            return None
        self._count(list_id or "", numbered, level, form)
        if form.number_format == "bullet":
            return _bullet(form.text)
        return self._print(numbered, level, form) or None

    def _list_of(self, properties: etree._Element | None) -> tuple[str | None, int]:
        direct = None if properties is None else properties.find(f"{W}numPr")
        list_id = None if direct is None else attribute(direct.find(f"{W}numId"))
        level_text = None if direct is None else attribute(direct.find(f"{W}ilvl"))
        style = attribute(properties.find(f"{W}pStyle")) if properties is not None else None
        style = style or self._default_style
        styled_level: int | None = None
        depth = 0
        while style and depth < _STYLE_DEPTH:
            styled_id, styled = self._style_numbering.get(style, (None, None))
            if styled_id is not None and list_id is None:
                list_id = styled_id
                tied = self._by_style.get(style)
                styled_level = tied[1] if styled is None and tied else styled
            if list_id is not None:
                break
            style = self._style_parent.get(style)
            depth += 1
        level = whole_number(level_text) if level_text is not None else (styled_level or 0)
        return list_id, min(max(level, 0), _LEVELS - 1)

    def _count(self, list_id: str, numbered: _List, level: int, form: Level) -> None:
        counters = self._counters.setdefault(numbered.definition, {})
        first_use = (list_id, level) not in self._started
        self._started.add((list_id, level))
        if first_use and level in numbered.starts:
            counters[level] = numbered.starts[level]
        elif level in counters:
            counters[level] += 1
        else:
            counters[level] = form.start
        for deeper in range(level + 1, _LEVELS):
            restart = numbered.levels[deeper].restart if deeper in numbered.levels else None
            if restart is None or (restart > 0 and level < restart):
                counters.pop(deeper, None)

    def _print(self, numbered: _List, level: int, form: Level) -> str:
        counters = self._counters[numbered.definition]
        text = form.text
        for place in range(level + 1):
            mark = f"%{place + 1}"
            if mark in text:
                part = numbered.levels.get(place, Level())
                value = counters.get(place, part.start)
                number_format = "decimal" if form.legal and place < level else part.number_format
                text = text.replace(mark, _number(value, number_format))
        return text.strip()

    def _read_styles(self, styles: etree._Element) -> None:
        for style in styles.iterfind(f"{W}style"):
            name = attribute(style, "styleId")
            if name is None or attribute(style, "type") not in {"paragraph", "numbering", None}:
                continue
            if parent := attribute(style.find(f"{W}basedOn")):
                self._style_parent[name] = parent
            if attribute(style, "default") in {"1", "true"} and attribute(style, "type") == "paragraph":
                self._default_style = name
            numbering = style.find(f"{W}pPr/{W}numPr")
            if numbering is not None:
                level = attribute(numbering.find(f"{W}ilvl"))
                list_id = attribute(numbering.find(f"{W}numId"))
                self._style_numbering[name] = (list_id, whole_number(level) if level is not None else None)

    def _read_numbering(self, numbering: etree._Element) -> None:
        linked: dict[str, str] = {}
        owners: dict[str, str] = {}
        for definition in numbering.iterfind(f"{W}abstractNum"):
            name = attribute(definition, "abstractNumId") or ""
            self._definitions[name] = {
                whole_number(attribute(level, "ilvl")): _level(level) for level in definition.iterfind(f"{W}lvl")
            }
            for level in definition.iterfind(f"{W}lvl"):
                if style := attribute(level.find(f"{W}pStyle")):
                    self._by_style[style] = (name, whole_number(attribute(level, "ilvl")))
            if link := attribute(definition.find(f"{W}numStyleLink")):
                linked[name] = link
            if own := attribute(definition.find(f"{W}styleLink")):
                owners[own] = name
        for name, link in linked.items():
            if link in owners:
                self._definitions[name] = self._definitions[owners[link]]
        for element in numbering.iterfind(f"{W}num"):
            self._read_list(element)

    def _read_list(self, element: etree._Element) -> None:
        list_id = attribute(element, "numId")
        definition = attribute(element.find(f"{W}abstractNumId"))
        if list_id is None or definition is None:
            return
        numbered = _List(definition, dict(self._definitions.get(definition, {})))
        for override in element.iterfind(f"{W}lvlOverride"):
            level = whole_number(attribute(override, "ilvl"))
            if (start := attribute(override.find(f"{W}startOverride"))) is not None:
                numbered.starts[level] = whole_number(start, 1)
            if (changed := override.find(f"{W}lvl")) is not None:
                numbered.levels[level] = _level(changed)
        self._lists[list_id] = numbered


def _level(element: etree._Element) -> Level:
    restart = attribute(element.find(f"{W}lvlRestart"))
    legal = element.find(f"{W}isLgl")
    return Level(
        start=whole_number(attribute(element.find(f"{W}start")), 1),
        number_format=attribute(element.find(f"{W}numFmt")) or "decimal",
        text=attribute(element.find(f"{W}lvlText")) or "",
        restart=None if restart is None else whole_number(restart),
        legal=legal is not None and attribute(legal) not in {"0", "false"},
    )


def _bullet(text: str) -> str | None:
    """The sign of a bullet; signs of picture fonts, which text cannot show, become a round one."""
    sign = text.strip()[:1]
    if not sign:
        return None
    if sign in _DASHES:
        return "-"
    return sign if sign in "+*" else "•"


def _number(value: int, number_format: str) -> str:
    value = max(0, min(value, _MAX_NUMBER))
    if number_format in {"upperRoman", "lowerRoman"}:
        roman = _roman(value)
        return roman if number_format == "upperRoman" else roman.lower()
    if number_format in {"upperLetter", "lowerLetter"} and value:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if number_format == "upperLetter" else letter
    if number_format == "decimalZero":
        return f"{value:02d}"
    return "" if number_format == "none" else str(value)


def _roman(value: int) -> str:
    steps = (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
    )
    digits = []
    for size, numeral in (*steps, (5, "V"), (4, "IV"), (1, "I")):
        count, value = divmod(value, size)
        digits.append(numeral * count)
    return "".join(digits)
