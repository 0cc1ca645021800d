"""What two trainings would have in common: the digest of a data set and a recipe."""

from dataclasses import replace

import numpy as np
import pytest

from scheduler.learning.already import digest_of
from scheduler.learning.dataset import HELD_OUT, TRAIN, Dataset
from scheduler.learning.transfer.recipe import Transfer
from scheduler.learning.transfer.settings import TransferSettings
from tests.clusters import clusters


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return clusters((6, 6))


def digest(dataset: Dataset, recipe: Transfer | None = None) -> str:
    return digest_of(dataset, recipe or Transfer())


def test_the_same_photos_learned_in_the_same_way_have_one_digest(dataset: Dataset) -> None:
    again = clusters((6, 6))
    assert digest(dataset) == digest(again)
    assert len(digest(dataset)) == 16


def test_the_order_of_settings_is_no_difference(dataset: Dataset) -> None:
    class Turned(Transfer):
        @property
        def settings(self) -> dict[str, float | int | str]:
            return dict(reversed(list(Transfer().settings.items())))

    assert digest(dataset, Turned()) == digest(dataset)


def test_whatever_changes_what_is_learned_changes_the_digest(dataset: Dataset) -> None:
    labels, sides = dataset.labels.copy(), dataset.sides.copy()
    labels[0] = 1
    sides[0] = HELD_OUT if sides[0] == TRAIN else TRAIN
    others = [
        digest(replace(dataset, labels=labels)),
        digest(replace(dataset, sides=sides)),
        digest(replace(dataset, classes=("class 0", "cap"))),
        digest(replace(dataset, photos=("another", *dataset.photos[1:]))),
        digest(replace(dataset, etags=("of other bytes", *dataset.etags[1:]))),
        digest(replace(dataset, variants=("variant 0", "turned"))),
        digest(replace(dataset, backbone="another")),
        digest(dataset, Transfer(TransferSettings(seed=21))),
        digest(dataset, replace(Transfer(), name="cnn")),
    ]
    assert len({digest(dataset), *others}) == 1 + len(others)


def test_features_alone_are_no_difference_as_they_follow_from_image_and_backbone(
    dataset: Dataset,
) -> None:
    nothing = np.zeros_like(dataset.features)
    assert digest(replace(dataset, features=nothing)) == digest(dataset)
