"""Under which names, from which machines and with which token may one ask?"""

import hmac
import ipaddress
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from resona.errors import ConfigError

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
LEAST_TOKEN_LETTERS = 16
USUAL_PORTS = (80, 443)  # which browsers leave out


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may ask.

    Attributes
    ----------
    hosts
        Names under which the server may be addressed, besides loopback's; ports and upper case make no difference.
    is_any_address_allowed
        Any numeric address will do as a name: for a server that listens on all of them. A rebinding attack needs a
        name of its own.
    token
        What a client must know; empty on loopback.
    root_path
        Under which a proxy shows the server, such as "/resona"; the proxy may take it off or leave it on.
    proxies
        Addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are believed. X-Forwarded-Host never is:
        proxies hand on what a client invents; they are to hand on Host.

    Examples
    --------
    >>> access = Access(hosts=frozenset({"Music.Example:8443"}), root_path="resona/")
    >>> access.is_host_allowed("MUSIC.example"), access.root_path
    (True, '/resona')
    """

    hosts: frozenset[str] = frozenset()
    is_any_address_allowed: bool = False
    token: str = ""
    root_path: str = ""
    proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = {host: host_name(host) for host in self.hosts}
        wrong = [host for host, name in names.items() if not name]
        if wrong:
            raise ConfigError(f"{wrong[0]!r} is no name of a host, such as music.example")
        root_path = "/".join(["", *filter(None, self.root_path.split("/"))])
        if not re.fullmatch(r"(/(?!\.{1,2}(/|$))[\w.~-]+)*", root_path, re.ASCII):
            raise ConfigError(f"{self.root_path!r} is no root path, such as /resona")
        for proxy in self.proxies:
            try:
                ipaddress.ip_network(proxy)
            except ValueError as error:
                raise ConfigError(f"{proxy!r} is no address or network of a proxy: {error}") from error
        object.__setattr__(self, "hosts", frozenset(names.values()))
        object.__setattr__(self, "root_path", root_path)

    def is_host_allowed(self, host: str) -> bool:
        """Say whether a Host header is one of ours."""
        name = host_name(host)
        return name in LOOPBACK_NAMES or name in self.hosts or (self.is_any_address_allowed and _is_address(name))

    def knows_token(self, presented: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(presented.encode("utf-8", "replace"), self.token.encode())


def host_name(host: str) -> str:
    """Take the port off a host, and write its name as it is compared; empty where it is none.

    Examples
    --------
    >>> host_name("LOCALHOST:8080"), host_name("[::1]:8080"), host_name("::1"), host_name("Müsic.example.")
    ('localhost', '::1', '::1', 'xn--msic-0ra.example')
    >>> host_name("a@b"), host_name("["), host_name("a:b"), host_name("a b")
    ('', '', '', '')
    """
    if _is_address(host):
        return str(ipaddress.ip_address(host))
    if re.search(r"[\s@/?#\\]", host):
        return ""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
        name = (parts.hostname or "").removesuffix(".").encode("idna").decode()
    except ValueError:
        return ""
    return str(ipaddress.ip_address(name)) if _is_address(name) else name


def is_same_place(origin: str, host: str) -> bool:
    """Say whether an Origin header names the same server as a Host header.

    The scheme is not compared: where a proxy speaks HTTPS for us, Host says nothing of it.

    Examples
    --------
    >>> is_same_place("https://music.example", "MUSIC.example:443"), is_same_place("null", "localhost")
    (True, False)
    >>> is_same_place("http://localhost:9999", "localhost:8642")
    False
    """
    scheme, _, place = origin.partition("://")
    return scheme in ("http", "https") and bool(host_name(place)) and _place(place) == _place(host)


def read_token(path: Path) -> str:
    """Read the token in a file; make one, for its owner's eyes alone, where there is no file.

    Raises
    ------
    ConfigError
        If it cannot be read or made, or holds no token.
    """
    try:
        if not path.exists():
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24) + "\n")
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the token file {str(path)!r} cannot be used: {error}") from error
    if not re.fullmatch(rf"[!-~]{{{LEAST_TOKEN_LETTERS},}}", token):
        raise ConfigError(f"{str(path)!r} holds no token: one line of {LEAST_TOKEN_LETTERS} or more letters and digits")
    return token


def _place(host: str) -> tuple[str, int | None]:
    name = host_name(host)
    port = urlsplit(f"//{host}").port if name and not _is_address(host) else None
    return name, None if port in USUAL_PORTS else port


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
