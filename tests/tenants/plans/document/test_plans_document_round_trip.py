"""Export, then import: the same tree comes back, from Word and from PDF, for plans nobody thought of."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenants.plans.document import (
    FOLLOW_UPS,
    DocumentNode,
    FollowUpFields,
    PlanDocument,
    document_for,
    notation_for,
    pdf,
    write_docx,
)
from tenants.plans.document.wording import clean, lines, printed_label
from tenants.plans.importer import Node, ReadPlan, read_plan

ROOT = Path(__file__).parents[4]
SHARED = Path(os.environ.get("LOA_SHARED") or ROOT.parent / "shared") / "plans"
EXAMPLES = sorted((ROOT / "examples" / "plans").glob("*.txt"))

WORDS = """tuyên truyền gương người tốt việc tốt trong nhà trường về an toàn giao thông phòng chống đuối nước cho
học sinh phụ huynh cộng đồng qua trang thông tin bảng tin đài phát thanh xã
đúng hạn và đầy đủ theo từng tháng của năm học"""
ROMANS = ("I", "II", "III", "IV", "V", "VI")
LETTERS = "abcdđeghik"


def words(least: int, most: int) -> st.SearchStrategy[str]:
    """Words that make no sense but end like a sentence: none ends in "của" or "và"."""
    chosen = st.lists(st.sampled_from(WORDS.split()), min_size=least, max_size=most)
    return chosen.map(lambda some: " ".join([*some, "trẻ"]).capitalize())


phrase = words(2, 8)
sentence = words(5, 45).map(lambda text: f"{text}.")
item = st.one_of(sentence, sentence.map(lambda text: text[:-1] + ";"))


def dashes() -> st.SearchStrategy[tuple[DocumentNode, ...]]:
    return st.lists(item.map(lambda text: DocumentNode("-", text=text)), max_size=4).map(tuple)


@st.composite
def letters(draw: st.DrawFn) -> tuple[DocumentNode, ...]:
    texts = draw(st.lists(item, max_size=4))
    return tuple(
        DocumentNode(LETTERS[at], text=text, children=draw(dashes()) if at == 0 else ())
        for at, text in enumerate(texts)
    )


@st.composite
def numbered(draw: st.DrawFn) -> tuple[DocumentNode, ...]:
    nodes = []
    for at in range(1, draw(st.integers(1, 5)) + 1):
        if draw(st.booleans()):
            text = "\n".join(draw(st.lists(sentence, max_size=2)))
            nodes.append(DocumentNode(str(at), draw(phrase), text, draw(st.one_of(dashes(), letters()))))
        else:
            nodes.append(DocumentNode(str(at), text=draw(sentence)))
    return tuple(nodes)


@st.composite
def plans(draw: st.DrawFn) -> PlanDocument:
    names = draw(st.lists(phrase.map(str.upper), min_size=1, max_size=5))
    sections = tuple(DocumentNode(ROMANS[at], name, "", draw(numbered())) for at, name in enumerate(names))
    return PlanDocument(
        managing_unit="Ủy ban nhân dân xã Suối Mơ",
        issuing_unit=draw(
            st.sampled_from(["Trường Mầm non Hoa Sim", "Trường Tiểu học và Trung học cơ sở Đồi Thông Xanh"])
        ),
        number=str(draw(st.integers(1, 999))),
        notation="KH-MNHS",
        place="Suối Mơ",
        issued_on=draw(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))),
        subject="Truyền thông năm học 2026-2027",
        introduction=("Nhà trường xây dựng kế hoạch cụ thể như sau:",),
        nodes=sections,
        closing=("Trên đây là kế hoạch truyền thông của nhà trường, đề nghị các bộ phận nghiêm túc thực hiện./.",),
        recipients=("UBND xã Suối Mơ (để báo cáo)", "Các tổ chuyên môn", "Lưu: VT"),
        signer_title="KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG",
        signer_name="Lê Thị Minh Họa",
    )


def written(nodes: tuple[DocumentNode, ...]) -> list[Any]:
    """The tree of an export as an import must give it back: paragraphs after the first are unnumbered items."""
    found = []
    for node in nodes:
        texts = [clean(node.title), *lines(node.text)] if node.title else lines(node.text)
        below = [["", text, []] for text in texts[1:]]
        found.append(
            [printed_label(node.label).rstrip(".)"), texts[0] if texts else "", below + written(node.children)]
        )
    return found


def read(nodes: list[Node]) -> list[Any]:
    return [[node.label, node.text, read(node.children)] for node in nodes]


def same(plan: PlanDocument, back: ReadPlan) -> None:
    closing = [["", text.removesuffix("./.") + ".", []] for text in plan.closing]
    tree = read(back.nodes)
    for node in tree[len(plan.nodes) :]:
        node[1] = node[1].removesuffix("./.").rstrip(".") + "."
    assert tree == written(plan.nodes) + closing
    assert (back.number, back.symbol, back.date) == (f"{int(plan.number or 0):02d}", plan.notation, plan.issued_on)
    assert (back.issuer_parent, back.issuer) == ((plan.managing_unit or "").upper(), plan.issuing_unit.upper())
    assert (back.place, back.title) == (plan.place, plan.subject)
    assert back.introduction == "\n".join(plan.introduction)
    assert back.recipients == list(plan.recipients)
    assert back.signer.as_dict() == {"title": " ".join(plan.signer_title.split()), "name": plan.signer_name}


@given(plans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_exported_to_word_is_read_back_the_same(plan: PlanDocument) -> None:
    same(plan, read_plan(write_docx(plan), "a.docx"))


@given(plans())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_exported_to_pdf_is_read_back_the_same(plan: PlanDocument) -> None:
    if pdf.available():
        same(plan, read_plan(pdf.write_pdf(plan), "a.pdf"))
    else:
        with pytest.raises(pdf.PdfUnavailable):
            pdf.write_pdf(plan)


def keyed(nodes: tuple[DocumentNode, ...], above: str = "n") -> tuple[DocumentNode, ...]:
    """Items with keys, so that two states of a plan can be compared."""
    return tuple(
        replace(node, key=f"{above}.{at}", children=keyed(node.children, f"{above}.{at}"))
        for at, node in enumerate(nodes)
    )


@st.composite
def follow_ups(draw: st.DrawFn) -> PlanDocument:
    """A document that follows a plan: a section was added, another changed, a third taken out."""
    drawn = draw(plans())
    before = replace(drawn, nodes=keyed(drawn.nodes))
    first = before.nodes[0]
    changed = replace(first, title=draw(phrase).upper(), children=keyed(draw(numbered()), "changed"))
    added = DocumentNode(ROMANS[5], draw(phrase).upper(), "", keyed(draw(numbered()), "added"), key="added")
    kept = before.nodes[1:] if draw(st.booleans()) else before.nodes[2:]
    after = replace(before, nodes=(draw(st.sampled_from([first, changed])), *kept, added))
    kind = draw(st.sampled_from(FOLLOW_UPS))
    day = draw(st.dates(dt.date(2026, 1, 1), dt.date(2030, 12, 31)))
    fields = FollowUpFields("15", notation_for(kind, before.notation), "Suối Mơ", day, "", "", "do thay đổi lịch")
    return document_for(kind, before, after, fields)


@given(follow_ups())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
def test_documents_that_follow_a_plan_are_read_back_with_their_own_items_only(document: PlanDocument) -> None:
    back = read_plan(write_docx(document), "a.docx")
    tree = written(document.nodes) + [["", text, []] for text in document.closing]
    assert read(back.nodes) == tree
    assert (back.number, back.symbol, back.date) == ("15", document.notation, document.issued_on)
    assert (back.issuer_parent, back.issuer) == ("ỦY BAN NHÂN DÂN XÃ SUỐI MƠ", document.issuing_unit.upper())
    assert back.recipients == list(document.recipients)
    assert back.signer.as_dict() == {"title": " ".join(document.signer_title.split()), "name": document.signer_name}


def exported(plan: ReadPlan) -> PlanDocument:
    """A plan that was read, as a document to be written: what the service does with a draft made of it."""
    return PlanDocument(
        managing_unit=plan.issuer_parent,
        issuing_unit=plan.issuer or "Trường Mầm non Hoa Sim",
        number=plan.number or "1",
        notation=plan.symbol or "KH-MNHS",
        place=plan.place or "Suối Mơ",
        issued_on=plan.date or dt.date(2026, 9, 5),
        subject=plan.title or "Truyền thông",
        introduction=tuple((plan.introduction or "").split("\n")),
        nodes=tuple(_node(node) for node in plan.nodes if node.kind != "closing"),
        closing=tuple(node.text for node in plan.nodes if node.kind == "closing"),
        recipients=tuple(plan.recipients),
        signer_title=plan.signer.title or "HIỆU TRƯỞNG",
        signer_name=plan.signer.name or "Lê Thị Minh Họa",
    )


def _node(node: Node) -> DocumentNode:
    return DocumentNode(node.label, text=node.text, children=tuple(_node(child) for child in node.children))


@pytest.mark.parametrize("path", [*EXAMPLES, *sorted(SHARED.glob("*.txt"))], ids=lambda path: path.stem)
def test_a_plan_that_was_imported_is_exported_and_imported_the_same(path: Path) -> None:
    first = read_plan(path.read_bytes(), path.name)
    second = read_plan(write_docx(exported(first)), "a.docx")
    assert read(second.nodes) == read(first.nodes)
    assert second.recipients == first.recipients
