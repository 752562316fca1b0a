"""How do the players that people already use ask for music, and for what is like it? By OpenSubsonic, at `/rest`.

`dispatch` finds the method and checks who asks (`auth`); `parameters` reads the request, `protocol` writes answers.
The methods are in `system`, `browse`, `lists`, `search`, `similar`, `media`, `playlists` and `marks`; `views` writes
songs, albums and artists for all of them, and `ids` reads theirs.
"""

from resona.web.rest.dispatch import add_rest

__all__ = ["add_rest"]
