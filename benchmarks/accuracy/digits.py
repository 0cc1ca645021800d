"""The digit network on MNIST's digits, learned from 2,000 of them."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.figures import Figure, at_least
from scheduler.learning.cnn.digits_network import accuracy, fit_digits

EXAMPLES: Final = 2000


def digits_figures(npz: Path) -> Iterator[Figure]:
    """Accuracy on the file's `x_test` and `y_test`, learned from some of `x_train`, `y_train`."""
    with np.load(npz) as file:
        pictures, labels = file["x_train"], file["y_train"]
        test, truth = file["x_test"], file["y_test"]
    chosen = np.random.default_rng(0).permutation(len(labels))[:EXAMPLES]
    began = time.perf_counter()
    model = fit_digits(pictures[chosen], labels[chosen])
    seconds = time.perf_counter() - began
    linear = LogisticRegression(max_iter=1000).fit(_flat(pictures[chosen]), labels[chosen])
    yield Figure(
        f"digits: right of {len(truth):,} test digits, learned from {EXAMPLES:,}",
        "%",
        100 * accuracy(model, test, truth),
        "a linear model on pixels",
        100 * float(linear.score(_flat(test), truth)),
        at_least(97),
    )
    yield Figure(f"digits: training of {model.count_params():,} numbers", "s", seconds)


def _flat(pictures: np.ndarray) -> np.ndarray:
    return pictures.reshape(len(pictures), -1) / 255
