"""How is the largest response of wide filters found fast, on a processor that has nothing but AVX2?

A network's front end may lay each filter on every band and keep the largest response. Written as a convolution, nearly
all its time goes there. Both functions write the same result, to rounding, as products of matrices that are small
enough to stay in the processor's cache.

Conventions: x is (n, frames, bands) in the graph `draft`, kernels (frames, bands, filters); what comes out is
(n, filters, frames), the largest response over the bands, with zeros beyond both ends of time.

**Filters over bands.** A convolution is a product of spectra [1]_. Bands are cut into blocks of `N_TAPS`, and a filter
is laid on `N_STARTS` bands at a time, so spectra are of `LENGTH` bands; frames and blocks are summed before they are
turned back. Frequencies lie half a step off the usual ones, so that all are complex, and phases are counted from the
middle of the starts. So a start and its mirror image differ only in the sign of the sine part, and the larger of c + s
and c − s is c + |s|: half the way back is never gone. It takes a quarter of the multiplications.

References
----------
.. [1] T. Stockham, "High-speed convolution and correlation", AFIPS 1966: products of spectra, in blocks.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.inference.onnx_file import GraphDraft

Array = NDArray[np.floating]

N_STARTS, N_TAPS, LENGTH = 30, 19, 48  # LENGTH is even, and at least N_STARTS + N_TAPS − 1
N_FILTERS = 16  # at once
N_VALUES = 640  # over time: frames at once × the filter's frames; 0.25 MB with 96 bands


def largest_over_bands(draft: GraphDraft, x: str, kernel: Array, shape: tuple[int, int]) -> str:
    """Lay filters on all bands on which they fit, for `N_STARTS` bands or more, and give the largest responses.

    Parameters
    ----------
    draft
        Where it is written.
    x
        The spectrogram, of `shape` (n_frames, n_bands).
    kernel
        Shape (size, height, n_filters).

    Returns
    -------
    The name of (n, n_filters, n_frames).
    """
    (n_frames, n_bands), (size, height, n_filters) = shape, kernel.shape
    n_blocks, n_fit = -(-height // N_TAPS), n_bands + 1 - height
    tiles = np.linspace(0, n_fit - N_STARTS, -(-n_fit // N_STARTS)).round().astype(int).tolist()
    padded = _padded(draft, x, size)
    spectra = [_spectra(draft, padded, _forward(start, n_blocks, n_bands), (n_frames, size)) for start in tiles]
    cosine, sine = (draft.constant(part) for part in _back())
    weights = _weights(kernel, n_blocks)
    heard = []
    for first in range(0, n_filters, N_FILTERS):
        parts = [draft.constant(part[..., first : first + N_FILTERS]) for part in weights]
        starts = []
        for spectrum in spectra:
            real, imaginary = (draft.node("MatMul", spectrum, part) for part in parts)
            even = draft.node("MatMul", cosine, _flat(draft, real))
            odd = draft.node("Abs", draft.node("MatMul", sine, _flat(draft, imaginary)))
            starts.append(draft.node("Add", even, odd))
        best = _largest_row(draft, draft.node("Max", *starts) if len(starts) > 1 else starts[0])
        heard.append(draft.node("Reshape", best, draft.constant([-1, n_frames, min(N_FILTERS, n_filters - first)])))
    return draft.node("Transpose", draft.node("Concat", *heard, axis=2), perm=[0, 2, 1])


def largest_over_time(draft: GraphDraft, x: str, kernel: Array, shape: tuple[int, int]) -> str:
    """Lay filters of one band on each band, and give the largest responses.

    Parameters
    ----------
    draft
        Where it is written.
    x
        The spectrogram, of `shape` (n_frames, n_bands).
    kernel
        Shape (size, 1, n_filters).

    Returns
    -------
    The name of (n, n_filters, n_frames).
    """
    (n_frames, n_bands), (size, _, n_filters) = shape, kernel.shape
    padded = _padded(draft, x, size)
    weights, heard, step = draft.constant(kernel[:, 0].T), [], max(1, N_VALUES // size)
    for first in range(0, n_frames, step):
        taken = np.arange(size)[:, None] + np.arange(first, min(first + step, n_frames))
        frames = draft.node("Gather", padded, draft.constant(taken.tolist()), axis=1)
        products = draft.node("MatMul", weights, draft.node("Reshape", frames, draft.constant([0, size, -1])))
        responses = draft.node("Reshape", products, draft.constant([0, n_filters, -1, n_bands]))
        heard.append(draft.node("ReduceMax", responses, axes=[3], keepdims=0))
    return draft.node("Concat", *heard, axis=2)


def _padded(draft: GraphDraft, x: str, size: int) -> str:
    """Add as many frames of zeros as a filter of `size` frames reaches beyond both ends."""
    return draft.node("Pad", x, draft.constant([0, (size - 1) // 2, 0, 0, size // 2, 0]))


def _spectra(draft: GraphDraft, padded: str, forward: Array, sizes: tuple[int, int]) -> str:
    """Give the spectra of all frames that a filter sees, side by side: (frequencies, n × n_frames, sees)."""
    n_frames, size = sizes
    n_bands, n_frequencies, n_parts = forward.shape
    spectra = draft.node("MatMul", padded, draft.constant(forward.reshape(n_bands, -1)))
    spectra = draft.node("Reshape", spectra, draft.constant([0, 0, n_frequencies, n_parts]))
    spectra = draft.node("Transpose", spectra, perm=[2, 0, 1, 3])
    seen = np.arange(n_frames)[:, None] + np.arange(size)
    spectra = draft.node("Gather", spectra, draft.constant(seen.tolist()), axis=2)
    return draft.node("Reshape", spectra, draft.constant([n_frequencies, -1, size * n_parts]))


def _waves(places: NDArray[Any]) -> Array:
    """Waves of all frequencies at some places, complex: (frequencies, places)."""
    phases = 2 * np.pi / LENGTH * np.outer(np.arange(LENGTH // 2) + 0.5, places)
    waves: Array = np.exp(-1j * phases)
    return waves


def _forward(start: int, n_blocks: int, n_bands: int) -> Array:
    """From bands to spectra of the blocks that belong to a tile: (n_bands, frequencies, blocks × real, imaginary)."""
    reach = N_STARTS + N_TAPS - 1
    forward = np.zeros((n_bands, LENGTH // 2, n_blocks, 2))
    for block in range(n_blocks):
        first = start + block * N_TAPS
        last = min(first + reach, n_bands)
        waves = _waves(np.arange(last - first) - (N_STARTS - 1) / 2).T
        forward[first:last, :, block] = np.stack([waves.real, waves.imag], axis=-1)
    return forward.reshape(n_bands, LENGTH // 2, -1)


def _weights(kernel: Array, n_blocks: int) -> tuple[Array, Array]:
    """Spectra of filters, conjugate, for the real and the imaginary part: (frequencies, sees, n_filters) each."""
    size, height, n_filters = kernel.shape
    blocks = np.zeros((size, n_blocks * N_TAPS, n_filters))
    blocks[:, :height] = kernel
    waves = _waves(np.arange(N_TAPS))
    spectra = np.einsum("kb,tnbc->ktnc", waves, blocks.reshape(size, n_blocks, N_TAPS, n_filters))
    real = np.stack([spectra.real, spectra.imag], axis=3)  # of x h*, beside the real and the imaginary part of x
    imaginary = np.stack([-spectra.imag, spectra.real], axis=3)
    return real.reshape(LENGTH // 2, -1, n_filters), imaginary.reshape(LENGTH // 2, -1, n_filters)


def _back() -> tuple[Array, Array]:
    """From spectra to the starts above the middle, cosine and sine parts: (N_STARTS / 2, frequencies) each."""
    waves = 2 / LENGTH * _waves(np.arange(N_STARTS // 2) + 0.5).T
    return waves.real, waves.imag


def _flat(draft: GraphDraft, spectrum: str) -> str:
    return draft.node("Reshape", spectrum, draft.constant([LENGTH // 2, -1]))


def _largest_row(draft: GraphDraft, x: str) -> str:
    """Give the largest of `N_STARTS` / 2 rows, in two steps: a reduction takes twice as long."""
    for n_rows, n_left in ((N_STARTS // 2, 3), (3, 1)):
        parts = [
            draft.node("Slice", x, draft.constant([row]), draft.constant([row + n_left]), draft.constant([0]))
            for row in range(0, n_rows, n_left)
        ]
        x = draft.node("Max", *parts)
    return x
