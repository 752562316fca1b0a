"""Files → signals: find music files, read their tags, decode their clips. Loads each codec library on first use."""

from resona.audio.decode import Clips, decode_clips, decode_span, plan_clips
from resona.audio.find import AUDIO_SUFFIXES, FoundFile, find_audio
from resona.audio.payload import content_hash
from resona.audio.quiet import silence_decoders

__all__ = [
    "AUDIO_SUFFIXES",
    "Clips",
    "FoundFile",
    "content_hash",
    "decode_clips",
    "decode_span",
    "find_audio",
    "plan_clips",
    "silence_decoders",
]
