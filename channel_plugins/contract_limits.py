"""The part of the contract suite that attacks each stated limit at n and at n + 1."""

# ruff: noqa: S101 - this module is a test suite

from __future__ import annotations

from dataclasses import asdict, replace

from .contract_basis import Basis, errors_of, is_sentence
from .testing import sample_media
from .types import Metric, Post


class LimitsContract(Basis):
    """What `Limits` says is what `check` does."""

    def test_limits_are_data(self) -> None:
        limits = self.make_channel().limits
        for name, value in asdict(limits).items():
            if name.startswith(("max_", "least_")) and value is not None:
                assert isinstance(value, int) and value > 0, f"limits.{name} must be a positive number or None"
        assert all(isinstance(metric, Metric) for metric in limits.metrics)
        hour, day = limits.max_per_hour, limits.max_per_day
        assert hour is None or day is None or hour <= day, "max_per_hour is more than max_per_day"

    def _refused(self, post: Post, limit: str, expect: bool) -> None:
        problems = errors_of(self.make_channel().check(post, self.make_account()))
        if expect:
            assert problems, f"a post over {limit} is accepted"
            assert all(is_sentence(problem.sentence) for problem in problems)
        else:
            assert not problems, f"a post at {limit} is refused: {problems[0].sentence}"

    def _text_of(self, wanted: int) -> Post:
        channel, account, post = self.make_channel(), self.make_account(), replace(self.make_post(), body_text="a")
        rest = wanted - channel.text_length(post, account)
        filled = replace(post, body_text="a" + (" cô trò" * (rest // 7 + 1))[: max(rest - 1, 0)] + "a")
        assert channel.text_length(filled, account) == wanted, "text_length does not grow with body_text"
        return filled

    def test_text_limit(self) -> None:
        most = self.make_channel().limits.max_text
        if most is not None:
            self._refused(self._text_of(most), "max_text", expect=False)
            self._refused(self._text_of(most + 1), "max_text", expect=True)

    def test_title_and_summary_limits(self) -> None:
        limits = self.make_channel().limits
        for name, most in (("title", limits.max_title), ("summary", limits.max_summary)):
            if most is not None:
                whole = ("cô trò " * most)[: most - 1] + "a"
                self._refused(replace(self.make_post(), **{name: whole}), f"max_{name}", expect=False)  # type: ignore[arg-type]
                self._refused(replace(self.make_post(), **{name: whole + "a"}), f"max_{name}", expect=True)  # type: ignore[arg-type]

    def test_media_limits(self) -> None:
        limits, post = self.make_channel().limits, self.make_post()
        if limits.max_media is not None:
            pictures = tuple(sample_media(f"anh-{number}") for number in range(limits.max_media + 1))
            self._refused(replace(post, media=pictures[:-1]), "max_media", expect=False)
            self._refused(replace(post, media=pictures), "max_media", expect=True)
        if limits.max_media_bytes is not None:
            most = limits.max_media_bytes
            self._refused(replace(post, media=(sample_media(size=most),)), "max_media_bytes", expect=False)
            self._refused(replace(post, media=(sample_media(size=most + 1),)), "max_media_bytes", expect=True)
        if limits.needs_media:
            self._refused(replace(post, media=()), "needs_media", expect=True)
        if limits.needs_alt:
            self._refused(replace(post, media=(sample_media(alt=" "),)), "needs_alt", expect=True)

    def test_media_types(self) -> None:
        limits, post = self.make_channel().limits, self.make_post()
        for kind in limits.media_types:
            self._refused(replace(post, media=(sample_media(content_type=kind),)), "media_types", expect=False)
        if limits.media_types and limits.max_media != 0:
            strange = replace(post, media=(sample_media(content_type="application/x-khac"),))
            self._refused(strange, "media_types", expect=True)

    def test_needed_summary(self) -> None:
        if self.make_channel().limits.needs_summary:
            self._refused(replace(self.make_post(), summary=" "), "needs_summary", expect=True)

    def test_links_are_warned_about_where_they_do_not_work(self) -> None:
        channel, account = self.make_channel(), self.make_account()
        if not channel.limits.link_in_text:
            linked = replace(self.make_post(), body_text="Cô trò cùng xem https://hoamai.example.edu.vn nhé.")
            before = channel.check(self.make_post(), account)
            assert len(channel.check(linked, account)) > len(before), "a link that does not work goes unmentioned"
