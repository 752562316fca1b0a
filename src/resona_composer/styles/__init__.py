"""Who plays what? The artists of each style, six styles in three rooms where instruments are shared."""

from resona_composer.artists import Artist
from resona_composer.styles import band, parlour, studio

ARTISTS: dict[str, tuple[Artist, ...]] = {
    "rock": band.ROCK,
    "metal": band.METAL,
    "electronic": studio.ELECTRONIC,
    "ambient": parlour.AMBIENT,
    "hip-hop": studio.HIP_HOP,
    "folk": parlour.FOLK,
}
STYLES = tuple(ARTISTS)
