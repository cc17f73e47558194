"""What a simulated WordPress site holds: posts, pictures, categories, comments, people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from channel_plugins.text import slug as slug_of

_READER = {"read"}
_CONTRIBUTOR = _READER | {"edit_posts", "delete_posts"}
_AUTHOR = _CONTRIBUTOR | {"publish_posts", "edit_published_posts", "delete_published_posts", "upload_files"}
_EDITOR = _AUTHOR | {"edit_others_posts", "delete_others_posts", "manage_categories", "unfiltered_html"}
ROLES = {"subscriber": _READER, "contributor": _CONTRIBUTOR, "author": _AUTHOR, "editor": _EDITOR}

_UNSAFE = re.compile(r"<(script|iframe|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


class RestError(Exception):
    """An error WordPress answers with: code, status, message in the language of the site, further data."""

    def __init__(self, code: str, status: int, message: str = "", **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.body = {"code": code, "message": message or "Có lỗi.", "data": {"status": status, **data}}


@dataclass
class Person:
    """Somebody who may sign in with an application password."""

    id: int
    login: str
    password: str
    role: str

    @property
    def able(self) -> set[str]:
        """The capabilities of the role."""
        return ROLES[self.role]


@dataclass
class StoredPost:
    """One post; texts as they were written."""

    id: int
    slug: str
    author: int
    created: datetime
    modified: datetime
    status: str = "draft"
    title: str = ""
    content: str = ""
    excerpt: str = ""
    featured_media: int = 0
    categories: list[int] = field(default_factory=lambda: [1])


@dataclass
class StoredPicture:
    """One file of the library."""

    id: int
    slug: str
    file: str
    content_type: str
    content: bytes
    title: str = ""
    alt_text: str = ""
    caption: str = ""


class Store:
    """Everything the site holds, with the rules WordPress has for it."""

    def __init__(self) -> None:
        self.posts: dict[int, StoredPost] = {}
        self.pictures: dict[int, StoredPicture] = {}
        self.categories: dict[int, str] = {1: "Chưa phân loại"}
        self.comments: dict[int, int] = {}
        self._last = 100

    def next_id(self) -> int:
        """Return a number nothing has yet; posts and pictures share one row of numbers."""
        self._last += 1
        return self._last

    def free_slug(self, wanted: str, own: int | None = None) -> str:
        """Return the slug a post gets: a name that is taken, by a draft too, is changed without a word."""
        taken = {post.slug for post in self.posts.values() if post.id != own}
        taken |= {picture.slug for picture in self.pictures.values() if picture.id != own}
        base, number, found = slug_of(wanted, longest=200) or "bai", 2, slug_of(wanted, longest=200) or "bai"
        while found in taken:
            found, number = f"{base}-{number}", number + 1
        return found

    def add(self, fields: dict[str, Any], person: Person, now: datetime) -> StoredPost:
        """Insert the row of a post, then do the steps that follow it; one of those may fail with the row in place."""
        number = self.next_id()
        slug = self.free_slug(str(fields.get("slug") or text_of(fields.get("title", ""))))
        post = StoredPost(number, slug, person.id, now, now)
        self.posts[number] = post
        self._write(post, fields, person)
        self._afterwards(post, fields)
        return post

    def change(self, post: StoredPost, fields: dict[str, Any], person: Person, now: datetime) -> None:
        """Change fields of a post."""
        if "slug" in fields:
            post.slug = self.free_slug(str(fields["slug"]), own=post.id)
        post.modified = now
        self._write(post, fields, person)
        self._afterwards(post, fields)

    def _write(self, post: StoredPost, fields: dict[str, Any], person: Person) -> None:
        for name in ("title", "content", "excerpt"):
            if name in fields:
                setattr(post, name, filtered(text_of(fields[name]), person))
        if "status" in fields:
            post.status = str(fields["status"])

    def _afterwards(self, post: StoredPost, fields: dict[str, Any]) -> None:
        picture = int(fields.get("featured_media") or 0)
        if picture and picture not in self.pictures:
            raise RestError("rest_invalid_featured_media", 400, "Ảnh đại diện không hợp lệ.")
        if "featured_media" in fields:
            post.featured_media = picture
        if "categories" in fields:
            unknown = [term for term in fields["categories"] if term not in self.categories]
            if unknown:
                raise RestError("rest_term_invalid", 400, "Chuyên mục không tồn tại.", term_id=unknown[0])
            post.categories = list(fields["categories"])

    def bin(self, post: StoredPost, now: datetime) -> None:
        """Put a post into the bin, which renames it."""
        post.status, post.slug, post.modified = "trash", f"{post.slug}__trashed", now

    def add_picture(self, file: str, content_type: str, content: bytes, fields: dict[str, str]) -> StoredPicture:
        """Store an uploaded file."""
        number = self.next_id()
        stem = file.rsplit(".", 1)[0]
        slug = self.free_slug(fields.get("slug") or stem)
        picture = StoredPicture(number, slug, f"{number}-{file}", content_type, content)
        picture.title = fields.get("title", stem)
        picture.alt_text, picture.caption = fields.get("alt_text", ""), fields.get("caption", "")
        self.pictures[number] = picture
        return picture

    def add_category(self, name: str) -> int:
        """Make a category; one of the same name is refused with its number."""
        for number, known in self.categories.items():
            if slug_of(known) == slug_of(unescape(name)):
                raise RestError("term_exists", 400, "Đã có chuyên mục tên này.", term_id=number)
        number = self.next_id()
        self.categories[number] = unescape(name)
        return number


def text_of(value: Any) -> str:
    """Return a text that was sent as a string or as `{"raw": ...}`."""
    return str(value.get("raw", "")) if isinstance(value, dict) else str(value)


def filtered(text: str, person: Person) -> str:
    """Return the text without what this person may not write."""
    return text if "unfiltered_html" in person.able else _UNSAFE.sub("", text)
