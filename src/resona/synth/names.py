"""What are invented artists, albums and songs called? Names from word lists, each once in a library."""

from collections.abc import Sequence

import numpy as np

WORDS = {
    "rock": (
        ("Velvet", "Broken", "Electric", "Paper", "Copper", "Crooked", "Sunday", "Hollow", "Golden", "Static"),
        ("Foxes", "Radios", "Motors", "Lanterns", "Parade", "Saints", "Harbours", "Wolves", "Arcade", "Satellites"),
        ("Run", "Burning", "Highway", "Tonight", "Fever", "Wasted", "Summer", "Letters", "Gasoline", "Stranger", "Lightning", "Home"),
    ),
    "metal": (
        ("Iron", "Ashen", "Grave", "Winter", "Obsidian", "Blood", "Serpent", "Thorn", "Raven", "Doom"),
        ("Oath", "Crown", "Throne", "Monolith", "Legion", "Veil", "Hammer", "Tempest", "Götterfall", "Abyss"),
        ("Ruin", "Plague", "Wrath", "Eclipse", "Kingdom", "Frost", "Reckoning", "Pyre", "Exile", "Torment", "Colossus", "Embers"),
    ),
    "electronic": (
        ("Neon", "Binary", "Lunar", "Chrome", "Hyper", "Solar", "Velour", "Pixel", "Phase", "Nova"),
        ("Drift", "Circuit", "Motion", "Signal", "Arcology", "Pulse", "Vector", "Avenue", "Mirage", "Département"),
        ("Skyline", "Overnight", "Gravity", "Chromatic", "Voltage", "Horizon", "Afterglow", "Modular", "Transit", "Prism", "Orbit", "Blue"),
    ),
    "ambient": (
        ("Quiet", "Pale", "Slow", "Distant", "Silver", "Drifting", "Early", "Inner", "Northern", "Soft"),
        ("Meridian", "Tides", "Atlas", "Harbour", "Field", "Weather", "Ensemble", "Æther", "Aurora", "Rooms"),
        ("Snowfall", "Breath", "Lake", "Dawn", "Moss", "Stillness", "Lullaby", "Glass", "Letters", "Mist", "Shore", "Winter"),
    ),
    "hip-hop": (
        ("Dusty", "Lowdown", "Cold", "Uptown", "Smooth", "Concrete", "Midnight", "Brass", "Corner", "Lucky"),
        ("Crates", "Professor", "Blocks", "Cadence", "Syndicate", "Tapes", "Logic", "Barons", "Beatsmith", "Señor"),
        ("Hustle", "Stoop", "Rewind", "Sidewalk", "Paper", "Smoke", "Late Bus", "Rooftop", "Change", "Cipher", "Sunset", "Bodega"),
    ),
    "folk": (
        ("Willow", "Briar", "Old", "Hazel", "River", "Wandering", "Thistle", "Amber", "Blackbird", "Rowan"),
        ("Hollow", "Fiddlers", "Brothers", "Lane", "Orchard", "Ramblers", "Sisters", "Hearth", "Gaillard", "Märchen"),
        ("Harvest", "Ferry", "Meadow", "Sparrow", "Candle", "Miller's Wheel", "Heather", "Road", "Cradle", "Apple Tree", "Tide", "Barn"),
    ),
}
FRAMES = ("{a}", "{a} and {b}", "{b} of {a}", "The {a}", "{a} Again", "No {b}", "After the {a}", "{a} Song", "My {b}", "{a} in {b}")


class Names:
    """Draws names for a library and never the same twice.

    Parameters
    ----------
    rng
        Decides.

    Examples
    --------
    >>> names = Names(np.random.default_rng(0))
    >>> len({names.title("folk") for _ in range(200)})
    200
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def artist(self, style: str) -> str:
        """Name an artist: an adjective and a noun of the style."""
        first, second, _ = WORDS[style]
        return self._new(lambda: f"{self._pick(first)} {self._pick(second)}")

    def album(self, style: str) -> str:
        """Name an album."""
        _, second, words = WORDS[style]
        return self._new(lambda: f"{self._pick(words)} {self._pick(second)}")

    def title(self, style: str) -> str:
        """Name a song."""
        words = WORDS[style][2]
        return self._new(lambda: self._pick(FRAMES).format(a=self._pick(words), b=self._pick(words)))

    def _pick(self, words: Sequence[str]) -> str:
        return words[self._rng.integers(len(words))]

    def _new(self, draw) -> str:  # type: ignore[no-untyped-def]
        for attempt in range(10_000):
            name = draw() if attempt < 200 else f"{draw()} {attempt // 100}"
            if name.casefold() not in self._taken and len(set(name.split())) == len(name.split()):
                break
        self._taken.add(name.casefold())
        return str(name)
