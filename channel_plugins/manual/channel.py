"""Assisted posting: what no program can post to (Zalo groups, notice boards) gets a kit, and a person posts it.

``publish`` hands the kit over; a person says when it was posted, with a link or a photograph.
"""

from __future__ import annotations

from datetime import timedelta
from html import escape

from channel_plugins.base import Channel
from channel_plugins.reach import Host
from channel_plugins.text import nfc, slug
from channel_plugins.types import (
    Account,
    Artefact,
    ChannelInfo,
    Limits,
    LookUp,
    Payload,
    Post,
    Preview,
    Receipt,
    Sent,
)

from .errors import NothingToPost
from .kit import archive, needs_sheet_first, notice_data, printed_notice, text_to_paste, words_of
from .settings import ManualSettings

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class ManualChannel(Channel):
    """A kit that a person posts by hand."""

    info = ChannelInfo(
        name="manual",
        label="Đăng tay (nhóm Zalo, bảng tin)",
        description="Bộ lời, ảnh và bản in để người phụ trách tự đăng, rồi ghi nhận bằng đường dẫn hoặc ảnh.",
        icon="send",
        outlet="assisted",
        repeat_is_safe=True,
        doc="channel_plugins/manual/README.md",
        confirmed_by="person",
    )
    limits = Limits(max_title=200, max_summary=500, max_media=20, needs_alt=False, can_edit=True, can_look_up=True)
    SettingsSchema = ManualSettings

    def render(self, post: Post, account: Account) -> Payload:
        """Return the words to paste, the printed sheet, and the pictures in their order."""
        settings = account.settings
        place = str(settings.get("place", ""))
        unit, key = slug(post.unit_name, 40) or "don-vi", slug(post.key, 40) or "bai"
        data = {
            "file_stem": f"{post.issued_on:%Y%m%d}_{unit}_{key}",
            "place": place,
            "kind": str(settings.get("kind", "zalo_group")),
            "poster": str(settings.get("poster", "")),
            "text": text_to_paste(post, settings),
            "empty": not words_of(post),
            "sheet": notice_data(post, place),
            "pictures": [{"ref": item.ref, "content_type": item.content_type, "alt": item.alt} for item in post.media],
            "due_hours": int(settings.get("due_hours", 24)),
        }
        return Payload(self.info.name, nfc(data))

    def preview(self, payload: Payload) -> Preview:
        """Return the words to paste; for a board, what stands on the sheet."""
        data = payload.data
        notes = [f"Nơi đăng: {data['place']}."]
        if data["poster"]:
            notes.append(f"Người đăng: {data['poster']}.")
        if data["pictures"]:
            notes.append(f"Kèm {len(data['pictures'])} ảnh, đánh số theo thứ tự trong bài.")
        if not needs_sheet_first(data["kind"]):
            return Preview("text", data["text"], tuple(notes))
        sheet = data["sheet"]
        body = "".join(f"<p>{escape(line)}</p>" for line in sheet["paragraphs"])
        lead = f"<p><em>{escape(sheet['summary'])}</em></p>" if sheet["summary"] else ""
        return Preview("html", f"<h2>{escape(sheet['title'])}</h2>{lead}{body}", tuple(notes))

    def files(self, payload: Payload) -> tuple[Artefact, ...]:
        """Return the words to paste, and the sheet of A4 size."""
        data = payload.data
        stem = data["file_stem"]
        return (
            Artefact(f"{stem}.txt", "text/plain; charset=utf-8", (str(data["text"]) + "\n").encode()),
            Artefact(f"{stem}.docx", _WORD, printed_notice(data["sheet"])),
        )

    def kit(self, payload: Payload, host: Host) -> tuple[Artefact, ...]:
        """Return both files, and one archive with everything: words, sheet, pictures in their order."""
        whole = Artefact(f"{payload.data['file_stem']}.zip", "application/zip", archive(payload.data, host))
        return (*self.files(payload), whole)

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Hand the kit over; it should be posted within the hours the account says."""
        return self._receipt(payload, key)

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:  # noqa: ARG002
        """Return the receipt that `publish` gives: the kit follows from the payload alone."""
        return LookUp.found(self._receipt(sent.payload, key))

    def edit(self, receipt: Receipt, payload: Payload, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Hand a new kit over; the person posts it in place of the old one."""
        return self._receipt(payload, receipt.remote_id)

    def _receipt(self, payload: Payload, key: str) -> Receipt:
        if payload.data["empty"]:
            raise NothingToPost(detail="no words")
        detail = {"place": payload.data["place"], "text_hash": payload.content_hash}
        return Receipt(remote_id=key, detail=detail, due=timedelta(hours=int(payload.data["due_hours"])))
