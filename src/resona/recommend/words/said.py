"""Which words of a kind are said of each track?"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.filters.exclusions import all_pass, allowed_masks
from resona.tracks import Track

N_WORDS = 3  # of a kind


def said_words(
    catalogue: Catalogue, tracks: Sequence[Track], kinds: Sequence[str], *, least: float
) -> list[dict[str, list[str]]]:
    """Say which words are said of each track: kind to words, the likeliest first, at most three.

    Parameters
    ----------
    catalogue
        The library.
    tracks
        Of it, heard.
    kinds
        Such as "mood" and "genre"; see `resona.recommend.words.vocabulary.Vocabulary.kinds`.
    least
        How likely a word must be, 0 to 1.

    Raises
    ------
    QueryError
        If the model tells no words.
    """
    rows = catalogue.rows_of(tracks)
    found: list[dict[str, list[str]]] = [{} for _ in rows]
    for kind in kinds:
        words = [word for word, its in catalogue.vocabulary.kinds.items() if its == kind]
        likely = np.stack([catalogue.told[word][rows] for word in words], axis=1)  # (tracks, words)
        for said, values in zip(found, likely, strict=True):
            order = np.argsort(-values, kind="stable")[:N_WORDS]
            said[kind] = [words[place] for place in order.tolist() if values[place] >= least]
    return found


def heard_tracks(
    catalogue: Catalogue, tracks: Sequence[Track], where: str, genre_groups: Mapping[str, Sequence[str]]
) -> list[Track]:
    """Choose the tracks that were heard, pass a filter and are not excluded; of the whole library if none is named.

    Raises
    ------
    QueryError
        If the filter cannot be read.
    """
    masks = allowed_masks(catalogue, where, genre_groups, with_excluded=False)
    allowed = all_pass(masks, len(catalogue))
    rows: NDArray[np.intp] = catalogue.rows_of(tracks) if tracks else np.arange(len(catalogue))
    return [track for track in catalogue.tracks_at(rows[allowed[rows]]) if not track.is_missing]
