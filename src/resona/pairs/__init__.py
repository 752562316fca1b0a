"""Which tracks are compared, and which are kept back? Splits by artist, pairs, and the audit of both.

Pure functions on plain sequences; a track is its position in them. This part knows nothing of stores or models.
"""

from resona.pairs.audit import LeakReport, audit
from resona.pairs.csv_file import NamedPairs, read_pairs, write_pairs
from resona.pairs.sampling import PairConfig, PairSet, draw_pairs, split_pairs_randomly
from resona.pairs.split import SPLITS, SplitConfig, artist_digest, join_groups, split_artists, split_by_hash

__all__ = [
    "SPLITS",
    "LeakReport",
    "NamedPairs",
    "PairConfig",
    "PairSet",
    "SplitConfig",
    "artist_digest",
    "audit",
    "draw_pairs",
    "join_groups",
    "read_pairs",
    "split_artists",
    "split_by_hash",
    "split_pairs_randomly",
    "write_pairs",
]
