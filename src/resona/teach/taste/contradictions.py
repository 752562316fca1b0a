"""Which answers of one person cannot both be right?"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from resona.teach.taste.answers import ALIKE, NOBODY, Answers


def contradicting_pairs(answers: Answers) -> list[tuple[int, int]]:
    """Find pairs of answers, by position, of which one must be wrong.

    Two songs cannot be alike and different; of three songs only one is the odd one; and where A and B are alike but
    A and C are not, C and not B is the odd one beside A.

    Returns
    -------
    The earlier answer first.

    Examples
    --------
    >>> rows = np.array([[1, 2, -1], [2, 1, -1], [1, 2, 3]])
    >>> contradicting_pairs(Answers(rows=rows, chosen=np.array([0, 1, 2]), strength=np.ones(3)))
    [(0, 1)]
    """
    by_songs: dict[frozenset[int], list[int]] = defaultdict(list)
    for position, row in enumerate(answers.rows.tolist()):
        by_songs[frozenset(row) - {NOBODY}].append(position)
    found = set()
    for positions in by_songs.values():
        verdicts = [_verdict(answers, position) for position in positions]
        found |= {
            (positions[i], positions[j])
            for i, j in combinations(range(len(positions)), 2)
            if verdicts[i] != verdicts[j]
        }
    for position in np.flatnonzero(~answers.is_pair).tolist():
        found |= {(min(pair, position), max(pair, position)) for pair in _against(answers, position, by_songs)}
    return sorted(found)


def _verdict(answers: Answers, position: int) -> int:
    """Give what was said, whatever the order of the songs: the odd song's row, or alike or different."""
    chosen = int(answers.chosen[position])
    return chosen if answers.is_pair[position] else int(answers.rows[position, chosen])


def _against(answers: Answers, position: int, by_songs: dict[frozenset[int], list[int]]) -> Iterator[int]:
    """Go through the answers to pairs that speak against an odd one out: it is like one of the two, which differ."""
    odd = _verdict(answers, position)
    kept = sorted(set(answers.rows[position].tolist()) - {odd})
    said = {pair: by_songs.get(pair, []) for pair in map(frozenset, (kept, (odd, kept[0]), (odd, kept[1])))}
    apart = [p for p in said[frozenset(kept)] if answers.chosen[p] != ALIKE]
    for song in kept if apart else ():
        together = [p for p in said[frozenset((odd, song))] if answers.chosen[p] == ALIKE]
        if together:
            yield from (*apart, *together)
