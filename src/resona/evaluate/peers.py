"""How well do other programs do on the same tracks? musly and bliss compete where they are installed.

They hear the audio itself, not our features: a track costs each of them a tenth of a second or more. Everything of
theirs runs in worker processes, so that a file that crashes one of them costs that file only, and one that cannot work
on this machine costs itself only. What they make of a track is kept beside the library.

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
from resona.errors import AudioError, PeerError, WorkerError
from resona.evaluate.ladder import Contender
from resona.evaluate.material import Material
from resona.files import written_whole
from resona.ingest import WorkerPool
from resona.store import Store
from resona.tracks import Track

Row = NDArray[Any]
Heard = tuple[str, Row | None, str]  # the key of a track, its numbers or None, and why there are none
OnNote = Callable[[str], None]

MUSLY_SECONDS, MUSLY_RATE = 30.0, 22050  # the excerpt that the program of that name takes, from the middle
COMPARE_SECONDS = 3600.0  # at the most, for the distances of all measured tracks
HOPELESS_TRACKS = 16  # a program that could read none of so many will read none of the others
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
    """Let another program compete. Tracks that it cannot read are as far as can be from everything, and counted.

    Raises
    ------
    PeerError
        If it is not installed, cannot work here, or can read none of the tracks: its numbers would be those of chance.
    """
    if not peer.is_installed:
        raise PeerError(f"is not installed: pip install {peer.distribution}")
    tracks = [material.labelled.tracks[row] for row in material.rows.tolist()]
    cache = store.side_dir / "peers" / f"{peer.module}-{peer.version}.npz"
    try:
        known = _hear(peer, tracks, cache, on_progress)
        heard = {place: numbers for place, numbers in enumerate(known) if numbers is not None}
        near = _compare(peer, np.stack(list(heard.values())))
    except WorkerError as error:
        raise PeerError(f"does not work here: {_of_process(str(error))}") from error
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
    has_heard, why = any(known.get(key) is not None for key in keys), "their files are gone"
    if not has_heard:  # what stopped it then may be mended now
        known = {key: numbers for key, numbers in known.items() if numbers is not None}
    due = [(key, track) for key, track in zip(keys, tracks, strict=True) if key and key not in known]
    pool: WorkerPool[tuple[str, Track], Heard] = WorkerPool(
        partial(_build, peer),
        lambda task, reason: (task[0], None, reason),
        n_workers=min(os.cpu_count() or 1, len(due) or 1),
    )
    try:
        for done, (key, numbers, reason) in enumerate(pool.run(due), start=1):
            known[key] = numbers
            has_heard, why = has_heard or numbers is not None, reason or why
            on_progress(f"{peer.name}: {done} of {len(due)}")
            if done >= HOPELESS_TRACKS and not has_heard:
                break
    finally:
        if due and has_heard:
            with contextlib.suppress(OSError):  # a library that may only be read is measured all the same
                _save(cache, known)
    if not has_heard:
        n_tried = min(len(due), HOPELESS_TRACKS) or len(tracks)
        raise PeerError(f"could read none of {n_tried} tracks: {_of_process(why)}")
    return [known.get(key) for key in keys]


def _build(peer: Peer) -> Callable[[tuple[str, Track]], Heard]:
    silence_decoders()
    listen = peer.build()

    def apply(task: tuple[str, Track]) -> Heard:
        key, track = task
        try:
            numbers = listen(track)
        except (AudioError, ValueError, RuntimeError) as error:
            return key, None, error.reason if isinstance(error, AudioError) else str(error)
        return (key, numbers, "") if np.isfinite(numbers).all() else (key, None, "what it hears is no number")

    return apply


def _compare(peer: Peer, numbers: Row) -> NDArray[np.float32]:
    """Do it in a worker, too: what another machine heard is kept, so this may be the first that is run of it here."""
    pool: WorkerPool[Row, Any] = WorkerPool(
        partial(_same, peer.compare), lambda _, reason: reason, n_workers=1, patience_seconds=COMPARE_SECONDS
    )
    (near,) = pool.run([numbers])
    if isinstance(near, str):
        raise PeerError(f"cannot compare what it heard: {_of_process(near)}")
    distances: NDArray[np.float32] = near
    return distances


def _same(function: Callable[[Row], NDArray[np.float32]]) -> Callable[[Row], NDArray[np.float32]]:
    return function


def _of_process(reason: str) -> str:
    return reason.replace("the decoder", "its process")


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
    return np.stack([np.array(jukebox.compute_similarity(track, tracks), np.float32) for track in tracks])


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
