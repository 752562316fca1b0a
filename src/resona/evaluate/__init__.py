"""How good is the model, honestly? Measured on unseen artists, beside baselines, with intervals."""

from resona.evaluate.doctor import Finding, examine
from resona.evaluate.evaluate import Evaluation, evaluate
from resona.evaluate.leakage import SplitReport, check_pairs, check_split
from resona.evaluate.report import keep
from resona.evaluate.robustness import measure_robustness

__all__ = [
    "Evaluation",
    "Finding",
    "SplitReport",
    "check_pairs",
    "check_split",
    "evaluate",
    "examine",
    "keep",
    "measure_robustness",
]
