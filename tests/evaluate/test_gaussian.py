import numpy as np

from resona.evaluate.gaussian import gaussian_divergences


def slow_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """KL(p‖q) + KL(q‖p) of two Gaussians fitted to frames, term by term."""
    total = 0.0
    for a, b in ((p, q), (q, p)):
        cov_a, cov_b = np.cov(a), np.cov(b)
        shift = b.mean(axis=1) - a.mean(axis=1)
        inverse = np.linalg.inv(cov_b)
        logs = np.log(np.linalg.det(cov_b) / np.linalg.det(cov_a))
        total += 0.5 * (np.trace(inverse @ cov_a) + shift @ inverse @ shift - len(a) + logs)
    return total


def test_equals_the_formula_term_by_term(rng: np.random.Generator) -> None:
    tracks = [rng.normal(mean, scale, (1, 4, 2000)) for mean, scale in ((0, 1), (0.5, 1), (0, 2))]
    fast = gaussian_divergences(tracks)
    for i in range(3):
        for j in range(3):
            assert np.isclose(fast[i, j], slow_divergence(tracks[i][0], tracks[j][0]), rtol=0.01, atol=0.01)


def test_symmetric_and_zero_for_itself(rng: np.random.Generator) -> None:
    divergences = gaussian_divergences(rng.normal(size=(5, 3, 20, 300)))
    assert np.allclose(divergences, divergences.T)
    assert (np.diag(divergences) == 0).all()


def test_constant_coefficients_do_not_break_it() -> None:
    assert np.isfinite(gaussian_divergences([np.zeros((1, 20, 50)), np.ones((1, 20, 50))])).all()
