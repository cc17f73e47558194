"""Connecting an OA and keeping it connected: consent as a person clicks it, and a refresh token that works once."""

import http.client
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from channel_plugins import GiveUp, NeedsPerson, NextStep, TryAgain
from channel_plugins.zalo import tokens

BACK = "https://loa.example.edu.vn/kenh/zalo/quay-ve"
TOKEN = "POST /v4/oa/access_token"
FIXED = "mau-ma-pkce-co-dinh-dai-bon-muoi-ba-ky-tu-01"


def browse(url: str) -> tuple[int, str, str]:
    """Return status, target of a redirect and text of a page, as a browser that does not follow by itself."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.netloc, timeout=5)
    line.request("GET", f"{parts.path}?{parts.query}")
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer.status, answer.headers.get("Location", ""), text


def consent(kit: Any, url: str, place: int = 0) -> dict[str, str]:
    """Click on the OA at `place` and return the query of the way back."""
    status, _, page = browse(url)
    links = re.findall(r"href='(/v4/oa/agree[^']+)'", page)
    assert status == 200 and len(links) == 2 and "Trường THCS Hoa Mai" in page
    status, target, _ = browse(kit.base + unescape(links[place]))
    assert status == 302 and target.startswith(BACK)
    return dict(parse_qsl(urlsplit(target).query))


@pytest.mark.parametrize("mode", ["request", "fixed", "none"])
def test_a_person_connects_an_oa_in_every_pkce_mode(zalo: Any, mode: str) -> None:
    zalo.sim.set_modes(pkce=mode, console_challenge=tokens.challenge(FIXED) if mode == "fixed" else "")
    zalo.configure(pkce=mode, pkce_verifier=FIXED if mode == "fixed" else "")
    first = zalo.channel.connect({}, {}, BACK)
    assert first.kind == "redirect" and first.keep["state"]
    assert FIXED not in first.url and FIXED not in first.keep.values()
    done = zalo.channel.connect(consent(zalo, first.url), first.keep, BACK)
    assert done.kind == "done" and done.label == "Trường THCS Hoa Mai"
    assert done.settings == {"oa_id": "4000000000000000001", "oa_name": "Trường THCS Hoa Mai"}
    assert tokens.expiry(done.secrets) == zalo.sim.now() + timedelta(hours=25)
    zalo.account = replace(zalo.account, secrets=done.secrets)
    zalo.channel.verify(zalo.account)
    assert zalo.channel.account_ref(zalo.account) == "4000000000000000001"


def test_a_wrong_verifier_connects_nothing(zalo: Any) -> None:
    first = zalo.channel.connect({}, {}, BACK)
    with pytest.raises(TryAgain, match="Kết nối cũ vẫn như trước"):
        zalo.channel.connect(consent(zalo, first.url), {**first.keep, "verifier": tokens.new_verifier()}, BACK)


@pytest.mark.parametrize("kept", [{}, {"state": "", "verifier": "x"}, {"state": "của người khác", "verifier": "x"}])
def test_a_way_back_that_we_did_not_begin_is_refused(zalo: Any, kept: Mapping[str, str]) -> None:
    first = zalo.channel.connect({}, {}, BACK)
    answers = consent(zalo, first.url)
    for state in (answers["state"], ""):
        with pytest.raises(GiveUp, match="không bắt đầu từ hệ thống"):
            zalo.channel.connect({**answers, "state": state}, kept, BACK)
    assert zalo.calls(TOKEN) == 0


def test_a_person_who_does_not_agree_is_told_that_nothing_changed(zalo: Any) -> None:
    first = zalo.channel.connect({}, {}, BACK)
    with pytest.raises(NeedsPerson, match="chưa đồng ý"):
        zalo.channel.connect({"state": first.keep["state"]}, first.keep, BACK)


def test_a_code_works_once_and_for_ten_minutes(zalo: Any) -> None:
    first = zalo.channel.connect({}, {}, BACK)
    answers = consent(zalo, first.url)
    zalo.channel.connect(answers, first.keep, BACK)
    with pytest.raises(TryAgain):
        zalo.channel.connect(answers, first.keep, BACK)
    late = consent(zalo, first.url)
    zalo.sim.advance(601)
    with pytest.raises(TryAgain):
        zalo.channel.connect(late, first.keep, BACK)


def test_an_oa_other_than_the_one_consented_is_refused(zalo: Any) -> None:
    first = zalo.channel.connect({}, {}, BACK)
    answers = consent(zalo, first.url, place=1)
    with pytest.raises(NeedsPerson, match="một OA khác"):
        zalo.channel.connect({**answers, "oa_id": "4000000000000000001"}, first.keep, BACK)


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "garbage", "rate_limit"])
def test_a_spent_code_is_not_lost_because_the_profile_cannot_be_read(zalo: Any, fault: str) -> None:
    zalo.sim.order("GET /v2.0/oa/getoa", fault)
    first = zalo.channel.connect({}, {}, BACK)
    done = zalo.channel.connect(consent(zalo, first.url), first.keep, BACK)
    assert done.kind == "done" and done.settings["oa_id"] == "4000000000000000001"
    assert done.secrets["access_token"] and done.secrets["refresh_token"]


def test_connecting_never_ends_with_an_empty_token(zalo: Any) -> None:
    for fault in ("drop_after", "garbage", "error_after"):
        zalo.sim.order(TOKEN, fault)
        first = zalo.channel.connect({}, {}, BACK)
        with pytest.raises(TryAgain, match="Kết nối cũ vẫn như trước"):
            zalo.channel.connect(consent(zalo, first.url), first.keep, BACK)
    with pytest.raises(TryAgain, match="kết nối vẫn như cũ"):
        tokens.pair({"access_token": " "}, zalo.sim.now())


def test_an_installation_without_application_says_who_can_help(zalo: Any) -> None:
    for options in ({"app_id": ""}, {"app_secret": ""}, {"pkce": "fixed"}):
        zalo.configure(**options)
        with pytest.raises(NeedsPerson) as refused:
            zalo.channel.connect({}, {}, BACK)
        assert refused.value.next_step is NextStep.CALL_SUPPORT


def test_the_consent_page_refuses_other_addresses_and_applications(zalo: Any) -> None:
    url = zalo.channel.connect({}, {}, BACK).url
    assert parse_qs(urlsplit(url).query).keys() == {"app_id", "redirect_uri", "code_challenge", "state"}
    zalo.sim.grants.callbacks = ("https://khac.example.edu.vn/",)
    assert "-14003" in browse(url)[2]
    assert "-14002" in browse(url.replace(zalo.sim.app_id, "1"))[2]


# Renewal


def test_renewal_is_due_five_hours_before_the_end_and_when_the_end_is_unknown(zalo: Any) -> None:
    now = zalo.sim.now()
    assert not zalo.channel.renewal_due(zalo.account, now + timedelta(hours=19, minutes=59))
    assert zalo.channel.renewal_due(zalo.account, now + timedelta(hours=20))
    broken = replace(zalo.account, secrets={**zalo.account.secrets, "expires_at": "?"})
    assert zalo.channel.renewal_due(broken, now)
    assert not zalo.channel.renewal_due(replace(zalo.account, secrets={}), now)


def test_an_expired_token_is_renewed_on_the_way(zalo: Any) -> None:
    before = zalo.account.secrets
    zalo.sim.advance(91_000)
    receipt = zalo.published()
    assert len(zalo.sim.visible()) == 1 and receipt.settled
    assert zalo.account.secrets["refresh_token"] != before["refresh_token"]
    assert zalo.account.old_secrets["refresh_token"] == before["refresh_token"]
    assert not zalo.channel.renewal_due(zalo.account, zalo.sim.now())


def test_a_token_nobody_knows_asks_for_renewal(zalo: Any) -> None:
    secrets = {**zalo.account.secrets, "access_token": "khong-ai-biet"}
    with pytest.raises(TryAgain) as lost:
        zalo.channel.verify(replace(zalo.account, secrets=secrets))
    assert lost.value.renew
    with pytest.raises(TryAgain) as none:
        zalo.channel.verify(replace(zalo.account, secrets={}))
    assert none.value.renew


def test_the_new_pair_is_durable_before_anything_uses_it(zalo: Any) -> None:
    seen: list[int] = []

    def keep(secrets: Mapping[str, str]) -> None:
        seen.append(len(zalo.sim.requests))
        assert secrets["access_token"] != zalo.account.secrets["access_token"]
        assert secrets["oa_secret"] == "khoa-rieng"
        zalo.keep(secrets)

    zalo.account = replace(zalo.account, secrets={**zalo.account.secrets, "oa_secret": "khoa-rieng"})
    zalo.channel.renew(zalo.account, keep)
    assert seen == [len(zalo.sim.requests)] and zalo.sim.grants.renewals == 1
    zalo.channel.verify(zalo.account)


@pytest.mark.parametrize("fault", ["drop_before", "error_before", "rate_limit"])
def test_a_passing_trouble_never_disconnects(zalo: Any, fault: str) -> None:
    kept: list[Mapping[str, str]] = []
    zalo.sim.order(TOKEN, fault)
    with pytest.raises(TryAgain):
        zalo.channel.renew(zalo.account, kept.append)
    zalo.channel.renew(zalo.account, zalo.keep)
    zalo.channel.verify(zalo.account)
    assert kept == []


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "garbage"])
def test_a_rotation_whose_answer_was_lost_ends_with_a_new_consent_in_clear_words(zalo: Any, fault: str) -> None:
    zalo.channel.renew(zalo.account, zalo.keep)
    zalo.sim.order(TOKEN, fault)
    with pytest.raises(TryAgain):
        zalo.channel.renew(zalo.account, zalo.keep)
    before = zalo.calls(TOKEN)
    with pytest.raises(NeedsPerson, match="bấm Kết nối lại và đồng ý") as end:
        zalo.channel.renew(zalo.account, zalo.keep)
    assert end.value.next_step is NextStep.RECONNECT
    assert zalo.calls(TOKEN) == before + 2
    zalo.grant()
    assert zalo.published().settled


def test_a_crash_before_the_pair_was_durable_stores_nothing(zalo: Any) -> None:
    def crash(_: Mapping[str, str]) -> None:
        raise RuntimeError("power cut")

    before = zalo.account
    with pytest.raises(RuntimeError):
        zalo.channel.renew(zalo.account, crash)
    assert zalo.account == before
    with pytest.raises(NeedsPerson):
        zalo.channel.renew(zalo.account, zalo.keep)
    zalo.channel.verify(zalo.account)


def test_a_stored_pair_zalo_does_not_know_falls_back_on_the_one_before(zalo: Any) -> None:
    good = zalo.account.secrets
    zalo.keep({**good, "refresh_token": "chua-tung-co", "access_token": "chua-tung-co"})
    zalo.channel.renew(zalo.account, zalo.keep)
    assert zalo.calls(TOKEN) == 2
    zalo.channel.verify(zalo.account)


def test_an_answer_without_refresh_token_never_empties_the_stored_one(zalo: Any) -> None:
    zalo.sim.set_modes(lose_refresh_token=True)
    zalo.channel.renew(zalo.account, zalo.keep)
    assert zalo.account.secrets["refresh_token"] == zalo.account.old_secrets["refresh_token"] != ""
    zalo.channel.verify(zalo.account)


def test_a_wrong_application_secret_is_no_reason_to_try_the_older_pair(zalo: Any) -> None:
    zalo.account = replace(zalo.account, old_secrets={"refresh_token": "cap-truoc"})
    zalo.configure(app_secret="khoa-sai")
    with pytest.raises(NeedsPerson) as refused:
        zalo.channel.renew(zalo.account, zalo.keep)
    assert refused.value.next_step is NextStep.CALL_SUPPORT and zalo.calls(TOKEN) == 1


def test_life_without_a_readable_end_is_taken_as_short(zalo: Any) -> None:
    now = zalo.sim.now()
    assert tokens.expiry(tokens.pair({"access_token": "a", "expires_in": "?"}, now)) == now + timedelta(hours=1)
    assert tokens.expiry(tokens.pair({"access_token": "a", "expires_in": "90000"}, now)) == now + timedelta(hours=25)


def test_pkce_is_the_raw_digest_without_padding() -> None:
    assert (
        tokens.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )
    assert len(tokens.new_verifier()) == 43


# Whether it may post


def test_verify_notices_a_token_of_another_oa(zalo: Any) -> None:
    zalo.settings(oa_id="4000000000000000002")
    with pytest.raises(NeedsPerson, match="của một OA khác"):
        zalo.channel.verify(zalo.account)


def test_verify_notices_an_oa_that_is_not_verified(zalo: Any) -> None:
    zalo.sim.oas["4000000000000000001"].verified = False
    with pytest.raises(NeedsPerson, match="chưa được Zalo xác thực"):
        zalo.channel.verify(zalo.account)


def test_consent_taken_back_asks_for_renewal_and_then_for_a_person(zalo: Any) -> None:
    zalo.sim.revoke()
    with pytest.raises(TryAgain) as first:
        zalo.channel.verify(zalo.account)
    assert first.value.renew
    with pytest.raises(NeedsPerson):
        zalo.channel.renew(zalo.account, zalo.keep)


def test_the_proof_is_sent_only_where_it_is_switched_on(zalo: Any) -> None:
    zalo.sim.set_modes(proof_required=True)
    with pytest.raises(NeedsPerson, match="appsecret_proof"):
        zalo.channel.verify(zalo.account)
    zalo.configure(appsecret_proof=True)
    zalo.channel.verify(zalo.account)
