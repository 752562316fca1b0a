"""What are invented artists, albums and songs called? Names from word lists, each once in a library."""

import numpy as np

ARTISTS = {  # first and second words
    "rock": ("Velvet Broken Electric Paper Copper Crooked Hollow", "Foxes Radios Motors Lanterns Parade Saints Wolves"),
    "metal": ("Iron Ashen Grave Winter Obsidian Serpent Thorn", "Oath Crown Throne Monolith Legion Götterfall Abyss"),
    "electronic": ("Neon Binary Lunar Chrome Hyper Solar Pixel", "Drift Circuit Motion Signal Arcology Département"),
    "ambient": ("Quiet Pale Slow Distant Silver Drifting Inner", "Meridian Tides Atlas Harbour Field Æther Rooms"),
    "hip-hop": ("Dusty Lowdown Cold Uptown Smooth Midnight", "Crates Professor Blocks Cadence Tapes Logic Señor"),
    "folk": ("Willow Briar Old Hazel River Wandering Amber", "Fiddlers Brothers Lane Orchard Sisters Hearth Märchen"),
}
ABOUT = (
    "Afterglow Apples Barns Breath Candles Change Colossus Dawn Dust Eclipse Embers Fever Fire Frost Glass Gravity "
    "Harvest Heather Highway Home Horizon Hustle Kingdoms Lakes Letters Lightning Lullabies Machines Meadows Mist Moss "
    "Orbit Prism Pyre Rewind Roads Rooftops Ruin Runaways Shores Sidewalks Skyline Smoke Snowfall Sparrows Stillness "
    "Strangers Summer Sunset Tide Tonight Transit Voltage Winter"
)
FRAMES = ("{a}", "{a} and {b}", "{a} of {b}", "The {a}", "{a} Again", "No {a}", "After the {a}", "My {a}")


class Names:
    """Draws names for a library and never the same twice."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def artist(self, style: str) -> str:
        """Name an artist: an adjective and a noun of the style."""
        first, second = ARTISTS[style]
        return self._new(("{first} {second}",), first=first, second=second)

    def title(self) -> str:
        """Name an album or a song."""
        return self._new(FRAMES, a=ABOUT, b=ABOUT)

    def _new(self, frames: tuple[str, ...], **lists: str) -> str:
        n_tries = 0
        while True:
            words = {key: self._rng.choice(words.split()) for key, words in lists.items()}
            name = str(self._rng.choice(frames)).format(**words)
            n_tries += 1
            if n_tries > 100:  # the lists are used up
                name += f" {n_tries // 100 + 1}"
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                return name
