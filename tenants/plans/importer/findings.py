"""Warnings about a plan that was read: what a person should look at before it is used (domain.md 1.10).

Codes are stable. Each rule is a small function of the facts gathered in :class:`Facts`; none of them changes the plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .citations import CitationSlip
from .foreign import pupils_named, spelling
from .issuer import same_body, same_spelling, similar_bodies
from .lines import flat
from .model import Citation, Node, PlanWarning, ReadPlan
from .numbers import DATE
from .places import line_of

_PERIOD = re.compile(
    r"(?P<school>năm học)\s*(?P<a>\d{4})\s*[-–/]\s*(?P<b>\d{4})|"
    r"(?P<phase>giai đoạn)\s*(?P<c>\d{4})\s*[-–]\s*(?P<d>\d{4})|"
    r"năm\s+(?P<year>(?:19|20)\d{2})(?!\s*[-–]\s*\d)",
    re.IGNORECASE,
)
_WORDS_BEFORE = 30
_BASIS = re.compile(r"^\W*can cu\b")
_PROVINCE = re.compile(r"(?<!\w)(?:tỉnh|thành phố)\s+((?:[A-ZĐÀ-Ỹ][a-zđà-ỹ]+)(?: +-? ?[A-ZĐÀ-Ỹ][a-zđà-ỹ]+){1,3})")
_NO_PROVINCE = ("Tỉnh ", "Ủy", "Đoàn", "Việt Nam")
_LEVELS = {
    "phong": "phòng giáo dục và đào tạo",
    "so": "sở giáo dục và đào tạo",
    "bo": "bộ giáo dục và đào tạo",
    "ubnd": "ủy ban nhân dân",
    "ttg": "Thủ tướng Chính phủ",
    "cp": "Chính phủ",
    "tw": "Trung ương",
    "qh": "Quốc hội",
}
_SYMBOL_LEVEL = (
    ("phong", re.compile(r"^PGD(?:&?ĐT)?$|^PGDVĐT$|^PGDDT$")),
    ("so", re.compile(r"^SGD(?:&?ĐT)?$|^SGDVĐT$")),
    ("bo", re.compile(r"^BGD(?:&?ĐT)?$")),
    ("ubnd", re.compile(r"^UBND$")),
    ("ttg", re.compile(r"^TTg$")),
    ("cp", re.compile(r"^CP$")),
    ("tw", re.compile(r"^TW$")),
    ("qh", re.compile(r"^QH\d+$")),
)
_ISSUER_LEVEL = (
    ("phong", re.compile(r"^phong (?:gd|giao duc)|^pgd")),
    ("so", re.compile(r"^so (?:gd|giao duc)|^sgd")),
    ("bo", re.compile(r"^bo (?:truong (?:bo )?)?(?:gd|giao duc)|^bgd")),
    ("ubnd", re.compile(r"^(?:chu tich )?(?:ubnd|uy ban nhan dan)")),
    ("ttg", re.compile(r"^thu tuong")),
    ("cp", re.compile(r"^chinh phu")),
    (
        "tw",
        re.compile(r"^(?:ban chap hanh trung uong|bch tw|bch trung uong|bo chinh tri|ban bi thu|trung uong|hoi nghi)"),
    ),
    ("qh", re.compile(r"^quoc hoi")),
)
_REPAIRS = {
    "letters-repaired": "Một số chữ “ƣ” do lỗi chuyển đổi đã được đọc là “ư”; đề nghị đối chiếu với bản gốc.",
    "letters-lost": "Tệp có ký tự bị mất (hiện thành ô vuông hoặc dấu hỏi); phần còn lại vẫn giữ nguyên, đề nghị "
    "đối chiếu với bản gốc.",
    "letters-suspect": "Một số chữ trông như lỗi phông chữ cũ (TCVN3, VNI); đề nghị đối chiếu với bản gốc.",
    "tracked-changes": "Văn bản còn chế độ theo dõi thay đổi: phần thêm đã được đọc, phần xóa đã bỏ qua. Nên chấp "
    "nhận hết thay đổi rồi nhập lại.",
    "pdf-columns": "Một số đoạn trong PDF trình bày thành cột hoặc bảng nên chữ có thể bị trộn dòng; đề nghị đối chiếu "
    "với bản gốc.",
    "text-box-skipped": "Văn bản có khung chữ (text box) không được đọc; đề nghị kiểm tra và nhập tay phần chữ "
    "trong khung nếu cần.",
}


@dataclass(slots=True)
class Facts:
    """What the rules look at beside the plan itself."""

    has_type: bool = True
    has_sections: bool = True
    slips: list[CitationSlip] = field(default_factory=list)
    own_slip: str | None = None
    bad_date: str | None = None
    repairs: set[str] = field(default_factory=set)
    speaker: str | None = None
    closing_body: str | None = None
    stamp: str | None = None
    inferred_issuer: str | None = None
    """The words that name the issuer where the head does not; None when the head does."""


def find_warnings(plan: ReadPlan, facts: Facts) -> list[PlanWarning]:
    """Every warning about *plan*, in the order a person would check: damage, head, citations, body, foot."""
    rules = (_damage, _head, _period, _names, _symbols, _citation_dates, _structure, _implementation, _places, _foot)
    found = [warning for rule in rules for warning in rule(plan, facts)]
    return [*found, *pupils_named(plan), *spelling(plan)]


def _damage(_plan: ReadPlan, facts: Facts) -> Iterator[PlanWarning]:
    for code in sorted(facts.repairs):
        yield PlanWarning(code, _REPAIRS[code])


def _head(plan: ReadPlan, facts: Facts) -> Iterator[PlanWarning]:
    if not facts.has_type:
        yield PlanWarning(
            "missing-type", "Không thấy dòng “KẾ HOẠCH”; đề nghị kiểm tra đây có đúng là một kế hoạch không."
        )
    if plan.title is None:
        yield PlanWarning("missing-title", "Không tìm thấy trích yếu của kế hoạch; đề nghị nhập bổ sung.")
    if plan.number is None:
        yield PlanWarning(
            "missing-number", "Không tìm thấy số của kế hoạch; đề nghị nhập theo bản gốc hoặc sổ văn bản đi."
        )
    if plan.symbol is None:
        yield PlanWarning("missing-symbol", "Không tìm thấy ký hiệu của kế hoạch; đề nghị nhập bổ sung.")
    if facts.bad_date:
        yield PlanWarning(
            "invalid-date",
            f"Ngày ban hành in là {facts.bad_date}, không có ngày này trong lịch; đề nghị nhập lại.",
            line_of(plan, "ngày {} tháng {}".format(*facts.bad_date.split("/")), facts.bad_date),
        )
    elif plan.date is None:
        yield PlanWarning("missing-date", "Không tìm thấy ngày ban hành đầy đủ; đề nghị nhập bổ sung.")
    if plan.place is None:
        yield PlanWarning("missing-place", "Không tìm thấy địa danh; đề nghị nhập bổ sung.")
    if plan.issuer is None:
        yield PlanWarning("missing-issuer", "Không xác định được cơ quan ban hành; đề nghị chọn đơn vị ban hành.")
    elif facts.inferred_issuer:
        yield PlanWarning(
            "issuer-not-in-head",
            f"Phần đầu văn bản không ghi cơ quan ban hành; theo lời văn được đọc là “{plan.issuer}”, đề nghị kiểm tra.",
            line_of(plan, facts.inferred_issuer),
        )


@dataclass(frozen=True, slots=True)
class _Period:
    """How a period is printed, and the words up to its end, by which its line is found."""

    printed: str
    words: str


def _periods(text: str) -> dict[tuple[str, str], _Period]:
    """Periods named in *text*, by kind and years."""
    found: dict[tuple[str, str], _Period] = {}
    undated = DATE.sub(" ", text)
    for match in _PERIOD.finditer(undated):
        words = undated[max(0, match.start() - _WORDS_BEFORE) : match.end()]
        if match["school"]:
            kind, years, name = "school", f"{match['a']}-{match['b']}", "năm học"
        elif match["phase"]:
            kind, years, name = "phase", f"{match['c']}-{match['d']}", "giai đoạn"
        else:
            kind, years, name = "year", match["year"], "năm"
        found.setdefault((kind, years), _Period(f"{name} {years}", words))
    return found


def _period(plan: ReadPlan, _facts: Facts) -> Iterator[PlanWarning]:
    titled = _periods(plan.title or "")
    if not titled:
        return
    own_words = plan.introduction or ""
    for citation in plan.citations:
        if citation.raw:
            own_words = own_words.replace(citation.raw, " ")
    own_words = "\n".join(line for line in own_words.split("\n") if not _BASIS.match(flat(line[:20])))
    closing = " ".join(node.text for node in plan.nodes if node.kind == "closing")
    others = {**_periods(closing), **_periods(own_words)}
    different = [period for key, period in others.items() if key not in titled]
    if different:
        title = ", ".join(period.printed for period in titled.values())
        yield PlanWarning(
            "period-differs",
            f"Trích yếu ghi {title} nhưng phần lời văn ghi {', '.join(period.printed for period in different)}; đề "
            "nghị xác định lại thời gian của kế hoạch.",
            line_of(plan, *(period.words for period in different), to_end=True)
            or line_of(plan, *(period.printed for period in different)),
        )


def _names(plan: ReadPlan, facts: Facts) -> Iterator[PlanWarning]:
    if plan.issuer is None:
        return
    seen: list[str] = []
    for other in (facts.speaker, facts.closing_body, facts.stamp):
        if other is None or other in seen or not _same_sort(plan.issuer, other):
            continue
        seen.append(other)
        if not same_body(plan.issuer, other):
            how = (
                "viết không thống nhất"
                if similar_bodies(plan.issuer, other)
                else "khác nhau, có thể còn sót từ văn bản khác"
            )
        elif not same_spelling(plan.issuer, other):
            how = "viết không thống nhất"
        else:
            continue
        yield PlanWarning(
            "issuer-name-differs",
            f"Tên đơn vị {how}: “{plan.issuer}” và “{other}”; sẽ dùng tên trong danh mục đơn vị.",
            line_of(plan, other, " ".join(other.split()[:4])),
        )


def _same_sort(one: str, other: str) -> bool:
    return flat(one).split()[:1] == flat(other).split()[:1]


def _level(text: str, table: tuple[tuple[str, re.Pattern[str]], ...]) -> str | None:
    return next((level for level, pattern in table if pattern.search(text)), None)


def _symbol_level(symbol: str) -> str | None:
    for part in re.split(r"[-/]", symbol):
        if level := _level(part, _SYMBOL_LEVEL):
            return level
    return None


def _symbols(plan: ReadPlan, facts: Facts) -> Iterator[PlanWarning]:
    documents: list[tuple[str, str | None, str | None, str]] = [("Kế hoạch này", plan.symbol, plan.issuer, "")]
    documents += [(_name(citation), citation.symbol, citation.issuer, citation.raw) for citation in plan.citations]
    for name, symbol, issuer, printed in documents:
        if symbol is None or issuer is None:
            continue
        by_symbol, by_issuer = _symbol_level(symbol), _level(flat(issuer), _ISSUER_LEVEL)
        if by_symbol and by_issuer and by_symbol != by_issuer:
            yield PlanWarning(
                "symbol-issuer-mismatch",
                f"{name}: ký hiệu “{symbol}” là của {_LEVELS[by_symbol]} nhưng cơ quan ban hành ghi là “{issuer}”; "
                f"đề nghị kiểm tra.",
                line_of(plan, printed, symbol),
            )
    slips = list(facts.slips)
    if facts.own_slip:
        slips.insert(0, CitationSlip(facts.own_slip, f"{plan.number or ''}/{plan.symbol}"))
    for slip in slips:
        yield PlanWarning(
            "symbol-normalised",
            f"Số, ký hiệu in là “{slip.printed}”, được đọc là “{slip.read}”; đề nghị kiểm tra.",
            line_of(plan, slip.printed),
        )


def _name(citation: Citation) -> str:
    if citation.symbol is None:
        return citation.type
    joint = (
        "-"
        if citation.symbol.split("/")[0] in {"NQ", "KH", "HD", "CT", "QĐ", "KL", "TB", "CTr"} and "/" in citation.symbol
        else "/"
    )
    return f"{citation.type} số {citation.number}{joint}{citation.symbol}"


def _citation_dates(plan: ReadPlan, _facts: Facts) -> Iterator[PlanWarning]:
    for citation in plan.citations:
        if plan.date and citation.date and citation.date > plan.date:
            yield PlanWarning(
                "citation-dated-later",
                f"{_name(citation)} ghi ngày {citation.date:%d/%m/%Y}, sau ngày ban hành kế hoạch "
                f"({plan.date:%d/%m/%Y}); đề nghị kiểm tra.",
                line_of(plan, citation.raw, citation.symbol, citation.subject),
            )


def _structure(plan: ReadPlan, facts: Facts) -> Iterator[PlanWarning]:
    if not facts.has_sections:
        yield PlanWarning(
            "no-sections",
            "Không nhận ra các mục I, II, III; toàn bộ nội dung được giữ thành từng đoạn, đề nghị sắp xếp lại trên "
            "màn hình.",
        )
    for parent in (None, *plan.walk()):
        nodes = [node for node in (parent.children if parent else plan.nodes) if node.label[:1].isalnum()]
        labels = [node.label for node in nodes]
        repeated = sorted({label for label in labels if labels.count(label) > 1}) if len(labels) <= 200 else []
        if repeated:
            where = f" trong mục “{parent.label or parent.text[:60]}”" if parent else ""
            yield PlanWarning(
                "numbering-repeats",
                f"Số thứ tự {', '.join(repeated)} dùng lại nhiều lần{where}; nhãn được giữ như bản in.",
                next(node.lines[0] for at, node in enumerate(nodes) if node.label in labels[:at]) or None,
            )


def _implementation(plan: ReadPlan, facts: Facts) -> Iterator[PlanWarning]:
    sections = [node for node in plan.nodes if node.kind == "task"]
    if not facts.has_sections:
        return
    if not sections and not any(node.kind in {"task", "quota"} for node in plan.walk()):
        yield PlanWarning(
            "missing-implementation", "Không tìm thấy phần tổ chức thực hiện; kế hoạch chưa giao việc cho ai."
        )
    for section in sections:
        if not section.children and _is_bare(section):
            yield PlanWarning(
                "empty-implementation",
                f"Mục “{section.label} {section.text}” không có nội dung: chưa có nhiệm vụ, người thực hiện và thời "
                f"hạn.",
                section.lines[0] or None,
            )
    for section in plan.nodes:
        if section.label and section.kind not in {"task", "closing"} and not section.children and _is_bare(section):
            yield PlanWarning(
                "empty-section",
                f"Mục “{section.label} {section.text}” không có nội dung; đề nghị xem bản gốc có bị mất đoạn không.",
                section.lines[0] or None,
            )


def _is_bare(section: Node) -> bool:
    return len(section.text.split()) <= 12


def _places(plan: ReadPlan, _facts: Facts) -> Iterator[PlanWarning]:
    names: dict[str, str] = {}
    for match in _PROVINCE.finditer(plan.source_text):
        if not match[1].startswith(_NO_PROVINCE):
            names.setdefault(flat(match[1]), match[1])
    distinct = [
        name for key, name in names.items() if not any(key != other and key.startswith(other) for other in names)
    ]
    if len(distinct) > 1:
        yield PlanWarning(
            "places-differ",
            f"Văn bản nhắc nhiều tỉnh, thành phố: {', '.join(distinct)}; đề nghị kiểm tra có phần sót lại từ văn "
            f"bản khác không.",
            line_of(plan, distinct[1]),
        )


def _foot(plan: ReadPlan, _facts: Facts) -> Iterator[PlanWarning]:
    if not plan.recipients:
        yield PlanWarning("missing-recipients", "Không tìm thấy nơi nhận; đề nghị nhập bổ sung.")
    if plan.signer.name is None:
        yield PlanWarning("missing-signer", "Không tìm thấy họ tên người ký; đề nghị nhập bổ sung theo bản gốc.")
    elif plan.signer.title is None:
        yield PlanWarning("missing-signer-title", "Không tìm thấy chức vụ người ký; đề nghị nhập bổ sung.")
