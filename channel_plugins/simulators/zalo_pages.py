"""Pages of the Zalo simulator for people: the consent page, and what a follower sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlencode

from .server import SimAnswer
from .zalo_oauth import OAuthError
from .zalo_store import Broadcast, Oa, SimArticle

_HEAD = (
    "<!doctype html><html lang='vi'><head><meta charset='utf-8'>"
    "<meta name='viewport' content='width=device-width, initial-scale=1'><title>Zalo giả lập</title><style>"
    "body{{font:17px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b2733}}"
    "h1{{font-size:1.5rem}}article{{border:1px solid #c9d4df;border-radius:.6rem;padding:1rem;margin:1rem 0}}"
    "a.agree{{display:block;padding:.9rem 1rem;margin:.6rem 0;background:#0b5ed7;color:#fff;border-radius:.5rem;"
    "text-decoration:none}}small{{color:#4a5a6a}}</style></head><body>{}</body></html>"
)
_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


def _html(inner: str, status: int = 200) -> SimAnswer:
    note = "<p><small>Đây là Zalo giả lập để dùng thử; không có gì được gửi ra ngoài.</small></p>"
    return SimAnswer(_HEAD.format(inner + note).encode(), status, content_type="text/html; charset=utf-8")


def consent(oas: Iterable[Oa], query: Mapping[str, str]) -> SimAnswer:
    """Return the page on which an administrator chooses the OA."""
    links = "".join(
        f"<a class='agree' href='/v4/oa/agree?{escape(urlencode({**query, 'oa_id': oa.id}))}'>"
        f"Đồng ý cho {escape(oa.name)}</a>"
        for oa in oas
    )
    return _html(
        "<h1>Cho phép ứng dụng quản lý Official Account</h1>"
        "<p>Ứng dụng xin quyền quản lý bài viết, gửi tin và thông báo qua OA. Chọn OA để đồng ý.</p>" + links
    )


def refused(error: OAuthError) -> SimAnswer:
    """Return the page that says why consent is not possible."""
    return _html(f"<h1>Không cấp quyền được</h1><p>{error.code}: {escape(error.reason)}</p>")


def home(oas: Iterable[Oa], articles: Iterable[SimArticle], broadcasts: Iterable[Broadcast]) -> SimAnswer:
    """Return every OA with the articles its followers can read, the newest first."""
    shown = sorted((item for item in articles if item.shown), key=lambda item: item.created, reverse=True)
    sent = {article_id for item in broadcasts for article_id in item.articles}
    parts = []
    for oa in oas:
        parts.append(f"<h1>{escape(oa.name)}</h1><p><small>{oa.followers} người quan tâm</small></p>")
        own = [item for item in shown if item.oa_id == oa.id]
        parts += [
            f"<article><h2><a href='/bai/{item.id}'>{escape(item.title)}</a></h2>"
            f"<p>{escape(str(item.content['description']))}</p><small>{item.views} lượt xem"
            f"{'; đã gửi tới người quan tâm' if item.id in sent else ''}</small></article>"
            for item in own
        ] or ["<p>Chưa có bài nào.</p>"]
    return _html("".join(parts))


def article(item: SimArticle, oas: Mapping[str, Oa]) -> SimAnswer:
    """Return one article as a follower reads it."""
    blocks = "".join(
        f"<p>{escape(str(block.get('content', '')))}</p>"
        if block.get("type") == "text"
        else f"<p><em>[Ảnh: {escape(str(block.get('caption', '')))}]</em></p>"
        for block in item.content["body"]
    )
    head = (
        f"<h1>{escape(item.title)}</h1><p><small>{escape(oas[item.oa_id].name)}; {escape(str(item.content['author']))}"
    )
    return _html(f"{head}</small></p><p><strong>{escape(str(item.content['description']))}</strong></p>{blocks}")


def picture(name: str, known: Mapping[str, tuple[str, int]]) -> SimAnswer:
    """Return a picture that stands in for one of the school's site; `known` may give its type and size by name."""
    kind, size = known.get(name, ("image/jpeg", len(_JPEG)))
    return SimAnswer(_JPEG.ljust(size, b"\0"), content_type=kind)


def missing() -> SimAnswer:
    """Return the page for an address nothing stands at."""
    return _html("<h1>Không có trang này</h1>", 404)


def empty_api() -> SimAnswer:
    """Return Zalo's answer to a wrong path."""
    return SimAnswer({"error": 404, "message": "You are accessing an empty or invalid API"}, 404)
