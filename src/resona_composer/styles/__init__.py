"""The styles: each a module with its artists and a function that plays a song as they would."""

from collections.abc import Callable

from resona_composer.habits import Habits
from resona_composer.styles import ambient, electronic, folk, hip_hop, metal, producers, rock

ARTISTS: dict[str, tuple[Habits, ...]] = {
    "rock": rock.BANDS,
    "metal": metal.BANDS,
    "electronic": producers.PRODUCERS,
    "ambient": ambient.COMPOSERS,
    "hip-hop": hip_hop.BEAT_MAKERS,
    "folk": folk.ENSEMBLES,
}
PLAYERS: dict[str, Callable[..., None]] = {
    "rock": rock.play,
    "metal": metal.play,
    "electronic": electronic.play,
    "ambient": ambient.play,
    "hip-hop": hip_hop.play,
    "folk": folk.play,
}
STYLES = tuple(ARTISTS)
