"""Places and names that should not stand in this unit's plan: left from another unit's text (domain.md X1), pupils
named in public (domain.md 4.2), and slips of the keyboard (X16). Pure; nothing is ever corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .ending import starts_with_surname
from .issuer import same_body
from .lines import flat, squeeze
from .model import PlanWarning, ReadPlan
from .places import line_of
from .provinces import mentioned, present_province, province_named

_NAME = r"[A-ZĐÀ-Ỹ][a-zđà-ỹ]+"
_PROVINCE = re.compile(rf"(?<!\w)([Tt]ỉnh|[Tt]hành phố|TP\.?)\s+({_NAME}(?:(?: - | +){_NAME}){{0,3}})")
_COMMUNE = re.compile(
    rf"(?<!\w)([Xx]ã|[Pp]hường|[Tt]hị trấn|[Đđ]ặc khu)\s+({_NAME}(?: +{_NAME}){{0,3}})(?!\s*(?:hội|ủy)\b)"
)
_FULL_NAME = rf"({_NAME}(?: +{_NAME}){{1,4}})"
_PUPIL = re.compile(
    rf"(?<!\w)(?:[Hh]ọc sinh|[Ee]m|[Cc]háu|[Bb]é|HS)\s*:?\s+{_FULL_NAME}(?=\s*(?:[,;.:()–-]|$|\s[a-zđ]))"
)
_CLASS_ROW = re.compile(rf"{_FULL_NAME}\s*[,;|(–-]?\s*(?:học sinh\s+)?lớp\s+\d{{1,2}}\s*[A-Za-z]?\d?")
_SLIPS = {
    "webesit": "website",
    "webside": "website",
    "wesite": "website",
    "phối họp": "phối hợp",
    "dự kiện": "sự kiện",
    "tuyên tuyền": "tuyên truyền",
    "truyên truyền": "tuyên truyền",
    "kê hoạch": "kế hoạch",
    "kế họach": "kế hoạch",
    "giáo dực": "giáo dục",
    "nhà trương": "nhà trường",
    "phụ hunh": "phụ huynh",
    "mầm giáo": "mẫu giáo",
    "thực hiên": "thực hiện",
    "triễn khai": "triển khai",
    "sữa đổi": "sửa đổi",
    "sử lý": "xử lý",
    "xữ lý": "xử lý",
    "chỉnh chu": "chỉn chu",
    "đọng viên": "động viên",
    "thường xuyen": "thường xuyên",
}
_MOST = 12
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class OwnPlaces:
    """Where the unit is: its own name and place of issue first, then the names and places of the bodies above it."""

    places: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    is_school: bool = False

    def provinces(self) -> frozenset[str]:
        """The provinces of today that these words name; empty when none does."""
        words = ". ".join((*self.places, *self.names))
        return frozenset(present_province(name) for name in mentioned(words))

    def says(self, name: str) -> bool:
        """Whether one of the names or places contains *name*."""
        wanted = f" {flat(squeeze(name))} "
        return any(wanted in f" {flat(squeeze(text))} " for text in (*self.places, *self.names))


def warnings_of_place(plan: ReadPlan, own: OwnPlaces) -> list[PlanWarning]:
    """Return what does not fit the unit that imports the plan.

    Args:
        plan: what was read.
        own: the unit's name and place and its superiors; without a province in them, provinces are not judged.
    """
    found = [*_issuer(plan, own), *_provinces(plan.source_text, own.provinces()), *_communes(plan, own)]
    return found[:_MOST]


def _issuer(plan: ReadPlan, own: OwnPlaces) -> Iterator[PlanWarning]:
    """A plan that another body issued: perhaps the wrong file, perhaps one to be written anew."""
    if plan.issuer is None or not own.names or same_body(plan.issuer, own.names[0]):
        return
    yield PlanWarning(
        "foreign-issuer",
        f"Văn bản ghi cơ quan ban hành là “{plan.issuer}”, khác đơn vị đang nhập ({own.names[0]}). Nếu tạo dự thảo, kế "
        "hoạch sẽ mang tên đơn vị đang nhập.",
        line_of(plan, plan.issuer),
    )


def _provinces(text: str, own: frozenset[str]) -> Iterator[PlanWarning]:
    if not own:
        return
    told: set[str] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        for match in _PROVINCE.finditer(line):
            name = _longest(match[2])
            if name is None or present_province(name) in own or name in told:
                continue
            told.add(name)
            yield PlanWarning(
                "foreign-province",
                f"Văn bản nhắc “{match[1]} {name}” trong khi đơn vị thuộc {_listed(own)}; có thể còn sót từ kế hoạch "
                "của nơi khác, đề nghị kiểm tra.",
                number,
            )


def _longest(words: str) -> str | None:
    """The province that the first of these capitalised words name."""
    parts = words.split()
    return next((name for size in range(len(parts), 0, -1) if (name := province_named(" ".join(parts[:size])))), None)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _communes(plan: ReadPlan, own: OwnPlaces) -> Iterator[PlanWarning]:
    """Communes that are not the school's own. An office speaks of many communes, so only schools are warned."""
    if not own.is_school or not own.places:
        return
    told: set[str] = set()
    cited = flat(" ".join(filter(None, (citation.issuer for citation in plan.citations))))
    for number, line in enumerate(plan.source_text.split("\n"), start=1):
        for match in _COMMUNE.finditer(line):
            name, key = match[2], flat(match[2])
            if key in told or key in cited or own.says(name) or _begins_with_own(name, own):
                continue
            told.add(key)
            yield PlanWarning(
                "foreign-place",
                f"Văn bản nhắc “{match[1]} {name}”, không phải địa bàn của đơn vị ({own.places[0]}); có thể còn sót "
                "từ kế hoạch của nơi khác, đề nghị kiểm tra.",
                number,
            )


def _begins_with_own(name: str, own: OwnPlaces) -> bool:
    """Whether a longer run of capitalised words begins with an own place ("Hoa Sim Trường")."""
    words = name.split()
    return any(own.says(" ".join(words[:size])) for size in range(2, len(words)))


def pupils_named(plan: ReadPlan) -> Iterator[PlanWarning]:
    """Pupils named in the text: the plan becomes public, and a child's name with its class is personal data."""
    told: set[str] = set()
    for number, line in enumerate(plan.source_text.split("\n"), start=1):
        for name in pupils_in(line):
            if name not in told:
                told.add(name)
                yield PlanWarning(
                    "pupil-named",
                    f"Văn bản nêu tên học sinh “{name}”. Kế hoạch sẽ được công khai; đề nghị bỏ tên, hoặc chỉ giữ "
                    "khi đã có sự đồng ý của học sinh và cha mẹ (Luật Bảo vệ dữ liệu cá nhân 2025).",
                    number,
                )


def pupils_in(text: str) -> list[str]:
    """The full names of pupils in *text*, each once: after a word for a pupil, or before a class."""
    names = [match[1] for pattern in (_PUPIL, _CLASS_ROW) for match in pattern.finditer(text[:_LONGEST])]
    return [name for name in dict.fromkeys(names) if starts_with_surname(name)]


def spelling(plan: ReadPlan) -> Iterator[PlanWarning]:
    """Likely slips of the keyboard. Hints only: a signed document is quoted as it is."""
    told: set[str] = set()
    for number, line in enumerate(plan.source_text.split("\n"), start=1):
        lowered = line.casefold()
        for slip, right in _SLIPS.items():
            if slip not in told and re.search(rf"(?<!\w){re.escape(slip)}(?!\w)", lowered):
                told.add(slip)
                yield PlanWarning(
                    "spelling",
                    f"Có thể gõ nhầm “{slip}” (thường viết “{right}”). Phần mềm không tự sửa văn bản đã ký.",
                    number,
                )
