"""The configuration refuses to start, and says everything that is wrong at once."""

from __future__ import annotations

import base64

import pytest

from district.config import BadConfiguration, Config

GOOD = {
    "LOA_DATABASE_URL": "sqlite:////srv/loa/loa.db",
    "LOA_SECRET_KEY": "x" * 40,
    "LOA_SECRETS_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
    "LOA_DATA_DIR": "/srv/loa/files",
    "LOA_BASE_URL": "https://loa.example.vn/",
}


def test_a_good_environment_is_read_once_and_frozen() -> None:
    config = Config.from_env(GOOD)
    assert config.base_url == "https://loa.example.vn"
    assert config.secure_cookies
    assert config.migration_url == config.database_url
    with pytest.raises(AttributeError):
        config.demo = True  # type: ignore[misc]
    assert "x" * 40 not in repr(config)


def test_every_problem_is_named_in_one_go() -> None:
    with pytest.raises(BadConfiguration) as refusal:
        Config.from_env({})
    named = "\n".join(refusal.value.problems)
    for variable in ("LOA_DATABASE_URL", "LOA_SECRET_KEY", "LOA_SECRETS_KEYS", "LOA_DATA_DIR", "LOA_BASE_URL"):
        assert variable in named


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LOA_DATABASE_URL", "mysql://loa"),
        ("LOA_SECRET_KEY", "ngắn"),
        ("LOA_SECRETS_KEYS", "không-phải-base64"),
        ("LOA_SECRETS_KEYS", base64.urlsafe_b64encode(b"k" * 16).decode()),
        ("LOA_DATA_DIR", "tuong/doi"),
        ("LOA_BASE_URL", "loa.example.vn"),
        ("LOA_PROXY_HOPS", "nhiều"),
        ("LOA_TIMEZONE", "Sao/Hoa"),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence_about_it(variable: str, value: str) -> None:
    with pytest.raises(BadConfiguration) as refusal:
        Config.from_env({**GOOD, variable: value})
    assert [problem for problem in refusal.value.problems if variable in problem]
    assert len(refusal.value.problems) == 1
