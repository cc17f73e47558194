"""The Graph API of the simulated Facebook: what each address does with the world."""

# ruff: noqa: ARG001 - every handler of an address takes the same arguments

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import urlencode

from .facebook_world import GraphFault, SimPage, SimPhoto, SimPost, SimToken, World
from .server import SimRequest

LIVE_METRICS = frozenset(
    {"post_media_view", "post_total_media_view_unique", "post_clicks", "post_reactions_like_total", "post_video_views"}
)
MAX_PHOTO_BYTES = 4 * 1024 * 1024
MAX_TEXT = 63_206
_AFTER_WRITE = ("permalink_url", "created_time")


@dataclass(frozen=True)
class Part:
    """One file of a form."""

    content_type: str
    data: bytes


@dataclass(frozen=True)
class Call:
    """One call with its parameters, wherever they were written, and the token it came with."""

    method: str
    path: str
    params: Mapping[str, str]
    files: Mapping[str, Part]
    token: SimToken
    now: datetime
    base: str


@dataclass
class Rules:
    """What can be set about the service's behaviour."""

    app_id: str
    app_secret: str
    need_proof: bool = True
    lag: float = 0.0
    duplicate: tuple[int, int] = (506, 0)
    same_photos_refused: bool = False
    posts_per_hour: int | None = None
    refused_links: tuple[str, ...] = ("facebook.com", "fb.com")
    unreadable_links: tuple[str, ...] = ()


def form_of(request: SimRequest) -> tuple[dict[str, str], dict[str, Part]]:
    """Return the fields and files of a request, from its query and its body in any of the three encodings."""
    fields, files = dict(request.query), dict[str, Part]()
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("multipart/form-data"):
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        for part in BytesParser(policy=HTTP).parsebytes(head + request.body).iter_parts():
            name, payload = str(part.get_param("name", header="content-disposition")), part.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
            if part.get_filename() is None:
                fields[name] = data.decode("utf-8", "replace")
            else:
                files[name] = Part(part.get_content_type(), data)
    elif request.body:
        fields.update(request.form())
    return fields, files


def proof(token: str, secret: str) -> str:
    """Return the appsecret_proof of a token."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def answer(world: World, rules: Rules, call: Call) -> dict[str, Any]:
    """Return what the address answers; raises GraphFault."""
    for method, pattern, handler in _ROUTES:
        match = re.fullmatch(pattern, call.path)
        if match and call.method == method:
            return handler(world, rules, call, *match.groups())
    raise GraphFault(2500, f"Unknown path components: /{call.path}")


def missing(what: str) -> GraphFault:
    """Return the error for an object that is not there, or not for this token."""
    return GraphFault(
        100,
        f"Unsupported request. Object with ID '{what}' does not exist, cannot be loaded due to missing permissions, or "
        "does not support this operation",
        subcode=33,
    )


def fields_of(written: str) -> list[str]:
    """Return the names of a `fields` parameter without their modifiers."""
    bare, depth = "", 0
    for letter in written:
        depth += (letter in "({") - (letter in ")}")
        bare += letter if depth == 0 and letter not in ")}" else ""
    return [name.split(".")[0].strip() for name in bare.split(",") if name.strip()]


def stamp(moment: datetime) -> str:
    """Return a time as Facebook writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _need(call: Call, scope: str) -> None:
    if scope not in call.token.scopes:
        raise GraphFault(10, f"(#10) This endpoint requires the '{scope}' permission", status=403)


def _page(world: World, call: Call, page: str, scope: str) -> SimPage:
    found = world.pages.get(page)
    if found is None:
        raise missing(page)
    if call.token.kind != "page" or call.token.page != page:
        raise GraphFault(200, "(#200) A page access token of this page is required.", status=403)
    _need(call, scope)
    return found


def _post(world: World, rules: Rules, call: Call, post: str, *, fresh: bool = False) -> SimPost:
    """Return a post this token can see; a new one stays unseen for the delay unless `fresh`."""
    found = world.posts.get(post)
    unseen = found is not None and not fresh and call.now < found.created + timedelta(seconds=rules.lag)
    if found is None or found.page != call.token.page or unseen:
        raise missing(post)
    return found


def _me(world: World, rules: Rules, call: Call) -> dict[str, Any]:
    if call.token.kind == "page":
        return {"id": call.token.page, "name": world.pages[call.token.page].name}
    return {"id": call.token.person, "name": world.people[call.token.person].name}


def _paged(call: Call, items: list[dict[str, Any]], usual: int = 25) -> dict[str, Any]:
    limit = max(1, min(int(call.params.get("limit") or usual), 100))
    start = int(base64.b64decode(call.params.get("after") or "MA==").decode())
    part = items[start : start + limit]
    after = base64.b64encode(str(start + limit).encode()).decode()
    found: dict[str, Any] = {"data": part, "paging": {"cursors": {"before": "MA==", "after": after}}}
    if start + limit < len(items):
        query = {**call.params, "access_token": call.token.value, "after": after}
        found["paging"]["next"] = f"{call.base}/{call.path}?{urlencode(query)}"
    return found


def _accounts(world: World, rules: Rules, call: Call, business: str = "", edge: str = "") -> dict[str, Any]:
    if call.token.kind not in ("short", "long"):
        raise GraphFault(100, "(#100) Tried accessing nonexisting field (accounts) on node type (Page)")
    if "pages_show_list" not in call.token.scopes:
        return {"data": []}
    person = world.people[call.token.person]
    shown = []
    for page in world.visible_pages(call.token, (business,)):
        if page.edge == edge:
            ends = call.token.ends if call.token.kind == "short" else None
            made = world.issue("page", person.id, ends, page=page.id, pages=(page.id,), scopes=call.token.scopes)
            shown.append(
                {"id": page.id, "name": page.name, "access_token": made.value, "tasks": list(person.roles[page.id])}
            )
    return _paged(call, shown)


def _businesses(world: World, rules: Rules, call: Call) -> dict[str, Any]:
    _need(call, "business_management")
    return _paged(call, [{"id": n, "name": world.businesses[n]} for n in world.people[call.token.person].businesses])


def _debug(world: World, rules: Rules, call: Call) -> dict[str, Any]:
    if call.token.kind != "app":
        raise GraphFault(100, "(#100) You must provide an app access token, or a user access token that is an owner")
    token = world.tokens.get(call.params.get("input_token", ""))
    if token is None:
        return {"data": {"is_valid": False, "error": {"code": 190, "message": "Malformed access token"}, "scopes": []}}
    ended = token.ends is not None and call.now >= token.ends
    data: dict[str, Any] = {
        "app_id": rules.app_id,
        "type": "PAGE" if token.kind == "page" else "USER",
        "expires_at": int(token.ends.timestamp()) if token.ends else 0,
        "is_valid": not token.dead and not ended,
        "scopes": sorted(token.scopes),
        "granular_scopes": [{"scope": s, "target_ids": list(token.pages)} for s in sorted(token.scopes)],
        "user_id": token.person,
    }
    if token.kind == "page":
        data["profile_id"] = token.page
    return {"data": data}


def _read_page(world: World, rules: Rules, call: Call, page: str) -> dict[str, Any]:
    found = _page(world, call, page, "pages_read_engagement")
    return {"id": found.id, "name": found.name}


def _upload(world: World, rules: Rules, call: Call, page: str) -> dict[str, Any]:
    _page(world, call, page, "pages_manage_posts")
    source = call.files.get("source")
    if source is None:
        raise GraphFault(324, "(#324) Requires upload file")
    image = source.data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
    if len(source.data) > MAX_PHOTO_BYTES or not image:
        raise GraphFault(324, "Your photos couldn't be uploaded. Photos should be less than 4 MB.", subcode=1366046)
    photo = SimPhoto(world.number(), page, source.data, source.content_type, call.params.get("alt_text_custom", ""))
    world.photos[photo.id] = photo
    if call.params.get("published", "true").lower() != "false":
        text = call.params.get("message") or call.params.get("caption", "")
        made = _store(world, rules, call, page, text, "", [photo.id])
        return {"id": photo.id, "post_id": made.id}
    return {"id": photo.id}


def _feed(world: World, rules: Rules, call: Call, page: str) -> dict[str, Any]:
    _page(world, call, page, "pages_manage_posts")
    text, link = call.params.get("message", ""), call.params.get("link", "")
    photos = _attached(world, call, page)
    if not (text.strip() or link or photos):
        raise GraphFault(100, "(#100) The status you are trying to publish is a blank or too short")
    if len(text) > MAX_TEXT:
        raise GraphFault(100, "(#100) Param message: Name parameter too long")
    if any(host in link for host in rules.refused_links):
        raise GraphFault(100, "Linking to facebook.com is not allowed here", subcode=1609008)
    if any(part in link for part in rules.unreadable_links):
        raise GraphFault(1609005, "Could not scrape the link")
    due = _due(call)
    made = _store(world, rules, call, page, text, "" if photos else link, photos, due)
    shown: dict[str, Any] = {"id": made.id}
    asked = fields_of(call.params.get("fields", ""))
    if asked:
        shown.update(_shown(world, rules, call, made, [name for name in asked if name in _AFTER_WRITE]))
    return shown


def _attached(world: World, call: Call, page: str) -> list[str]:
    listed = json.loads(call.params.get("attached_media") or "[]")
    photos = [str(item.get("media_fbid")) for item in listed]
    for number in photos:
        photo = world.photos.get(number)
        if photo is None or photo.page != page or photo.post:
            raise GraphFault(100, f"(#100) Invalid parameter: attached_media {number}")
    return photos


def _due(call: Call) -> datetime | None:
    if call.params.get("published", "true").lower() != "false":
        return None
    written = call.params.get("scheduled_publish_time", "")
    if not written.isdigit():
        raise GraphFault(100, "(#100) scheduled_publish_time is required for an unpublished post")
    due = datetime.fromtimestamp(int(written), UTC)
    if not timedelta(minutes=10) <= due - call.now <= timedelta(days=30):
        raise GraphFault(100, "(#100) The specified scheduled publish time is invalid.")
    return due


def _store(
    world: World,
    rules: Rules,
    call: Call,
    page: str,
    text: str,
    link: str,
    photos: list[str],
    due: datetime | None = None,
) -> SimPost:
    standing = world.live(page)
    hour = [post for post in standing if call.now - post.created < timedelta(hours=1)]
    if rules.posts_per_hour is not None and len(hour) >= rules.posts_per_hour:
        raise GraphFault(368, "The action attempted has been deemed abusive", subcode=1390008)
    if standing and text and (standing[0].message, standing[0].link) == (text, link):
        code, subcode = rules.duplicate
        raise GraphFault(code, "Duplicate status message", subcode=subcode)
    if rules.same_photos_refused and photos and standing:
        earlier = {world.photos[number].digest for number in standing[0].photos}
        if {world.photos[number].digest for number in photos} <= earlier:
            raise GraphFault(1, "These photos were already posted.", subcode=1366051)
    post = SimPost(
        f"{page}_{world.number()}", page, text, link, photos, call.now, rules.app_id, published=due is None, due=due
    )
    world.posts[post.id] = post
    for number in photos:
        world.photos[number].post = post.id
    return post


def _listed(world: World, rules: Rules, call: Call, page: str, edge: str) -> dict[str, Any]:
    _page(world, call, page, "pages_read_engagement")
    if edge == "scheduled_posts":
        posts = [post for post in world.posts.values() if post.page == page and not post.published]
    else:
        posts = [post for post in world.live(page) if call.now >= post.created + timedelta(seconds=rules.lag)]
    since, until = call.params.get("since"), call.params.get("until")
    posts = [post for post in posts if since is None or post.created.timestamp() >= float(since)]
    posts = [post for post in posts if until is None or post.created.timestamp() <= float(until)]
    asked = fields_of(call.params.get("fields") or "id,created_time,message")
    return _paged(call, [_shown(world, rules, call, post, asked) for post in posts])


def _shown(world: World, rules: Rules, call: Call, post: SimPost, asked: list[str]) -> dict[str, Any]:
    values: dict[str, Callable[[], Any]] = {
        "message": lambda: post.message or None,
        "created_time": lambda: stamp(post.created),
        "updated_time": lambda: stamp(post.edited or post.created),
        "permalink_url": lambda: f"{call.base.rpartition('/')[0]}/{post.id}",
        "is_published": lambda: post.published,
        "application": lambda: {"id": post.app, "name": "Loa Trường"} if post.app == rules.app_id else None,
        "shares": lambda: {"count": post.shares} if post.shares else None,
        "comments": lambda: _summary(call, len(post.comments)),
        "reactions": lambda: _summary(call, post.reactions),
    }
    if post.app and post.app != rules.app_id:
        values["application"] = lambda: {"id": post.app, "name": "Ứng dụng khác"}
    shown: dict[str, Any] = {"id": post.id}
    for name in asked:
        value = values[name]() if name in values else None
        if value is not None:
            shown[name] = value
    return shown


def _summary(call: Call, total: int) -> dict[str, Any]:
    _need(call, "pages_read_user_content")
    return {"data": [], "summary": {"total_count": total}}


def _read_post(world: World, rules: Rules, call: Call, post: str) -> dict[str, Any]:
    _need(call, "pages_read_engagement")
    found = _post(world, rules, call, post)
    return _shown(world, rules, call, found, fields_of(call.params.get("fields") or "created_time,message"))


def _own(rules: Rules, post: SimPost) -> None:
    if post.app != rules.app_id:
        raise GraphFault(200, "(#200) Only the app that created this post can change it.", status=403)


def _edit(world: World, rules: Rules, call: Call, post: str) -> dict[str, Any]:
    _need(call, "pages_manage_posts")
    found = _post(world, rules, call, post, fresh=True)
    _own(rules, found)
    if "attached_media" in call.params:
        raise GraphFault(100, "(#100) Attached media cannot be changed.")
    if found.message != call.params.get("message", found.message):
        found.message, found.edited = call.params["message"], call.now
    return {"success": True}


def _delete(world: World, rules: Rules, call: Call, post: str) -> dict[str, Any]:
    _need(call, "pages_manage_posts")
    _own(rules, _post(world, rules, call, post, fresh=True))
    del world.posts[post]
    world.removed.append(post)
    return {"success": True}


def _insights(world: World, rules: Rules, call: Call, post: str) -> dict[str, Any]:
    _need(call, "read_insights")
    found = _post(world, rules, call, post)
    names = [name.strip() for name in call.params.get("metric", "").split(",") if name.strip()]
    for name in names:
        if name not in LIVE_METRICS:
            raise GraphFault(100, f"(#100) The value must be a valid insights metric: {name}")
    minutes = int((call.now - found.created).total_seconds() // 60)
    usual = {
        "post_media_view": 12 + 3 * minutes,
        "post_total_media_view_unique": 9 + 2 * minutes,
        "post_clicks": minutes,
    }
    return {
        "data": [
            {
                "name": name,
                "period": "lifetime",
                "values": [{"value": found.numbers.get(name, min(usual.get(name, 0), 5_000))}],
                "id": f"{post}/insights/{name}/lifetime",
            }
            for name in names
        ],
        "paging": {},
    }


def _comments(world: World, rules: Rules, call: Call, post: str) -> dict[str, Any]:
    _need(call, "pages_read_user_content")
    found = _post(world, rules, call, post)
    shown = []
    for item in found.comments:
        row: dict[str, Any] = {"id": item.id, "message": item.text, "created_time": stamp(item.at)}
        row["from"] = {"id": hashlib.sha256(item.author.encode()).hexdigest()[:12], "name": item.author}
        if item.parent:
            row["parent"] = {"id": item.parent}
        shown.append(row)
    return _paged(call, shown[::-1] if call.params.get("order") == "reverse_chronological" else shown)


def _subscribe(world: World, rules: Rules, call: Call, page: str) -> dict[str, Any]:
    found = _page(world, call, page, "pages_manage_metadata")
    found.subscribed = call.params.get("subscribed_fields", "").split(",")
    return {"success": True}


_POST = r"([0-9]+_[0-9]+)"
_NODE = r"([0-9]+)"
_ROUTES: tuple[tuple[str, str, Callable[..., dict[str, Any]]], ...] = (
    ("GET", "me", _me),
    ("GET", "me/accounts", _accounts),
    ("GET", "me/businesses", _businesses),
    ("GET", _NODE + "/(owned_pages|client_pages)", _accounts),
    ("GET", "debug_token", _debug),
    ("GET", _NODE, _read_page),
    ("POST", _NODE + "/photos", _upload),
    ("POST", _NODE + "/feed", _feed),
    ("GET", _NODE + "/(published_posts|feed|posts|scheduled_posts)", _listed),
    ("POST", _NODE + "/subscribed_apps", _subscribe),
    ("GET", _POST, _read_post),
    ("POST", _POST, _edit),
    ("DELETE", _POST, _delete),
    ("GET", _POST + "/insights", _insights),
    ("GET", _POST + "/comments", _comments),
)
