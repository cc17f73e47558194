"""Which network addresses a channel may reach: public ones, checked after name resolution, on the connection itself."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

_HOLDS_IPV4 = tuple(ipaddress.IPv6Network(net) for net in ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96"))
"""An IPv4 address stands in the last 32 bits: RFC 6052 2.1 (NAT64), RFC 4291 2.5.5.1, RFC 2765 2.1."""

_LOCAL_TRANSLATION = ipaddress.IPv6Network("64:ff9b:1::/48")
"""RFC 8215: translation inside one network."""


class RefusedAddress(OSError):
    """A host name that leads to a private, loopback or link-local address."""


def is_private(host: str) -> bool:
    """Return whether `host` is an address literal, or the name localhost, that is not on the public internet."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address in _LOCAL_TRANSLATION:
            return True
        address = _ipv4_inside(address) or address
    return not address.is_global or address.is_multicast


def _ipv4_inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address to which a gateway or the system itself would lead; None for an address of its own."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if any(address in net for net in _HOLDS_IPV4):
        return ipaddress.IPv4Address(address.packed[-4:])
    return None


def public_addresses(host: str, port: int) -> list[str]:
    """Return the addresses of `host`.

    Raises:
        RefusedAddress: any of them is not public: a name with both kinds is an attack or a mistake.
        socket.gaierror: the name does not exist.
    """
    found = list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    if any(is_private(address.split("%")[0]) for address in found):
        raise RefusedAddress(f"{host} leads to a private address")
    return found


def _connect(connection: HTTPConnection) -> socket.socket:
    """Open the socket to an address that was checked, so that a second resolution cannot lead elsewhere."""
    host, port = connection.host, connection.port or connection.default_port
    try:
        addresses = public_addresses(host.strip("[]"), port)
    except socket.gaierror as error:
        raise NameResolutionError(host, connection, error) from error
    last: OSError | None = None
    for address in addresses:
        try:
            return create_connection(
                (address, port), connection.timeout, connection.source_address, connection.socket_options
            )
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, f"connecting to {host} timed out") from error
        except OSError as error:
            last = error
    raise NewConnectionError(connection, f"no connection to {host}: {last}") from last


class _PublicHTTPConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _PublicHTTPSConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PublicHTTPConnection


class _PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPSConnection


class PublicAdapter(HTTPAdapter):
    """A `requests` adapter that opens connections to public addresses only, and to the named private hosts.

    It never repeats a request by itself.
    """

    def __init__(self, private_hosts: Iterable[str] = ()) -> None:
        self._private_hosts = frozenset(private_hosts)
        self._private = HTTPAdapter(max_retries=0)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools with the connections of this module."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PublicHTTPPool, "https": _PublicHTTPSPool}

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Send, over an ordinary connection when the host was named as a simulator."""
        netloc = str(request.url).split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0].lower()
        if netloc in self._private_hosts:
            return self._private.send(request, *args, **kwargs)
        return super().send(request, *args, **kwargs)

    def close(self) -> None:
        """Close both kinds of connections."""
        self._private.close()
        super().close()
