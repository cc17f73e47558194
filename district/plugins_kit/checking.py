"""The contract suite over an installed channel, as a report people can read."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
from dataclasses import dataclass

from channel_plugins import Channel, ChannelManager
from channel_plugins.conformance import Finding, run, suite_for
from channel_plugins.contract_basis import Basis
from channel_plugins.manager import BUILT_IN
from district.plugins_kit.words import said

SUITE_MODULE = "suite"
SUITE_CLASS = "Suite"
SUITES = "channel_plugins.suites"


@dataclass(frozen=True)
class Report:
    """What the suite found about one channel.

    Args:
        source: what brought the channel, in words.
        whole: False when a channel with a network brought no conversation, so that only the common part was checked.
    """

    name: str
    label: str
    source: str
    findings: tuple[Finding, ...]
    whole: bool

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not any(finding.error for finding in self.findings)

    def lines(self) -> list[str]:
        """Return the report; the last line is the certificate."""
        found = [f"Kênh «{self.label}» ({self.name}), {self.source}", ""]
        for finding in self.findings:
            found.append(f"  {'✗' if finding.error else '✓'} {said(finding.name)}")
            if finding.error:
                found += [f"      {line}" for line in finding.error.splitlines()[:6]]
        return [*found, "", self.certificate()]

    def certificate(self) -> str:
        """Return the sentence that sums the report up."""
        total = len(self.findings)
        wrong = sum(bool(finding.error) for finding in self.findings)
        if wrong:
            return f"CHƯA ĐẠT: {wrong}/{total} mục chưa đúng. Kênh «{self.name}» chưa nên dùng cho trường nào."
        if not self.whole:
            return (
                f"ĐẠT PHẦN CHUNG: {total}/{total} mục. Kênh «{self.name}» có mạng nhưng không kèm bộ kiểm tra riêng "
                f"({SUITE_MODULE}.py), nên các lời gọi tới dịch vụ chưa được kiểm ở đây."
            )
        return f"ĐẠT: kênh «{self.name}» giữ đúng hợp đồng kênh, {total}/{total} mục."


def source_of(manager: ChannelManager, name: str) -> str:
    """Return in words what brought a channel."""
    origin = manager.origin(name)
    if origin in BUILT_IN:
        return "có sẵn trong Loa Trường"
    package, _, _ = origin.partition(":")
    try:
        version = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return f"từ {origin}"
    return f"từ gói {package} {version}"


def check(manager: ChannelManager, name: str) -> Report:
    """Return what the suite finds about the channel called `name`. Nothing reaches the network.

    Raises:
        KeyError: there is no such channel; the message names those that exist.
    """
    channel = manager.get(name)
    own = own_suite(channel)
    findings = run(own or suite_for(channel))
    whole = own is not None or channel.info.outlet != "remote"
    return Report(name, channel.info.label, source_of(manager, name), tuple(findings), whole)


def own_suite(channel: Channel) -> Basis | None:
    """Return the suite of a channel: of ours from `channel_plugins.suites`, else `suite.Suite` beside its module; None
    when there is none.
    """
    package = type(channel).__module__.rpartition(".")[0]
    if not package:
        return None
    place = f"{SUITES}.{channel.info.name}" if package in BUILT_IN else f"{package}.{SUITE_MODULE}"
    try:
        module = importlib.import_module(place)
    except ModuleNotFoundError as error:
        if error.name == place:
            return None
        raise
    suite = getattr(module, SUITE_CLASS, None)
    return suite() if inspect.isclass(suite) and issubclass(suite, Basis) else None
