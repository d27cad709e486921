"""The names that a service may be asked under.

A web page can have a name of its own point to 127.0.0.1, and then read, as its own, whatever a service there answers
without a key (DNS rebinding). The browser still says in ``Host`` which name it asked.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

_PORT = re.compile(r":\d*$", re.ASCII)


@dataclass(frozen=True)
class Hosts:
    """``names``, in lower case, and those of this machine: ``localhost`` and loopback addresses."""

    names: frozenset[str]

    def hold(self, header: str) -> bool:
        """Whether ``header``, as a request's ``Host`` has it, is one of them; its port is not looked at.

        None at all, as HTTP/1.0 allows, is no name of another: every browser sends one.
        """
        name = _name(header)
        return not name or name in self.names or is_loopback(name)


def hosts_of(address: str, configured: str, asks_for_key: bool) -> Hosts | None:
    """The names for a service that listens at ``address``; None: any.

    ``configured``: names between white space. Without them, only what answers this machine without a key has to know
    its name: a page of others has no key, and what everybody may reach has nothing to hide from a page.
    """
    names = frozenset(map(_name, configured.split()))
    return Hosts(names) if names or (is_loopback(address) and not asks_for_key) else None


def _name(header: str) -> str:
    return _PORT.sub("", header.strip()).removesuffix(".").strip("[]").lower()


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches ``host``."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
