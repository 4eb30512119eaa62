"""Addresses that people entered: which are taken, and which host a browser would open for them."""

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

import idna

from coaching.safe_text import SafeText, escape

LONGEST_ADDRESS = 500
"""Characters; Slack takes 3,000, but a card may have ten links."""

LONGEST_HOST_SHOWN = 60
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def host_of(address: str) -> str | None:
    """Return the host that a browser opens, in ASCII; None when the address is not taken.

    Not taken is what people and programs read differently: other schemes than http and https, a backslash
    (browsers read it as a slash), a name or password before the host, spaces and invisible characters, and
    hosts that are neither a name nor an IP address in its usual form.
    """
    if len(address) > LONGEST_ADDRESS or "\\" in address:
        return None
    if any(sign.isspace() or not sign.isprintable() for sign in address):
        return None
    try:
        parts = urlsplit(address)
        return _host(parts) if parts.scheme in ("http", "https") else None
    except ValueError:  # A broken port or IP address, or a label that IDNA refuses.
        return None


def _host(parts: SplitResult) -> str | None:
    host = parts.hostname
    if host is None or "@" in parts.netloc or (parts.port is None and parts.netloc.endswith(":")):
        return None
    if parts.netloc.startswith("["):
        return None if "%" in host else f"[{IPv6Address(host)}]"
    name = host if host.isascii() else idna.encode(host, uts46=True).decode()
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        return None
    # Browsers read 2130706433 and 0x7f.1 as IP addresses.
    return str(IPv4Address(name)) if NUMBER.fullmatch(labels[-1]) else name


def link_markup(address: str) -> SafeText:
    """Return a link that is shown by its host; an address that is not taken is shown as text alone.

    A long host is cut at its beginning, because its end says whose it is.
    """
    host = host_of(address)
    if host is None:
        return escape(address)
    label = host if len(host) <= LONGEST_HOST_SHOWN else f"…{host[-LONGEST_HOST_SHOWN:]}"
    safe = escape(address).replace("|", "%7C")
    return SafeText(f"<{safe}|{escape(label)}>")
