"""Cleaning pasted HTML, plain text, and the hash that approval pins."""

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.content.html import clean_html, content_hash, html_from_text, to_text

ALLOWED = {
    "p": set(),
    "br": set(),
    "h2": set(),
    "h3": set(),
    "h4": set(),
    "strong": set(),
    "em": set(),
    "u": set(),
    "s": set(),
    "ul": set(),
    "ol": {"start"},
    "li": set(),
    "blockquote": set(),
    "a": {"href", "rel"},
    "table": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "figure": set(),
    "figcaption": set(),
    "img": {"src", "alt", "width", "height"},
}


class _Audit(HTMLParser):
    """Reads markup with a parser of its own and fails on anything outside the allow-list."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in ALLOWED[tag], (tag, name)
            if name == "href":
                scheme, colon, _ = (value or "").partition(":")
                assert not colon or "/" in scheme or scheme in {"http", "https", "mailto", "tel"}, value
            if name == "src":
                assert (value or "").startswith("/media/"), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"declaration {decl!r}")


def assert_harmless(html: str) -> None:
    audit = _Audit()
    audit.feed(html)
    audit.close()


def word_item(level: int, mark: str, text: str, tag: str = "p", font: str = "Times New Roman") -> str:
    """One list paragraph as Word puts it on the clipboard."""
    return (
        f"<{tag} class=MsoListParagraph style='margin-left:36.0pt;mso-list:l0 level{level} lfo1'>"
        f"<![if !supportLists]><span style='font-family:\"{font}\"'><span style='mso-list:Ignore'>{mark}"
        f"<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; \n</span></span></span><![endif]>"
        f"<span lang=VI>{text}<o:p></o:p></span></{tag}>\n"
    )


WORD_PASTE = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><title>x</title>"
    "<style>p.MsoListParagraph {margin:0cm}</style></head><body><!--StartFragment-->\n"
    + word_item(1, "I.", "NỘI&nbsp;DUNG", tag="h1")
    + word_item(1, "2.", "Tin\n<b>mới</b> của trường")
    + word_item(2, "o", "Ảnh", font="Courier New")
    + word_item(2, "·", "Bài", font="Symbol")
    + word_item(1, "3.", "Phát")
    + "<p class=MsoNormal>Xen giữa</p>\n"
    + word_item(1, "4.", "Lưu")
    + word_item(2, "đ)", "Hồ sơ")
    + word_item(1, "Điều 3.", "Hiệu\nlực")
    + "<!--EndFragment--></body></html>"
)


def test_word_lists_become_lists_with_their_printed_numbers() -> None:
    assert clean_html(WORD_PASTE) == (
        "<h2>I. NỘI DUNG</h2>"
        '<ol start="2"><li>Tin <strong>mới</strong> của trường<ul><li>Ảnh</li><li>Bài</li></ul></li>'
        "<li>Phát</li></ol>"
        "<p>Xen giữa</p>"
        '<ol start="4"><li>Lưu<p>đ) Hồ sơ</p></li></ol>'
        "<p>Điều 3. Hiệu lực</p>"
    )


def test_word_lists_read_as_the_printed_page() -> None:
    assert to_text(clean_html(WORD_PASTE)) == (
        "I. NỘI DUNG\n\n2. Tin mới của trường\n   - Ảnh\n   - Bài\n3. Phát\n\nXen giữa\n\n"
        "4. Lưu\n   đ) Hồ sơ\n\nĐiều 3. Hiệu lực"
    )


def test_a_jump_in_the_numbers_of_a_word_list_is_kept() -> None:
    pasted = word_item(1, "1.", "a") + word_item(1, "2.", "b") + word_item(1, "5.", "e")
    assert clean_html(pasted) == '<ol><li>a</li><li>b</li></ol><ol start="5"><li>e</li></ol>'


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("chữ trần", "<p>chữ trần</p>"),
        ("<p>a</p> đuôi <i>nghiêng</i> nữa", "<p>a</p><p>đuôi <em>nghiêng</em> nữa</p>"),
        ("<div>một</div><div>hai</div>", "<p>một</p><p>hai</p>"),
        ("<div>a<p>b</p>c</div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<p> </p><p>&nbsp;</p><p><br></p><p>x</p><p><b> </b></p>", "<p>x</p>"),
        ("<p>  nhiều \n &nbsp; khoảng   trắng </p>", "<p>nhiều khoảng trắng</p>"),
        ("<p>dòng <br> sau<br></p>", "<p>dòng<br>sau</p>"),
        ("trước<b><br></b>sau<i> </i>hết", "<p>trước<br>sau hết</p>"),
        ("<h1>Lớn</h1><h6>Nhỏ</h6>", "<h2>Lớn</h2><h4>Nhỏ</h4>"),
        ('<p style="color:red" class="x" id="y" lang="vi">a</p>', "<p>a</p>"),
        ("<b>đậm</b> <strike>bỏ</strike>", "<p><strong>đậm</strong> <s>bỏ</s></p>"),
        ('<b style="font-weight:normal" id="docs-internal-guid"><p>a</p></b>', "<p>a</p>"),
        ("x < y & z", "<p>x &lt; y &amp; z</p>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ('<ol start="3"><li>c</li></ol>', '<ol start="3"><li>c</li></ol>'),
        ('<ol start="3;alert(1)" type="a"><li>c</li></ol>', "<ol><li>c</li></ol>"),
        (
            '<table border=1><caption>Bảng</caption><tr><th colspan="2">đầu<tr><td rowspan="x">a<td></table>',
            '<p>Bảng</p><table><tbody><tr><th colspan="2">đầu</th></tr><tr><td>a</td><td></td></tr></tbody></table>',
        ),
        ('<a href="/tin-tuc">a</a>', '<p><a href="/tin-tuc" rel="noopener noreferrer">a</a></p>'),
        ('<a name="_Toc1">Mục</a>', "<p>Mục</p>"),
        (
            '<figure><img src="/media/a/b.jpg" alt=" Lễ&nbsp;hội " width=8 onload=x><figcaption>Ảnh</figure>',
            '<figure><img src="/media/a/b.jpg" alt="Lễ hội" width="8"><figcaption>Ảnh</figcaption></figure>',
        ),
        ("<blockquote><p>Lời nói</p></blockquote>", "<blockquote><p>Lời nói</p></blockquote>"),
        ("", ""),
    ],
)
def test_pasted_markup_is_reduced_to_article_markup(pasted: str, kept: str) -> None:
    assert clean_html(pasted) == kept


@pytest.mark.parametrize("scheme", ["http://a.vn", "https://a.vn/x?y=1", "mailto:a@b.vn", "tel:+84901"])
def test_usual_links_are_kept(scheme: str) -> None:
    assert f'href="{scheme}"' in clean_html(f'<a href="{scheme}">x</a>')


@pytest.mark.parametrize("scheme", ["ftp://a.vn", "sms:+84901", "file:///etc/passwd", "blob:x"])
def test_unusual_links_become_text(scheme: str) -> None:
    assert "href" not in clean_html(f'<a href="{scheme}">x</a>')


@pytest.mark.parametrize(
    "src",
    [
        "https://noi-khac.example/anh.jpg",
        "//noi-khac.example/anh.jpg",
        "data:image/png;base64,AAAA",
        "/media/../dang-xuat",
        "/media/a/../../dang-xuat",
        "/media/a//b.jpg",
        "/media//noi-khac.example",
        "/media/a?x=1",
        "/dang-xuat",
        "media/a.jpg",
        "",
    ],
)
def test_images_from_elsewhere_are_dropped(src: str) -> None:
    assert clean_html(f'<p>a <img src="{src}" alt="x"> b</p>') == "<p>a b</p>"


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<!--><img src=x onerror=alert(1)>-->",
    "<p>\u0338img src=x onerror=alert(1)>",
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<p style='mso-list:l0 level1;mso-list:Ignore'><b style='mso-list:Ignore'><script>x</script></b>a",
    '<table background="javascript:alert(1)"><tr><td onclick=x>a',
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<template><img src=x onerror=alert(1)></template>",
    "<base href=//noi-khac.example><meta http-equiv=refresh content=0><link rel=stylesheet href=x>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<img src='/media/a.jpg' alt='`><img src=x onerror=alert(1)>'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<?xml version='1.0' encoding='utf-16'?><p>x</p><![CDATA[<script>alert(1)</script>]]>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_come_out_harmless_and_stay_so(attack: str) -> None:
    cleaned = clean_html(attack)
    assert_harmless(cleaned)
    assert_harmless(unicodedata.normalize("NFC", cleaned))
    assert clean_html(cleaned) == cleaned


MARKUP = (
    "</p> </div> <div> <ul> </ul> <li> <table> <td> </table> <b> </b> <p> <br> <a\thref='/x'> </a> <h2>"
    " <span> <caption> <figure> <img\tsrc='/media/a.jpg'> <pre> <ol\tstart=7> < > & &nbsp; &#1; chữ <!-- -->"
    " \u0338 \u0301 \x00 \ud800"
)
PIECES = st.sampled_from([*ATTACKS, WORD_PASTE, " ", *MARKUP.split(" ")])


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join))
def test_any_mixture_comes_out_harmless_and_settled(html: str) -> None:
    cleaned = clean_html(html)
    assert_harmless(cleaned)
    assert unicodedata.normalize("NFC", cleaned) == cleaned
    assert clean_html(cleaned) == cleaned


@settings(deadline=None)
@given(st.text(max_size=60))
def test_plain_text_survives_cleaning(text: str) -> None:
    html = html_from_text(text)
    assert clean_html(html) == html


def test_decomposed_text_is_composed() -> None:
    assert clean_html(unicodedata.normalize("NFD", "<p>Trường học</p>")) == "<p>Trường học</p>"


def test_text_in_absurd_nesting_is_not_lost() -> None:
    html = "<p>đầu</p>" + "<div>" * 3000 + "giữa" + "</div>" * 3000 + "<script>x</script>cuối"
    assert clean_html(html) == "<p>đầu</p><p>giữa</p><p>cuối</p>"
    assert to_text(html) == "đầu\n\ngiữa\n\ncuối"


def test_text_under_absurdly_many_tags_is_not_lost() -> None:
    assert clean_html("<i>đầu</i>" + "<b>" * 40_000 + "giữa<p>cuối") == "<p>đầu</p><p>giữa</p><p>cuối</p>"


def test_plain_text_shows_tables_line_ends_and_nested_numbers() -> None:
    html = (
        "<h2>Đề mục</h2><p>một<br>hai &amp; ba</p>"
        "<ol start='4'><li><p>bốn</p><ul><li>con</li></ul></li><li>năm</li></ol>"
        "<table><tbody><tr><th>Ngày</th><th>Việc</th></tr>"
        "<tr><td>05/9</td><td><p>Khai</p><p>giảng</p></td></tr></tbody></table>"
        "<figure><img src='/media/a.jpg' alt='không đọc'><figcaption>Chú thích</figcaption></figure>"
    )
    assert to_text(html) == (
        "Đề mục\n\nmột\nhai & ba\n\n4. bốn\n   - con\n5. năm\n\nNgày | Việc\n05/9 | Khai giảng\n\nChú thích"
    )


def test_typed_text_becomes_paragraphs() -> None:
    assert html_from_text("Một <b>\r\nhai\n\n\n ba & bốn \n") == "<p>Một &lt;b&gt;<br>hai</p><p>ba &amp; bốn</p>"
    assert html_from_text(" \n ") == ""


def test_typed_text_reads_back() -> None:
    text = "Một\nhai\n\nba < bốn"
    assert to_text(html_from_text(text)) == text


def test_the_same_content_has_the_same_hash() -> None:
    moment = datetime(2026, 9, 5, 0, 30, tzinfo=UTC)
    local = moment.astimezone(timezone(timedelta(hours=7)))
    one = content_hash({"title": "Khai giảng", "at": moment, "media": [1, None, True], "day": date(2026, 9, 5)})
    two = content_hash(
        {
            "day": date(2026, 9, 5),
            "media": (1, None, True),
            "at": local,
            "title": unicodedata.normalize("NFD", "Khai giảng"),
        }
    )
    assert one == two
    assert len(one) == 64


def test_the_hash_of_a_known_article_never_changes() -> None:
    # Approvals in the database pin this value: a change here would reopen every one of them.
    assert (
        content_hash({"title": "Tin", "body": "<p>a</p>"})
        == "87ba98ba8d7d53a6c484e33a5d4b290fa33886a5a3cfea8bfca9123842b4bab6"
    )


@pytest.mark.parametrize(
    "other",
    [{"title": "Khai giảng "}, {"title": "khai giảng"}, {"tit": "Khai giảng"}, {"title": ["Khai giảng"]}],
)
def test_any_change_changes_the_hash(other: dict[str, object]) -> None:
    assert content_hash(other) != content_hash({"title": "Khai giảng"})


@pytest.mark.parametrize("value", [1.5, b"x", {1}, datetime(2026, 1, 1)])  # noqa: DTZ001
def test_values_without_a_settled_form_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        content_hash({"x": value})
