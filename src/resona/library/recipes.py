"""Which tracks does the recipe of a playlist find, and is what it found still true?"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict

from resona.library.lists import Lists
from resona.store import Recipe


class Recipes:
    """Follows recipes.

    Parameters
    ----------
    lists_of
        Gives the lists of a profile.
    """

    def __init__(self, lists_of: Callable[[str], Lists]) -> None:
        self._lists_of = lists_of

    def state(self, recipe: Recipe) -> str:
        """Name the state of the library, and of its owner's words and ears, that a recipe is followed in.

        Raises
        ------
        StoreError
            If the library cannot be read.
        """
        lists = self._lists_of(recipe.profile)
        return hashlib.sha256(json.dumps([lists.key, asdict(recipe)]).encode()).hexdigest()[:16]

    def find(self, recipe: Recipe) -> list[int]:
        """Find the numbers of its tracks, those that fit best first; of a filter alone, in the library's order.

        Raises
        ------
        QueryError
            If its words are not told, or its filter cannot be read.
        VectorIndexError
            If the library is empty.
        """
        return self._lists_of(recipe.profile).gather(recipe)
