"""What is new in the folders, and how does it sound? Folders → library: the stage that listens."""

from resona.ingest.analyse import AnalysisConfig, Listened, listen
from resona.ingest.extract import extract_missing
from resona.ingest.hear import ENGINES, LOCAL, ScanConfig
from resona.ingest.listener import Listener
from resona.ingest.scan import ScanProgress, ScanSummary, scan
from resona.ingest.shelved import embed_shelved, shelf_of
from resona.ingest.watch import watch_folders
from resona.ingest.workers import WorkerPool

__all__ = [
    "ENGINES",
    "LOCAL",
    "AnalysisConfig",
    "Listened",
    "Listener",
    "ScanConfig",
    "ScanProgress",
    "ScanSummary",
    "WorkerPool",
    "embed_shelved",
    "extract_missing",
    "listen",
    "scan",
    "shelf_of",
    "watch_folders",
]
