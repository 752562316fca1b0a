"""How are vectors laid on a plane so that near ones stay near?

t-SNE [1]_: points attract their vectors' nearest neighbours and repel all others. Every track attracts its
`N_NEIGHBOURS` nearest alike, which gives nearly the picture of perplexity 30 [2]_; the repulsion of many is
interpolated on a grid, where it is a convolution [3]_, so that a step costs time in proportion to the tracks.

References
----------
.. [1] L. van der Maaten and G. Hinton, "Visualizing data using t-SNE", JMLR 9, 2008.
.. [2] J. N. Böhm, P. Berens and D. Kobak, "Attraction-repulsion spectrum in neighbor embeddings", JMLR 23, 2022.
.. [3] G. C. Linderman et al., "Fast interpolation-based t-SNE for improved visualization of single-cell RNA-seq data",
   Nature Methods 16, 2019.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Numbers = NDArray[np.float64]
Rows = NDArray[np.intp]

N_NEIGHBOURS = 15
EXAGGERATION, N_EARLY, N_STEPS = 12, 150, 350  # attraction at first, its steps, and the steps after them
RATE = 200.0  # least learning rate; n / EXAGGERATION where that is more
FIRST_SPREAD = 1e-4  # deviation of the first picture
NODES = 3  # of the interpolation, along each side of a cell
FEWEST_CELLS, MOST_CELLS = 24, 72  # along each side of the grid; cells have side 1 between these
EXACT = 700  # points up to which every pair is compared instead
BLOCK_ROWS = 1024


def tsne(vectors: Array, start: Array) -> Array:
    """Lay vectors on a plane.

    Parameters
    ----------
    vectors
        Shape (n, d), n at least 3.
    start
        Shape (n, 2): where they begin. As wide as a finished picture, it is only refined; a narrow one, with a
        deviation of `FIRST_SPREAD`, unfolds.

    Returns
    -------
    Shape (n, 2), without unit. The same input gives the same picture.

    Examples
    --------
    Two bunches of vectors stay two.

    >>> vectors = np.repeat(np.eye(2, 8, dtype=np.float32), 20, axis=0)
    >>> points = tsne(vectors, np.linspace(-1e-4, 1e-4, 80, dtype=np.float32).reshape(2, 40).T)
    >>> centres = points[:20].mean(axis=0), points[20:].mean(axis=0)
    >>> bool(np.linalg.norm(centres[0] - centres[1]) > 2 * points[:20].std())
    True
    """
    neighbours = nearest_of(vectors, vectors, min(N_NEIGHBOURS, len(vectors) - 1), is_itself_left_out=True)
    points = start.astype(np.float64)
    if points.std() < 1:
        points = _descend(points, neighbours, n_steps=N_EARLY, momentum=0.5, exaggeration=EXAGGERATION)
    return _descend(points, neighbours, n_steps=N_STEPS, momentum=0.8).astype(np.float32)


def nearest_of(queries: Array, vectors: Array, k: int, *, is_itself_left_out: bool = False) -> Rows:
    """Find the rows (q, k) of the vectors (n, d) with the largest products with each query (q, d), in no order."""
    found = np.empty((len(queries), k), np.intp)
    for start in range(0, len(queries), BLOCK_ROWS):
        products = queries[start : start + BLOCK_ROWS] @ vectors.T
        if is_itself_left_out:
            rows = np.arange(len(products))
            products[rows, start + rows] = -np.inf
        found[start : start + BLOCK_ROWS] = np.argpartition(-products, k - 1, axis=1)[:, :k]
    return found


def _descend(points: Numbers, neighbours: Rows, *, n_steps: int, momentum: float, exaggeration: float = 1.0) -> Numbers:
    """Go downhill with a momentum, and a rate for each coordinate that grows while its direction lasts."""
    rate = max(RATE, len(points) / EXAGGERATION)
    speed, gains = np.zeros_like(points), np.ones_like(points)
    for _ in range(n_steps):
        gradient = 4 * (exaggeration * _attraction(points, neighbours) - _repulsion(points))
        gains = np.maximum(np.where(speed * gradient < 0, gains + 0.2, gains * 0.8), 0.01)
        speed = momentum * speed - rate * gains * gradient
        points = points + speed
        points -= points.mean(axis=0)
    return points


def _attraction(points: Numbers, neighbours: Rows) -> Numbers:
    """Give the force (n, 2) away from neighbours' neighbours: each link pulls at both its ends."""
    n, k = neighbours.shape
    apart = points[:, None] - points[neighbours]
    apart /= (2 * n * k * (1 + (apart**2).sum(axis=2)))[:, :, None]
    ends = neighbours.ravel()
    back = [np.bincount(ends, apart[:, :, axis].ravel(), minlength=n) for axis in range(2)]
    pull: Numbers = apart.sum(axis=1) - np.stack(back, axis=1)
    return pull


def _repulsion(points: Numbers) -> Numbers:
    """Give the force (n, 2) away from all others; of many, interpolated on a grid of `NODES` nodes a cell."""
    if len(points) <= EXACT:
        apart = points[:, None] - points
        near = 1 / (1 + (apart**2).sum(axis=2))
        exact: Numbers = np.einsum("ij,ijk->ik", near**2, apart) / (near.sum() - len(points))
        return exact
    low, width = points.min(axis=0), float(np.ptp(points, axis=0).max()) + 1e-12
    n_cells = int(np.clip(np.ceil(width), FEWEST_CELLS, MOST_CELLS))
    side = n_cells * NODES
    inside = (points - low) / width * n_cells
    cells = np.minimum(inside.astype(np.intp), n_cells - 1)
    shares = _lagrange(inside - cells)
    nodes = cells[:, :, None] * NODES + np.arange(NODES)
    places = (nodes[:, 0, :, None] * side + nodes[:, 1, None, :]).reshape(len(points), -1)
    weights = (shares[:, 0, :, None] * shares[:, 1, None, :]).reshape(len(points), -1)
    charges = np.stack([np.ones(len(points)), *points.T])
    grid: Numbers = np.empty((3, side, side))
    for layer, charge in zip(grid, charges, strict=True):
        layer.flat = np.bincount(places.ravel(), (weights * charge[:, None]).ravel(), side * side)
    near, nearer = _potentials(grid, width / side)
    total = float((weights * near.ravel()[places]).sum()) - len(points)  # without each point's force on itself
    one, *moments = (weights * kind.ravel()[places] for kind in nearer)
    push: Numbers = points * one.sum(axis=1)[:, None] - np.stack([moment.sum(axis=1) for moment in moments], axis=1)
    return push / max(total, 1e-12)


def _lagrange(position: Numbers) -> Numbers:
    """Give the weights (n, 2, `NODES`) of a cell's equally spaced nodes, for positions 0…1 in it."""
    nodes = (np.arange(NODES) + 0.5) / NODES
    factors = [
        np.prod([(position - other) / (node - other) for other in nodes if other != node], axis=0) for node in nodes
    ]
    shares: Numbers = np.stack(factors, axis=-1)
    return shares


def _potentials(charges: Numbers, step: float) -> tuple[Numbers, Numbers]:
    """Convolve: the first charge with 1/(1 + d²), and all of them, shape (3, side, side), with its square."""
    side = charges.shape[1]
    offsets = np.minimum(np.arange(2 * side), 2 * side - np.arange(2 * side)) * step
    kernel = 1 / (1 + offsets[:, None] ** 2 + offsets[None] ** 2)
    spectra = np.fft.rfft2(charges, s=(2 * side, 2 * side))
    products = np.concatenate([spectra[:1] * np.fft.rfft2(kernel), spectra * np.fft.rfft2(kernel**2)])
    found = np.fft.irfft2(products, s=(2 * side, 2 * side))[:, :side, :side]
    return found[0], found[1:]
