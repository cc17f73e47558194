"""Lists as people really paste them."""

from __future__ import annotations

import time

import pytest

from tenants.audience import importing
from tenants.audience.importing import BAD, NEW, REPEATED, TooLong, read
from tenants.audience.states import clean_address


def found(text: str) -> list[tuple[int, str, str, str, str]]:
    return [(line.number, line.verdict, line.address, line.name, line.organisation) for line in read(text)]


def test_spreadsheet_with_headings_in_any_order() -> None:
    text = (
        "STT;Họ và tên;Cơ quan;Email\r\n1;Nguyễn Thị An;Báo Hoa Sim;an@example.com\r\n\r\n"
        "2;Lê Bình;;BINH@Example.COM\r\n"
    )
    assert found(text) == [
        (2, NEW, "an@example.com", "Nguyễn Thị An", "Báo Hoa Sim"),
        (4, NEW, "BINH@example.com", "Lê Bình", ""),
    ]


def test_copied_cells_bare_addresses_and_mail_style() -> None:
    assert found("Nguyễn Thị An\tan@example.com\tBáo Hoa Sim") == [
        (1, NEW, "an@example.com", "Nguyễn Thị An", "Báo Hoa Sim")
    ]
    assert found("an@example.com\nbinh@example.com") == [
        (1, NEW, "an@example.com", "", ""),
        (2, NEW, "binh@example.com", "", ""),
    ]
    assert found('"Trần, Thị Chi" <chi@example.com>') == [(1, NEW, "chi@example.com", "Trần, Thị Chi", "")]
    assert found('an@example.com,"Nguyễn, An"') == [(1, NEW, "an@example.com", "Nguyễn, An", "")]


def test_each_line_says_what_is_wrong_with_it() -> None:
    assert [(line.number, line.verdict) for line in read("an@example.com\nAN@example.com\nkhông có thư\nx@y")] == [
        (1, NEW),
        (2, REPEATED),
        (3, BAD),
        (4, BAD),
    ]


def test_names_come_out_in_one_normal_form() -> None:
    assert read("an@example.com;Nguye\u0302\u0303n An")[0].name == "Nguyễn An"


def test_too_many_lines_are_refused_whole() -> None:
    with pytest.raises(TooLong):
        read("an@example.com\n" * (importing.MOST_LINES + 1))
    assert read("\n ; , \n") == []


def test_lines_made_to_stop_the_reader_are_only_bad_lines() -> None:
    """A line without end, or one that a pattern would try in countless ways, must cost nothing and break nothing."""
    began = time.perf_counter()
    text = "\n".join(['"' + "x" * 200_000, " " * 1_900 + "x", "\u00a0" * 1_900 + "x<", "<" * 1_900, '"' * 1_900])
    assert [(line.verdict, len(line.written) <= 200) for line in read(text)] == [(BAD, True)] * 5
    assert time.perf_counter() - began < 2
    assert found("Trần Chi <a b@example.com>") == [(1, BAD, "", "", "")]


@pytest.mark.parametrize(
    "typed",
    ["", "an", "an@", "@example.com", "an@example", "an@exa mple.com", "an@example..com", "an..b@example.com",
     ".an@example.com", "an@example.com\nBcc: x@example.com", "ân@example.com", "a" * 65 + "@example.com"],
)  # fmt: skip
def test_what_is_no_address(typed: str) -> None:
    assert clean_address(typed) is None
