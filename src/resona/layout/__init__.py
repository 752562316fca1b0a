"""Embeddings → a map on which near means alike: the stage behind the page's picture of the library."""

from resona.layout.layout import LayoutTask, lay_out, update_layout

__all__ = ["LayoutTask", "lay_out", "update_layout"]
