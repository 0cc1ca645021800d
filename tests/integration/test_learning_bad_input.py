"""Bad input to a training: a clear sentence in the right place, and the current model answers."""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest
import uuid6
from bson import Binary
from pymongo import MongoClient
from pymongo.database import Database

from functions.learning.trainings import Trainings
from functions.runtime.collections import Collections
from functions.runtime.database import Document
from functions.runtime.models import BUCKET, Models
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from scheduler.backbone.version import VERSION
from scheduler.learning.dataset import HELD_OUT, TRAIN
from scheduler.learning.queue.outcome import Outcome
from scheduler.learning.queue.training_queue import TrainingQueue
from scheduler.learning.recipe import CannotLearn, Progress
from scheduler.learning.training import train
from scheduler.publish import point
from tests import hasty
from tests.documents import Documents
from tests.dying import away
from tests.eventually import eventually
from tests.integration.test_models_live import predicted

# Keras gives NumPy its arrays in an older way.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.timeout(900),
]

HOLDER = "the test"


def unwatched(progress: Progress) -> None:
    """Nobody looks."""


@dataclass(frozen=True)
class Closet:
    """A collection of labelled features without pictures; the tests carry out its trainings."""

    name: str
    root: Documents
    own: Database[Document]
    storage: Storage

    def put(self, *labels: str) -> list[str]:
        """A photo for each label, whose features lie near those of its label."""
        photos = [str(uuid6.uuid7()) for _ in labels]
        for number, (photo, label) in enumerate(zip(photos, labels, strict=True)):
            centre = np.random.default_rng(len(label)).random(1280)
            feature = np.abs(centre + 0.1 * np.random.default_rng(number).normal(size=1280))
            mine = {"_id": photo, "collection": self.name}
            sent = {"key": f"{self.name}/{photo}", "uploaded_at": datetime.now(UTC)}
            # Two of each label are learned from, so that there are two folds.
            side = TRAIN if labels[:number].count(label) < 2 else HELD_OUT
            place = {"side": side, "like": photo}
            made = {"sha256": photo, "phash": f"{number:016x}", "image_etag": photo}
            self.root["photos"].insert_one(
                {**mine, **sent, **place, **made, "state": "ready", "label": label}
            )
            binary = Binary(feature.astype(np.float16).tobytes())
            seen = {"etag": photo, "backbone": VERSION, "feature": binary}
            self.root["features"].insert_one({**mine, **seen})
        return photos

    def see(self, photo: str, feature: bytes) -> None:
        """Other bytes stand where a photo's features were."""
        self.root["features"].update_one({"_id": photo}, {"$set": {"feature": Binary(feature)}})

    def train(self) -> Outcome:
        """One training, noted in Mongo as the scheduler's process notes it."""
        collection = Collections.of(self.own).get(self.name)
        assert collection is not None
        own = Trainings.of(self.own).ask(self.name, "transfer", "ana")
        queue = TrainingQueue.of(self.own)
        training = queue.begin(HOLDER)
        assert training is not None
        assert training["_id"] == own
        try:
            outcome = train(collection, training, self.storage, self.own, unwatched)
        except CannotLearn as reason:
            queue.finish(own, HOLDER, "failed", str(reason), {})
            raise
        queue.finish(own, HOLDER, outcome.state, outcome.reason, outcome.told())
        return outcome

    @property
    def current(self) -> str | None:
        """The version its pointer names."""
        pointer = Models(self.storage).pointer(self.name)
        return pointer.version if pointer else None

    def file(self, version: str | None, name: str) -> str:
        """A text of a version."""
        stored = self.storage.read(BUCKET, f"{self.name}/{version}/{name}")
        assert stored is not None
        return stored.data.decode()


@pytest.fixture(scope="module")
def alone(stack: Stack) -> Iterator[Stack]:
    """The stack without its scheduler, which would train too."""
    with away(stack, "scheduler"):
        yield stack


@contextmanager
def new_closet(stack: Stack, root: Documents) -> Iterator[Closet]:
    """An empty one, whose trainings take no steps."""
    name = f"c-{uuid6.uuid7().hex[-20:]}"
    Collections.of(root).add(name, "ana", name)
    secret = stack.secrets[name_of("scheduler", "storage_secret")]
    storage = Storage(storage_client(stack, "scheduler", secret))
    with (
        MongoClient[Document](stack.mongo_uri("scheduler"), tz_aware=True) as client,
        pytest.MonkeyPatch.context() as patch,
    ):
        for place in hasty.PLACES:
            patch.setattr(place, hasty.recipe_of)
        yield Closet(name, root, client[DATABASE], storage)
    # The scheduler would look for the pictures of these photos.
    for documents in ("photos", "features"):
        root[documents].delete_many({"collection": name})
    root["collections"].delete_one({"_id": name})


@pytest.fixture
def closet(alone: Stack, mongo_root: Documents) -> Iterator[Closet]:
    """One with nothing in it."""
    with new_closet(alone, mongo_root) as closet:
        yield closet


@pytest.fixture(scope="module")
def learned(alone: Stack, mongo_root: Documents) -> Iterator[Closet]:
    """One that has learned hats and shoes; each test leaves a newer version."""
    with new_closet(alone, mongo_root) as closet:
        closet.put(*["hat"] * 6 + ["shoes"] * 6)
        assert closet.train().state == "published"
        yield closet


TWO = "Learning needs at least two labels with 5 photos each."


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([], f"{TWO} No photo that can be used has a label yet."),
        (["hat"] * 7, f"{TWO} So far 'hat' has 7."),
        (
            ["hat"] * 7 + ["shoes"] * 4 + ["scarf"],
            f"{TWO} So far 'hat' has 7, 'scarf' has 1 (4 more needed), "
            "'shoes' has 4 (1 more needed).",
        ),
    ],
)
def test_too_little_to_learn_from_is_told_with_what_there_is(
    closet: Closet, labels: list[str], sentence: str
) -> None:
    closet.put(*labels)
    with pytest.raises(CannotLearn) as told:
        closet.train()
    assert str(told.value) == sentence
    assert closet.current is None


def test_features_nobody_can_read_are_left_out_and_counted_also_when_none_are_left(
    closet: Closet,
) -> None:
    photos = closet.put(*["hat"] * 6 + ["shoes"] * 6)
    nothing = np.full(1280, np.nan, np.float16).tobytes()
    for photo, damaged in zip(photos, [b"cut off", nothing] * 6, strict=True):
        closet.see(photo, damaged)
    with pytest.raises(CannotLearn) as told:
        closet.train()
    assert str(told.value) == (
        f"{TWO} No photo that can be used has a label yet. "
        "Left out, as their features can't be read: 12."
    )


def test_odd_labels_are_learned_and_what_is_left_out_is_told(closet: Closet) -> None:
    odd = ['<b>"Ana\'s" hat</b>', "👒 ספר"]
    closet.put(*odd * 6, "scarf")
    damaged = closet.put(odd[0], odd[1])
    closet.see(damaged[0], b"cut off")
    closet.see(damaged[1], np.full(1280, np.inf, np.float16).tobytes())
    outcome = closet.train()
    assert outcome.state == "published"
    assert outcome.reason == (
        "The new model may answer: 100.0 % of 12 photos right (cross-validation). "
        "Left out, as their features can't be read: 2. "
        "'scarf' has one photo only and is not learned yet; it needs 2."
    )
    page = closet.file(outcome.version, "report.html")
    assert odd[0] not in page
    assert html.escape(odd[0]).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in page
    assert odd[1] in page


def damage_a_file(closet: Closet) -> None:
    key = f"{closet.name}/{closet.current}/model.tflite"
    closet.storage.write(BUCKET, key, b"not what was published", "", {})


def point_to_nothing(closet: Closet) -> None:
    point(closet.storage, closet.name, "transfer-20260101-000000-00000000", "a person")


@pytest.mark.parametrize("harm", [damage_a_file, point_to_nothing])
def test_a_current_version_that_is_damaged_goes_on_answering_and_is_learned_again(
    alone: Stack, learned: Closet, harm: Callable[[Closet], None]
) -> None:
    before = learned.current
    eventually(lambda: predicted(alone, learned.name)["model"] == before)
    again = learned.train()
    assert (again.state, again.version) == ("kept", None)
    assert again.reason == (f"Nothing is new since {before}: the same photos, labels and variants.")
    harm(learned)
    assert predicted(alone, learned.name)["model"] == before
    mended = learned.train()
    assert mended.state == "published"
    assert mended.version not in (None, before)
    eventually(lambda: predicted(alone, learned.name)["model"] == mended.version)


def test_a_current_version_that_nobody_knows_how_to_learn_again_is_no_obstacle(
    learned: Closet,
) -> None:
    before = learned.current
    manifest = learned.file(before, "manifest.json").replace('"transfer"', '"magic"')
    key = f"{learned.name}/{before}/manifest.json"
    learned.storage.write(BUCKET, key, manifest.encode(), "", {})
    learned.put("hat")
    outcome = learned.train()
    assert outcome.state == "published"
    assert learned.current == outcome.version != before


def test_a_pinned_collection_learns_and_its_pointer_stays(learned: Closet) -> None:
    before = learned.current
    learned.root["collections"].update_one({"_id": learned.name}, {"$set": {"pinned": before}})
    learned.put("shoes")
    outcome = learned.train()
    assert outcome.state == "kept"
    assert outcome.reason.endswith(f"But people have pinned {before}, which goes on answering.")
    assert learned.current == before
    assert Models(learned.storage).version(learned.name, str(outcome.version))
