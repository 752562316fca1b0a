"""The stage that measures, honestly: on unseen artists, beside baselines, with intervals."""

from resona.evaluate.evaluate import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
