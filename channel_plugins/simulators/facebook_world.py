"""What the simulated Facebook holds: people, Pages, businesses, tokens, photos, posts. All of them are invented."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

ALL_TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE")
ALL_SCOPES = frozenset(
    {
        "pages_show_list",
        "business_management",
        "pages_manage_posts",
        "pages_manage_engagement",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_manage_metadata",
        "read_insights",
    }
)
SHORT_LIFE = timedelta(hours=1)
LONG_LIFE = timedelta(seconds=5_183_944)
CODE_LIFE = timedelta(minutes=10)


class GraphFault(Exception):
    """An error the service answers with."""

    def __init__(self, code: int, message: str, *, subcode: int = 0, status: int = 400, minutes: int = 0) -> None:
        super().__init__(message)
        self.code, self.subcode, self.message, self.status, self.minutes = code, subcode, message, status, minutes


@dataclass
class SimPage:
    """A Page; `business` and `edge` say through which business it is reached, if not by a role of its own."""

    id: str
    name: str
    business: str = ""
    edge: str = ""
    subscribed: list[str] = field(default_factory=list)


@dataclass
class SimPerson:
    """Somebody who can sign in; `roles` are their tasks by Page."""

    id: str
    name: str
    roles: dict[str, tuple[str, ...]]
    businesses: tuple[str, ...] = ()


@dataclass
class SimToken:
    """A credential or a consent code; `dead` is the subcode it is refused with."""

    value: str
    kind: str
    person: str
    page: str = ""
    pages: tuple[str, ...] = ()
    scopes: frozenset[str] = ALL_SCOPES
    ends: datetime | None = None
    redirect_uri: str = ""
    dead: int = 0


@dataclass
class SimPhoto:
    """An uploaded picture, unpublished until a post takes it."""

    id: str
    page: str
    data: bytes = field(repr=False)
    content_type: str
    alt: str
    post: str = ""

    @property
    def digest(self) -> str:
        """What makes two pictures the same."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass
class SimComment:
    """What somebody wrote below a post."""

    id: str
    author: str
    text: str
    at: datetime
    parent: str = ""


@dataclass
class SimPost:
    """A post of a Page. `app` made it; "" is a person at the screen."""

    id: str
    page: str
    message: str
    link: str
    photos: list[str]
    created: datetime
    app: str
    published: bool = True
    due: datetime | None = None
    edited: datetime | None = None
    comments: list[SimComment] = field(default_factory=list)
    shares: int = 0
    reactions: int = 0
    numbers: dict[str, int] = field(default_factory=dict)


class World:
    """Everything that is stored, with the seed: two people, four Pages of which two belong to a business."""

    def __init__(self) -> None:
        self.pages = {
            page.id: page
            for page in (
                SimPage("100200300400500", "Trường THCS Hoa Mai"),
                SimPage("100200300400501", "Câu lạc bộ Đọc sách Hoa Mai"),
                SimPage("100200300400502", "Trường Tiểu học Hoa Mai", "880001", "owned_pages"),
                SimPage("100200300400503", "Đoàn xã Hoa Mai", "880001", "client_pages"),
            )
        }
        self.businesses = {"880001": "Cổng thông tin xã Hoa Mai"}
        self.people = {
            "5001": SimPerson(
                "5001",
                "Trần Thị Mẫu",
                {
                    "100200300400500": ALL_TASKS,
                    "100200300400501": ("ANALYZE",),
                    "100200300400502": ALL_TASKS,
                    "100200300400503": ("ANALYZE", "MODERATE"),
                },
                ("880001",),
            ),
            "5002": SimPerson("5002", "Lê Văn Ví Dụ", {}),
        }
        self.tokens: dict[str, SimToken] = {}
        self.photos: dict[str, SimPhoto] = {}
        self.posts: dict[str, SimPost] = {}
        self.removed: list[str] = []
        self.counter = 1_000

    def number(self) -> str:
        """Return a number that was not used before."""
        self.counter += 1
        return str(self.counter)

    def issue(self, kind: str, person: str, ends: datetime | None, **more: Any) -> SimToken:
        """Make a token and remember it."""
        token = SimToken(f"EAASIM{kind}{secrets.token_hex(12)}", kind, person, ends=ends, **more)
        self.tokens[token.value] = token
        return token

    def page_token(self, page: str) -> str:
        """Return a token of this Page that has no date of its own, the same each time."""
        value = f"EAASIMpage{hashlib.sha256(page.encode()).hexdigest()[:24]}"
        if value not in self.tokens:
            self.tokens[value] = SimToken(value, "page", "5001", page=page, pages=(page,))
        return value

    def add_page(self, page: str, name: str) -> str:
        """Add a Page whose only administrator is the first person, and return a token of it."""
        self.pages.setdefault(page, SimPage(page, name))
        self.people["5001"].roles[page] = ALL_TASKS
        return self.page_token(page)

    def kill(self, page: str, subcode: int = 460) -> int:
        """Let every token that reaches this Page be refused with 190 and `subcode`; return how many."""
        reached = [token for token in self.tokens.values() if page in (token.page, *token.pages)]
        for token in reached:
            token.dead = subcode
        return len(reached)

    def live(self, page: str) -> list[SimPost]:
        """Return the published posts of a Page, newest first."""
        found = [post for post in self.posts.values() if post.page == page and post.published]
        return sorted(found, key=lambda post: (post.created, int(post.id.partition("_")[2])), reverse=True)

    def visible_pages(self, token: SimToken, through: Iterable[str] = ("",)) -> list[SimPage]:
        """Return the ticked Pages the person reaches directly, or through one of these businesses."""
        wanted = set(through)
        roles = self.people[token.person].roles
        return [
            page
            for page in self.pages.values()
            if page.id in token.pages and page.id in roles and page.business in wanted
        ]
