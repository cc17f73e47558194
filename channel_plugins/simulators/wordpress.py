"""A WordPress site on this machine: REST API with application passwords, and the page its readers see.

Beside the faults every simulator has, `POST /_sim/modes` switches on what real sites do:

- `strip_authorization`: the web server drops the sign-in, so everybody is a stranger;
- `plain_permalinks`: the API answers under `/?rest_route=` only;
- `firewall`: a page of something in front of WordPress, with this status (403, 429, 503), for every API call;
- `no_delete`: the firewall blocks the method DELETE;
- `no_bin`: the bin is switched off;
- `warnings`: PHP writes a warning in front of every JSON;
- `broken_created`: the answer to a creation is no JSON; only its `Location` tells the id;
- `passwords_off`: application passwords are switched off; `revoked`: ours was revoked;
- `role`: what the person who signs in may do (subscriber, contributor, author, editor);
- `largest_file`: bytes a picture may have.

Facts: channel-apis C1-C6, developer.wordpress.org/rest-api.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import datetime
from html import escape
from typing import Any

from .server import SimAnswer, SimRequest, Simulator
from .wordpress_store import Person, RestError, Store, StoredPicture, StoredPost

LOGIN = "loa-truong"
PASSWORD = "mauk hong phai that 1234 5678"  # noqa: S105 - a sample that opens nothing
SITE_NAME = "Trường THCS Hoa Mai (WordPress thử)"

_MODES: dict[str, Any] = {
    "strip_authorization": False,
    "plain_permalinks": False,
    "firewall": 0,
    "no_delete": False,
    "no_bin": False,
    "warnings": False,
    "broken_created": False,
    "passwords_off": False,
    "revoked": False,
    "role": "editor",
    "largest_file": 20_000_000,
}
_STATES = frozenset({"publish", "future", "draft", "pending", "private", "trash"})
_HTML = "text/html; charset=utf-8"


class WordPressSimulator(Simulator):
    """One site with one person who may sign in."""

    name = "wordpress"

    def reset(self) -> None:
        """Empty the site and switch every mode off."""
        super().reset()
        self.store = Store()
        self.modes = dict(_MODES)

    def state(self) -> dict[str, Any]:
        """Return the posts, pictures and categories."""
        return {
            "posts": [
                {"id": post.id, "slug": post.slug, "status": post.status, "title": post.title}
                for post in self.store.posts.values()
            ],
            "pictures": [picture.slug for picture in self.store.pictures.values()],
            "categories": list(self.store.categories.values()),
        }

    def steer(self, request: SimRequest) -> SimAnswer:
        """Switch modes, or do what every simulator does."""
        if request.place == "POST /_sim/modes":
            with self.lock:
                self.modes.update({name: value for name, value in request.json().items() if name in _MODES})
                return SimAnswer(self.modes)
        return super().steer(request)

    def too_often(self, request: SimRequest) -> SimAnswer:  # noqa: ARG002
        """Return the page of a host that throttles."""
        return SimAnswer(b"<html><h1>Too Many Requests</h1></html>", 429, {"Retry-After": "120"}, _HTML)

    def respond(self, request: SimRequest) -> SimAnswer:
        """Answer a reader or a caller of the API."""
        if request.path == "/" and "rest_route" in request.query:
            route = request.query["rest_route"]
        elif request.path.startswith("/wp-json") and not self.modes["plain_permalinks"]:
            route = request.path.removeprefix("/wp-json")
        else:
            return self._reader(request)
        method = request.query.get("_method", request.headers.get("x-http-method-override", request.method)).upper()
        if self.modes["firewall"]:
            status = int(self.modes["firewall"])
            return SimAnswer(b"<html><h1>Access denied</h1></html>", status, {"Retry-After": "30"}, _HTML)
        if self.modes["no_delete"] and request.method == "DELETE":
            return SimAnswer(b"<html><h1>405 Not Allowed</h1></html>", 405, content_type=_HTML)
        try:
            answer = _Api(self, request).answer(method, "/" + route.strip("/"))
        except RestError as error:
            answer = SimAnswer(error.body, error.status)
        return self._spoiled(answer)

    def _spoiled(self, answer: SimAnswer) -> SimAnswer:
        if self.modes["broken_created"] and answer.status == 201:
            return SimAnswer(b"<br />Fatal error: allowed memory", 201, answer.headers, _HTML)
        if self.modes["warnings"]:
            noise = b"<br />\n<b>Warning</b>: Undefined array key [0] in <b>plugin.php</b> on line <b>7</b><br />\n"
            return SimAnswer(noise + answer.raw(), answer.status, answer.headers, _HTML)
        return answer

    def _reader(self, request: SimRequest) -> SimAnswer:
        """Answer somebody who reads the site in a browser."""
        parts = request.path.strip("/")
        for picture in self.store.pictures.values():
            if parts == f"wp-content/uploads/{picture.file}":
                return SimAnswer(picture.content, content_type=picture.content_type)
        public = [post for post in self.store.posts.values() if post.status == "publish"]
        if not parts:
            items = "".join(f'<li><a href="/{post.slug}/">{post.title}</a></li>' for post in reversed(public))
            return _page(SITE_NAME, f"<ul>{items}</ul>" if items else "<p>Chưa có bài nào.</p>")
        for post in public:
            if parts == post.slug:
                return _page(post.title, f"{post.content}<p><a href='/'>Trang chủ</a></p>")
        return SimAnswer(b"<html><h1>404</h1></html>", 404, content_type=_HTML)


def _page(title: str, content: str) -> SimAnswer:
    whole = (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{escape(SITE_NAME)}</title>'
        f"<h1>{title}</h1>{content}</html>"
    )
    return SimAnswer(whole.encode(), content_type=_HTML)


class _Api:
    """One request to the REST API."""

    def __init__(self, site: WordPressSimulator, request: SimRequest) -> None:
        self.site, self.request, self.store = site, request, site.store
        self.base = f"http://{request.headers.get('host', '127.0.0.1')}"
        self.person = self._signed_in()

    def _signed_in(self) -> Person | None:
        sent = self.request.headers.get("authorization", "")
        if not sent.lower().startswith("basic ") or self.site.modes["strip_authorization"]:
            return None
        if self.site.modes["passwords_off"]:
            raise RestError("application_passwords_disabled", 501, "Mật khẩu ứng dụng đang tắt.")
        try:
            login, _, password = base64.b64decode(sent[6:]).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        if login != LOGIN:
            raise RestError("invalid_username", 401, "Tên đăng nhập không đúng.")
        if password.replace(" ", "") != PASSWORD.replace(" ", "") or self.site.modes["revoked"]:
            raise RestError("incorrect_password", 401, "Mật khẩu không đúng.")
        return Person(2, LOGIN, PASSWORD, str(self.site.modes["role"]))

    def need(self, capability: str, code: str) -> Person:
        """Return who asks, who must be able to do this."""
        if self.person is None:
            raise RestError(code, 401, "Bạn cần đăng nhập.")
        if capability not in self.person.able:
            raise RestError(code, 403, "Bạn không được phép.")
        return self.person

    def answer(self, method: str, route: str) -> SimAnswer:
        """Return what WordPress answers to this route."""
        if route == "/":
            return SimAnswer({"name": SITE_NAME, "url": self.base, "namespaces": ["wp/v2"], "authentication": {}})
        single = re.fullmatch(r"/wp/v2/(posts|media)/(\d+)", route)
        if single and single.group(1) == "posts":
            return self.one_post(method, int(single.group(2)))
        handlers = {
            ("GET", "/wp/v2/users/me"): self.me,
            ("GET", "/wp/v2/posts"): self.list_posts,
            ("POST", "/wp/v2/posts"): self.create_post,
            ("GET", "/wp/v2/media"): self.list_media,
            ("POST", "/wp/v2/media"): self.create_media,
            ("GET", "/wp/v2/categories"): self.list_categories,
            ("POST", "/wp/v2/categories"): self.create_category,
            ("GET", "/wp/v2/comments"): self.list_comments,
        }
        if (method, route) not in handlers:
            raise RestError("rest_no_route", 404, "Không có đường dẫn này.")
        return handlers[method, route]()

    def me(self) -> SimAnswer:
        """The person who signs in, with capabilities."""
        if self.person is None:
            raise RestError("rest_not_logged_in", 401, "Bạn chưa đăng nhập.")
        able = dict.fromkeys(sorted(self.person.able), True)
        return SimAnswer({"id": self.person.id, "slug": self.person.login, "capabilities": able})

    # Posts

    def list_posts(self) -> SimAnswer:
        """Posts by slug and status; anything but public posts needs a sign-in."""
        query = self.request.query
        wanted = set(query.get("status", "publish").split(","))
        if not wanted <= _STATES:
            raise RestError("rest_invalid_param", 400, "Trạng thái không hợp lệ.", params={"status": "?"})
        if wanted != {"publish"} or query.get("context") == "edit":
            self.need("edit_posts", "rest_forbidden_status")
        if not 1 <= int(query.get("per_page", "10")) <= 100:
            raise RestError("rest_invalid_param", 400, "per_page từ 1 đến 100.", params={"per_page": "?"})
        slugs = set(filter(None, query.get("slug", "").split(",")))
        found = [
            post for post in self.store.posts.values() if post.status in wanted and (not slugs or post.slug in slugs)
        ]
        return self._listed([self._post(post) for post in reversed(found)])

    def _listed(self, items: list[dict[str, Any]]) -> SimAnswer:
        size = int(self.request.query.get("per_page", "10"))
        page = int(self.request.query.get("page", "1"))
        pages = max(1, -(-len(items) // size))
        if page > pages:
            raise RestError("rest_post_invalid_page_number", 400, "Không có trang này.")
        headers = {"X-WP-Total": str(len(items)), "X-WP-TotalPages": str(pages)}
        return SimAnswer(items[(page - 1) * size : page * size], headers=headers)

    def create_post(self) -> SimAnswer:
        """A new post: the row first, what belongs to it afterwards."""
        person = self.need("edit_posts", "rest_cannot_create")
        fields = self._fields()
        if "id" in fields:
            raise RestError("rest_post_exists", 400, "Không thể tạo bài đã có.")
        if fields.get("status") == "publish":
            self.need("publish_posts", "rest_cannot_publish")
        post = self.store.add(fields, person, self.site.now())
        headers = {"Location": f"{self.base}/wp-json/wp/v2/posts/{post.id}"}
        return SimAnswer(self._post(post), 201, headers)

    def one_post(self, method: str, number: int) -> SimAnswer:
        """Read, change or bin one post."""
        post = self.store.posts.get(number)
        if post is None:
            raise RestError("rest_post_invalid_id", 404, "Không có bài này.")
        if method == "GET":
            if post.status != "publish" or self.request.query.get("context") == "edit":
                self.need("edit_posts", "rest_forbidden_context")
            return SimAnswer(self._post(post))
        if method == "DELETE":
            return self._delete(post)
        person = self.need("edit_published_posts", "rest_cannot_edit")
        fields = self._fields()
        if fields.get("status") == "publish":
            self.need("publish_posts", "rest_cannot_publish")
        self.store.change(post, fields, person, self.site.now())
        return SimAnswer(self._post(post))

    def _delete(self, post: StoredPost) -> SimAnswer:
        self.need("delete_published_posts", "rest_cannot_delete")
        if self.request.query.get("force") == "true":
            del self.store.posts[post.id]
            return SimAnswer({"deleted": True, "previous": self._post(post)})
        if self.site.modes["no_bin"]:
            raise RestError("rest_trash_not_supported", 501, "Trang không dùng thùng rác.")
        if post.status == "trash":
            raise RestError("rest_already_trashed", 410, "Bài đã ở trong thùng rác.")
        self.store.bin(post, self.site.now())
        return SimAnswer(self._post(post))

    def _fields(self) -> dict[str, Any]:
        try:
            return dict(self.request.json())
        except (ValueError, TypeError) as error:
            raise RestError("rest_invalid_json", 400, "JSON không hợp lệ.") from error

    def _post(self, post: StoredPost) -> dict[str, Any]:
        edit = self.person is not None and (self.request.method != "GET" or self.request.query.get("context") == "edit")

        def text(value: str) -> dict[str, Any]:
            shown = {"rendered": value.replace('"', "”") if "<" not in value else value, "protected": False}
            return {"raw": value, **shown} if edit else shown

        return {
            "id": post.id,
            "slug": post.slug,
            "status": post.status,
            "link": f"{self.base}/{post.slug}/" if post.status == "publish" else f"{self.base}/?p={post.id}",
            "date_gmt": _gmt(post.created),
            "modified_gmt": _gmt(post.modified),
            "title": text(post.title),
            "content": text(post.content),
            "excerpt": text(post.excerpt),
            "featured_media": post.featured_media,
            "categories": post.categories,
        }

    # Pictures, categories, comments

    def list_media(self) -> SimAnswer:
        """Pictures by slug."""
        wanted = self.request.query.get("slug", "")
        found = [picture for picture in self.store.pictures.values() if not wanted or picture.slug == wanted]
        return self._listed([self._picture(picture) for picture in found])

    def create_media(self) -> SimAnswer:
        """An upload, raw or as a form."""
        self.need("upload_files", "rest_cannot_create")
        file, content_type, content, fields = self._upload()
        if len(content) > int(self.site.modes["largest_file"]):
            raise RestError("rest_upload_file_too_big", 400, "Tệp quá lớn.")
        if not content_type.startswith("image/"):
            raise RestError("rest_upload_image_type_not_supported", 400, "Loại tệp không được phép.")
        picture = self.store.add_picture(file, content_type, content, fields)
        return SimAnswer(self._picture(picture), 201, {"Location": f"{self.base}/wp-json/wp/v2/media/{picture.id}"})

    def _upload(self) -> tuple[str, str, bytes, dict[str, str]]:
        headers, body = self.request.headers, self.request.body
        boundary = re.search(r'boundary="?([^";]+)', headers.get("content-type", ""))
        if boundary:
            return _form(body, boundary.group(1))
        if not body:
            raise RestError("rest_upload_no_data", 400, "Không có dữ liệu.")
        if "content-disposition" not in headers:
            raise RestError("rest_upload_no_content_disposition", 400, "Thiếu Content-Disposition.")
        name = re.search(r'filename="?([^";]+)', headers["content-disposition"])
        if name is None:
            raise RestError("rest_upload_invalid_disposition", 400, "Content-Disposition không hợp lệ.")
        expected = headers.get("content-md5")
        if expected and expected != hashlib.md5(body, usedforsecurity=False).hexdigest():
            raise RestError("rest_upload_hash_mismatch", 412, "Mã băm không khớp.")
        return name.group(1), headers.get("content-type", ""), body, dict(self.request.query)

    def _picture(self, picture: StoredPicture) -> dict[str, Any]:
        return {
            "id": picture.id,
            "slug": picture.slug,
            "source_url": f"{self.base}/wp-content/uploads/{picture.file}",
            "mime_type": picture.content_type,
            "alt_text": picture.alt_text,
        }

    def list_categories(self) -> SimAnswer:
        """Categories whose name holds the words searched for."""
        wanted = self.request.query.get("search", "").casefold()
        found = [
            {"id": number, "name": escape(name, quote=False)}
            for number, name in self.store.categories.items()
            if wanted in name.casefold()
        ]
        return self._listed(found)

    def create_category(self) -> SimAnswer:
        """A new category."""
        self.need("manage_categories", "rest_cannot_create")
        name = str(self._fields().get("name", "")).strip()
        if not name:
            raise RestError("rest_missing_callback_param", 400, "Thiếu tên.", params=["name"])
        return SimAnswer({"id": self.store.add_category(name), "name": name}, 201)

    def list_comments(self) -> SimAnswer:
        """Only how many there are below one post matters here."""
        total = self.store.comments.get(int(self.request.query.get("post", "0")), 0)
        return SimAnswer([], headers={"X-WP-Total": str(total), "X-WP-TotalPages": "1"})


def _gmt(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _form(body: bytes, boundary: str) -> tuple[str, str, bytes, dict[str, str]]:
    """Return file name, type, bytes and further fields of an uploaded form."""
    fields: dict[str, str] = {}
    file, content_type, content = "", "", b""
    for part in body.split(b"--" + boundary.encode())[1:-1]:
        head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(r'name="([^"]*)"', head.decode("utf-8", errors="replace"))
        named_file = re.search(r'filename="([^"]*)"', head.decode("utf-8", errors="replace"))
        if named_file:
            # Binary content may begin or end with line breaks of its own.
            content = part[2:].partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")
            kind = re.search(r"Content-Type:\s*(\S+)", head.decode("utf-8", errors="replace"), re.IGNORECASE)
            file, content_type = named_file.group(1), kind.group(1) if kind else ""
        elif name:
            fields[name.group(1)] = value.decode("utf-8", errors="replace")
    if not file:
        raise RestError("rest_upload_no_data", 400, "Không có tệp.")
    return file, content_type, content, fields
