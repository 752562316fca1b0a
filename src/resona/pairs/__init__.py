"""Which tracks are compared, and which are kept back? Splits by artist, pairs, and the audit of both.

Pure functions on plain sequences; a track is its position in them. This part knows nothing of stores or models.
"""

from resona.pairs.audit import LeakReport, audit
from resona.pairs.csv_file import NamedPairs, read_pairs, write_pairs
from resona.pairs.sampling import PairConfig, PairSet, draw_pairs, split_pairs_randomly
from resona.pairs.split import (
    HELD_OUT,
    SPLITS,
    SplitConfig,
    artist_digest,
    find_leaders,
    main_artists,
    split_artists,
    split_by_hash,
)
from resona.pairs.weak import draw_weak_pairs

__all__ = [
    "HELD_OUT",
    "SPLITS",
    "LeakReport",
    "NamedPairs",
    "PairConfig",
    "PairSet",
    "SplitConfig",
    "artist_digest",
    "audit",
    "draw_pairs",
    "draw_weak_pairs",
    "find_leaders",
    "main_artists",
    "read_pairs",
    "split_artists",
    "split_by_hash",
    "split_pairs_randomly",
    "write_pairs",
]
