"""A music folder as `moves.py` plays with it, and what is known of it whatever a library says."""

import hashlib
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resona.audio import Clips, content_hash
from resona.errors import DecodeError
from resona.ingest import Listened, ScanProgress
from resona.ingest.analyse import analyse
from resona.library import Label, Library
from resona.store import Work
from resona.tracks import Tags

SECONDS = 60.0
BORDERS = (0, 20, 40)  # of the tracks of a cue sheet, give or take two seconds
SIZES = (1000, 1001)  # of the audio, so that sizes tell little


class Audio(NamedTuple):
    """What a label is about: a file's audio, and the number of the part, −1 for the whole."""

    name: str
    part: int


class Stopped(Exception):  # noqa: N818 - not an error
    """A scan was interrupted."""


class World:
    """Two folders, what is in them, and what was said of it."""

    def __init__(self, home: Path, rng: random.Random) -> None:
        self.rng, self.away = rng, home / "away"
        self.roots = [home / "a", home / "b"]
        self.names = (f"audio {number}" for number in range(10**6))
        self.labels: dict[int, tuple[Audio, ...]] = {}
        self.given: set[Audio] = set()
        self.trash: list[bytes] = []
        self.hashes: dict[str, str] = {}  # of the audio that the store has seen
        self.library = Library(home / "library.db")
        self.library.store.settings.put("current_model", "mfcc")
        for root in self.roots:
            (root / "sub").mkdir(parents=True)
            for _ in range(4):
                self.write(self.free_path(root), self.new_audio())
        self.library.folders.add(self.roots)

    @property
    def there(self) -> list[Path]:
        """The folders that are connected."""
        return [root for root in self.roots if root.exists()]

    def files(self) -> list[Path]:
        """List the music files in them."""
        return sorted(path for root in self.there for path in root.rglob("*.mp3"))

    def free_path(self, root: Path | None = None) -> Path:
        """Draw a name that no file has."""
        root = root or self.rng.choice(self.there)
        taken = set(root.rglob("*.mp3"))
        paths = [folder / f"{number:02}.mp3" for folder in (root, root / "sub") for number in range(1, 13)]
        path = self.rng.choice([path for path in paths if path not in taken])
        path.parent.mkdir(exist_ok=True)
        return path

    def new_audio(self) -> bytes:
        """Make a sound that nobody has heard."""
        return f"AUDIO {next(self.names)};".encode().ljust(self.rng.choice(SIZES), b".")

    def write(self, path: Path, content: bytes) -> None:
        """Write a file."""
        path.write_bytes(content)

    def some_file(self) -> Path:
        """Draw a file."""
        return self.rng.choice(self.files())

    def scan(self, *, stop_after: int = 10**6) -> None:
        """Scan; perhaps stop half-way, and once more."""

        def stop(progress: ScanProgress) -> None:
            if progress.n_done >= stop_after:
                raise Stopped

        try:
            self.library.scan(on_progress=stop)
        except Stopped:
            self.library.scan()

    def judge(self) -> None:
        """Say something about two tracks, and give one in a list."""
        tracks = {track.track_id: self.audio_of(track.track_id) for track in self.library.store.tracks.all()}
        a, b = self.rng.sample(list(tracks), 2)
        if tracks[a] != tracks[b]:
            (label_id,) = self.library.store.labels.add([Label(kind="pair", a=a, b=b)])
            self.labels[label_id] = (tracks[a], tracks[b])
        self.library.store.history.add("seed", [a])
        self.given.add(tracks[a])

    def audio_of(self, track_id: int) -> Audio:
        """Ask the library what a track is."""
        store = self.library.store
        ((audio_hash, start, end),) = store.connection.execute(
            "SELECT audio_hash, start_seconds, end_seconds FROM tracks WHERE track_id = ?", (track_id,)
        )
        is_part = start or end is not None
        return Audio(self.hashes[audio_hash], round(start / 20) if is_part else -1)

    def expected(self) -> dict[tuple[Path, int], Audio]:
        """Say what is where, from the files alone."""
        found = {}
        for path in self.files():
            name = audio_name(path.read_bytes())
            if name is not None:
                for part in range(len(BORDERS)) if sheets_of(path) else (-1,):
                    found[path, part] = Audio(name, part)
        return found

    def check(self) -> list[str]:
        """Compare; give what is wrong."""
        store, wrong = self.library.store, []
        tracks = {track.track_id: track for track in store.tracks.all(with_missing=True)}
        live = {number: track for number, track in tracks.items() if not track.is_missing}
        there = {number: self.audio_of(number) for number in tracks}
        found = {(track.path, there[number].part): there[number] for number, track in live.items()}
        reachable = {place: audio for place, audio in found.items() if self.is_plugged(place[0])}
        expected = self.expected()
        if reachable != expected:
            wrong.append(f"places: {set(reachable.items()) ^ set(expected.items())}")
        if len(found) != len(live):
            wrong.append("two tracks in one place")
        lost = [
            there[number] for number, track in tracks.items() if track.is_missing and there[number] in found.values()
        ]
        kept = {label.label_id: tuple(there[number] for number in label.track_ids) for label in store.labels.all()}
        wrong += [f"missing, though its audio is there: {audio}" for audio in lost]
        wrong += [
            f"label {number}: {kept.get(number)} for {said}"
            for number, said in self.labels.items()
            if kept.get(number) != said
        ]
        if {there[number] for number in store.history.given("seed")} != self.given:
            wrong.append("history")
        wrong += [f"features of {number}" for number in live if not self.is_heard_right(number)]
        return wrong

    def is_plugged(self, path: Path) -> bool:
        """Whether its folder was looked at: not one that is gone, or an empty mount point."""
        root = next(root for root in self.roots if path.is_relative_to(root))
        return root.exists() and any(root.iterdir())

    def is_heard_right(self, track_id: int) -> bool:
        """Whether a track's features are those of its audio."""
        store = self.library.store
        ((audio_hash, start, end),) = store.connection.execute(
            "SELECT audio_hash, start_seconds, end_seconds FROM tracks WHERE track_id = ?", (track_id,)
        )
        clips = store.features.get(track_id, self.library.model.feature_fingerprint)
        return clips is not None and np.array_equal(clips, sound(self.hashes[audio_hash], start, end))


def payload(content: bytes) -> bytes:
    return content[10 + content[9] :] if content.startswith(b"ID3") else content


def audio_name(content: bytes) -> str | None:
    head, _, _ = payload(content).partition(b";")
    return head.decode() if head.startswith(b"AUDIO") else None


def sheets_of(path: Path) -> list[Path]:
    return [sheet for sheet in path.parent.glob("*.cue") if f'"{path.stem}.wav"' in sheet.read_text(encoding="utf-8")]


def sound(name: str, start: float, end: float | None) -> NDArray[np.float16]:
    seed = int.from_bytes(hashlib.sha256(f"{name} {start} {end}".encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal((1, 20, 50)).astype(np.float16)


def listen_to_content(
    source: Any, _config: Any, *, start_seconds: float = 0.0, end_seconds: float | None = None
) -> Listened:
    """Stand in for the decoder."""
    name = audio_name(source.read_bytes())
    if name is None:
        raise DecodeError(source, "holds no audio")
    length = (end_seconds or SECONDS) - start_seconds
    clips = Clips(samples=(), starts_seconds=(0.0,), sample_rate=22_050, duration_seconds=length)
    return Listened(clips=clips, features=sound(name, start_seconds, end_seconds), descriptors={})


def tags_of_name(path: Path, **_: Any) -> Tags:
    return Tags(title=path.stem)


def outcomes(world: World, works: Iterable[Work], hearing: Any) -> Iterator[Any]:
    """Stand in for the workers: in this process, and in any order."""
    waiting = list(works)
    world.rng.shuffle(waiting)
    for work in waiting:
        name = audio_name(work.path.read_bytes())
        world.hashes[content_hash(work.path)] = name or "nothing"
        yield analyse(work, hearing.config.analysis, lambda features: features[0, :, 0].astype(np.float32), ())
