"""Local servers that behave like the services channels talk to, faults included. Nothing here reaches the network.

    loa simulate facebook --port 8201

starts one by hand; tests and the demonstration start them with `server.running`.
"""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Startable:
    """A simulator that can be started by its name; its module is loaded only then.

    Args:
        module, factory: where its class is.
        port: where it listens unless told otherwise.
        settings: what to set in the environment and in the settings of the channel, with `{address}` and `{host}`.
    """

    module: str
    factory: str
    port: int
    settings: tuple[str, ...]


#: Every simulator, by the name of its service.
KNOWN: dict[str, Startable] = {
    "facebook": Startable(
        "facebook",
        "FacebookSimulator",
        8201,
        (
            "LOA_SIMULATOR_HOSTS={host}",
            "LOA_CHANNEL_FACEBOOK__GRAPH_URL={address}",
            "LOA_CHANNEL_FACEBOOK__DIALOG_URL={address}",
            "LOA_CHANNEL_FACEBOOK__APP_ID=700100200300400",
            "LOA_CHANNEL_FACEBOOK__APP_SECRET=khoa-mo-phong-0123456789abcdef",
            "LOA_CHANNEL_FACEBOOK__VERIFY_TOKEN=xac-nhan-mo-phong",
        ),
    ),
    "zalo": Startable(
        "zalo",
        "ZaloSimulator",
        8202,
        (
            "LOA_SIMULATOR_HOSTS={host}",
            "LOA_CHANNEL_ZALO__OAUTH_URL={address}/v4/oa",
            "LOA_CHANNEL_ZALO__OPENAPI_URL={address}",
            "LOA_CHANNEL_ZALO__APP_ID=1234567890123456789",
            "LOA_CHANNEL_ZALO__APP_SECRET=khoa-ung-dung-mau",
            "LOA_CHANNEL_ZALO__OA_SECRET=khoa-oa-mau",
            "LOA_CHANNEL_ZALO__CHECK_COVER=false",
        ),
    ),
    "wordpress": Startable(
        "wordpress",
        "WordPressSimulator",
        8203,
        (
            "LOA_SIMULATOR_HOSTS={host}",
            "Địa chỉ trang: {address}",
            "Tên đăng nhập WordPress: loa-truong",
            "Mật khẩu ứng dụng: mauk hong phai that 1234 5678",
        ),
    ),
    "webhook": Startable(
        "webhook",
        "WebhookSimulator",
        8204,
        (
            "LOA_SIMULATOR_HOSTS={host}",
            "Địa chỉ nhận: {address}/nhan-bai",
            "Khóa ký: whsec_a2hvYSBtYXUga2hvbmcgcGhhaSB0aGF0",
        ),
    ),
    "mail": Startable(
        "mail",
        "MailSimulator",
        8205,
        (
            "LOA_SIMULATOR_HOSTS={host},127.0.0.1:{smtp},127.0.0.1:{pop}",
            "Máy chủ gửi thư (SMTP): 127.0.0.1, cổng {smtp}, mã hóa: không (máy mô phỏng)",
            "Máy chủ đọc thư bị trả về (POP3): 127.0.0.1, cổng {pop}, mã hóa: không (máy mô phỏng)",
        ),
    ),
}


@dataclass(frozen=True)
class Started:
    """A running simulator: its address and what to set for it, line by line."""

    simulator: Any
    address: str
    settings: tuple[str, ...]


@contextmanager
def start(name: str, port: int = 0, keep: Path | None = None) -> Iterator[Started]:
    """Serve the simulator called `name`; port 0 takes a free one.

    Args:
        keep: a file of the caller's own in which the simulator's world outlives it; None forgets it.

    Raises: KeyError with a Vietnamese sentence when there is none of this name; OSError when the port is taken.
    """
    if name not in KNOWN:
        raise KeyError(f"Không có máy chủ giả «{name}». Các máy chủ giả đang có: {', '.join(sorted(KNOWN))}.")
    known = KNOWN[name]
    module = importlib.import_module(f"{__name__}.{known.module}")
    simulator = _kept(keep) or getattr(module, known.factory)()
    with _serving(name, module, simulator, port) as places:
        host = urlsplit(places["address"]).netloc
        lines = tuple(line.format(host=host, **places) for line in known.settings)
        yield Started(simulator, places["address"], lines)
    if keep is not None:
        keep.write_bytes(pickle.dumps(simulator))


def _kept(keep: Path | None) -> Any:
    if keep is None or not keep.exists():
        return None
    return pickle.loads(keep.read_bytes())  # noqa: S301  (written by `start` into a folder of the demonstration)


def _serving(name: str, module: Any, simulator: Any, port: int) -> AbstractContextManager[dict[str, Any]]:
    return _mail(module, simulator, port) if name == "mail" else _http(simulator, port)


@contextmanager
def _http(simulator: Any, port: int) -> Iterator[dict[str, Any]]:
    server: Callable[..., Any] = importlib.import_module(f"{__name__}.server").running
    with server(simulator, port) as address:
        yield {"address": address}


@contextmanager
def _mail(module: Any, simulator: Any, port: int) -> Iterator[dict[str, Any]]:
    further = (port + 20, port + 30) if port else (0, 0)
    with module.running_mail(simulator, port, *further) as places:
        yield {"address": places.http, "smtp": places.smtp_port, "pop": places.pop_port}
