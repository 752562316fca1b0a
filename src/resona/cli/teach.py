"""`resona teach`: the interview."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence

import click

from resona.cli.context import Context, pass_context, printable, say
from resona.errors import ConfigError
from resona.library import Library, Question
from resona.tracks import Track

PLAYERS = (  # of what is common; each plays a file from `{start}` on, for `{seconds}`, and shows nothing
    "mpv --no-video --really-quiet --start={start} --length={seconds} {file}",
    "ffplay -nodisp -autoexit -loglevel quiet -ss {start} -t {seconds} {file}",
    "afplay --time {seconds} {file}",
)
CLIP_SECONDS = 15
KEYS = {"pair": {"y": 0, "n": 1}, "odd": {"a": 0, "b": 1, "c": 2}}
HELP = {
    "pair": "y alike, n not alike, 1 2 play, s skip, u undo, q stop",
    "odd": "a b c the odd one out, 1 2 3 play, s skip, u undo, q stop",
}
ASKED = {"pair": "Are these alike?", "odd": "Which is the odd one out?"}


@click.command("teach")
@click.option(
    "--form", type=click.Choice(["pair", "odd"]), default="odd", show_default=True, help="Two songs or three."
)
@click.option("-n", "n_questions", type=click.IntRange(1), help="Stop after so many answers.")
@click.option("--player", metavar="COMMAND", help="Plays a clip: {file}, {start}, {seconds}; 'none' for silence.")
@pass_context
def command(context: Context, form: str, n_questions: int | None, player: str | None) -> None:
    """Answer questions about songs, and let lists follow your ear.

    Each question is the one whose answer would tell most about your taste. Every answer is kept at once: stop when you
    like, and go on another day. `resona --profile dad teach` learns another person's taste. `resona labels
    --forget` undoes it.
    """
    with context.library() as library:
        interview = Dialogue(library, form, Playback(player))
        try:
            interview.lead(n_questions)
        finally:
            interview.player.stop()
        lesson = library.labels.lesson
        click.echo(lesson.sentence)
        for facet, share in list(lesson.shares.items())[:5] if lesson.is_used else ():
            click.echo(f"{share:>6.0%}  {facet}")
        _print_moved(library)


class Playback:
    """Plays a clip with the system's player, one at a time.

    Parameters
    ----------
    command
        What to run; the first of the known players that is installed if None.

    Raises
    ------
    ConfigError
        If the command cannot be run.
    """

    def __init__(self, command: str | None) -> None:
        known = (line for line in PLAYERS if shutil.which(line.split()[0]))
        line = command or next(known, "none")
        self._words = [] if line == "none" else shlex.split(line)
        self._running: subprocess.Popen[bytes] | None = None
        if self._words and not shutil.which(self._words[0]):
            raise ConfigError(f"there is no player {self._words[0]!r}; --player none asks without sound")
        if self._words and "{file}" not in line:
            self._words.append("{file}")

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to play with."""
        return not self._words

    def play(self, track: Track) -> None:
        """Begin to play the middle of a track."""
        self.stop()
        length = track.tags.duration_seconds or 0.0
        start = track.start_seconds + max(0.0, (length - CLIP_SECONDS) / 2)
        values = {"{start}": f"{start:.2f}", "{seconds}": str(CLIP_SECONDS), "{file}": str(track.path)}
        words = []
        for word in self._words:
            for name, value in values.items():
                word = word.replace(name, value)  # noqa: PLW2901 - the file last: its name may hold braces
            words.append(word)
        self._running = subprocess.Popen(  # noqa: S603 - the person named it, and no shell reads it
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def stop(self) -> None:
        """End what is playing."""
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            self._running.wait()
        self._running = None


class Dialogue:
    """Questions on the terminal, one key an answer."""

    def __init__(self, library: Library, form: str, player: Playback) -> None:
        self.library, self.form, self.player = library, form, player
        self._given: list[tuple[int, Question]] = []

    def lead(self, n_questions: int | None) -> None:
        """Ask until the person stops or has answered enough."""
        if self.player.is_silent:
            say("No player was found: listen in your own, or name one with --player.")
        say(f"Keys: {HELP[self.form]}. Every answer is kept at once.")
        question: Question | None = None
        while n_questions is None or len(self._given) < n_questions:
            question = self._answer(question or self.library.labels.ask(self.form))
            if question is not None and not question.track_ids:
                return

    def _answer(self, question: Question) -> Question | None:
        """Take keys until a question is done with; give what to ask next: None for another, nothing at the end."""
        tracks = self._show(question)
        while True:
            key = _read_key()
            if key in KEYS[self.form]:
                answer = KEYS[self.form][key]
                self._given.append((self.library.labels.answer(question, answer, source="interview"), question))
                return None
            if key == "s":
                return None
            if key == "u" and self._given:
                label_id, earlier = self._given.pop()
                self.library.labels.take_back([label_id])
                say("Taken back.")
                return earlier
            if key == "q":
                return Question(track_ids=())
            if key.isdecimal() and 0 < int(key) <= len(tracks) and not self.player.is_silent:
                self.player.play(tracks[int(key) - 1])

    def _show(self, question: Question) -> Sequence[Track]:
        tracks = self.library.tracks.of(question.track_ids)
        say(f"\n{len(self._given) + 1}. {ASKED[self.form]}")
        for number, track in enumerate(tracks, start=1):
            letter = f"{'abc'[number - 1]} " if self.form == "odd" else ""
            say(f"   {letter}[{number}] {printable(track.label)}")
        return tracks


def _read_key() -> str:
    """Read one key; from a pipe one letter, and the end of it is the end of the interview."""
    if sys.stdin.isatty():
        key = click.getchar().lower()
        if key in ("\x03", "\x04"):
            raise KeyboardInterrupt
        return key
    while True:
        letter = sys.stdin.read(1)
        if not letter:
            return "q"
        if not letter.isspace():
            return letter.lower()


def _print_moved(library: Library) -> None:
    risen, fallen = library.labels.moved(3)
    for heading, moves in (("Nearer now:", risen), ("Farther now:", fallen)):
        if moves:
            click.echo(heading)
        for move in moves:
            track, seed = printable(move.track.label), printable(move.seed.label)
            click.echo(f"  {track}, beside {seed}: {move.before} → {move.after}")
