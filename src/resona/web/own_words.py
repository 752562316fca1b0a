"""Words of one's own, such as "rainy day": learned from songs, renamed, forgotten; those of the profile that asks."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, Field

from resona.library import MOST_SONGS
from resona.web.playlists import TrackIds
from resona.web.seeds import meanings
from resona.web.state import Shared

MOST_LETTERS = 200  # a word of more than 64 is refused in words

Word = Annotated[str, Query(min_length=1, max_length=MOST_LETTERS, description="A word of one's own.")]

router = APIRouter(prefix="/words/own", tags=["similar"])


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWordView:
    """A word of one's own.

    Attributes
    ----------
    track_ids
        The songs that it was learned from.
    agreement
        The share of the library that a song comes before which was held out, 0.5 being chance; null where the word is
        not told, because too few of its songs are left.
    """

    word: str
    track_ids: list[int]
    agreement: float | None


class NewWord(BaseModel):
    """A word, and songs that it is said of: five at least, with those that it `is_added` to where it is known."""

    word: str = Field(min_length=1, max_length=MOST_LETTERS)
    track_ids: TrackIds = Field(min_length=1, max_length=MOST_SONGS)
    is_added: bool = False


class NewName(BaseModel):
    """What a word is to be called."""

    word: str = Field(min_length=1, max_length=MOST_LETTERS)


@router.get("")
def own_words(state: Shared) -> list[OwnWordView]:
    """List the words of one's own."""
    with state.turns:
        known = state.labels.known_words()
    return [
        OwnWordView(
            word=each.word,
            track_ids=list(each.track_ids),
            agreement=None if each.agreement is None else round(each.agreement, 4),
        )
        for each in known
    ]


@router.post("", status_code=201)
def learn(state: Shared, wanted: Annotated[NewWord, Body()]) -> list[OwnWordView]:
    """Learn a word, or learn it anew; refused (422), with the reason, where its songs have nothing in common."""
    with state.turns:
        state.labels.teach_word(wanted.word, meanings(state, wanted.track_ids), is_added=wanted.is_added)
        state.lists.renew()
    return own_words(state)


@router.patch("")
def rename(state: Shared, word: Word, wanted: Annotated[NewName, Body()]) -> list[OwnWordView]:
    """Call a word otherwise; what was written with its old name, such as a filter, is not changed."""
    state.labels.rename_word(word, wanted.word)
    state.lists.renew()
    return own_words(state)


@router.delete("")
def forget(state: Shared, word: Word) -> list[OwnWordView]:
    """Forget a word."""
    state.labels.forget_word(word)
    state.lists.renew()
    return own_words(state)
