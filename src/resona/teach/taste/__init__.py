"""What do a person's answers say about their taste? Which facets of music count for them, and how much.

No files and no library here: arrays in, arrays out.
"""

from resona.teach.taste.answers import ALIKE, DIFFERENT, NOBODY, Answers, Questions
from resona.teach.taste.choose import FORMS, choose_questions, no_answers
from resona.teach.taste.contradictions import contradicting_pairs
from resona.teach.taste.facets import Facets, Songs
from resona.teach.taste.fit import Taste, fit_weights, most_likely, probabilities
from resona.teach.taste.trial import CONFIDENCE, FEWEST, Trial, try_out

__all__ = [
    "ALIKE",
    "CONFIDENCE",
    "DIFFERENT",
    "FEWEST",
    "FORMS",
    "NOBODY",
    "Answers",
    "Facets",
    "Questions",
    "Songs",
    "Taste",
    "Trial",
    "choose_questions",
    "contradicting_pairs",
    "fit_weights",
    "most_likely",
    "no_answers",
    "probabilities",
    "try_out",
]
