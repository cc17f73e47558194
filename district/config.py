"""The configuration: read once from the environment into a frozen object that refuses to start with a sentence."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class BadConfiguration(Exception):
    """The environment does not describe a service that can run.

    Args:
        problems: one sentence for each thing that is wrong; all of them, not only the first.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Chưa thể khởi động:\n" + "\n".join(f"  - {p}" for p in problems))
        self.problems = problems


@dataclass(frozen=True)
class Config:
    """Everything the service may be told from outside.

    Args:
        database_url: SQLAlchemy address; ``sqlite:////absolute/path`` or ``postgresql+psycopg://``.
        migration_url: the same database as the owner of the tables; only migrations use it.
        secret_key: signs cookies.
        secrets_keys: 32-byte keys for channel secrets; the first encrypts, all decrypt.
        data_dir: files of the units.
        base_url: address at which people reach the service, without trailing slash.
        proxy_hops: how many reverse proxies stand in front (their headers are trusted exactly so far).
        secure_cookies: cookies over HTTPS only; False only for a trial on one's own machine.
        channels: names of built-in channels to load; None loads all.
        demo: whether this installation shows demonstration accounts on the sign-in page.
        channel_options: per channel, what the installation fills in once (``LOA_CHANNEL_FACEBOOK__APP_ID=...``).
        simulator_hosts: ``host:port`` on this machine that channels may call besides their own services.
    """

    database_url: str
    migration_url: str
    secret_key: str = field(repr=False)
    secrets_keys: tuple[bytes, ...] = field(repr=False)
    data_dir: Path
    base_url: str
    proxy_hops: int = 0
    secure_cookies: bool = True
    channels: tuple[str, ...] | None = None
    timezone: str = "Asia/Ho_Chi_Minh"
    demo: bool = False
    log_level: str = "INFO"
    channel_options: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    simulator_hosts: tuple[str, ...] = ()

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Config:
        """Read the ``LOA_*`` variables.

        Args:
            env: the environment; None reads the process's.

        Raises:
            BadConfiguration: with one sentence for each problem.
        """
        source = os.environ if env is None else env
        problems: list[str] = []
        database_url = source.get("LOA_DATABASE_URL", "")
        if not database_url.startswith(("sqlite:////", "postgresql+psycopg://")):
            problems.append(
                "LOA_DATABASE_URL phải là địa chỉ cơ sở dữ liệu, ví dụ sqlite:////srv/loa/loa.db "
                "hoặc postgresql+psycopg://loa_app@/loa."
            )
        secret_key = source.get("LOA_SECRET_KEY", "")
        if len(secret_key) < 32:
            problems.append("LOA_SECRET_KEY phải là chuỗi ngẫu nhiên dài ít nhất 32 ký tự (tạo bằng: loa keys).")
        keys = _keys(source.get("LOA_SECRETS_KEYS", ""), problems)
        data_dir = Path(source.get("LOA_DATA_DIR", ""))
        if not data_dir.is_absolute():
            problems.append("LOA_DATA_DIR phải là đường dẫn tuyệt đối tới thư mục lưu tệp, ví dụ /srv/loa/files.")
        base_url = source.get("LOA_BASE_URL", "").rstrip("/")
        if not base_url.startswith(("http://", "https://")):
            problems.append("LOA_BASE_URL phải là địa chỉ người dùng mở, ví dụ https://loa.example.vn.")
        hops = source.get("LOA_PROXY_HOPS", "0")
        if not hops.isdigit():
            problems.append("LOA_PROXY_HOPS phải là số proxy đứng trước, ví dụ 1.")
        timezone = source.get("LOA_TIMEZONE", "Asia/Ho_Chi_Minh")
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError):
            problems.append(f"LOA_TIMEZONE «{timezone}» không phải tên múi giờ, ví dụ Asia/Ho_Chi_Minh.")
        if problems:
            raise BadConfiguration(problems)
        return cls(
            database_url=database_url,
            migration_url=source.get("LOA_MIGRATION_URL", database_url),
            secret_key=secret_key,
            secrets_keys=keys,
            data_dir=data_dir,
            base_url=base_url,
            proxy_hops=int(hops),
            secure_cookies=base_url.startswith("https://"),
            channels=_names(source.get("LOA_CHANNELS", "")) or None,
            timezone=timezone,
            demo=source.get("LOA_DEMO", "") == "1",
            log_level=source.get("LOA_LOG_LEVEL", "INFO"),
            channel_options=_channel_options(source),
            simulator_hosts=_names(source.get("LOA_SIMULATOR_HOSTS", "")),
        )


def _channel_options(source: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, value in source.items():
        if name.startswith("LOA_CHANNEL_"):
            channel, _dot, option = name.removeprefix("LOA_CHANNEL_").lower().partition("__")
            found.setdefault(channel, {})[option] = value
    return found


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _keys(text: str, problems: list[str]) -> tuple[bytes, ...]:
    keys = []
    for name in _names(text):
        try:
            key = base64.urlsafe_b64decode(name)
        except (binascii.Error, ValueError):
            key = b""
        keys.append(key)
    if not keys or any(len(key) != 32 for key in keys):
        problems.append(
            "LOA_SECRETS_KEYS phải gồm một hay nhiều khóa 32 byte viết bằng base64, cách nhau bằng dấu phẩy "
            "(tạo bằng: loa keys)."
        )
    return tuple(keys)
