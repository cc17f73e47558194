"""The e-mail channel: an approved post as a letter to each person of a list, each at most once.

A mailing is as many deliveries as it has people. The host keeps the ledger of them (`host.audience()`), and every call
begins with it, so publishing again sends only to those nothing was begun for: that is why repeating is safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape

from channel_plugins.base import Channel
from channel_plugins.errors import GiveUp, NextStep
from channel_plugins.reach import Bounce, Host, Recipient
from channel_plugins.types import (
    Account,
    ChannelInfo,
    Limits,
    LookUp,
    Metric,
    Payload,
    Post,
    Preview,
    Problem,
    Reading,
    Receipt,
    Sent,
)

from . import bounces, content, message, wire
from .sending import Mailing
from .settings import PRESS, EmailSettings

_PREVIEW_NOTE = "Mỗi người trong danh sách nhận một thư riêng, có liên kết để thôi nhận. Thư đã gửi không thu hồi được."
_PICTURE_NOTE = "Ảnh được dẫn từ trang công khai: chỉ hiện trong thư khi bài đã đăng ở đó trước."


class EmailChannel(Channel):
    """Newsletter and press release by SMTP."""

    info = ChannelInfo(
        name="email",
        label="Thư điện tử",
        description="Gửi bài thành thư tin cho người đăng ký, hoặc thành thông cáo báo chí cho danh sách báo chí.",
        icon="mail",
        outlet="remote",
        repeat_is_safe=True,
        doc="channel_plugins/email/README.md",
        audience=True,
        call_seconds=900,
    )
    limits = Limits(
        max_title=200,
        max_summary=500,
        max_text=60_000,
        max_media=60,
        metrics=frozenset({Metric.SENT, Metric.BOUNCED, Metric.UNSUBSCRIBED}),
    )
    SettingsSchema = EmailSettings

    def check(self, post: Post, account: Account) -> list[Problem]:
        """Return what hinders the letter, and what a press release still lacks."""
        found = super().check(post, account)
        if account.settings.get("purpose") == PRESS and not str(account.settings.get("contact", "")).strip():
            sentence = (
                "Thông cáo chưa có người cung cấp thông tin cho báo chí. Thầy cô điền mục này ở Cài đặt kênh để nhà "
                "báo biết hỏi ai."
            )
            found.append(Problem("email.no_contact", sentence, severity="warning"))
        return found

    def render(self, post: Post, account: Account) -> Payload:
        """Return what the letter says; name and address of each person are added when it is sent."""
        return Payload(self.info.name, content.letter(post, account))

    def preview(self, payload: Payload) -> Preview:
        """Return subject and text of the letter as plain HTML."""
        data = payload.data
        head = " · ".join(escape(part) for part in (data["kicker"], data["unit_name"], data["date"]) if part)
        summary = f"<p><strong>{escape(data['summary'])}</strong></p>" if data["summary"] else ""
        foot = "<br>".join(escape(line) for line in content.paragraphs(data["postal_address"]))
        shown = (
            f'<article lang="{escape(data["language"])}"><p><em>Tiêu đề thư: {escape(data["subject"])}</em></p>'
            f"<p>{head}</p><h1>{escape(data['title'])}</h1>{summary}{data['html']}"
            f"<p>{escape(data['author'])}</p><p>{escape(data['link_label'])}: {escape(data['link'])}</p>"
            f"<p>{escape(data['reason'])}<br>{foot}</p></article>"
        )
        return Preview("html", shown, (_PREVIEW_NOTE, _PICTURE_NOTE) if data["pictures"] else (_PREVIEW_NOTE,))

    def verify(self, account: Account) -> None:
        """Sign in at the server, and at the mailbox of bounces where there is one; nothing is sent."""
        wire.close_smtp(wire.open_smtp(account, self.private_hosts))
        if account.settings["bounce_server"]:
            with wire.pop_session(account, self.private_hosts) as pop:
                pop.noop()

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:
        """Send to everybody nothing was begun for. With nobody waiting the server is not even called."""
        data = payload.data
        pictures = [
            (address, item["alt"], item["caption"])
            for item in data["pictures"]
            if (address := host.public_url(item["ref"])) is not None
        ]

        def write(person: Recipient) -> bytes:
            return message.build(data, key, person, account, pictures, datetime.now(UTC))

        tally = Mailing(account, self.private_hosts, host.audience(), write).run()
        counts = {"accepted": tally.accepted, "refused": tally.refused, "doubtful": tally.doubtful}
        return Receipt(remote_id=key, published_at=datetime.now(UTC), detail=counts)

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:  # noqa: ARG002
        """Nobody can be asked: what is known stands in the host's ledger."""
        return LookUp.cannot_tell(
            "Không tra được thư trong hộp thư của người khác. Thầy cô xem bảng người nhận của lần gửi này: ai ghi "
            "«chưa rõ» thì có thể đã nhận, hệ thống không gửi lại cho người đó."
        )

    def edit(self, receipt: Receipt, payload: Payload, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """A letter cannot be changed once it is sent."""
        raise GiveUp(
            "Thư đã gửi không sửa được. Thầy cô viết một bài đính chính và gửi bài đó cho cùng danh sách.",
            next_step=NextStep.EDIT_ARTICLE,
        )

    def retract(self, receipt: Receipt, account: Account) -> None:  # noqa: ARG002
        """A letter cannot be called back."""
        raise GiveUp(
            "Thư đã gửi không thu hồi được. Thầy cô gửi thư đính chính cho cùng danh sách rồi ghi nhận ở trang này.",
            next_step=NextStep.EDIT_ARTICLE,
        )

    def collect(self, receipts: Mapping[str, Receipt], account: Account) -> list[Reading]:  # noqa: ARG002
        """Return nothing: letters sent and bounced are counted by the host, whose ledger knows each of them."""
        return []

    def bounces(self, account: Account, since: datetime) -> list[Bounce]:
        """Return the letters that came back; [] where no mailbox of bounces is set up."""
        if not account.settings["bounce_server"]:
            return []
        return bounces.read(account, since, self.private_hosts)
