"""Secrets at rest and out of messages."""

import base64
from urllib.parse import quote

import pytest

from tenants.secrets import InvalidSecret, SecretBox, place, redact

OLD = bytes(range(32))
NEW = bytes(range(32, 64))
HERE = place("channel_account", 7, 12)
TOKEN = "EAAB-mật-khẩu"


def test_a_secret_comes_back_and_is_not_readable_in_between() -> None:
    box = SecretBox([OLD])
    stored = box.encrypt(TOKEN, HERE)
    assert box.decrypt(stored, HERE) == TOKEN
    assert stored.isascii()
    assert "EAAB" not in stored
    assert TOKEN.encode() not in base64.urlsafe_b64decode(stored.rpartition(".")[2])


def test_the_same_secret_looks_different_each_time() -> None:
    box = SecretBox([OLD])
    assert box.encrypt(TOKEN, HERE) != box.encrypt(TOKEN, HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        place("channel_account", 7, 13),
        place("channel_account", 8, 12),
        place("unit_setting", 7, 12),
        place("channel_account", 71, 2),
    ],
)
def test_a_secret_does_not_open_in_another_row_unit_or_table(elsewhere: str) -> None:
    box = SecretBox([OLD])
    with pytest.raises(InvalidSecret):
        box.decrypt(box.encrypt(TOKEN, HERE), elsewhere)


def test_a_new_key_in_front_still_opens_old_secrets() -> None:
    stored = SecretBox([OLD]).encrypt(TOKEN, HERE)
    both = SecretBox([NEW, OLD])
    assert both.decrypt(stored, HERE) == TOKEN
    assert both.needs_rotation(stored)
    rotated = both.rotate(stored, HERE)
    assert not both.needs_rotation(rotated)
    assert both.rotate(rotated, HERE) == rotated
    assert SecretBox([NEW]).decrypt(rotated, HERE) == TOKEN
    with pytest.raises(InvalidSecret, match="key"):
        SecretBox([NEW]).decrypt(stored, HERE)


def test_every_damaged_value_is_refused_without_showing_it() -> None:
    box = SecretBox([OLD])
    stored = box.encrypt(TOKEN, HERE)
    middle = len(stored) // 2
    flipped = stored[:middle] + ("A" if stored[middle] != "A" else "B") + stored[middle + 1 :]
    for damaged in ["", "x", "EAAB-mật", stored[:-4], stored[:20], flipped, stored + "é", stored[1:]]:
        with pytest.raises(InvalidSecret) as caught:
            box.decrypt(damaged, HERE)
        assert not damaged or damaged not in str(caught.value) or damaged == "x"
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("keys", [[], [b"short"], [OLD, b""]])
def test_bad_keys_are_refused_at_the_start(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="key") as caught:
        SecretBox(keys)
    assert "short" not in str(caught.value)


def test_the_box_never_shows_its_keys() -> None:
    assert repr(SecretBox([OLD, NEW])) == "SecretBox(2 keys)"


@pytest.mark.parametrize("parts", [("", 1, 2), ("a|b", 1, 2), ("a", None, 2), ("a", 1, "2|3"), ("a", 1, "")])
def test_places_cannot_be_mistaken_for_each_other(parts: tuple[str, object, object]) -> None:
    with pytest.raises(ValueError, match="place"):
        place(*parts)


def test_messages_lose_secrets_in_every_spelling() -> None:
    secret = "p@ss w/ord=1"
    basic = base64.b64encode(secret.encode()).decode()
    message = f"GET /?token={quote(secret, safe='')} body {secret} basic {basic} long {secret}9"
    assert redact(message, [secret, secret + "9"]) == "GET /?token=*** body *** basic *** long ***"


def test_short_words_and_other_text_stay() -> None:
    assert redact("Bài viết đã đăng", ["", "đã", "khác hẳn"]) == "Bài viết đã đăng"
