"""What is in a file? Files → signals: find music files, read their tags and pictures, decode their clips.

Each codec library is loaded on first use.
"""

from resona.audio.cover import read_cover
from resona.audio.cue import CueEntry, find_entries
from resona.audio.cut import cut_flac
from resona.audio.decode import Clips, decode_clips, decode_span, plan_clips
from resona.audio.difference import take_difference, undo_difference
from resona.audio.films import is_film
from resona.audio.find import AUDIO_SUFFIXES, IGNORE_FILE, NO_MEDIA_FILE, FoundFile, find_audio, is_audio_name, is_bare
from resona.audio.joined import is_joined
from resona.audio.payload import TWIN, content_hash, is_same_audio, whole_hash
from resona.audio.pictures import Picture
from resona.audio.quiet import silence_decoders
from resona.audio.remote import fetch, find_remote, folders_in, get_content, list_names, put_content
from resona.audio.resample import resample
from resona.audio.scale import scale_picture
from resona.audio.tag_fields import read_fields, write_fields
from resona.audio.tags import read_tags
from resona.audio.write import encode_mp3, write_audio

__all__ = [
    "AUDIO_SUFFIXES",
    "IGNORE_FILE",
    "NO_MEDIA_FILE",
    "TWIN",
    "Clips",
    "CueEntry",
    "FoundFile",
    "Picture",
    "content_hash",
    "cut_flac",
    "decode_clips",
    "decode_span",
    "encode_mp3",
    "fetch",
    "find_audio",
    "find_entries",
    "find_remote",
    "folders_in",
    "get_content",
    "is_audio_name",
    "is_bare",
    "is_film",
    "is_joined",
    "is_same_audio",
    "list_names",
    "plan_clips",
    "put_content",
    "read_cover",
    "read_fields",
    "read_tags",
    "resample",
    "scale_picture",
    "silence_decoders",
    "take_difference",
    "undo_difference",
    "whole_hash",
    "write_audio",
    "write_fields",
]
