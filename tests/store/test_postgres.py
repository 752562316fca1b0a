"""What only a library in PostgreSQL can meet; all that both engines do is tested beside, on each."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from resona.config import without_password
from resona.errors import StoreError, StoreVersionError
from resona.store import Store, TrackRecord
from resona.tracks import Tags

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")


def put(store: Store, number: int) -> int:
    path = Path(f"/{number}.mp3")
    return store.tracks.put(
        TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash=str(number), tags=Tags(title=f"No. {number}"))
    )


def test_other_tables_are_left_alone(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE theirs (x INTEGER)")
    with pytest.raises(StoreError, match="holds other tables, but no Resona library"):
        Store(database)


def test_a_reader_makes_no_library(database: str) -> None:
    with pytest.raises(StoreError, match="resona scan"):
        Store(database, is_new_allowed=False)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT to_regclass('tracks')").fetchone() == (None,)


def test_a_library_of_a_newer_resona(database: str) -> None:
    Store(database).close()
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE resona_format SET version = version + 1")
    with pytest.raises(StoreVersionError, match="newer Resona"):
        Store(database)


def test_several_open_a_new_library_at_once(database: str) -> None:
    failed: list[StoreError] = []

    def open_and_put(number: int) -> None:
        try:
            with Store(database) as store:
                put(store, number)
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=open_and_put, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store(database) as store:
        assert (failed, store.tracks.count(), store.version) == ([], 4, 4)


def test_a_connection_that_ends_costs_one_sentence_and_nothing_stored(database: str) -> None:
    def put_and_lose() -> None:
        with store.writing():
            put(store, 2)
            ((pid,),) = store.connection.execute("SELECT pg_backend_pid()").fetchall()
            with psycopg.connect(database, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [pid])
            put(store, 3)

    with Store(database) as store:
        put(store, 1)
        with pytest.raises(StoreError, match="cannot be reached; what was stored before is safe"):
            put_and_lose()
        assert [track.tags.title for track in store.tracks.all()] == ["No. 1"]
        assert put(store, 4) > 1


def test_nobody_listens_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"postgresql://ann:secret@127.0.0.1:{taken.getsockname()[1]}/music"
        with pytest.raises(StoreError, match="cannot be reached") as told:
            Store(address)
    assert "secret" not in str(told.value)
    assert len(str(told.value).splitlines()) == 1


def test_what_is_wrong_with_an_address_is_said(database: str) -> None:
    head, tail = database.split("/postgres?")
    for address, sentence in (
        (f"{head}/nowhere?{tail}", 'database "nowhere" does not exist'),
        ("postgresql://host/music?colour=red", "no address of a database"),
        ("mysql://host/music", "no library is kept there"),
    ):
        with pytest.raises(StoreError, match=sentence):
            Store(address)


def test_a_backup_names_the_program_for_it(database: str, tmp_path: Path) -> None:
    with Store(database) as store, pytest.raises(StoreError, match=r"pg_dump --format=custom --file=.*copy\.dump"):
        store.backup(tmp_path / "copy.dump")


@pytest.mark.parametrize("address", ["postgresql://ann:se@cret@host/db", "postgres://ann@host/db?password=secret"])
def test_no_password_is_shown(address: str) -> None:
    assert "cret" not in without_password(address)


def test_who_has_no_database_loads_no_client() -> None:
    code = "import sys, resona.library, resona.store; print({'psycopg', 'resona.store.postgres'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_without_the_client_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "resona.store.postgres", raising=False)
    with pytest.raises(StoreError, match=r"resona-music\[postgres\]"):
        Store("postgresql://host/music")
