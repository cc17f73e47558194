"""A local server that behaves like Facebook for a Page: consent, tokens, photos, posts, numbers, comments, webhooks.

Beside the steering addresses of every simulator it has, all by POST with JSON:

- `/_sim/pages` `{"id", "name"}` adds a Page and answers with a token of it;
- `/_sim/kill` `{"page", "subcode"}` lets its tokens be refused; `/_sim/scopes` `{"page", "without"}` takes a right
away; - `/_sim/rules` `{"lag": 8, "posts_per_hour": 3, ...}` see `Rules`; `/_sim/budget` `{"calls": 20}` calls a
day and Page; - `/_sim/comments` `{"post", "author", "text"}`; `/_sim/numbers` `{"post", "shares", "reactions",
"post_clicks"}`; - `/_sim/posts` `{"page", "message"}` writes a post by hand; `/_sim/remove` `{"post"}` takes one
down by hand; - `/_sim/webhook` `{"url", "page", "item", "verb", "post_id", "forged", "times"}` sends a signed event.

In a browser `/` shows the Pages with their posts as readers see them, `/v26.0/dialog/oauth?...` the consent page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from . import facebook_html
from .facebook_graph import Call, Rules, answer, form_of, proof
from .facebook_world import (
    ALL_SCOPES,
    CODE_LIFE,
    LONG_LIFE,
    SHORT_LIFE,
    GraphFault,
    SimComment,
    SimPost,
    SimToken,
    World,
)
from .server import SimAnswer, SimRequest, Simulator

APP_ID = "700100200300400"
APP_SECRET = "khoa-mo-phong-0123456789abcdef"  # noqa: S105 - of an invented app
VERIFY_TOKEN = "xac-nhan-mo-phong"  # noqa: S105 - of an invented app
PAGE_ID = "100200300400500"

_GRAPH = re.compile(r"/v[0-9]+\.[0-9]+/(.+?)/?")
_TOO_MANY = "(#80001) There have been too many calls to this Page account."
_DAY = timedelta(hours=24)
_DEAD_TOKEN = {
    458: "The user has not authorized application",
    459: "The user is enrolled in a blocking, logged-in checkpoint",
    460: "The session has been invalidated because the user changed the password",
    463: "Session has expired",
    464: "Sessions for the user are not allowed because the user is not a confirmed user",
    467: "The session is invalid because the user logged out",
    492: "The user must be an administrator, editor, or moderator of the page",
}


class FacebookSimulator(Simulator):
    """Facebook on this machine. Everything may be set from a test; nothing here is real."""

    name = "facebook"

    def __init__(self, now: datetime | None = None, *, app_id: str = APP_ID, app_secret: str = APP_SECRET) -> None:
        self._app = (app_id, app_secret)
        super().__init__(now)

    def reset(self) -> None:
        """Forget posts, tokens and rules; people and Pages are the seed again."""
        super().reset()
        self.world = World()
        self.rules = Rules(*self._app)
        self.budget: int | None = None
        self.calls: dict[str, list[datetime]] = defaultdict(list)
        self.trace = 0

    def state(self) -> dict[str, Any]:
        """Return the posts of every Page, newest first, for tests that count in another process."""
        world = self.world
        return {
            "pages": {
                page.id: {
                    "name": page.name,
                    "posts": [
                        {
                            "id": post.id,
                            "message": post.message,
                            "link": post.link,
                            "photos": [world.photos[n].alt for n in post.photos],
                            "created": post.created.isoformat(),
                            "edited": post.edited is not None,
                        }
                        for post in world.live(page.id)
                    ],
                }
                for page in world.pages.values()
            },
            "posts": sum(post.published for post in world.posts.values()),
            "photos": len(world.photos),
            "removed": list(world.removed),
        }

    # Answering

    def respond(self, request: SimRequest) -> SimAnswer:
        """Answer a call to the Graph API or show a page."""
        match = _GRAPH.fullmatch(request.path)
        if match is None:
            return self._browser(request)
        try:
            return self._graph(request, match.group(1))
        except GraphFault as fault:
            return self.fault(fault, request)

    def take(self, request: SimRequest) -> tuple[Any, Any]:
        """Carry out a request; an ordered 500 is Facebook's code 2, which does not say what was done."""
        given, ordered = super().take(request)
        if ordered is not None and ordered.fault in ("error_before", "error_after"):
            given = self.fault(GraphFault(2, "Service temporarily unavailable", status=500), request)
        return given, ordered

    def too_often(self, request: SimRequest) -> SimAnswer:
        """Return the refusal for a Page whose budget is used up, with the minutes until it is not."""
        return self.fault(GraphFault(80001, _TOO_MANY, minutes=15), request)

    def fault(self, fault: GraphFault, request: SimRequest) -> SimAnswer:
        """Return the error envelope."""
        self.trace += 1
        error: dict[str, Any] = {
            "message": fault.message,
            "type": "OAuthException",
            "code": fault.code,
            "fbtrace_id": f"A{self.trace:07d}sim",
        }
        if fault.subcode:
            error["error_subcode"] = fault.subcode
        if fault.code in (1, 2):
            error["is_transient"] = True
        page = re.search(r"/([0-9]{6,})", request.path)
        headers = self._usage(page.group(1) if page else "0", 100, fault.minutes) if fault.minutes else {}
        return SimAnswer({"error": error}, fault.status, {"facebook-api-version": "v26.0", **headers})

    def _graph(self, request: SimRequest, path: str) -> SimAnswer:
        fields, files = form_of(request)
        if path == "dialog/oauth":
            return self._html(facebook_html.consent_page(self.world, fields, fields.get("person", "5001")))
        if path == "oauth/access_token":
            return SimAnswer(self._exchange(fields))
        token = self._token(request, fields)
        headers = self._count(token)
        params = {name: value for name, value in fields.items() if name not in ("access_token", "appsecret_proof")}
        version = request.path.split("/")[1]
        base = f"http://{request.headers.get('host', 'localhost')}/{version}"
        call = Call(request.method, path, params, files, token, self.now(), base)
        return SimAnswer(answer(self.world, self.rules, call), headers={"facebook-api-version": version, **headers})

    def _token(self, request: SimRequest, fields: Mapping[str, str]) -> SimToken:
        bearer = request.headers.get("authorization", "")
        value = fields.get("access_token") or bearer.removeprefix("Bearer ")
        if value == f"{self.rules.app_id}|{self.rules.app_secret}":
            return SimToken(value, "app", "")
        token = self.world.tokens.get(value)
        if token is None or token.kind == "code":
            raise GraphFault(190, "Invalid OAuth access token - Cannot parse access token")
        if token.dead:
            message = f"Error validating access token: {_DEAD_TOKEN.get(token.dead, 'The session is invalid')}."
            raise GraphFault(190, message, subcode=token.dead)
        if token.ends is not None and self.now() >= token.ends:
            raise GraphFault(190, f"Error validating access token: {_DEAD_TOKEN[463]}.", subcode=463)
        if self.rules.need_proof:
            given = fields.get("appsecret_proof", "")
            if not given:
                raise GraphFault(100, "API calls from the server require an appsecret_proof argument")
            if not hmac.compare_digest(given, proof(value, self.rules.app_secret)):
                raise GraphFault(100, "Invalid appsecret_proof provided in the API argument")
        return token

    def _count(self, token: SimToken) -> dict[str, str]:
        """Count a call against the budget of its Page; every call while it is used up lengthens the block."""
        if self.budget is None or not token.page:
            return {}
        now = self.now()
        recent = [at for at in self.calls[token.page] if now - at < _DAY] + [now]
        self.calls[token.page] = recent
        if len(recent) > self.budget:
            minutes = max(1, int((recent[-self.budget] + _DAY - now).total_seconds() // 60))
            raise GraphFault(80001, _TOO_MANY, minutes=minutes)
        return self._usage(token.page, len(recent) * 100 // self.budget, 0)

    def _usage(self, page: str, percent: int, minutes: int) -> dict[str, str]:
        shares = {"call_count": percent, "total_cputime": percent // 4, "total_time": percent // 4}
        business = {page: [{"type": "pages", **shares, "estimated_time_to_regain_access": minutes}]}
        app = {**shares, "call_count": 1}
        return {"X-Business-Use-Case-Usage": json.dumps(business), "X-App-Usage": json.dumps(app)}

    def _exchange(self, fields: Mapping[str, str]) -> dict[str, Any]:
        if (fields.get("client_id"), fields.get("client_secret")) != (self.rules.app_id, self.rules.app_secret):
            raise GraphFault(1, "Error validating client secret.")
        if fields.get("grant_type") == "fb_exchange_token":
            short = self.world.tokens.get(fields.get("fb_exchange_token", ""))
            if short is None or short.kind not in ("short", "long") or (short.ends and self.now() >= short.ends):
                raise GraphFault(190, "Error validating access token: Session has expired.", subcode=463)
            made = self.world.issue(
                "long", short.person, self.now() + LONG_LIFE, pages=short.pages, scopes=short.scopes
            )
            return {"access_token": made.value, "token_type": "bearer", "expires_in": int(LONG_LIFE.total_seconds())}
        code = self.world.tokens.pop(fields.get("code", ""), None)
        if code is None or code.kind != "code" or (code.ends and self.now() >= code.ends):
            raise GraphFault(100, "This authorization code has been used or has expired.", subcode=36009)
        if code.redirect_uri != fields.get("redirect_uri"):
            raise GraphFault(100, "Error validating verification code: redirect_uri differs.", subcode=36008)
        made = self.world.issue("short", code.person, self.now() + SHORT_LIFE, pages=code.pages, scopes=code.scopes)
        return {"access_token": made.value, "token_type": "bearer", "expires_in": int(SHORT_LIFE.total_seconds())}

    # In a browser

    def _browser(self, request: SimRequest) -> SimAnswer:
        path = request.path
        if path == "/dialog/answer":
            return self._answered(request.query)
        if path == "/":
            return self._html(facebook_html.home_page(self.world))
        photo = self.world.photos.get(path.removeprefix("/anh/"))
        if photo is not None and path.startswith("/anh/"):
            return SimAnswer(photo.data, content_type=photo.content_type)
        page = self.world.pages.get(path.removeprefix("/trang/"))
        if page is not None:
            return self._html(facebook_html.wall_page(self.world, page))
        post = self.world.posts.get(path.removeprefix("/"))
        if post is not None and post.published:
            return self._html(facebook_html.post_page(self.world, post))
        return self._html(facebook_html.missing_page(), 404)

    def _answered(self, query: Mapping[str, str]) -> SimAnswer:
        """Send the browser back with a code, or with the refusal."""
        back: dict[str, str] = {"state": query.get("state", "")}
        if query.get("answer") != "yes":
            back |= {"error": "access_denied", "error_reason": "user_denied", "error_code": "200"}
        else:
            pages = tuple(name.removeprefix("page_") for name in query if name.startswith("page_"))
            scopes = frozenset(query.get("scope", "").split(",")) & ALL_SCOPES
            code = self.world.issue(
                "code",
                query.get("person", "5001"),
                self.now() + CODE_LIFE,
                pages=pages,
                scopes=scopes,
                redirect_uri=query.get("redirect_uri", ""),
            )
            back["code"] = code.value
        address = query.get("redirect_uri", "/")
        joined = f"{address}{'&' if '?' in address else '?'}{urlencode(back)}"
        return SimAnswer(b"", 302, {"Location": joined}, "text/html; charset=utf-8")

    def _html(self, page: bytes, status: int = 200) -> SimAnswer:
        return SimAnswer(page, status, content_type="text/html; charset=utf-8")

    # Steering

    def steer(self, request: SimRequest) -> SimAnswer:
        """Answer the addresses of this simulator, else those of every simulator."""
        orders: dict[str, Callable[..., Any]] = {
            "pages": self.add_page,
            "kill": self.kill,
            "scopes": self.take_scope,
            "rules": self.set_rules,
            "budget": self.set_budget,
            "comments": self.comment,
            "numbers": self.set_numbers,
            "posts": self.write_by_hand,
            "remove": self.remove_by_hand,
        }
        order = request.path.removeprefix("/_sim/")
        if request.method == "POST" and order in orders:
            with self.lock:
                return SimAnswer({"done": orders[order](**request.json())})
        if request.place == "POST /_sim/webhook":
            return SimAnswer({"done": self.deliver_webhook(**request.json())})
        return super().steer(request)

    def page_token(self, page: str = PAGE_ID) -> str:
        """Return a token of a Page that has no date of its own."""
        with self.lock:
            return self.world.page_token(page)

    def add_page(self, id: str, name: str) -> str:  # noqa: A002 - the service's own word
        """Add a Page and return a token of it."""
        return self.world.add_page(id, name)

    def kill(self, page: str = PAGE_ID, subcode: int = 460) -> int:
        """Let the tokens of a Page be refused; return how many."""
        return self.world.kill(page, subcode)

    def take_scope(self, page: str = PAGE_ID, without: str = "pages_manage_posts") -> int:
        """Take a right away from every token of a Page; return how many."""
        reached = [token for token in self.world.tokens.values() if token.page == page]
        for token in reached:
            token.scopes -= {without}
        return len(reached)

    def set_rules(self, **changes: Any) -> bool:
        """Change how the service behaves, see `Rules`."""
        for name, value in changes.items():
            if not hasattr(self.rules, name):
                raise ValueError(f"no rule {name}")
            setattr(self.rules, name, tuple(value) if isinstance(value, list) else value)
        return True

    def set_budget(self, calls: int | None) -> bool:
        """Allow so many calls a day and Page; None for any number."""
        self.budget = calls
        return True

    def comment(self, post: str, author: str, text: str, parent: str = "") -> str:
        """Write a comment below a post and return its id."""
        number = f"{post.partition('_')[2]}_{self.world.number()}"
        self.world.posts[post].comments.append(SimComment(number, author, text, self.now(), parent))
        return number

    def set_numbers(self, post: str, shares: int = 0, reactions: int = 0, **metrics: int) -> bool:
        """Set what a post is counted with."""
        found = self.world.posts[post]
        found.shares, found.reactions = shares, reactions
        found.numbers.update(metrics)
        return True

    def write_by_hand(self, page: str, message: str, app: str = "") -> str:
        """Let a person, or another app, write a post; return its id."""
        post = SimPost(f"{page}_{self.world.number()}", page, message, "", [], self.now(), app)
        self.world.posts[post.id] = post
        return post.id

    def remove_by_hand(self, post: str) -> bool:
        """Let a person take a post down."""
        return self.world.posts.pop(post, None) is not None

    # Telling others

    def deliver_webhook(
        self,
        url: str,
        *,
        page: str = PAGE_ID,
        item: str = "comment",
        verb: str = "add",
        post_id: str = "",
        field: str = "feed",
        message: str = "Chúc mừng thầy và trò",
        forged: bool = False,
        times: int = 1,
    ) -> list[int]:
        """Send an event to `url` and return the status of each answer.

        Letters beyond ASCII are escaped, as Facebook does, and signed as sent. `forged` signs with another key; `times`
        repeats the very same request.
        """
        value = {"item": item, "verb": verb, "post_id": post_id, "message": message, "from": {"name": "Phạm Văn Mẫu"}}
        entry = {"id": page, "time": int(self.now().timestamp()), "changes": [{"field": field, "value": value}]}
        body = json.dumps({"object": "page", "entry": [entry]}).encode()
        key = "another key" if forged else self.rules.app_secret
        mark = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={mark}"}
        return [_send(urllib.request.Request(url, body, headers))[0] for _ in range(times)]  # noqa: S310

    def confirm_webhook(self, url: str, verify_token: str = VERIFY_TOKEN) -> bool:
        """Ask `url` whether it is ours, as Facebook does when it is entered; return whether it answered rightly."""
        query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": "1158201444"}
        status, body = _send(urllib.request.Request(f"{url}?{urlencode(query)}"))  # noqa: S310
        return status == 200 and body == b"1158201444"


def _send(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(request, timeout=10) as given:  # noqa: S310
            return int(given.status), given.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
