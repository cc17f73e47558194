"""A channel that prints an article on the console of the worker."""

from channel_plugins import Account, Channel, ChannelInfo, Host, Limits, Payload, Post, Preview, Receipt
from channel_plugins.settings import ChannelSettings, number_field


class ConsoleSettings(ChannelSettings):
    """What a unit may choose."""

    width = number_field("Số cột", "Dòng dài hơn sẽ được xuống dòng.", default=72, least=40, most=120)


class ConsoleChannel(Channel):
    """Prints title and text between two rules."""

    info = ChannelInfo(
        name="console",
        label="Màn hình máy chủ",
        description="In bài ra màn hình, để thử.",
        icon="terminal",
        outlet="file",
        repeat_is_safe=True,
        doc="loa_console/README.md",
    )
    limits = Limits(max_title=120, max_text=4_000)
    SettingsSchema = ConsoleSettings

    def render(self, post: Post, account: Account) -> Payload:
        """Return the lines that will be printed."""
        rule = "=" * account.settings["width"]
        lines = [rule, post.title, "", *post.body_text.splitlines(), rule]
        return Payload(self.info.name, {"lines": lines})

    def preview(self, payload: Payload) -> Preview:
        """Return the same lines as text."""
        return Preview("text", "\n".join(payload.data["lines"]))

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Print the lines; the key names the print-out."""
        print("\n".join(payload.data["lines"]))
        return Receipt(remote_id=key)
