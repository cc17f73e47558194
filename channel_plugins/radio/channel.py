"""The radio channel: an approved post becomes a script that people take to the commune station.

There is no remote side: ``publish`` hands the files over, and a person says when the station has broadcast them.
"""

from __future__ import annotations

import re
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
    Metric,
    Payload,
    Post,
    Preview,
    Problem,
    Receipt,
    Sent,
)

from .document import plain_script, word_script
from .errors import NotReadable
from .script import duration_range, range_words, write_script
from .settings import RadioSettings

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PUPIL = re.compile(
    r"(?<!\w)(?:em|học sinh|cháu|bé|HS)\s+(?P<name>[^\W\d_]\w+(?: [^\W\d_]\w+){1,4}),?\s*(?:\(|-|–)?\s*"
    r"(?:là )?(?:học sinh )?lớp\s+\w"
)


def _full_name(phrase: str) -> bool:
    words = phrase.split()
    return len(words) >= 2 and all(word[0].isupper() for word in words)


class RadioChannel(Channel):
    """The script for a commune radio station."""

    info = ChannelInfo(
        name="radio",
        label="Bản tin phát thanh",
        description="Kịch bản để đài truyền thanh xã đọc: số và chữ viết tắt đã viết thành lời, kèm thời lượng.",
        icon="radio",
        outlet="file",
        repeat_is_safe=True,
        doc="channel_plugins/radio/README.md",
        confirmed_by="person",
    )
    limits = Limits(
        max_title=200,
        max_text=60_000,
        link_in_text=False,
        can_edit=True,
        can_retract=False,
        can_look_up=True,
        metrics=frozenset({Metric.BROADCASTS}),
    )
    SettingsSchema = RadioSettings

    def check(self, post: Post, account: Account) -> list[Problem]:
        """Return what hinders reading out: abbreviations without a reading, too long for the slot, names of pupils."""
        found = super().check(post, account)
        script = write_script(post, account)
        if script.unknown:
            names = ", ".join(script.unknown[:20])
            sentence = (
                f"Chưa biết cách đọc: {names}. Thầy cô viết đầy đủ trong bài, hoặc vào Cài đặt kênh Bản "
                f"tin phát thanh, mục Cách đọc riêng, thêm dòng: {script.unknown[0]} = cách đọc."
            )
            found.append(Problem("radio.unknown_abbreviation", sentence, "body_html"))
        slot = int(account.settings.get("slot_minutes", 5))
        if duration_range(script.seconds)[1] > slot * 60:
            sentence = (
                f"Bản tin dài {range_words(script.seconds)}, quá thời lượng {slot} phút của đài. "
                "Thầy cô rút gọn bài hoặc xin đài thêm thời lượng."
            )
            found.append(Problem("radio.too_long", sentence, "body_html", "warning"))
        if any(_full_name(match["name"]) for match in _PUPIL.finditer(f"{post.summary}\n{post.body_text}")):
            sentence = (
                "Bài nêu cả họ tên và lớp của học sinh. Tiếng loa không thu hồi được: thầy cô chỉ giữ "
                "lại khi gia đình đã đồng ý."
            )
            found.append(Problem("radio.pupil_name", sentence, "body_html", "warning"))
        found += [Problem("radio.note", note, "body_html", "warning") for note in script.notes]
        return found

    def render(self, post: Post, account: Account) -> Payload:
        """Return the cover sheet, the lines with their seconds, and the spoken text."""
        script = write_script(post, account)
        settings = account.settings
        unit, key = slug(post.unit_name, 40) or "don-vi", slug(post.key, 40) or "ban-tin"
        stem = f"{post.issued_on:%Y%m%d}_{unit}_{key}"
        data = {
            "file_stem": stem,
            "cover": {
                "station": settings.get("station", ""),
                "unit": post.unit_name,
                "title": post.title.strip(),
                "genre": post.genre,
                "author": post.author_name,
                "reader": settings.get("reader", ""),
                "date": f"{post.issued_on:%d/%m/%Y}",
                "duration": range_words(script.seconds),
                "reference": post.key,
            },
            **script.data,
        }
        return Payload(self.info.name, nfc(data))

    def preview(self, payload: Payload) -> Preview:
        """Return the script as a table of cue and words, with the duration first."""
        data = payload.data
        rows = "".join(
            f"<tr><th scope='row'>{escape(line['cue'])}</th><td>{escape(line['text'])}</td></tr>"
            for line in data["lines"]
        )
        notes = (f"Thời lượng {data['cover']['duration']}.", *data["notes"])
        if data["unknown"]:
            notes += (f"Chưa biết cách đọc: {', '.join(data['unknown'])}.",)
        return Preview("html", f"<table lang='vi'><tbody>{rows}</tbody></table>", notes)

    def files(self, payload: Payload) -> tuple[Artefact, ...]:
        """Return the Word script with its cover sheet, and the plain text for a speech engine."""
        stem = payload.data["file_stem"]
        return (
            Artefact(f"{stem}.docx", _WORD, word_script(payload.data)),
            Artefact(f"{stem}.txt", "text/plain; charset=utf-8", plain_script(payload.data)),
        )

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Hand the script over: the files can be taken from now on. Refuses what nobody can read out."""
        return self._receipt(payload, key)

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:  # noqa: ARG002
        """Return the same receipt that `publish` gives: the files follow from the payload alone."""
        return LookUp.found(self._receipt(sent.payload, key))

    def edit(self, receipt: Receipt, payload: Payload, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Hand a new version over; the station is told to throw the old one away by the host's recall note."""
        return self._receipt(payload, receipt.remote_id)

    def _receipt(self, payload: Payload, key: str) -> Receipt:
        if payload.data["unknown"]:
            raise NotReadable(detail=f"unknown: {', '.join(payload.data['unknown'])}")
        stem = payload.data["file_stem"]
        detail = {"files": [f"{stem}.docx", f"{stem}.txt"], "text_hash": payload.content_hash}
        return Receipt(remote_id=key, detail=detail)
