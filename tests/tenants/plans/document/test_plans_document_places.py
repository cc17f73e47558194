"""Where everything stands on the printed page, in millimetres: NĐ 30/2020, Phụ lục I, measured from the PDF."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

import pytest
from plan_documents import BEFORE, CHANGED, FIELDS

from tenants.plans.document import FOLLOW_UPS, PlanDocument, document_for, notation_for, pdf
from tenants.plans.importer.pdf import extract_pages

MM = 72 / 25.4
LEFT, RIGHT = 30.0, 195.0
DOCUMENTS: dict[str, PlanDocument] = {"plan": BEFORE} | {
    kind: document_for(kind, BEFORE, CHANGED, replace(FIELDS, notation=notation_for(kind, FIELDS.notation)))
    for kind in FOLLOW_UPS
}


@dataclass(frozen=True)
class Line:
    """A printed line: ``left``, ``right`` and ``top`` in mm from the left and upper edge, ``size`` in points."""

    text: str
    left: float
    right: float
    top: float
    size: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def printed_lines(document: PlanDocument) -> list[Line]:
    """Return the lines of the first page; the two columns of head and end are lines of their own."""
    page = extract_pages(pdf.write_pdf(document))[0]
    characters = sorted(page["characters"], key=lambda char: (-round(char[3], 1), char[1]))
    found = []
    for _baseline, row in groupby(characters, key=lambda char: round(char[3], 1)):
        run: list[tuple[str, float, float, float, float]] = []
        for char in row:
            if run and char[1] - run[-1][2] > 4 * MM:
                found.append(_line(run, page["height"]))
                run = []
            run.append(char)
        found.append(_line(run, page["height"]))
    return [line for line in found if line.text]


def _line(run: list[tuple[str, float, float, float, float]], height: float) -> Line:
    inked = [char for char in run if char[0].strip()] or run
    text = "".join(char[0] for char in run).strip()
    return Line(text, inked[0][1] / MM, inked[-1][2] / MM, (height - run[0][3]) / MM, max(char[4] for char in run))


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_part_stands_where_the_decree_puts_it(kind: str) -> None:
    document = DOCUMENTS[kind]
    if not pdf.available():
        with pytest.raises(pdf.PdfUnavailable):
            pdf.write_pdf(document)
        return
    lines = printed_lines(document)

    def find(start: str) -> Line:
        return next(line for line in lines if line.text.startswith(start))

    country, motto, issuer = find("CỘNG HÒA"), find("Độc lập"), find("TRƯỜNG MẦM NON")
    number, date = find("Số:"), find("Suối Mơ, ngày")
    assert 20 <= country.top <= 27
    assert country.left > 105
    assert country.right <= RIGHT + 0.5
    assert motto.middle == pytest.approx(country.middle, abs=1)
    assert date.middle == pytest.approx(country.middle, abs=1)
    assert date.top == pytest.approx(number.top, abs=1)
    assert number.middle == pytest.approx(issuer.middle, abs=1)
    assert (round(country.size), round(motto.size), round(issuer.size)) in {(12, 13, 12), (13, 14, 13)}
    assert (round(number.size), round(date.size)) in {(13, 13), (13, 14)}
    if document.type_name:
        title = find(document.type_name)
        assert title.middle == pytest.approx((LEFT + RIGHT) / 2, abs=1)
        assert title.top > date.top
    else:
        about = find("V/v")
        assert about.middle == pytest.approx(number.middle, abs=1.5)
        assert about.top > number.top
        assert find("Kính gửi").left > 55
    body = [line for line in lines if find("Suối Mơ, ngày").top < line.top < find("HIỆU TRƯỞNG").top]
    indented = [line.left for line in body if line.text[:2] in ("1.", "2.", "I.", "II", "Că")]
    assert indented
    assert indented == pytest.approx([LEFT + 12.7] * len(indented), abs=0.7)
    assert {round(line.size) for line in body} <= {12, 14}
    assert max(line.right for line in lines) <= RIGHT + 0.5
    assert min(line.left for line in lines) >= LEFT - 0.5
    signer, name, to = find("HIỆU TRƯỞNG"), find("Lê Thị Minh Họa"), find("Nơi nhận:")
    assert signer.middle == pytest.approx(name.middle, abs=1)
    assert signer.middle > (LEFT + RIGHT) / 2
    assert 20 <= name.top - signer.top <= 45
    assert to.left == pytest.approx(LEFT, abs=0.7)
    assert abs(to.top - signer.top) < 3
    assert (round(to.size), round(find("- Lưu").size)) == (12, 11)
