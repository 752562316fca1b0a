"""Files → signals: find music files, read their tags, decode their clips. Loads each codec library on first use."""

from resona.audio.cover import read_cover
from resona.audio.cue import CueEntry, find_cue, read_cue
from resona.audio.decode import Clips, decode_clips, decode_span, plan_clips
from resona.audio.find import AUDIO_SUFFIXES, IGNORE_FILE, NO_MEDIA_FILE, FoundFile, find_audio
from resona.audio.payload import content_hash
from resona.audio.pictures import Picture
from resona.audio.quiet import silence_decoders
from resona.audio.tags import read_tags
from resona.audio.write import encode_mp3, write_audio

__all__ = [
    "AUDIO_SUFFIXES",
    "IGNORE_FILE",
    "NO_MEDIA_FILE",
    "Clips",
    "CueEntry",
    "FoundFile",
    "Picture",
    "content_hash",
    "decode_clips",
    "decode_span",
    "encode_mp3",
    "find_audio",
    "find_cue",
    "plan_clips",
    "read_cover",
    "read_cue",
    "read_tags",
    "silence_decoders",
    "write_audio",
]
