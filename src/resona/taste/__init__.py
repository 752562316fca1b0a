"""What a person's answers say about their taste: which facets of music count for them, and how much.

No files and no library here: arrays in, arrays out.
"""

from resona.taste.answers import ALIKE, DIFFERENT, NOBODY, Answers, Questions
from resona.taste.choose import FORMS, choose_questions, no_answers
from resona.taste.contradictions import find_contradictions
from resona.taste.facets import Facets, Songs
from resona.taste.fit import Taste, fit_weights, most_likely, probabilities
from resona.taste.trial import CONFIDENCE, FEWEST, Trial, try_out

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
    "find_contradictions",
    "fit_weights",
    "most_likely",
    "no_answers",
    "probabilities",
    "try_out",
]
