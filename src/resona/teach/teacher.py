"""One profile of one library: what was said, what was learned from it, and the lists that follow."""

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from resona.errors import ConfigError, QueryError
from resona.inference import Model, ModelShelf
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.catalogue.graph import Graph
from resona.recommend.queries.resolve import Query, resolve, resolve_one
from resona.store import Label, Store
from resona.teach.changes import Moved, find_moved
from resona.teach.interview import Interview, Question
from resona.teach.labelling import Contradiction, export_labels, find_contradictions, import_labels, label_playlist
from resona.teach.lesson import NO_PROFILE, Lesson, learn, lesson_key, personal_catalogue
from resona.teach.measure import measure_judgements
from resona.teach.own_words import KnownWord, OwnWords

MOST_LETTERS = 64
VERDICTS = {"alike": 2, "different": 2, "odd": 3}  # and how many songs they are about


class Teacher:
    """Learns from one profile's judgements.

    Parameters
    ----------
    store
        The library.
    models
        Its models: the one that compares is the base.
    profile
        Whose taste; "none" is nobody's: lists follow the model, and nothing can be taught.

    Raises
    ------
    ConfigError
        If the profile has no name, or a very long one.
    """

    def __init__(self, store: Store, models: ModelShelf, profile: str) -> None:
        check_profile(profile)
        self.store, self.profile = store, profile
        self.rng = np.random.default_rng()  # two interviews need not ask the same
        self._models = models
        self._base: Catalogue | None = None
        self._graph: Graph | None = None
        self._sibling: Teacher | None = None
        self._interview: Interview | None = None
        self._asking = threading.Lock()  # the page's requests come in threads
        self._personal: tuple[str, Catalogue, Catalogue] | None = None

    def of(self, profile: str) -> "Teacher":
        """Give another profile of the same library, which shares what is not personal."""
        other = Teacher(self.store, self._models, profile)
        other._sibling = self
        return other

    @property
    def profiles(self) -> list[str]:
        """All profiles with judgements, by name."""
        return self.store.labels.profiles()

    @property
    def base(self) -> Catalogue:
        """The library as the model hears it: loaded once, and again whenever the library has changed."""
        if self._sibling is not None:
            return self._sibling.base
        model = self._models.comparing
        if self._base is None or self._base.model is not model or self._base.version != self.store.version:
            self._base = Catalogue.load(self.store, model)
        return self._base

    @property
    def key(self) -> str:
        """What changes whenever lists may: with the judgements, one's own words, the library and the model."""
        words = json.dumps(self.own_words.songs, sort_keys=True)
        return f"{lesson_key(self.store, self._models.comparing, self.profile)} {words}"

    @property
    def catalogue(self) -> Catalogue:
        """What lists come from: the base model's catalogue, or the one that follows the lesson."""
        base, key = self.base, self.key
        if self._personal is None or self._personal[0] != key or self._personal[1] is not base:
            self._personal = key, base, self._as_heard(base)
        return self._personal[2]

    @property
    def base_model(self) -> Model:
        """The model whose vectors lists are made from."""
        return self._models.comparing

    @property
    def graph(self) -> Graph | None:
        """What finds the nearest without looking at every track: where there is an index, and nothing was learned."""
        if not self.store.engine.has_graph or self.store.labels.state(self.profile)[0] or self.own_words.songs:
            return None
        if self._sibling is not None:
            return self._sibling.graph
        model = self._models.comparing
        if self._graph is None or self._graph.model is not model:
            self._graph = Graph(self.store, model)
        return self._graph if self._graph.is_ready else None

    def _as_heard(self, base: Catalogue) -> Catalogue:
        own = self.own_words.learned(base)
        personal = personal_catalogue(base, self.profile)
        return personal if own is None else replace(personal, own=own, masks={})

    @property
    def own_words(self) -> OwnWords:
        """The words of one's own."""
        return OwnWords(self.store, self.profile)

    def known_words(self) -> list[KnownWord]:
        """List the words of one's own, by name, and how well each does."""
        return self.own_words.known(self.base) if self.own_words.songs else []

    def teach_word(self, name: str, songs: Sequence[str | Query], *, is_added: bool = False) -> float:
        """Learn a word from songs that it is said of, five at least; see `resona.teach.own_words`.

        Parameters
        ----------
        name
            The word; one that is known is learned anew.
        songs
            Each stands for one or more tracks.
        is_added
            Learn from the songs that the word has, too.

        Returns
        -------
        The share of the library that songs come before which were held out: ½ is chance.

        Raises
        ------
        UnknownTrackError
            If a song means nothing, or several songs.
        QueryError
            If the songs are too few or have nothing in common, the word cannot be one, or nobody is to be taught.
        """
        self._check()
        meanings = [song if isinstance(song, Query) else resolve(self.store, song) for song in songs]
        track_ids = [track.track_id for meaning in meanings for track in meaning.tracks]
        before = self.own_words.songs_of(name) if is_added else []
        return self.own_words.teach(self.base, name, [*before, *track_ids])

    def rename_word(self, name: str, new: str) -> None:
        """Call a word otherwise; see `OwnWords.rename`."""
        self.own_words.rename(self.base, name, new)

    def forget_word(self, name: str) -> None:
        """Forget a word; see `OwnWords.forget`."""
        self.own_words.forget(name)

    @property
    def judgements(self) -> list[Label]:
        """The judgements, oldest first."""
        return self.store.labels.all(self.profile)

    @property
    def lesson(self) -> Lesson:
        """What was learned from them."""
        return learn(self.base, self.profile)

    @property
    def contradictions(self) -> list[Contradiction]:
        """Judgements that cannot both be right."""
        return find_contradictions(self.judgements)

    def moved(self, n: int = 5) -> tuple[list[Moved], list[Moved]]:
        """Say which songs came nearer to others, and which went farther away; nothing while the base model is used."""
        base, personal = self.base, self.catalogue
        return ([], []) if personal is base else find_moved(base, personal, n=n)

    def measure(self) -> dict[str, Any]:
        """Say how well held-out judgements are predicted; see `resona.teach.measure`."""
        return measure_judgements(self.base, self.profile)

    def ask(self, form: str) -> Question:
        """Choose the most telling question; see `Interview.ask`.

        Raises
        ------
        QueryError
            If there is no such form, nothing to ask about, or nobody to be taught.
        """
        self._check()
        with self._asking:
            base = self.base
            if self._interview is None or self._interview.catalogue is not base:
                self._interview = Interview(base, self.profile, self.rng)
            return self._interview.ask(form)

    def judge(
        self, songs: Sequence[str | Query], verdict: str, *, strength: float = 1.0, source: str = "command"
    ) -> int:
        """Say how two or three songs are alike, and give the judgement's id.

        Parameters
        ----------
        songs
            Each stands for one track of the library.
        verdict
            "alike" or "different" of two songs; "odd" of three, of which the last is the odd one out.
        strength
            How sure you are, 1 being usual.
        source
            Where the judgement comes from.

        Raises
        ------
        UnknownTrackError
            If a song stands for no track, or for several.
        QueryError
            If the number of songs does not fit, two of them are one, or nobody is to be taught.
        """
        if len(songs) != VERDICTS[verdict]:
            raise QueryError(f"{verdict!r} is said of {VERDICTS[verdict]} songs, got {len(songs)}")
        a, b, *c = (resolve_one(self.store, song).track_id for song in songs)
        return self.label(
            [
                Label(
                    kind="odd" if c else "pair",
                    a=a,
                    b=b,
                    c=c[0] if c else None,
                    value=float(verdict != "different"),
                    strength=strength,
                    source=source,
                    profile=self.profile,
                )
            ]
        )[0]

    def answer(self, question: Question, answer: int, *, source: str) -> int:
        """Keep the answer to a question and give the judgement's id; see `Question.answered`.

        Raises
        ------
        QueryError
            If it does not fit the question.
        """
        return self.label([question.answered(answer, source=source, profile=self.profile)])[0]

    def label(self, labels: Sequence[Label]) -> list[int]:
        """Keep judgements of this profile and give their ids.

        Raises
        ------
        QueryError
            If the profile is "none", or a song is compared with itself.
        """
        self._check()
        for label in labels:
            if len(set(label.track_ids)) < len(label.track_ids):
                raise QueryError("a track is always like itself; compare different ones")
        return self.store.labels.add(labels)

    def take_back(self, label_ids: Sequence[int]) -> int:
        """Take judgements of this profile back; give how many there were."""
        own = {label.label_id for label in self.judgements}
        return self.store.labels.remove([label_id for label_id in label_ids if label_id in own])

    def forget(self) -> int:
        """Forget all that was said, and so all that was learned; give how many judgements there were."""
        return self.store.labels.forget(self.profile)

    def write(self, path: Path) -> int:
        """Write the judgements to a table; see `resona.teach.labelling`."""
        return export_labels(self.store, self.profile, path)

    def read(self, path: Path) -> tuple[int, int]:
        """Read judgements from a table; see `resona.teach.labelling`."""
        self._check()
        return import_labels(self.store, self.profile, path)

    def read_playlist(self, path: Path) -> tuple[int, int]:
        """Take the songs of a playlist for alike; see `resona.teach.labelling`."""
        self._check()
        return label_playlist(self.store, self.profile, path)

    def _check(self) -> None:
        if self.profile == NO_PROFILE:
            raise QueryError(f"the profile {NO_PROFILE!r} is nobody's and cannot be taught; choose another --profile")


def check_profile(profile: str) -> None:
    """Refuse what cannot be a profile's name.

    Raises
    ------
    ConfigError
        If it is empty, very long, or not to be printed.
    """
    if not 0 < len(profile) <= MOST_LETTERS or not profile.isprintable():
        raise ConfigError(f"a profile has a name of 1 to {MOST_LETTERS} letters, got {profile!r}")
