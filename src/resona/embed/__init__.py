"""Stored features → embeddings: what is done when the model changes, without decoding any audio."""

from resona.embed.embed import BASE_MODEL_DIR, embed_stored, open_model

__all__ = ["BASE_MODEL_DIR", "embed_stored", "open_model"]
