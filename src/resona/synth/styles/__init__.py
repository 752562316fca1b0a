"""The styles: each a module with its artists and a function that plays a song as they would."""

from collections.abc import Callable
from typing import Any

from resona.synth.habits import Habits
from resona.synth.styles import rock

ARTISTS: dict[str, tuple[Habits, ...]] = {"rock": rock.BANDS}
PLAYERS: dict[str, Callable[..., None]] = {"rock": rock.play}
STYLES = tuple(ARTISTS)
