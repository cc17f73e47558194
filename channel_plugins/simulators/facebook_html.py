"""The pages of the simulated Facebook that people see: the consent page and the Pages with their posts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta, timezone
from html import escape
from urllib.parse import urlencode

from .facebook_world import SimPage, SimPost, World

_HERE = timezone(timedelta(hours=7))
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;background:#eef0f4;color:#1c1e21;margin:0}
main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem}
header{background:#23427a;color:#fff;padding:.75rem 1rem}
article,form{background:#fff;border:1px solid #d5d9e0;border-radius:.6rem;padding:1rem;margin:0 0 1rem}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin:0}small,.muted{color:#555e6b}
p.text{white-space:pre-line}figure{margin:.5rem 0}img{max-width:100%;border-radius:.4rem}
figcaption{font-size:.85rem;color:#555e6b}
.card{display:block;border:1px solid #d5d9e0;border-radius:.4rem;padding:.6rem;background:#f6f7f9;word-break:break-all}
label{display:block;padding:.35rem 0}button{font:inherit;padding:.5rem 1rem;border-radius:.4rem;border:1px solid
#23427a} button.main{background:#23427a;color:#fff}button.plain{background:#fff;color:#23427a}
"""


def _page(title: str, body: str) -> bytes:
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        "<header>Facebook mô phỏng · mọi người và Trang đều là hư cấu</header>"
        f"<main>{body}</main></body></html>"
    ).encode()


def consent_page(world: World, query: Mapping[str, str], person_id: str) -> bytes:
    """Return the page on which a person ticks the Pages they give to the app."""
    person = world.people[person_id]
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(query.get(name, ""))}">'
        for name in ("client_id", "redirect_uri", "state", "scope")
    )
    ticks = "".join(
        f'<label><input type="checkbox" name="page_{escape(page)}" value="1" checked> '
        f"{escape(world.pages[page].name)} <small>({escape(page)})</small></label>"
        for page in person.roles
    )
    none = "" if ticks else '<p class="muted">Tài khoản này không quản trị Trang nào.</p>'
    others = "".join(
        f'<p><a href="?{escape(urlencode({**query, "person": other.id}))}">Dùng tài khoản {escape(other.name)}</a></p>'
        for other in world.people.values()
        if other.id != person_id
    )
    scopes = ", ".join(escape(scope) for scope in query.get("scope", "").split(",") if scope)
    return _page(
        "Đồng ý kết nối",
        f"<h1>Loa Trường muốn truy cập các Trang của {escape(person.name)}</h1>"
        f'<form method="get" action="/dialog/answer">{hidden}'
        f'<input type="hidden" name="person" value="{escape(person_id)}">'
        f"<h2>Chọn những Trang được phép</h2>{ticks}{none}"
        f'<p class="muted">Quyền được hỏi: {scopes}</p>'
        '<button class="main" name="answer" value="yes">Tiếp tục</button> '
        '<button class="plain" name="answer" value="no">Hủy</button></form>'
        f"{others}",
    )


def home_page(world: World) -> bytes:
    """Return the list of Pages."""
    items = "".join(
        f'<article><h2><a href="/trang/{escape(page.id)}">{escape(page.name)}</a></h2>'
        f"<small>{len(world.live(page.id))} bài</small></article>"
        for page in world.pages.values()
    )
    return _page("Facebook mô phỏng", f"<h1>Các Trang</h1>{items}")


def wall_page(world: World, page: SimPage) -> bytes:
    """Return a Page with its posts, as its readers see it."""
    posts = "".join(_post(world, post) for post in world.live(page.id))
    return _page(page.name, f"<h1>{escape(page.name)}</h1>{posts or '<p>Trang chưa có bài nào.</p>'}")


def post_page(world: World, post: SimPost) -> bytes:
    """Return one post."""
    name = world.pages[post.page].name
    body = f'<p><a href="/trang/{escape(post.page)}">{escape(name)}</a></p>{_post(world, post)}'
    return _page(name, body)


def missing_page() -> bytes:
    """Return the page for what is not there."""
    return _page("Không tìm thấy", "<h1>Nội dung này hiện không hiển thị</h1><p>Bài có thể đã bị gỡ.</p>")


def _post(world: World, post: SimPost) -> str:
    photos = "".join(
        f'<figure><img src="/anh/{escape(photo)}" alt="{escape(world.photos[photo].alt)}">'
        f"<figcaption>Mô tả ảnh: {escape(world.photos[photo].alt) or 'chưa có'}</figcaption></figure>"
        for photo in post.photos
    )
    link = f'<a class="card" href="{escape(post.link)}">{escape(post.link)}</a>' if post.link else ""
    edited = " · đã chỉnh sửa" if post.edited else ""
    said = "".join(f"<p><strong>{escape(c.author)}</strong>: {escape(c.text)}</p>" for c in post.comments)
    return (
        f"<article><h2>{escape(world.pages[post.page].name)}</h2>"
        f'<small><a href="/{escape(post.id)}">{post.created.astimezone(_HERE):%d/%m/%Y %H:%M}</a>{edited}</small>'
        f'<p class="text">{escape(post.message)}</p>{photos}{link}'
        f'<p class="muted">{post.reactions} cảm xúc · {len(post.comments)} bình luận · {post.shares} lượt chia sẻ</p>'
        f"{said}</article>"
    )
