"""`resona serve`: what it prints, and whom it lets in."""

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
import uvicorn
from click.testing import CliRunner

from resona.cli.main import cli
from resona.library import Library
from resona.library.lists import Lists


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[uvicorn.Config]:
    """Settings of the servers that would have run."""
    found: list[uvicorn.Config] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, sockets: found.append(server.config))  # noqa: ARG005
    return found


def serve(folder: Path, *options: str) -> str:
    result = CliRunner().invoke(cli, ["--library", str(folder / "library.db"), "serve", "--port", "0", *options])
    assert result.exit_code == 0, result.output
    return result.stderr


def test_the_library_stays_open_until_it_is_loaded(
    tmp_path: Path, served: list[uvicorn.Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    close = Library.close

    def load(_: Lists) -> None:
        time.sleep(0.3)
        happened.append("loaded")

    def note_and_close(library: Library) -> None:
        happened.append("closed")
        close(library)

    monkeypatch.setattr(Lists, "load", load)
    monkeypatch.setattr(Library, "close", note_and_close)
    serve(tmp_path)
    assert happened == ["loaded", "closed"]


def test_loopback_needs_no_token(tmp_path: Path, served: list[uvicorn.Config]) -> None:
    assert re.search(r"http://127\.0\.0\.1:\d+/\n", serve(tmp_path))
    assert len(served) == 1


def test_other_hosts_need_a_token_that_is_new_each_time(tmp_path: Path, served: list[uvicorn.Config]) -> None:
    tokens = [re.findall(r"\?token=(\S{20,})", serve(tmp_path, "--host", "0.0.0.0"))[0] for _ in range(2)]  # noqa: S104
    assert tokens[0] != tokens[1]
    assert len(served) == 2


@pytest.mark.parametrize(
    "options", [["--allow-host", "music.example"], ["--root-path", "/x"], ["--trusted-proxy", "127.0.0.1"]]
)
def test_what_others_may_reach_needs_a_token(tmp_path: Path, served: list[uvicorn.Config], options: list[str]) -> None:
    assert "?token=" in serve(tmp_path, *options)
    assert not served[0].proxy_headers


def test_a_token_in_a_file_is_not_printed(tmp_path: Path, served: list[uvicorn.Config]) -> None:
    said = [serve(tmp_path, "--token-file", str(tmp_path / "token")) for _ in range(2)]
    token = (tmp_path / "token").read_text().strip()
    assert token not in "".join(said)
    assert str(tmp_path / "token") in said[1]
    assert len(served) == 2


def test_answers_are_sent_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    protocols: list[int] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, sockets: protocols.append(sockets[0].proto))  # noqa: ARG005
    serve(tmp_path)
    assert protocols == [socket.IPPROTO_TCP]  # asyncio lets small packets wait where it cannot tell that it is TCP


def test_port_in_use_is_told(tmp_path: Path, served: list[uvicorn.Config]) -> None:
    arguments = ["--library", str(tmp_path / "library.db"), "serve", "--host", "192.0.2.1"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 1
    assert "cannot listen on 192.0.2.1" in result.output
    assert not served


def test_served_in_a_process_of_its_own_until_interrupted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "resona", "--library", str(tmp_path / "new.db"), "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        said = server.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found, said
        assert "<title>Resona</title>" in httpx2.get(found[0], timeout=60).text
        assert httpx2.get(f"{found[0]}api/v1/status", timeout=60).json()["tracks"] == 0
        server.send_signal(signal.SIGINT)
        printed, complaints = server.communicate(timeout=60)
    finally:
        server.kill()
    assert server.returncode == 130
    assert printed == ""
    assert "Traceback" not in complaints
