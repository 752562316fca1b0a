"""How well do other programs do on the same tracks? musly and bliss compete where they are installed.

They hear the audio itself, not our features: a track costs each of them a tenth of a second or more, in worker
processes, so that a file that crashes one of them costs that file only. What they make of it is kept beside the
library.

References
----------
.. [1] D. Schnitzer, A. Flexer, M. Schedl and G. Widmer, "Using mutual proximity to improve content-based audio
   similarity", ISMIR 2011: the method of musly.
.. [2] https://github.com/Polochon-street/bliss-rs: the features of bliss, compared by Euclidean distance.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata, util
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from resona.audio import decode_clips, silence_decoders
from resona.errors import AudioError
from resona.evaluate.ladder import Contender
from resona.evaluate.material import Material
from resona.files import written_whole
from resona.ingest import WorkerPool
from resona.store import Store
from resona.tracks import Track

Row = NDArray[Any]
OnNote = Callable[[str], None]

MUSLY_SECONDS, MUSLY_RATE = 30.0, 22050  # the excerpt that the program of that name takes, from the middle
MUSLY_STYLE_TRACKS = 1000  # by which musly puts distances into proportion, at the most: as its manual advises


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another program.

    Attributes
    ----------
    name, note
        For the table.
    module, distribution
        What it is imported and installed as.
    build
        Called in a worker; returns what turns a track into numbers, (d,).
    compare
        From the numbers of tracks, (n, d), to distances (n, n).
    """

    name: str
    note: str
    module: str
    distribution: str
    build: Callable[[], Callable[[Track], Row]]
    compare: Callable[[Row], NDArray[np.float32]]

    @property
    def is_installed(self) -> bool:
        """Whether it can be asked."""
        return util.find_spec(self.module) is not None

    @property
    def version(self) -> str:
        """Of the package."""
        return metadata.version(self.distribution)


def contender_of_peer(
    peer: Peer, store: Store, material: Material, *, on_progress: OnNote = lambda _note: None
) -> Contender:
    """Let another program compete. Tracks that it cannot read are as far as can be from everything, and counted."""
    tracks = [material.labelled.tracks[row] for row in material.rows.tolist()]
    known = _hear(peer, tracks, store.side_dir / "peers" / f"{peer.module}-{peer.version}.npz", on_progress)
    heard = {place: numbers for place, numbers in enumerate(known) if numbers is not None}
    near = peer.compare(np.stack(list(heard.values()))) if heard else np.zeros((0, 0), np.float32)
    distances = np.full((len(tracks), len(tracks)), near.max(initial=0) + 1, np.float32)
    distances[np.ix_(list(heard), list(heard))] = near
    n_lost = len(tracks) - len(heard)
    lost = f"; {n_lost} of {len(tracks)} tracks could not be read by it" if n_lost else ""
    return Contender(
        name=peer.name,
        distances=distances.__getitem__,
        note=f"{peer.note}; {peer.distribution} {peer.version}{lost}",
    )


def _hear(peer: Peer, tracks: Sequence[Track], cache: Path, on_progress: OnNote) -> list[Row | None]:
    """Give the numbers of each track, None where it could not be read; only new tracks are listened to."""
    keys = [_key(track) for track in tracks]
    known = _load(cache)
    due = [(key, track) for key, track in zip(keys, tracks, strict=True) if key and key not in known]
    pool: WorkerPool[tuple[str, Track], tuple[str, Row | None]] = WorkerPool(
        partial(_build, peer), lambda task, _reason: (task[0], None), n_workers=min(os.cpu_count() or 1, len(due) or 1)
    )
    try:
        for done, (key, numbers) in enumerate(pool.run(due), start=1):
            known[key] = numbers
            on_progress(f"{peer.name}: {done} of {len(due)}")
    finally:
        if due:
            with contextlib.suppress(OSError):  # a library that may only be read is measured all the same
                _save(cache, known)
    return [known.get(key) for key in keys]


def _build(peer: Peer) -> Callable[[tuple[str, Track]], tuple[str, Row | None]]:
    silence_decoders()
    listen = peer.build()

    def apply(task: tuple[str, Track]) -> tuple[str, Row | None]:
        try:
            return task[0], listen(task[1])
        except (AudioError, ValueError, RuntimeError):
            return task[0], None

    return apply


def _key(track: Track) -> str:
    """Identify what a track's file holds; empty where it is gone."""
    try:
        state = track.path.stat()
    except OSError:
        return ""
    facts = f"{track.start_seconds} {state.st_size} {state.st_mtime_ns} ".encode()
    return hashlib.blake2b(facts + os.fsencode(track.path), digest_size=16).hexdigest()


def _load(cache: Path) -> dict[str, Row | None]:
    try:
        with cache.open("rb") as file, np.load(file, allow_pickle=False) as content:
            keys, numbers, lost = content["keys"].tolist(), content["numbers"], content["lost"].tolist()
    except (OSError, KeyError, ValueError, EOFError, BadZipFile):
        return {}
    return {**dict(zip(keys, numbers, strict=True)), **dict.fromkeys(lost)}


def _save(cache: Path, known: dict[str, Row | None]) -> None:
    heard = {key: numbers for key, numbers in known.items() if numbers is not None}
    lost = [key for key, numbers in known.items() if numbers is None]
    cache.parent.mkdir(parents=True, exist_ok=True)
    rows = np.stack(list(heard.values())) if heard else np.zeros((0, 0))
    with written_whole(cache) as draft:
        np.savez(draft, keys=np.array(list(heard), "<U32"), numbers=rows, lost=np.array(lost, "<U32"))


def _build_musly() -> Callable[[Track], Row]:
    import pymusly

    jukebox = pymusly.MuslyJukebox()

    def listen(track: Track) -> Row:
        end = track.start_seconds + track.tags.duration_seconds if track.start_seconds else None
        clips = decode_clips(
            track.path,
            n_clips=1,
            clip_seconds=MUSLY_SECONDS,
            sample_rate=MUSLY_RATE,
            start_seconds=track.start_seconds,
            end_seconds=end,
        )
        try:
            heard = jukebox.track_from_audiodata(clips.samples[0].tolist())
        except pymusly.MuslyError as error:
            raise AudioError(track.path, str(error)) from error
        return np.frombuffer(jukebox.serialize_track(heard), np.uint8)

    return listen


def _compare_musly(numbers: Row) -> NDArray[np.float32]:
    import pymusly

    jukebox = pymusly.MuslyJukebox()
    heard = [jukebox.deserialize_track(row.tobytes()) for row in numbers]
    chosen = np.random.default_rng(0).permutation(len(heard))[:MUSLY_STYLE_TRACKS]
    jukebox.set_style([heard[place] for place in chosen.tolist()])
    tracks = list(enumerate(heard))
    jukebox.add_tracks(tracks)
    # What musly calls similarity is 0 for the track itself, and grows with distance.
    return np.array([jukebox.compute_similarity(track, tracks) for track in tracks], np.float32)


def _build_bliss() -> Callable[[Track], Row]:
    from bliss_audio import Song

    def listen(track: Track) -> Row:
        if track.start_seconds:
            raise AudioError(track.path, "bliss reads whole files, and this is a part of one")
        return np.array(Song(str(track.path)).analysis, np.float32)

    return listen


def _compare_euclidean(numbers: Row) -> NDArray[np.float32]:
    from scipy.spatial.distance import cdist

    distances: NDArray[np.float32] = cdist(numbers, numbers).astype(np.float32)
    return distances


PEERS = (
    Peer(
        name="musly",
        note="MFCC Gaussian with mutual proximity, Schnitzer et al. 2011",
        module="pymusly",
        distribution="pymusly",
        build=_build_musly,
        compare=_compare_musly,
    ),
    Peer(
        name="bliss",
        note="23 features, Euclidean distance",
        module="bliss_audio",
        distribution="bliss-audio",
        build=_build_bliss,
        compare=_compare_euclidean,
    ),
)
