"""Which longer lists does a library hold: a radio, a way between two songs, playlists by kind?"""
