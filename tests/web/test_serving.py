"""Behind a proxy: names, paths, headers and tokens; and the real nginx and Caddy, configured as the manual says."""

import json
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

import click
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from resona.cli.main import cli
from resona.errors import ConfigError
from resona.library import Library
from resona.web import create_app
from resona.web.access import Access, read_token
from resona.web.guard import COOKIE

MANUAL = Path(__file__).parents[2] / "docs" / "serving.md"
TOKEN = "the-token-of-this-test"  # noqa: S105 - of nothing else
BEARER = {"authorization": f"Bearer {TOKEN}"}
HOST = "music.example"


@pytest.fixture
def open_client(shelf: Library, serve: Callable[..., FastAPI]) -> Callable[..., TestClient]:
    """Give clients at a proxy's address."""
    access = Access(
        hosts=frozenset({"Music.Example:8443"}), token=TOKEN, root_path="resona/", proxies=("10.0.0.9", "10.1.0.0/16")
    )
    app = serve(shelf, access)
    return lambda peer="10.0.0.9": TestClient(app, base_url=f"http://{HOST}", client=(peer, 1), follow_redirects=False)


@pytest.mark.parametrize("prefix", ["", "/resona"])
def test_a_proxy_may_take_the_root_path_off_or_leave_it_on(open_client: Callable[..., TestClient], prefix: str) -> None:
    client = open_client()
    assert "<title>Resona" in client.get(f"{prefix}/", headers=BEARER).text
    assert client.get(f"{prefix}/static/app.js", headers=BEARER).status_code == 200
    assert client.get(f"{prefix}/api/v1/status", headers=BEARER).json()["tracks"] == 24
    assert client.get(f"{prefix}/openapi.json", headers=BEARER).json()["servers"] == [{"url": "/resona"}]
    assert client.get(f"{prefix}/rest/getOpenSubsonicExtensions?f=json").status_code == 200
    assert client.options(f"{prefix}/rest/ping").status_code == 204
    assert client.post(f"{prefix}/api/v1/uploads?name=a.mp3", headers=BEARER, content=bytes(200_000)).status_code != 413
    welcome = client.get(f"{prefix}/", params={"token": TOKEN})
    assert (welcome.status_code, welcome.headers["location"]) == (303, "/resona/")
    assert "Path=/resona/" in welcome.headers["set-cookie"]
    client.cookies.clear()
    for address in (f"{prefix}/api/v1/status", "/resonator/", "/resona/../api/v1/status", "/resona//api/v1/status"):
        assert client.get(address).status_code in (401, 404)


def test_the_page_asks_for_nothing_outside_its_path() -> None:
    for file in Path(create_app.__code__.co_filename).with_name("static").iterdir():
        if file.suffix in (".html", ".js", ".css"):
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"[\"'`(]/(?:static|api|rest|docs|openapi)\b", text), file.name


@pytest.mark.parametrize(
    ("peer", "forwarded", "is_secure"),
    [
        ("10.0.0.9", "https", True),
        ("10.1.2.3", "https", True),
        ("10.0.0.9", "http", False),
        ("10.0.0.9", "gopher", False),
        ("10.0.0.8", "https", False),
        ("127.0.0.1", "https", False),
    ],
)
def test_only_a_trusted_proxy_is_believed(
    open_client: Callable[..., TestClient], peer: str, forwarded: str, *, is_secure: bool
) -> None:
    headers = {"x-forwarded-proto": forwarded, "x-forwarded-for": "192.0.2.7", "x-forwarded-prefix": "/evil"}
    welcome = open_client(peer).get("/", params={"token": TOKEN}, headers=headers)
    assert ("Secure" in welcome.headers["set-cookie"]) == is_secure
    assert welcome.headers["location"] == "/resona/"
    spoofed = open_client(peer).get("/", headers={"host": "evil.example", "x-forwarded-host": HOST, **BEARER})
    assert spoofed.status_code == 421


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("MUSIC.Example:8443", "https://music.example:8443", 200),
        ("music.example:443", "https://music.example", 200),
        ("music.example.", "http://music.example:80", 200),
        ("music.example:8443", "https://music.example", 403),
        ("music.example", "https://evil.example", 403),
        ("music.example", "https://music.example@evil.example", 403),
        ("music.example", "music.example", 403),
        ("music.example:x", "https://music.example", 421),
        ("music.example.evil.example", "https://music.example", 421),
    ],
)
def test_hosts_and_origins_have_many_spellings(
    open_client: Callable[..., TestClient], host: str, origin: str, status: int
) -> None:
    answer = open_client().delete("/api/v1/failures", headers={**BEARER, "host": host, "origin": origin})
    assert answer.status_code == status


@pytest.mark.parametrize(
    "wrong",
    [
        {"hosts": frozenset({"a b"})},
        {"hosts": frozenset({"https://music.example"})},
        {"root_path": "/../x"},
        {"root_path": "/a b"},
        {"proxies": ("*",)},
        {"proxies": ("proxy.example",)},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        Access(**wrong)  # type: ignore[arg-type]


def test_a_token_file_is_made_once_and_kept(tmp_path: Path) -> None:
    token = read_token(tmp_path / "token")
    assert read_token(tmp_path / "token") == token
    assert len(token) >= 32
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    for content in (b"short", b"two words that are long enough", b"\xff" * 30):
        (tmp_path / "wrong").write_bytes(content)
        with pytest.raises(ConfigError, match="token"):
            read_token(tmp_path / "wrong")
    with pytest.raises(ConfigError, match="cannot be used"):
        read_token(tmp_path / "nowhere" / "token")


# The manual's own examples


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def test_commands_in_unit_and_container_file_can_be_given() -> None:
    (unit,) = re.findall(r"ExecStart=\S+ (.*)", block("ini"))
    start, then = (json.loads(line) for line in re.findall(r"(?:ENTRYPOINT|CMD) (\[.*\])", block("dockerfile")))
    for words in (shlex.split(unit), [*start[1:], *then]):
        assert words[0] == "--library"
        serve = cli.get_command(click.Context(cli), words[2])
        assert serve is not None
        options = {option for parameter in serve.params for option in parameter.opts}
        assert {word for word in words[3:] if word.startswith("-")} <= options


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "resona.service"
    unit.write_text(re.sub(r"(?<=ExecStart=)\S+", sys.executable, block("ini")))  # what it starts must be there
    checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.fixture
def behind(shelf: Library) -> Iterator[int]:
    """The server that a proxy on this machine asks."""
    access = Access(hosts=frozenset({HOST}), token=TOKEN, root_path="/resona", proxies=("127.0.0.1",))
    with socket.socket(proto=socket.IPPROTO_TCP) as door:
        door.bind(("127.0.0.1", 0))
        door.listen(10)
        config = uvicorn.Config(create_app(shelf, access=access), log_level="warning", proxy_headers=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        yield door.getsockname()[1]
        server.should_exit = True
        thread.join()


def run_nginx(folder: Path, port: int, behind: int) -> list[str]:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={HOST}",
         "-keyout", folder / "key", "-out", folder / "cert"],
        check=True, capture_output=True,
    )  # fmt: skip
    text = block("nginx").replace("443", f"127.0.0.1:{port}").replace("8642", str(behind))
    text = re.sub(r"(ssl_certificate) .*;", rf"\1 {folder}/cert;", text)
    text = re.sub(r"(ssl_certificate_key) .*;", rf"\1 {folder}/key;", text)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; events {{}} http {{ access_log off; {temporary} {text} }}"
    )
    return ["nginx", "-p", str(folder), "-e", f"{folder}/errors", "-c", f"{folder}/conf"]


def run_caddy(folder: Path, port: int, behind: int) -> list[str]:
    text = (
        block("caddyfile")
        .replace(f"{HOST} {{", f"https://{HOST}:{port} {{\n tls internal")
        .replace("8642", str(behind))
    )
    settings = "{\n admin off\n auto_https disable_redirects\n skip_install_trust\n"
    (folder / "Caddyfile").write_text(f"{settings} storage file_system {folder}/storage\n}}\n{text}")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


class Visitor:
    """A client that finds the name at a port of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tls = ssl.create_default_context()
        self._tls.check_hostname, self._tls.verify_mode = False, ssl.CERT_NONE

    def ask(self, method: str, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        connection = HTTPSConnection(HOST, self._port, context=self._tls)
        plain = socket.create_connection(("127.0.0.1", self._port), timeout=20)
        connection.sock = self._tls.wrap_socket(plain, server_hostname=HOST)
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()


@pytest.fixture(params=[run_nginx, run_caddy], ids=["nginx", "caddy"])
def visitor(request: pytest.FixtureRequest, behind: int, tmp_path: Path) -> Iterator[Visitor]:
    port = free_port()
    if shutil.which(request.param.__name__.removeprefix("run_")) is None:
        pytest.skip(f"{request.param.__name__.removeprefix('run_')} is not installed")
    command = request.param(tmp_path, port, behind)
    with (tmp_path / "log").open("w") as log:
        proxy = subprocess.Popen(
            command, stdout=log, stderr=log, env={"HOME": str(tmp_path), "PATH": "/usr/sbin:/usr/bin"}
        )
    visitor, end = Visitor(port), time.monotonic() + 30
    try:
        while True:
            assert proxy.poll() is None, (tmp_path / "log").read_text()
            try:
                visitor.ask("GET", "/resona/")
                break
            except OSError:
                assert time.monotonic() < end, (tmp_path / "log").read_text()
                time.sleep(0.05)
        yield visitor
    finally:
        proxy.terminate()
        proxy.wait(10)


def test_a_real_proxy_as_the_manual_configures_it(visitor: Visitor) -> None:
    assert visitor.ask("GET", "/resona/")[0].status == 401
    assert visitor.ask("GET", "/resona")[0].status in (301, 302)
    welcome, _ = visitor.ask("GET", f"/resona/?token={TOKEN}")
    assert (welcome.status, welcome.getheader("location")) == (303, "/resona/")
    cookie = welcome.getheader("set-cookie") or ""
    assert "Secure" in cookie  # the proxy said that it speaks HTTPS
    assert b"<title>Resona" in visitor.ask("GET", "/resona/", cookie=cookie.partition(";")[0])[1]
    page = {"cookie": f"{COOKIE}={TOKEN}", "sec-fetch-site": "same-origin"}
    assert (
        visitor.ask("DELETE", "/resona/api/v1/failures", origin=f"https://{HOST}:{visitor._port}", **page)[0].status
        == 200
    )
    assert visitor.ask("DELETE", "/resona/api/v1/failures", origin="https://evil.example", **page)[0].status == 403
    part, content = visitor.ask("GET", "/resona/api/v1/tracks/3/audio", range="bytes=100-199", **BEARER)
    assert (part.status, len(content)) == (206, 100)
    assert visitor.ask("GET", "/resona/api/v1/status", cookie="")[0].status == 401
    assert b"openSubsonicExtensions" in visitor.ask("GET", "/resona/rest/getOpenSubsonicExtensions?f=json")[1]
