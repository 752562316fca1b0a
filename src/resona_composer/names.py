"""What are invented artists, albums and songs called? Names from word lists, each once in a library."""

import numpy as np

WORDS = {  # first and second words of artists, and what songs are about
    "rock": (
        "Velvet Broken Electric Paper Copper Crooked Sunday Hollow Golden Static",
        "Foxes Radios Motors Lanterns Parade Saints Harbours Wolves Arcade Satellites",
        "Runaways Fire Highway Tonight Fever Dust Summer Letters Gasoline Strangers Lightning Home",
    ),
    "metal": (
        "Iron Ashen Grave Winter Obsidian Blood Serpent Thorn Raven Doom",
        "Oath Crown Throne Monolith Legion Veil Hammer Tempest Götterfall Abyss",
        "Ruin Plague Wrath Eclipse Kingdoms Frost Reckoning Pyre Exile Torment Colossus Embers",
    ),
    "electronic": (
        "Neon Binary Lunar Chrome Hyper Solar Velour Pixel Phase Nova",
        "Drift Circuit Motion Signal Arcology Pulse Vector Avenue Mirage Département",
        "Skyline Overnight Gravity Chroma Voltage Horizon Afterglow Machines Transit Prism Orbit Blue",
    ),
    "ambient": (
        "Quiet Pale Slow Distant Silver Drifting Early Inner Northern Soft",
        "Meridian Tides Atlas Harbour Field Weather Ensemble Æther Aurora Rooms",
        "Snowfall Breath Lakes Dawn Moss Stillness Lullabies Glass Letters Mist Shores Winter",
    ),
    "hip-hop": (
        "Dusty Lowdown Cold Uptown Smooth Concrete Midnight Brass Corner Lucky",
        "Crates Professor Blocks Cadence Syndicate Tapes Logic Barons Beatsmith Señor",
        "Hustle Stoops Rewind Sidewalks Paper Smoke Night-Buses Rooftops Change Ciphers Sunset Bodegas",
    ),
    "folk": (
        "Willow Briar Old Hazel River Wandering Thistle Amber Blackbird Rowan",
        "Hollow Fiddlers Brothers Lane Orchard Ramblers Sisters Hearth Gaillard Märchen",
        "Harvest Ferries Meadows Sparrows Candles Millstones Heather Roads Cradles Apples Tide Barns",
    ),
}
FRAMES = [
    "{a}",
    "{a} and {b}",
    "{a} of {b}",
    "The {a}",
    "{a} Again",
    "No {a}",
    "After the {a}",
    "{a} Song",
    "My {a}",
    "{a} Without {b}",
]


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
        return self._new(style, "{first} {second}")

    def album(self, style: str) -> str:
        """Name an album."""
        return self._new(style, "{a} {second}")

    def title(self, style: str) -> str:
        """Name a song."""
        return self._new(style, "")

    def _new(self, style: str, frame: str) -> str:
        first, second, about = (words.split() for words in WORDS[style])
        n_tries = 0
        while True:
            a, b = (str(word) for word in self._rng.choice(about, 2, replace=False))
            chosen = frame or str(self._rng.choice(FRAMES))
            name = chosen.format(a=a, b=b, first=self._rng.choice(first), second=self._rng.choice(second))
            n_tries += 1
            if n_tries > 100:  # the lists are used up
                name += f" {n_tries // 100 + 1}"
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                return name
