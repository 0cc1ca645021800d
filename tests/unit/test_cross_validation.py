"""Cross-validation on small data sets: folds that never tear groups, and fair comparison."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scheduler.learning.dataset import HELD_OUT, NO_SIDE, TRAIN, VALIDATION, Dataset, Rows
from scheduler.learning.judging.cross_validation import PHASE, OutOfFold, Relearned, cross_validate
from scheduler.learning.judging.folds import folds
from scheduler.learning.recipe import Cancelled, CannotLearn, Fitted, Progress, Watch


class NoPictures:
    def image(self, photo: str) -> bytes:
        raise KeyError(photo)

    def variant(self, photo: str, name: str) -> bytes:
        raise KeyError((photo, name))


def a_dataset(
    labels: Sequence[str], groups: Sequence[int] | None = None, sides: Sequence[str] | None = None
) -> Dataset:
    """Photos whose features lie near their class's own corner."""
    classes = tuple(sorted(set(labels)))
    positions = np.array([classes.index(label) for label in labels], dtype=np.intp)
    noise = np.random.default_rng(7).normal(0, 0.1, (len(labels), 1280))
    features = (noise + 3 * np.eye(len(classes), 1280)[positions]).astype(np.float32)
    count = len(labels)
    return Dataset(
        collection="wardrobe",
        backbone="b1",
        photos=tuple(f"p{number:03}" for number in range(count)),
        etags=("e",) * count,
        classes=classes,
        labels=positions,
        sides=np.array(sides or [TRAIN, VALIDATION] * count)[:count],
        groups=np.array(range(count) if groups is None else groups, dtype=np.intp),
        features=features,
        variants=(),
        variant_features=np.zeros((count, 0, 1280), dtype=np.float16),
        pictures=NoPictures(),
    )


@dataclass(frozen=True)
class NearestMean:
    """A real, tiny recipe: the class whose mean is nearest; it notes what it learned from."""

    learned: list[tuple[tuple[str, ...], Rows]] = field(default_factory=list)
    name: str = "nearest mean"
    enough_validation: int = 30
    settings: Mapping[str, float | int | str] = field(default_factory=dict)

    def fit(self, dataset: Dataset, training: Rows, validation: Rows, watch: Watch) -> Fitted:
        self.learned.append((dataset.classes, training))
        for epoch in (1, 2):
            watch(Progress("head", epoch / 2, epoch, 2, {"accuracy": 1.0}))
        means = {
            int(label): dataset.features[training[dataset.labels[training] == label]].mean(axis=0)
            for label in np.unique(dataset.labels[training])
        }
        return FittedMean(means)


@dataclass(frozen=True)
class FittedMean:
    means: Mapping[int, NDArray[np.float32]]
    kind: str = "head"
    curves: Mapping[str, Sequence[float]] = field(default_factory=dict)
    parameters: int = 0

    def probabilities(self, dataset: Dataset, rows: Rows) -> NDArray[np.float32]:
        scores = np.zeros((len(rows), len(dataset.classes)), dtype=np.float32)
        for label, mean in self.means.items():
            scores[:, label] = np.exp(-np.linalg.norm(dataset.features[rows] - mean, axis=1))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True), dtype=np.float32)

    def distances(self, dataset: Dataset, rows: Rows) -> NDArray[np.float32]:
        means = np.stack(list(self.means.values()))
        apart = dataset.features[rows][:, None] - means[None]
        return np.asarray(np.linalg.norm(apart, axis=2).min(axis=1), dtype=np.float32)

    def files(self) -> Mapping[str, bytes]:
        return {}


def quiet(_: Progress) -> None:
    """A watch that nobody reads."""


def judged(dataset: Dataset, current: Relearned | None = None) -> OutOfFold:
    return cross_validate(dataset, NearestMean(), current, quiet)


def test_each_photo_is_judged_once_by_who_has_not_learned_it() -> None:
    parts = folds(a_dataset(["hat"] * 11 + ["shoes"] * 17))
    assert len(parts) == 5
    assert sorted(np.concatenate([fold for _, fold in parts])) == list(range(28))
    for training, fold in parts:
        assert not set(training) & set(fold)
        assert len(training) + len(fold) == 28


def test_photos_that_look_alike_are_never_torn() -> None:
    groups = [number // 3 for number in range(60)]
    dataset = a_dataset((["hat"] * 30) + (["shoes"] * 30), groups)
    for training, fold in folds(dataset):
        assert not set(dataset.groups[training]) & set(dataset.groups[fold])


def test_the_same_data_set_is_parted_and_judged_in_the_same_way() -> None:
    labels = ["hat", "shoes", "belt"] * 9
    one, other = judged(a_dataset(labels)), judged(a_dataset(labels))
    assert one.challenger == other.challenger
    np.testing.assert_array_equal(one.probabilities, other.probabilities)


def test_five_and_five_photos_are_judged_in_five_folds_of_one_each() -> None:
    dataset = a_dataset(["hat"] * 5 + ["shoes"] * 5)
    assert [Counter(map(dataset.label_of, fold)) for _, fold in folds(dataset)] == [
        {"hat": 1, "shoes": 1}
    ] * 5
    found = judged(dataset)
    assert found.challenger == found.truth == ("hat",) * 5 + ("shoes",) * 5
    assert found.probabilities.shape == (10, 2)
    assert (found.distances > 0).all()


def test_a_class_with_fewer_groups_makes_fewer_folds() -> None:
    assert len(folds(a_dataset(["hat"] * 20 + ["shoes"] * 3))) == 3


@pytest.mark.parametrize("groups", [[0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 4, 4]])
def test_a_class_with_a_single_group_is_learned_and_never_judged(groups: list[int]) -> None:
    labels = ["hat", "hat", "shoes", "shoes", "belt", "belt", "belt"]
    if len(set(groups)) == 7:
        labels, groups = labels[:5], groups[:5]
    dataset = a_dataset(labels, groups)
    parts = folds(dataset)
    belts = {row for row, label in enumerate(labels) if label == "belt"}
    assert sorted(np.concatenate([fold for _, fold in parts])) == [0, 1, 2, 3]
    assert all(belts <= set(training) for training, _ in parts)


def test_a_group_of_two_classes_goes_with_the_class_that_is_never_judged() -> None:
    # The belt looks like the first hat, which leaves the hats with one more photo: judged no more.
    dataset = a_dataset(["belt", "hat", "hat", "shoes", "shoes"], [0, 0, 1, 2, 3])
    assert sorted(np.concatenate([fold for _, fold in folds(dataset)])) == [3, 4]


@pytest.mark.parametrize("labels", [["hat", "shoes", "belt"], []])
def test_classes_of_one_photo_each_cannot_be_judged(labels: list[str]) -> None:
    with pytest.raises(CannotLearn, match="no class has two labelled photos"):
        folds(a_dataset(labels))


def test_photos_of_no_side_are_neither_learned_nor_judged() -> None:
    dataset = a_dataset(["hat"] * 6 + ["shoes"] * 6, sides=[NO_SIDE] + [TRAIN] * 11)
    for training, fold in folds(dataset):
        assert 0 not in {*training, *fold}


@settings(deadline=None, max_examples=50)
@given(
    photos=st.lists(
        st.tuples(
            st.sampled_from(["hat", "shoes", "belt"]),
            st.integers(0, 25),
            st.sampled_from([TRAIN, TRAIN, VALIDATION, HELD_OUT, NO_SIDE]),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_held_out_photos_judge_and_are_learned_in_no_fold(
    photos: list[tuple[str, int, str]],
) -> None:
    labels, groups, sides = (list(told) for told in zip(*photos, strict=True))
    dataset = a_dataset(labels, groups, sides)
    try:
        parts = folds(dataset)
    except CannotLearn:
        return
    assert len(parts) >= 2
    judged = np.concatenate([fold for _, fold in parts])
    assert len(judged) == len(set(judged))
    always = set.intersection(*(set(training.tolist()) for training, _ in parts))
    beside_always = dataset.groups[sorted(always)]
    for row in dataset.on(HELD_OUT):
        assert (row in judged) == (dataset.groups[row] not in beside_always)
    for training, fold in parts:
        assert not set(dataset.sides[training]) & {HELD_OUT, NO_SIDE}
        assert NO_SIDE not in dataset.sides[fold]
        assert not set(dataset.groups[training]) & set(dataset.groups[fold])


def test_held_out_photos_are_dealt_to_all_folds() -> None:
    sides = ([TRAIN] * 5 + [HELD_OUT] * 5) * 2
    parts = folds(a_dataset(["hat"] * 10 + ["shoes"] * 10, sides=sides))
    assert [len(fold) for _, fold in parts] == [4] * 5


def test_neither_challenger_nor_current_learns_a_held_out_photo_to_be_judged() -> None:
    sides = [TRAIN, VALIDATION, TRAIN, HELD_OUT, TRAIN] * 4
    dataset = a_dataset(["hat"] * 10 + ["shoes"] * 10, sides=sides)
    challenger, current = NearestMean(), NearestMean()
    had = {photo: dataset.label_of(row) for row, photo in enumerate(dataset.photos)}
    found = cross_validate(dataset, challenger, Relearned(current, had), quiet)
    assert set(dataset.on(HELD_OUT)) < set(found.rows)
    assert len(challenger.learned) == len(current.learned) == 5
    for _, training in [*challenger.learned, *current.learned]:
        assert HELD_OUT not in dataset.sides[training]


def test_a_class_whose_photos_are_all_held_out_is_judged_and_never_learned() -> None:
    labels = ["hat"] * 5 + ["shoes"] * 5 + ["belt"] * 2
    recipe = NearestMean()
    dataset = a_dataset(labels, sides=[TRAIN] * 10 + [HELD_OUT] * 2)
    found = cross_validate(dataset, recipe, None, quiet)
    assert found.truth[-2:] == ("belt", "belt")
    assert "belt" not in found.challenger
    assert all(not {10, 11} & set(training) for _, training in recipe.learned)


def test_a_class_with_one_photo_that_is_not_held_out_is_judged_on_the_others_alone() -> None:
    labels = ["hat"] * 5 + ["shoes"] * 5 + ["belt"] * 3
    dataset = a_dataset(labels, sides=[TRAIN] * 11 + [HELD_OUT] * 2)
    parts = folds(dataset)
    assert all(10 in training for training, _ in parts)
    assert sorted(np.concatenate([fold for _, fold in parts])) == [*range(10), 11, 12]


def test_classes_whose_photos_are_all_held_out_but_one_cannot_be_judged() -> None:
    labels, sides = ["hat"] * 5 + ["shoes"] * 5, [TRAIN, *[HELD_OUT] * 4] * 2
    with pytest.raises(CannotLearn, match="no class has two labelled photos"):
        folds(a_dataset(labels, sides=sides))


def test_current_learns_again_only_photos_and_labels_it_had() -> None:
    dataset = a_dataset(["hat"] * 6 + ["shoes"] * 6 + ["belt"] * 6)
    # It had six photos, one under a label that was corrected later, and one that is gone by now.
    had = {
        "p000": "hat",
        "p001": "hat",
        "p002": "cap",
        "p006": "shoes",
        "p007": "shoes",
        "x": "cap",
    }
    recipe = NearestMean()
    found = judged(dataset, Relearned(recipe, had))
    for classes, training in recipe.learned:
        assert classes == ("cap", "hat", "shoes")
        assert {dataset.photos[row] for row in training} <= had.keys()
    assert found.current is not None
    assert "belt" not in found.current
    assert set(found.current[:6]) <= {"hat", "cap"}
    assert set(found.current[6:12]) == {"shoes"}


def test_current_is_never_asked_about_a_photo_that_it_learned() -> None:
    dataset = a_dataset(["hat"] * 5 + ["shoes"] * 5)
    recipe = NearestMean()
    had = {photo: dataset.label_of(row) for row, photo in enumerate(dataset.photos)}
    judged(dataset, Relearned(recipe, had))
    for (_, training), (_, fold) in zip(recipe.learned, folds(dataset), strict=True):
        assert not set(training) & set(fold)


@pytest.mark.parametrize(("had", "says"), [({}, "unknown"), ({"p001": "hat"}, "hat")])
def test_a_current_model_that_has_too_little_left_in_a_fold_says_what_it_can(
    had: dict[str, str], says: str
) -> None:
    found = judged(a_dataset(["hat"] * 5 + ["shoes"] * 5), Relearned(NearestMean(), had))
    assert found.current is not None
    assert says in found.current
    assert set(found.current) <= {"unknown", "hat"}


def test_where_one_class_is_left_to_learn_it_is_all_that_is_said() -> None:
    found = judged(a_dataset(["hat"] * 4))
    assert found.challenger == ("hat",) * 4
    assert (found.probabilities == 1).all()


def test_progress_goes_once_from_nothing_to_all() -> None:
    heard: list[Progress] = []
    dataset = a_dataset(["hat"] * 5 + ["shoes"] * 5)
    had = Relearned(NearestMean(), dict(zip(dataset.photos, ["hat", "shoes"] * 5, strict=True)))
    cross_validate(dataset, NearestMean(), had, heard.append)
    done = [progress.done for progress in heard]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 1)
    assert {progress.phase for progress in heard} == {PHASE}
    assert heard[-1].metrics == {"accuracy": 1.0}


def test_it_ends_at_once_when_cancelled() -> None:
    recipe = NearestMean()

    def cancel(_: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        cross_validate(a_dataset(["hat"] * 5 + ["shoes"] * 5), recipe, None, cancel)
    assert not recipe.learned
