"""Stored features → embeddings: what is done when the model changes, without decoding any audio."""

from resona.embed.embed import default_bundle_dir, embed_stored, open_model
from resona.embed.shelf import ModelShelf

__all__ = ["ModelShelf", "default_bundle_dir", "embed_stored", "open_model"]
