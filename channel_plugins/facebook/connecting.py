"""From a person's consent to a Page's own credential, and the proof that it is one.

The person's token is exchanged for a long-lived one, because a Page token taken with a short one dies within
hours. Of all Pages the person ticked they choose one; its token is shown to Facebook, which must answer with that
very Page. So a person's token, or none, can never be stored in its place.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from channel_plugins.errors import ChannelError, GiveUp, NeedsPerson, NextStep, TryAgain
from channel_plugins.types import Account, Choice, ConnectStep

from .errors import Denied, Gone, TokenDead
from .graph import Graph, moment, rows

log = logging.getLogger(__name__)

POST_TASK = "CREATE_CONTENT"
POST_SCOPE = "pages_manage_posts"
_MOST_PAGES = 20
_PAGE_FIELDS = "id,name,access_token,tasks"
_LEAST_LIFE = timedelta(days=7)
_AGAIN = "Kết nối đang có (nếu có) vẫn giữ nguyên; thầy cô bấm Kết nối lại"


@dataclass(frozen=True)
class Page:
    """A Page the person let us see. `tasks` is None when Facebook does not say what they may do there."""

    id: str
    name: str
    token: str
    tasks: tuple[str, ...] | None

    @property
    def may_post(self) -> bool:
        """Whether there is a token and the person may create content."""
        return bool(self.token) and (self.tasks is None or POST_TASK in self.tasks)


def connect(graph: Graph, answers: Mapping[str, str], kept: Mapping[str, str], callback_url: str) -> ConnectStep:
    """Take one step: to the consent page, back from it to the choice of a Page, to the account."""
    if not graph.app_id or not graph.options["app_secret"]:
        raise NeedsPerson(
            "Hệ thống chưa được khai báo ứng dụng Facebook nên chưa kết nối được. Thầy cô báo người quản trị hệ "
            "thống điền "
            "mã và khóa ứng dụng.",
            next_step=NextStep.CALL_SUPPORT,
        )
    if not answers:
        return _to_consent(graph, callback_url)
    if "choice" in answers:
        return _chosen(graph, answers["choice"], kept)
    _check_state(answers, kept)
    if "error" in answers or "error_code" in answers or "error_reason" in answers:
        raise NeedsPerson(
            "Thầy cô đã dừng lại ở trang đồng ý của Facebook nên Trang chưa được kết nối. "
            f"{_AGAIN}, chọn Trang của trường rồi bấm Tiếp tục.",
            detail=f"{answers.get('error', '')} {answers.get('error_reason', '')}".strip(),
        )
    if not answers.get("code"):
        raise NeedsPerson(f"Facebook không gửi lại mã đồng ý nên Trang chưa được kết nối. {_AGAIN}.")
    return _to_choice(graph, answers["code"], kept.get("callback_url", callback_url))


def verify(graph: Graph, account: Account) -> None:
    """Prove by reading that the stored credential is the Page's own and may post there.

    Raises: NeedsPerson when it is not or may not; TryAgain when that could not be found out.
    """
    page_id, token = str(account.settings["page_id"]), str(account.secrets.get("page_token", ""))
    if not token:
        raise NeedsPerson(f"Kênh chưa có mã truy cập của Trang. {_AGAIN}.")
    _prove_page(graph, account, page_id, token)
    _prove_rights(graph, account, page_id, token)


def _to_consent(graph: Graph, callback_url: str) -> ConnectStep:
    state = secrets.token_urlsafe(24)
    query = {
        "client_id": graph.app_id,
        "redirect_uri": callback_url,
        "state": state,
        "scope": str(graph.options["scopes"]),
        "response_type": "code",
    }
    base = str(graph.options["dialog_url"]).rstrip("/")
    return ConnectStep(
        "redirect",
        "Thầy cô đăng nhập Facebook bằng tài khoản quản trị Trang, tích Trang của trường và giữ nguyên các quyền "
        "được hỏi.",
        url=f"{base}/{graph.options['api_version']}/dialog/oauth?{urlencode(query)}",
        keep={"state": state, "callback_url": callback_url},
    )


def _check_state(answers: Mapping[str, str], kept: Mapping[str, str]) -> None:
    expected = kept.get("state", "")
    if not expected or not compare_digest(expected.encode(), answers.get("state", "").encode()):
        raise NeedsPerson(f"Lượt kết nối này đã cũ hoặc không phải do thầy cô bắt đầu nên bị bỏ qua. {_AGAIN} từ đầu.")


def _to_choice(graph: Graph, code: str, callback_url: str) -> ConnectStep:
    nobody = _with_tokens()
    try:
        given = graph.exchange(nobody, {"redirect_uri": callback_url, "code": code})
    except GiveUp as error:
        raise NeedsPerson(
            f"Mã đồng ý của Facebook đã dùng hoặc hết hạn nên Trang chưa được kết nối. {_AGAIN} từ đầu.",
            detail=error.detail,
        ) from None
    user_token = _long_lived(graph, _token_in(given))
    person = _with_tokens(user_token)
    pages = _pages_of(graph, person, user_token)
    usable = [page for page in pages if page.may_post]
    others = ", ".join(f"«{page.name}»" for page in pages if not page.may_post)
    if not pages:
        raise NeedsPerson(
            "Facebook không đưa Trang nào: ở trang đồng ý chưa có Trang nào được tích, hoặc tài khoản này không "
            "quản trị Trang "
            f"nào. {_AGAIN} và tích Trang của trường."
        )
    if not usable:
        raise NeedsPerson(
            f"Tài khoản Facebook này chưa có quyền Tạo nội dung trên {others}. Nhờ người quản trị Trang thêm quyền. "
            f"{_AGAIN} "
            "sau đó."
        )
    note = f" Không hiện {others} vì tài khoản này chưa có quyền Tạo nội dung ở đó." if others else ""
    keep = {"pages": json.dumps({page.id: [page.name, page.token] for page in usable})}
    choices = tuple(Choice(page.id, f"{page.name} (mã số {page.id})") for page in usable)
    return ConnectStep("choose", f"Thầy cô chọn Trang của trường.{note}", choices=choices, keep=keep)


def _chosen(graph: Graph, choice: str, kept: Mapping[str, str]) -> ConnectStep:
    try:
        name, token = json.loads(kept.get("pages", "{}"))[choice]
    except (ValueError, KeyError, TypeError):
        raise NeedsPerson(f"Trang vừa chọn không nằm trong lượt kết nối này. {_AGAIN} từ đầu.") from None
    person = _with_tokens(token)
    shown = _prove_page(graph, person, choice, token)
    _prove_rights(graph, person, choice, token)
    if graph.options["webhooks"]:
        _subscribe(graph, person, choice, token)
    return ConnectStep(
        "done",
        settings={"page_id": choice, "page_name": shown or name},
        secrets={"page_token": token},
        label=shown or name,
    )


def _token_in(given: Mapping[str, Any]) -> str:
    token = given.get("access_token")
    if not isinstance(token, str) or not token:
        raise TryAgain(f"Facebook chưa trả mã truy cập. {_AGAIN} sau ít phút.", detail="no access_token in the answer")
    return token


def _long_lived(graph: Graph, short: str) -> str:
    try:
        given = graph.exchange(
            _with_tokens(short), {"grant_type": "fb_exchange_token", "fb_exchange_token": short}, method="GET"
        )
    except GiveUp as error:
        raise NeedsPerson(
            f"Facebook không cấp mã dài hạn nên Trang chưa được kết nối. {_AGAIN} từ đầu.", detail=error.detail
        ) from None
    return _token_in(given)


def _pages_of(graph: Graph, person: Account, token: str) -> list[Page]:
    """Return every Page the person let us see: their own, then those of the businesses they belong to."""
    found = _listed(graph, person, token, "me/accounts")
    if graph.options["business_pages"]:
        try:
            for part in graph.pages("me/businesses", person, {"fields": "id,name"}, most=_MOST_PAGES, token=token):
                for business in rows(part):
                    for edge in ("owned_pages", "client_pages"):
                        found += _listed(graph, person, token, f"{business.get('id')}/{edge}")
        except (Denied, GiveUp) as refusal:
            log.info("pages of businesses cannot be listed: %s", refusal.detail)
    best: dict[str, Page] = {}
    for page in found:
        if page.id not in best or (page.may_post and not best[page.id].may_post):
            best[page.id] = page
    return list(best.values())


def _listed(graph: Graph, person: Account, token: str, path: str) -> list[Page]:
    found = []
    for part in graph.pages(path, person, {"fields": _PAGE_FIELDS, "limit": 100}, most=_MOST_PAGES, token=token):
        for row in rows(part):
            tasks = row.get("tasks")
            allowed = tuple(str(task) for task in tasks) if isinstance(tasks, list) else None
            found.append(
                Page(str(row.get("id", "")), str(row.get("name", "")), str(row.get("access_token") or ""), allowed)
            )
    return [page for page in found if page.id]


def _prove_page(graph: Graph, account: Account, page_id: str, token: str) -> str:
    """Ask Facebook whose token this is and return the Page's name."""
    try:
        shown = graph.get("me", account, {"fields": "id,name"}, token=token).data
    except (Denied, TokenDead):
        raise
    except (GiveUp, Gone) as error:
        raise NeedsPerson(f"Facebook không nhận mã truy cập đang lưu. {_AGAIN}.", detail=error.detail) from None
    if str(shown.get("id", "")) != page_id:
        raise NeedsPerson(
            "Mã truy cập này là của một người hoặc của Trang khác, không phải của Trang đang chọn nên không đăng được. "
            f"{_AGAIN} và tích đúng Trang của trường.",
            detail=f"the token belongs to {shown.get('id')}, not to page {page_id}",
        )
    return str(shown.get("name", ""))


def _prove_rights(graph: Graph, account: Account, page_id: str, token: str) -> None:
    """Ask Facebook what the token may do. Without the app's secret this cannot be asked and is left out."""
    secret = str(graph.options["app_secret"])
    if not graph.app_id or not secret:
        return
    app_token = f"{graph.app_id}|{secret}"
    try:
        data = graph.get("debug_token", account, {"input_token": token}, token=app_token).data.get("data")
    except ChannelError as error:
        if isinstance(error, TryAgain):
            raise
        raise NeedsPerson(
            "Mã và khóa ứng dụng trong cấu hình hệ thống không khớp với Facebook. Thầy cô báo người quản trị hệ thống.",
            detail=error.detail,
            next_step=NextStep.CALL_SUPPORT,
        ) from None
    if not isinstance(data, dict):
        raise TryAgain(detail="debug_token gave no data")
    if data.get("is_valid") is not True:
        raise TokenDead(f"Kết nối với Facebook không còn hiệu lực. {_AGAIN}.", detail=str(data.get("error", "")))
    scopes = data.get("scopes")
    if (isinstance(scopes, list) and POST_SCOPE not in scopes) or not _granted_here(data, page_id):
        raise NeedsPerson(
            f"Facebook chưa cho ứng dụng quyền đăng bài lên Trang này. {_AGAIN}, tích đúng Trang và giữ nguyên mọi "
            f"quyền "
            "được hỏi.",
            detail=f"scopes {scopes}",
        )
    ends = moment(data.get("expires_at")) if data.get("expires_at") else None
    if ends is not None and ends - graph.now() < _LEAST_LIFE:
        raise NeedsPerson(f"Mã truy cập của Trang sắp hết hạn. {_AGAIN} để lấy mã dài hạn.", detail=f"expires {ends}")


def _granted_here(data: Mapping[str, Any], page_id: str) -> bool:
    """Return False only when Facebook lists the Pages a right was given for and this one is not among them."""
    granular = data.get("granular_scopes")
    for item in granular if isinstance(granular, list) else ():
        if isinstance(item, dict) and item.get("scope") == POST_SCOPE and item.get("target_ids"):
            return page_id in [str(target) for target in item["target_ids"]]
    return True


def _subscribe(graph: Graph, person: Account, page_id: str, token: str) -> None:
    """Ask Facebook to tell us about changes of the Page. Posting does not depend on it."""
    try:
        graph.post(f"{page_id}/subscribed_apps", person, {"subscribed_fields": "feed"}, repeatable=True, token=token)
    except ChannelError as error:
        log.warning("page %s could not be subscribed: %s", page_id, error.detail)


def _with_tokens(*tokens: str) -> Account:
    """Return an account that is none yet, so that these tokens are hidden from every log and error."""
    return Account(id="", channel="facebook", secrets={f"token_{n}": token for n, token in enumerate(tokens)})
