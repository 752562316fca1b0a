"""What does this person hear? Judgements → taste → lists, without training a network."""

from resona.teach.changes import Moved
from resona.teach.interview import Question
from resona.teach.labelling import Contradiction
from resona.teach.lesson import DEFAULT_PROFILE, NO_PROFILE, Lesson, n_judgements
from resona.teach.teacher import Teacher, check_profile

__all__ = [
    "DEFAULT_PROFILE",
    "NO_PROFILE",
    "Contradiction",
    "Lesson",
    "Moved",
    "Question",
    "Teacher",
    "check_profile",
    "n_judgements",
]
