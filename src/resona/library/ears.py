"""How does a network from elsewhere become one of the library's models?"""

import dataclasses
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from resona.config import fingerprint
from resona.errors import CheckpointError, ConfigError
from resona.features.front import FrontEnd
from resona.features.mfcc import FeatureConfig
from resona.inference import EarBundle, Manifest, write_bundle
from resona.inference.ear import ENCODER
from resona.inference.onnx_file import check_network
from resona.ingest.trial import try_ear

CARD = "README.md"
MOST_FRONT_BYTES = 100_000
FETCH_SECONDS = 600.0


def read_front(path: Path) -> FrontEnd:
    """Read a front end from a JSON file; see `FrontEnd` and docs/ears.md.

    Raises
    ------
    ConfigError
        If it cannot be read, or says something impossible.
    """
    try:
        if path.stat().st_size > MOST_FRONT_BYTES:
            raise ConfigError(f"{str(path)!r} is too large for a front end")
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{str(path)!r} cannot be read: {error}") from error
    try:
        return FrontEnd.of(values)
    except ConfigError as error:
        raise ConfigError(f"{str(path)!r}: {error}") from error


def read_network(path: Path) -> bytes:
    """Read an ONNX file.

    Raises
    ------
    CheckpointError
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error


def add_ear(folder: Path, network: bytes, front: FrontEnd, *, card: str = "") -> EarBundle:
    """Try a network as an ear, and make a bundle of it, whole or not at all.

    Parameters
    ----------
    folder
        Where it is to be; its last part is its name.
    network
        The content of an ONNX file.
    front
        What it takes.
    card
        For people: where it comes from, and its licence.

    Raises
    ------
    CheckpointError
        If the network cannot serve; then nothing is added.
    """
    name = folder.name
    features = FeatureConfig()
    settings = json.dumps(asdict(front), sort_keys=True).encode()
    manifest = Manifest(
        model_id=hashlib.sha256(settings + network).hexdigest()[:12],
        name=name,
        arch="ear",
        features=asdict(features),
        feature_fingerprint=fingerprint(features),
        front=front,
        encoder={},
        head={},
        n_dims=0,
        is_unit=False,
    )
    files = {
        ENCODER: network,
        CARD: (card or f"# {name}\n\nAdded from a file; its owner knows its licence.\n").encode(),
    }
    with tempfile.TemporaryDirectory() as scratch:
        draft = Path(scratch) / name
        try:
            check_network(network)
            write_bundle(draft, manifest, files)
            trial = try_ear(draft)
        except CheckpointError as error:
            reason = str(error).replace(repr(str(draft / ENCODER)), "it")
            raise CheckpointError(f"{name!r} is not added: {reason}") from error
    measures = {"seconds_a_track": round(trial.seconds, 3), "memory_mb": round(trial.memory_bytes / 1e6)}
    write_bundle(folder, dataclasses.replace(manifest, n_dims=trial.n_dims, measures=measures), files)
    return EarBundle.load(folder)


def fetch_wheel(requirement: str, sha256: str, folder: Path) -> Path:
    """Fetch a wheel with pip, from the package index that this person uses, and check its hash.

    Raises
    ------
    CheckpointError
        If there is no pip, no network, no such wheel, or another one.
    """
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{requirement} --hash=sha256:{sha256}\n", encoding="utf-8")
    options = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "--disable-pip-version-check", "--quiet")
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), "--requirement", str(wanted)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=FETCH_SECONDS)  # noqa: S603 - ours
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CheckpointError(f"{requirement} cannot be fetched: {error}") from error
    found = sorted(folder.glob("*.whl"))
    is_another = bool(found) and hashlib.sha256(found[0].read_bytes()).hexdigest() != sha256
    if is_another or "DO NOT MATCH THE HASHES" in done.stderr:
        raise CheckpointError(f"{requirement} is not the file that is known: its SHA-256 is another one")
    if done.returncode or not found:
        reason = next((line for line in done.stderr.splitlines() if line.startswith("ERROR:")), done.stderr[-200:])
        if "from versions: none" in reason:
            reason = "the package index that pip uses cannot be reached, or does not have it"
        raise CheckpointError(
            f"{requirement} cannot be fetched: {reason.removeprefix('ERROR: ').strip() or 'no wheel'}"
        )
    return found[0]


def known_ears() -> Mapping[str, str]:
    """Name the ears that Resona can fetch itself, and say where they come from."""
    from resona.inference.musicnn import WHEEL

    return {"musicnn": f"the wheel {WHEEL} (29 MB, ISC licence) from your Python package index, with pip"}


def fetch_ear(name: str, wheel_path: Path | None = None) -> dict[str, Any]:
    """Fetch and convert one of `known_ears`: the arguments of `add_ear`.

    Parameters
    ----------
    name
        Which.
    wheel_path
        Its wheel, if it is here already.

    Raises
    ------
    CheckpointError
        If it is not known, cannot be fetched, or is not what it was when its vectors were measured.
    """
    from resona.inference import musicnn

    if name not in known_ears():
        raise CheckpointError(f"{name!r} cannot be fetched; known are {', '.join(known_ears())}")
    with tempfile.TemporaryDirectory() as scratch:
        path = wheel_path or fetch_wheel(musicnn.WHEEL, musicnn.WHEEL_SHA256, Path(scratch))
        network, card = musicnn.convert_wheel(path)
    musicnn.check(network)
    return {"network": network, "front": musicnn.FRONT, "card": card}
