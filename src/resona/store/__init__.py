"""What is kept? One library file: the only place with SQL. Callers know `Store` and the values it takes and gives."""

from resona.store.failures import UNREACHABLE, Failure
from resona.store.features import DescriptorValues
from resona.store.files import Work
from resona.store.labels import Label
from resona.store.shelves import Shelf, TagQuality
from resona.store.store import Store, side_dir_of
from resona.store.tracks import TrackRecord

__all__ = [
    "UNREACHABLE",
    "DescriptorValues",
    "Failure",
    "Label",
    "Shelf",
    "Store",
    "TagQuality",
    "TrackRecord",
    "Work",
    "side_dir_of",
]
