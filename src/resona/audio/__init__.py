"""Files → signals: find music files, read their tags, decode their clips. Loads each codec library on first use."""

from resona.audio.find import AUDIO_SUFFIXES, FoundFile, find_audio

__all__ = ["AUDIO_SUFFIXES", "FoundFile", "find_audio"]
