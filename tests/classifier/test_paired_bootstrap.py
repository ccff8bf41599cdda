import numpy as np
import pytest

from classifier.metrics import bootstrap, paired_bootstrap


def shares(size=400, seed=5):
    random = np.random.default_rng(seed)
    hard = random.uniform(size=size)
    old = hard + random.normal(0, 0.05, size) < 0.7
    new = hard + random.normal(0, 0.05, size) < 0.75
    return (lambda at: float(old[at].mean())), (lambda at: float(new[at].mean()))


def test_each_figure_is_that_of_its_own_bootstrap():
    old, new = shares()
    first, second, _ = paired_bootstrap(old, new, 400)
    assert first == bootstrap(old, 400)
    assert second == bootstrap(new, 400)


def test_the_difference_is_surer_than_the_two_figures_apart():
    old, new = shares()
    first, second, difference = paired_bootstrap(old, new, 400)
    assert difference.value == pytest.approx(second.value - first.value)
    assert difference.low <= difference.value <= difference.high
    assert difference.high - difference.low < (second.high - second.low)
    assert difference.low > 0
    assert first.high > second.low  # which the two intervals alone would not tell


def test_a_system_is_no_better_than_itself():
    old, _ = shares()
    _, _, difference = paired_bootstrap(old, old, 400)
    assert (difference.value, difference.low, difference.high) == (0, 0, 0)


def test_a_figure_that_a_resample_lacks_is_left_out_of_the_interval():
    def rare(at):
        return float(np.mean(at[at == 0])) + 1 if (at == 0).any() else float("nan")

    figures = paired_bootstrap(rare, rare, 30)
    assert all(np.isfinite([figure.low, figure.high]).all() for figure in figures)
