"""What is a bundle, on disk?

A folder: ``model.json`` (this manifest), ``weights.safetensors`` (float32 or float16), the graphs that they belong to,
``encoder.onnx`` (input "features" (batch, n_mfcc, n_frames), output "embedding" (batch, n_dims)) and ``head.onnx``
(inputs "a" and "b" (n, n_dims), output "logit" (n,)), ``README.md`` (the model card) and, where the model was taught to
tell them, the words (`resona.inference.words`). An ear (`resona.inference.ear`) has only an encoder, which takes what
its front end says, and the card. Graphs of format 1, and those of ears, hold their weights themselves. The manifest
holds a SHA-256 of each file, so that a damaged one is noticed. Nothing in a bundle is ever executed.
"""

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resona.config import check_range, from_mapping
from resona.errors import CheckpointError, ConfigError
from resona.features.front import FrontEnd
from resona.metrics.calibration import Calibration

FORMAT, VERSION = "resona-bundle", 3  # 3: it may have a front end
READABLE = (1, 2, VERSION)
MANIFEST = "model.json"
MOST_DIMS = 100_000
BEFORE = ".before-"  # and its name: a bundle that is being replaced


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """By what a model's lists are ordered.

    Attributes
    ----------
    by
        "cosine" of the embeddings, or the "head"'s logit.
    hubness
        Correction of tracks that turn up everywhere: a kind that `resona.recommend.catalogue.hubness` knows.
    """

    by: str = "cosine"
    hubness: str = "none"

    def __post_init__(self) -> None:
        if self.by not in ("cosine", "head"):
            raise ConfigError(f"tracks are ranked by 'cosine' or 'head', got {self.by!r}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is written about a model.

    Attributes
    ----------
    model_id
        12 hex digits: a hash of weights and settings.
    name, arch
        For people; the architecture's name in `resona.model`.
    features, feature_fingerprint
        The fields of the `FeatureConfig`, and its fingerprint.
    front
        What the encoder takes, if not MFCCs; `features` are then what else is kept of a track.
    encoder, head
        The fields of their configurations.
    n_dims, is_unit
        Of an embedding.
    ranking, calibration
        How similarities are made and read.
    trained_artists
        Digests (`resona.pairs.artist_digest`) of the artists that were learned from: they are not fit for a test.
    measures, training
        What was measured, and how the model was made; for the card.
    files
        File name to SHA-256; filled in by `write_bundle`.
    """

    model_id: str
    name: str
    arch: str
    features: Mapping[str, Any]
    feature_fingerprint: str
    encoder: Mapping[str, Any]
    head: Mapping[str, Any]
    n_dims: int
    is_unit: bool
    front: FrontEnd | None = None
    ranking: Ranking = dataclasses.field(default_factory=Ranking)
    calibration: Calibration = dataclasses.field(default_factory=Calibration)
    trained_artists: tuple[str, ...] = ()
    measures: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    training: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    files: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        check_range("n_dims", self.n_dims, 0, MOST_DIMS)


def write_bundle(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> Manifest:
    """Write a bundle, whole or not at all: an earlier one is there until the new one is.

    Parameters
    ----------
    folder
        Made, with its parents; a bundle that is there is replaced.
    manifest
        Its `files` are filled in.
    files
        Name to content.

    Returns
    -------
    The manifest as written.

    Raises
    ------
    CheckpointError
        If it cannot be written; then the earlier one is left as it was.
    """
    complete = dataclasses.replace(manifest, files={name: _sha256(content) for name, content in files.items()})
    content = {"format": FORMAT, "version": VERSION, **dataclasses.asdict(complete)}
    draft, before = folder.with_name(f".part-{os.getpid()}"), folder.with_name(BEFORE + folder.name)
    try:
        draft.mkdir(parents=True)
        for name, data in files.items():
            (draft / name).write_bytes(data)
        (draft / MANIFEST).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        if folder.exists():
            folder.rename(before)
        try:
            draft.rename(folder)
        except OSError:
            if before.exists():
                before.rename(folder)
            raise
    except OSError as error:
        raise CheckpointError(f"{str(folder)!r} cannot be written: {error.strerror or error}") from error
    finally:
        for scrap in (draft, before):
            shutil.rmtree(scrap, ignore_errors=True)
    return complete


def read_manifest(folder: Path) -> Manifest:
    """Read and check what a bundle says about itself.

    Raises
    ------
    CheckpointError
        If there is no bundle, or it is damaged, foreign, or written by a newer Resona.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise CheckpointError(f"{str(folder)!r} is not a model: it has no {MANIFEST}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{str(path)!r} cannot be read ({error}); restore it or train again") from error
    if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
        raise CheckpointError(f"{str(path)!r} was not written by Resona")
    version = content.pop("version", None)
    if version not in READABLE:
        raise CheckpointError(
            f"{str(folder)!r} has bundle format {version}, this Resona reads format {VERSION}: update Resona"
        )
    try:
        for name, part in (("ranking", Ranking), ("calibration", Calibration)):
            content[name] = from_mapping(part, content[name])
        content["trained_artists"] = tuple(content["trained_artists"])
        if content.get("front") is not None:
            content["front"] = FrontEnd.of(content["front"])
        return from_mapping(Manifest, content)
    except (ConfigError, KeyError, TypeError) as error:
        raise CheckpointError(f"{str(path)!r} is damaged ({error}); restore it or train again") from error


def read_file(folder: Path, manifest: Manifest, name: str) -> bytes:
    """Read a file of a bundle and check that it is what was written.

    Raises
    ------
    CheckpointError
        If it is missing or was changed.
    """
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise CheckpointError(f"{str(folder / name)!r} cannot be read; restore the bundle or train again") from error
    if _sha256(content) != manifest.files.get(name):
        raise CheckpointError(f"{str(folder / name)!r} is damaged; restore the bundle or train again")
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
