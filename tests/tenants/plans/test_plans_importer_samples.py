"""Whole plans of many makers, compared with what a person reads in them."""

from __future__ import annotations

import json
import os
import shutil
import textwrap
import unicodedata
from pathlib import Path

import pytest

from tenants.plans.importer import read_plan, read_plan_text
from tenants.plans.importer.accuracy import EXPECTED, as_compared, measure_folder
from tenants.plans.importer.check import compare, unknown_keys

ROOT = Path(__file__).parents[3]
SAMPLES = sorted(
    path
    for folder in (ROOT / "examples" / "plans", Path(__file__).with_name("importer_samples"))
    for path in folder.iterdir()
    if path.suffix in {".txt", ".docx", ".pdf"}
)
SHARED = Path(os.environ.get("LOA_SHARED") or ROOT.parent / "shared") / "plans"
REAL = sorted(Path(__file__).with_name("importer_expectations").iterdir())
LEAST_VALUES = 100
WIDTH = 85


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_field_of_a_sample_is_read_as_a_person_reads_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(EXPECTED).read_text(encoding="utf-8"))
    read = as_compared(read_plan(path.read_bytes(), path.name))
    wrong = {score.field: score.differences for score in compare(read, expected) if score.right != score.total}
    assert (unknown_keys(expected), wrong) == ([], {})
    assert set(read) - {"parent_plan"} <= set(expected)


def test_spaces_line_ends_and_unicode_forms_of_a_copy_change_nothing() -> None:
    text = (ROOT / "examples" / "plans" / "ke-hoach-phuong-an-hoa.txt").read_text(encoding="utf-8")
    plain = read_plan_text(text).as_dict()
    disguised = unicodedata.normalize("NFD", text).replace(" của ", "\u00a0của\u200b ").replace("\n", "\r\n")
    assert read_plan(b"\xef\xbb\xbf" + disguised.encode(), "a.txt").as_dict() == plain
    assert read_plan(b"\xff\xfe" + text.encode("utf-16-le"), "a.txt").as_dict() == plain
    assert read_plan_text(text.replace(" " * 14, "\t")).as_dict() == plain


@pytest.mark.parametrize("name", ["thpt-chung-doan", "so-nhieu-cap", "tieu-hoc-phuong", "mam-non-bang-viec"])
def test_a_copy_broken_at_the_width_of_a_page_is_read_like_the_whole_lines(name: str) -> None:
    path = Path(__file__).with_name("importer_samples") / f"{name}.txt"
    broken = "\n".join(
        part
        for line in path.read_text("utf-8").replace("1. 100%", "1.100%").split("\n")
        for part in ([line] if "   " in line.strip() or "|" in line else textwrap.wrap(line, WIDTH) or [""])
    )
    expected = json.loads(path.with_suffix(EXPECTED).read_text("utf-8"))
    wrong = {score.field: score.differences for score in compare(as_compared(read_plan_text(broken)), expected)}
    assert {field: differences for field, differences in wrong.items() if differences} == {}


def test_nothing_printed_in_a_body_is_lost() -> None:
    for path in SAMPLES:
        plan = read_plan(path.read_bytes(), path.name)
        kept = " ".join([plan.introduction or "", *(f"{node.label} {node.text}" for node in plan.walk())])
        letters = bare(kept)
        for node in plan.walk():
            first, last = node.lines
            assert 1 <= first <= last <= plan.source_text.count("\n") + 1
            printed = " ".join(plan.source_text.split("\n")[first - 1 : last]).split()
            assert [word for word in printed if bare(word) not in letters] == []


def bare(text: str) -> str:
    """The letters and digits of *text*: labels stand glued to words, marks around them are left out."""
    return "".join(filter(str.isalnum, text))


@pytest.mark.parametrize("expected", REAL, ids=lambda path: path.name.partition("_")[0])
def test_a_real_plan_is_read_in_every_field_as_a_clerk_reads_it(expected: Path, tmp_path: Path) -> None:
    assert unknown_keys(json.loads(expected.read_text("utf-8"))) == []
    plan = SHARED / expected.name.replace(EXPECTED, ".txt")
    if plan.exists():
        shutil.copy(plan, tmp_path)
        shutil.copy(expected, tmp_path)
        [measured] = measure_folder(tmp_path)
        wrong = {score.field: score.differences for score in measured.scores if score.differences}
        assert (measured.problem, wrong) == ("", {})
        assert measured.right == measured.total > LEAST_VALUES
