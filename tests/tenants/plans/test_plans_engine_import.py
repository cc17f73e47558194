"""From a file to a draft: kept, read by the worker, corrected, made into a plan."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from builders import UnitRef, in_unit, make_office, make_person, run_jobs
from flask import Flask
from plan_builders import PlanRef, issue, lines_of

from tenants import files
from tenants.errors import Conflict, NotFound, Refused
from tenants.plans import queries, service
from tenants.plans.importer import read_plan
from tenants.plans.models import PlanSource
from tenants.plans.values import token

TEXT = """ỦY BAN NHÂN DÂN XÃ HOA SIM

Số: 15/KH-UBND

Hoa Sim, ngày 09 tháng 9 năm 2026

KẾ HOẠCH
Truyền thông giáo dục năm học 2026-2027

Thực hiện Kế hoạch số 8/KH-SGDĐT ngày 20/8/2026 của Sở Giáo dục và Đào tạo về truyền thông năm học 2026-2027.

Ủy ban nhân dân xã Hoa Sim xây dựng kế hoạch cụ thể như sau:

I. MỤC ĐÍCH, YÊU CẦU

1. Mục đích

- Đưa thông tin kịp thời tới phụ huynh.

2. Yêu cầu

- Thông tin phải chính xác.

II. NỘI DUNG

1. Nội dung trọng tâm

- Truyền thông về an toàn trường học (Tổ truyền thông thực hiện).

- Mỗi tháng mỗi trường có 01 bài viết về gương người tốt việc tốt.

III. TỔ CHỨC THỰC HIỆN

1. Các trường

- Xây dựng kế hoạch của trường.

Trên đây là kế hoạch truyền thông, yêu cầu các trường nghiêm túc thực hiện./.

Nơi nhận:
- Các trường;
- Lưu: VT.

CHỦ TỊCH

Trần Văn Thử
"""


@pytest.fixture
def office(app: Flask) -> UnitRef:
    office = make_office(app, "UBND xã Hoa Sim")
    make_person(app, office, "head", name="Người Đứng Đầu")
    return office


def upload(app: Flask, unit: UnitRef, data: bytes, name: str = "ke-hoach.txt") -> int:
    with in_unit(app, unit):
        return service.upload(data, name, None).id


def source(app: Flask, unit: UnitRef, source_id: int) -> PlanSource:
    with in_unit(app, unit) as session:
        row = session.get(PlanSource, (unit.id, source_id))
        session.expunge(row)
        return row  # type: ignore[no-any-return]


def read(app: Flask, unit: UnitRef) -> int:
    source_id = upload(app, unit, TEXT.encode())
    run_jobs(app)
    return source_id


def test_the_worker_reads_the_file_and_the_file_is_kept(app: Flask, office: UnitRef) -> None:
    source_id = upload(app, office, TEXT.encode())
    assert source(app, office, source_id).state == "waiting"
    run_jobs(app)
    row = source(app, office, source_id)
    assert row.state == "read" and row.read is not None
    assert (row.read["number"], row.read["symbol"]) == ("15", "KH-UBND")
    with in_unit(app, office):
        assert files.store().get(row.sha256) == TEXT.encode()


def test_reading_again_changes_nothing(app: Flask, office: UnitRef) -> None:
    source_id = read(app, office)
    with in_unit(app, office):
        service.correct_node(source_id, "0", text="Đã sửa tay", kind="section", owners=[], actor_id=None)
        service.read_source(source_id)
    row = source(app, office, source_id)
    assert row.read is not None and row.read["nodes"][0]["text"] == "Đã sửa tay"


def zip_without_a_plan() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "không phải Word")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old word", b"%PDF-1.7 x", zip_without_a_plan(), b"\x00\x01\x02\x03"]
)
def test_an_unreadable_file_stays_with_the_sentence_that_says_why(app: Flask, office: UnitRef, data: bytes) -> None:
    source_id = upload(app, office, data, "kế hoạch.docx")
    run_jobs(app)
    row = source(app, office, source_id)
    assert row.state == "refused" and row.sentence is not None and len(row.sentence) > 30
    with in_unit(app, office):
        assert files.store().get(row.sha256) == data
        with pytest.raises(Refused):
            service.create_from_source(source_id, None)


def test_nothing_is_kept_of_an_empty_file(app: Flask, office: UnitRef) -> None:
    with pytest.raises(Refused) as refusal, in_unit(app, office):
        service.upload(b"  \n", "x.txt", None)
    assert refusal.value.code == "empty"


def test_the_draft_has_what_was_read_and_remembers_where(app: Flask, office: UnitRef) -> None:
    source_id = read(app, office)
    with in_unit(app, office):
        plan_id = service.create_from_source(source_id, None).id
    with in_unit(app, office):
        whole = queries.working_plan(plan_id)
        plan = whole.plan
        assert (plan.number, plan.notation, plan.place) == ("15", "KH-UBND", "Hoa Sim")
        assert plan.document_date is not None and plan.document_date.isoformat() == "2026-09-09"
        assert (plan.signer_title, plan.signer_name) == ("CHỦ TỊCH", "Trần Văn Thử")
        assert plan.recipients == ["Các trường", "Lưu: VT"]
        assert [(c.doc_type, c.number, c.notation) for c in whole.citations] == [("Kế hoạch", "8", "KH-SGDĐT")]
        kinds = {n.node.text[:20]: n.node.kind for top in whole.tree for n in top.walk()}
        assert kinds["Mỗi tháng mỗi trường"] == "quota"
        owners = [n.node.owners for top in whole.tree for n in top.walk() if "an toàn" in n.node.text]
        assert owners == [("Tổ truyền thông",)]
    lines = lines_of(app, PlanRef(plan_id, office, {}))
    assert lines[:4] == ["I MỤC ĐÍCH, YÊU CẦU", "1 Mục đích", "- Đưa thông tin kịp thời tới phụ huynh.", "2 Yêu cầu"]
    row = source(app, office, source_id)
    assert (row.state, row.plan_id) == ("used", plan_id)


def test_the_issued_file_of_an_imported_plan_reads_the_same_again(app: Flask, office: UnitRef) -> None:
    source_id = read(app, office)
    with in_unit(app, office):
        plan_id = service.create_from_source(source_id, None).id
    issue(app, PlanRef(plan_id, office, {}), number="15", notation="KH-UBND", signer_name="Trần Văn Thử")
    with in_unit(app, office):
        sha256 = queries.issued_plan(office.id, plan_id).document.file_sha256
        again = read_plan(files.store().get(sha256), "x.docx")
    first = read_plan(TEXT.encode(), "x.txt")
    assert [(n.label, n.text) for n in again.walk()] == [(n.label, n.text) for n in first.walk()]
    assert (again.number, again.symbol, again.title) == (first.number, first.symbol, first.title)
    assert [c.number for c in again.citations] == ["8"], "a basis named in the introduction is not printed twice"


EXAMPLES = sorted(
    path for path in (Path(__file__).parents[3] / "examples/plans").iterdir() if path.suffix in (".docx", ".txt")
)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_survives_the_way_from_file_to_document_and_back(app: Flask, office: UnitRef, path: Path) -> None:
    source_id = upload(app, office, path.read_bytes(), path.name)
    run_jobs(app)
    with in_unit(app, office):
        plan_id = service.create_from_source(source_id, None).id
    issue(app, PlanRef(plan_id, office, {}))
    with in_unit(app, office):
        sha256 = queries.issued_plan(office.id, plan_id).document.file_sha256
        again = read_plan(files.store().get(sha256), "x.docx")
    first = read_plan(path.read_bytes(), path.name)
    assert [(n.label, n.kind, n.text) for n in again.walk()] == [(n.label, n.kind, n.text) for n in first.walk()]
    assert [c.number for c in again.citations] == [c.number for c in first.citations]


def test_what_was_read_wrong_is_corrected_before_the_draft(app: Flask, office: UnitRef) -> None:
    source_id = read(app, office)
    with in_unit(app, office):
        values = {"title": "Tên đúng", "number": "16", "symbol": "KH-UBND", "date": "2026-09-10", "place": "Hoa Sim"}
        service.correct_header(source_id, values, ["Các trường"], ("CHỦ TỊCH", "Người Ký"), None)
        service.correct_node(
            source_id, "1.0.0", text="An toàn trường học", kind="topic", owners=["Tổ A", "Tổ A"], actor_id=None
        )
        service.drop_node(source_id, "0.1", None)
        plan_id = service.create_from_source(source_id, None).id
    lines = lines_of(app, PlanRef(plan_id, office, {}))
    assert "- An toàn trường học" in lines
    assert "2 Yêu cầu" not in lines and "- Thông tin phải chính xác." in lines, "children move up, nothing is lost"
    with in_unit(app, office):
        plan = queries.working_plan(plan_id).plan
        assert (plan.subject, plan.number, plan.signer_name) == ("Tên đúng", "16", "Người Ký")


def test_bad_corrections_are_refused(app: Flask, office: UnitRef) -> None:
    source_id = read(app, office)
    with in_unit(app, office):
        with pytest.raises(Refused):
            service.correct_header(source_id, {"title": "x", "date": "mai"}, [], ("", ""), None)
        with pytest.raises(Refused):
            service.correct_node(source_id, "0", text=" ", kind="topic", owners=[], actor_id=None)
        for path in ("9", "0.9", "x", "0.0.0.0", "-1"):
            with pytest.raises(NotFound):
                service.correct_node(source_id, path, text="x", kind="topic", owners=[], actor_id=None)


def test_two_people_correcting_one_node(app: Flask, office: UnitRef) -> None:
    source_id = read(app, office)
    shown = token(service.node_at(source(app, office, source_id).read or {}, "0"))
    with in_unit(app, office):
        service.correct_node(source_id, "0", text="Một", kind="section", owners=[], actor_id=None, seen=shown)
    with pytest.raises(Conflict), in_unit(app, office):
        service.correct_node(source_id, "0", text="Hai", kind="section", owners=[], actor_id=None, seen=shown)


def test_a_source_becomes_one_plan_only(app: Flask, office: UnitRef) -> None:
    source_id = read(app, office)
    with in_unit(app, office):
        service.create_from_source(source_id, None)
    with pytest.raises(Refused) as refusal, in_unit(app, office):
        service.create_from_source(source_id, None)
    assert refusal.value.code == "source-state"
    with pytest.raises(Refused), in_unit(app, office):
        service.discard_source(source_id, None)


def test_another_units_source_does_not_exist_here(app: Flask, office: UnitRef) -> None:
    source_id = read(app, office)
    with pytest.raises(NotFound), in_unit(app, make_office(app)):
        service.create_from_source(source_id, None)
