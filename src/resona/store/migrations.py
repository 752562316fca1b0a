"""How the library file is laid out, and how an older file becomes a newer one.

Each migration is a named step in order, run in one transaction with the record that it ran (`PRAGMA user_version`).
Steps are never edited after a release, only added.

A path is stored as text, or as bytes where the file system's name is not valid UTF-8. Features are float16, embeddings
float32, both little-endian and row by row.
"""

import sqlite3
from collections.abc import Iterator

from resona.store.search import add_to

TRACKS_AND_FEATURES = """
CREATE TABLE tracks (
    track_id INTEGER PRIMARY KEY AUTOINCREMENT,
    path NOT NULL,
    start_seconds REAL NOT NULL DEFAULT 0,
    end_seconds REAL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    audio_hash TEXT NOT NULL,
    duration_seconds REAL NOT NULL,
    artist TEXT NOT NULL,
    album_artist TEXT NOT NULL,
    title TEXT NOT NULL,
    album TEXT NOT NULL,
    genres TEXT NOT NULL,
    year INTEGER,
    track_number INTEGER,
    sources TEXT NOT NULL,
    is_missing INTEGER NOT NULL DEFAULT 0,
    added_at TEXT NOT NULL,
    UNIQUE (path, start_seconds)
);
CREATE INDEX tracks_by_audio ON tracks (audio_hash);
CREATE INDEX missing_by_size ON tracks (size_bytes) WHERE is_missing;
CREATE TABLE features (
    track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    shape TEXT NOT NULL,
    starts_seconds TEXT NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (fingerprint, track_id)
);
CREATE TABLE descriptors (
    track_id INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    tempo_bpm REAL, tempo_confidence REAL, key TEXT, mode TEXT, key_confidence REAL,
    loudness_lufs REAL, energy REAL, brightness_hz REAL, pulse_clarity REAL
);
CREATE TABLE embeddings (
    track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
    model_id TEXT NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (model_id, track_id)
);
CREATE TABLE failures (
    path PRIMARY KEY,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    failed_at TEXT NOT NULL
);
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
"""

LABELS_AND_HISTORY = """
CREATE TABLE labels (
    label_id INTEGER PRIMARY KEY AUTOINCREMENT,
    profile TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pair', 'odd')),
    a INTEGER NOT NULL REFERENCES tracks,
    b INTEGER NOT NULL REFERENCES tracks,
    c INTEGER REFERENCES tracks,
    value REAL NOT NULL,
    strength REAL NOT NULL DEFAULT 1,
    source TEXT NOT NULL,
    labelled_at TEXT NOT NULL
);
CREATE INDEX labels_by_profile ON labels (profile);
CREATE TABLE given (
    seed TEXT NOT NULL,
    track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
    given_at TEXT NOT NULL,
    UNIQUE (seed, track_id)
);
CREATE TABLE layout (
    track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
    model_id TEXT NOT NULL,
    x REAL NOT NULL,
    y REAL NOT NULL,
    UNIQUE (model_id, track_id)
);
"""

SEARCH = """
CREATE VIRTUAL TABLE track_search USING fts5 (
    title, artist, album, content='tracks', content_rowid='track_id',
    tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
INSERT INTO track_search (track_search) VALUES ('rebuild');
CREATE TRIGGER search_insert AFTER INSERT ON tracks BEGIN
    INSERT INTO track_search (rowid, title, artist, album) VALUES (new.track_id, new.title, new.artist, new.album);
END;
CREATE TRIGGER search_update AFTER UPDATE OF title, artist, album ON tracks BEGIN
    INSERT INTO track_search (track_search, rowid, title, artist, album)
        VALUES ('delete', old.track_id, old.title, old.artist, old.album);
    INSERT INTO track_search (rowid, title, artist, album) VALUES (new.track_id, new.title, new.artist, new.album);
END;
"""

FOLDED_SEARCH = """
ALTER TABLE tracks ADD COLUMN disc_number INTEGER;
DROP TRIGGER search_insert;
DROP TRIGGER search_update;
DROP TABLE track_search;
CREATE VIRTUAL TABLE track_search USING fts5 (title, artist, album, prefix='2 3');
INSERT INTO track_search (rowid, title, artist, album)
    SELECT track_id, searchable(title), searchable(artist), searchable(album) FROM tracks;
CREATE TRIGGER search_insert AFTER INSERT ON tracks BEGIN
    INSERT INTO track_search (rowid, title, artist, album)
        VALUES (new.track_id, searchable(new.title), searchable(new.artist), searchable(new.album));
END;
CREATE TRIGGER search_update AFTER UPDATE OF title, artist, album ON tracks BEGIN
    UPDATE track_search
        SET title = searchable(new.title), artist = searchable(new.artist), album = searchable(new.album)
        WHERE rowid = new.track_id;
END;
"""

# A track that has lost its place keeps its row: only those that are there must differ in theirs. SQLite cannot drop a
# constraint, so the table is made anew; triggers and indexes go with the old one.
PLACES = """
CREATE TABLE tracks_with_places (
    track_id INTEGER PRIMARY KEY AUTOINCREMENT,
    path NOT NULL,
    start_seconds REAL NOT NULL DEFAULT 0,
    end_seconds REAL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    audio_hash TEXT NOT NULL,
    duration_seconds REAL NOT NULL,
    artist TEXT NOT NULL,
    album_artist TEXT NOT NULL,
    title TEXT NOT NULL,
    album TEXT NOT NULL,
    genres TEXT NOT NULL,
    year INTEGER,
    disc_number INTEGER,
    track_number INTEGER,
    sources TEXT NOT NULL,
    is_missing INTEGER NOT NULL DEFAULT 0,
    added_at TEXT NOT NULL,
    ctime_ns INTEGER NOT NULL DEFAULT 0,
    side TEXT NOT NULL DEFAULT ''
);
INSERT INTO tracks_with_places SELECT
    track_id, path, start_seconds, end_seconds, size_bytes, mtime_ns, audio_hash, duration_seconds, artist,
    album_artist, title, album, genres, year, disc_number, track_number, sources, is_missing, added_at, 0, ''
    FROM tracks;
DROP TABLE tracks;
ALTER TABLE tracks_with_places RENAME TO tracks;
ALTER TABLE failures ADD COLUMN side TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX places ON tracks (path, start_seconds) WHERE NOT is_missing;
CREATE INDEX tracks_by_path ON tracks (path);
CREATE INDEX tracks_by_audio ON tracks (audio_hash);
CREATE INDEX tracks_by_size ON tracks (size_bytes);
CREATE TRIGGER search_insert AFTER INSERT ON tracks BEGIN
    INSERT INTO track_search (rowid, title, artist, album)
        VALUES (new.track_id, searchable(new.title), searchable(new.artist), searchable(new.album));
END;
CREATE TRIGGER search_update AFTER UPDATE OF title, artist, album ON tracks BEGIN
    UPDATE track_search
        SET title = searchable(new.title), artist = searchable(new.artist), album = searchable(new.album)
        WHERE rowid = new.track_id;
END;
CREATE TRIGGER search_delete AFTER DELETE ON tracks BEGIN
    DELETE FROM track_search WHERE rowid = old.track_id;
END;
"""

PLAYERS_ALONE = """
CREATE TABLE players (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    profile TEXT NOT NULL,
    secret TEXT NOT NULL UNIQUE,
    added_at TEXT NOT NULL
);
"""

PLAYLISTS_AND_MARKS = """
CREATE TABLE playlists (
    playlist_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    comment TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE TABLE playlist_tracks (
    playlist_id INTEGER NOT NULL REFERENCES playlists,
    place INTEGER NOT NULL,
    track_id INTEGER NOT NULL REFERENCES tracks,
    PRIMARY KEY (playlist_id, place)
) WITHOUT ROWID;
CREATE TABLE playlist_past (
    past_id INTEGER PRIMARY KEY AUTOINCREMENT,
    playlist_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    comment TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    track_ids TEXT NOT NULL
);
CREATE INDEX past_of_playlist ON playlist_past (playlist_id);
CREATE TABLE stars (
    profile TEXT NOT NULL,
    item TEXT NOT NULL,
    starred_at TEXT NOT NULL,
    PRIMARY KEY (profile, item)
) WITHOUT ROWID;
CREATE TABLE ratings (
    profile TEXT NOT NULL,
    item TEXT NOT NULL,
    rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    rated_at TEXT NOT NULL,
    PRIMARY KEY (profile, item)
) WITHOUT ROWID;
CREATE TABLE plays (
    play_id INTEGER PRIMARY KEY AUTOINCREMENT,
    profile TEXT NOT NULL,
    track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
    played_at TEXT NOT NULL
);
CREATE INDEX plays_of_track ON plays (profile, track_id, played_at);
"""

PLAYERS = PLAYERS_ALONE + PLAYLISTS_AND_MARKS

LINKS = """
CREATE TABLE links (
    server TEXT NOT NULL,
    item_id TEXT NOT NULL,
    track_id INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
    artist_id TEXT NOT NULL,
    artist TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (server, item_id)
) WITHOUT ROWID;
CREATE INDEX links_by_item ON links (item_id);
CREATE INDEX links_by_artist ON links (artist_id);
CREATE INDEX links_by_track ON links (track_id);
"""

# A playlist with a recipe renews itself: its tracks are those of the recipe while the library was in that state.
WRITTEN_TAGS_AND_RECIPES = """
CREATE TABLE written_tags (
    written_id INTEGER PRIMARY KEY AUTOINCREMENT,
    track_id INTEGER NOT NULL,
    path NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    hash_before TEXT NOT NULL,
    hash_after TEXT NOT NULL,
    difference BLOB NOT NULL,
    written_at TEXT NOT NULL
);
ALTER TABLE playlists ADD COLUMN recipe TEXT NOT NULL DEFAULT '';
ALTER TABLE playlists ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE playlist_past ADD COLUMN recipe TEXT NOT NULL DEFAULT '';
"""

MIGRATIONS = (
    TRACKS_AND_FEATURES,
    LABELS_AND_HISTORY,
    SEARCH,
    FOLDED_SEARCH,
    PLACES,
    PLAYERS,
    LINKS,
    WRITTEN_TAGS_AND_RECIPES,
)
SCHEMA_VERSION = len(MIGRATIONS)
APPLICATION_ID = 0x5265736F  # "Reso": marks the file as ours


def migrate(connection: sqlite3.Connection) -> None:
    """Run the steps that a file has not seen; another process may be doing the same.

    Parameters
    ----------
    connection
        In autocommit mode, with foreign keys off.

    Examples
    --------
    >>> connection = sqlite3.connect(":memory:", isolation_level=None)
    >>> migrate(connection)
    >>> connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    True
    """
    add_to(connection)
    for version, script in enumerate(MIGRATIONS, start=1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            (reached,) = connection.execute("PRAGMA user_version").fetchone()
            if reached < version:
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {version}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _statements(script: str) -> Iterator[str]:
    """Split a script; `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
