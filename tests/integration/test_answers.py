"""Labels, swaps and people's choices change what answers, and every photo follows."""

import io
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
import requests
from PIL import Image
from pymongo import MongoClient

from functions.runtime.database import Document
from functions.runtime.labels import Labels
from functions.runtime.models import BUCKET, GENERAL, Models
from functions.runtime.photo import photo_of_upload
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from scheduler import model_log
from scheduler.general.fingerprint import FINGERPRINT
from scheduler.retention import Retention
from scheduler.swap import swap
from scheduler.version_folder import Folder
from tests.documents import Documents
from tests.eventually import eventually
from tests.integration.operating import colecionador, table
from tests.integration.test_models_live import predicted
from tests.phone import PHOTOS, Phone
from tests.seen import Seen
from tests.tiny import whole_model

SOON = 5
"""Seconds after which a label must have changed the category of similar photos."""


def alike(photo: bytes) -> bytes:
    """Another picture of the same: a little cut, and smaller."""
    with Image.open(io.BytesIO(photo)) as opened:
        width, height = opened.size
        part = opened.convert("RGB").crop((width // 50, height // 50, width, height))
    file = io.BytesIO()
    part.resize((width // 2, height // 2)).save(file, "JPEG", quality=85)
    return file.getvalue()


class Shelf:
    """The versions of the test's own collection; pointers are moved as the scheduler does it."""

    def __init__(self, storage: Storage, database: Documents, collection: str) -> None:
        self.storage = storage
        self.database = database
        self.collection = collection
        self.models = Models(storage)

    def put(self, version: str, kind: str, files: Mapping[str, bytes], damaged: str = "") -> None:
        """Publish a version, one of its files perhaps damaged."""
        pointer = self.models.pointer(GENERAL)
        assert pointer is not None
        backbone = self.models.manifest(GENERAL, pointer.version).backbone
        folder = Folder(self.collection, version, kind, files, {}, backbone, 0.0)
        for name, data in {**files, "manifest.json": folder.manifest().as_json()}.items():
            content = data[:-1] if name == damaged else data
            self.storage.write(BUCKET, f"{self.collection}/{version}/{name}", content, "", {})

    def put_head(self, version: str, word: str) -> None:
        """Publish general's head with a word before each of its labels."""
        pointer = self.models.pointer(GENERAL)
        assert pointer is not None
        files = dict(self.models.version(GENERAL, pointer.version).files)
        files["labels.json"] = files["labels.json"].replace(b'\n"', f'\n"{word} '.encode())
        self.put(version, "head", files)

    def put_whole(self, version: str, damaged: str = "") -> None:
        """Publish a model that tells red pictures from blue ones."""
        files = {
            "model.tflite": whole_model(),
            "fingerprint.npz": FINGERPRINT.read_bytes(),
            "labels.json": b'["red", "blue"]',
        }
        self.put(version, "whole", files, damaged)

    def swap(self, version: str) -> None:
        """Make a version current."""
        swap(self.storage, self.database, self.collection, version, "test", "a test")

    @property
    def current(self) -> str | None:
        """The collection's own current version."""
        pointer = self.models.pointer(self.collection)
        return pointer.version if pointer else None

    @property
    def log(self) -> list[str | None]:
        """What was live, oldest first."""
        lines = model_log.read(self.database, self.collection)
        return [line["version"] for line in reversed(lines)]


@pytest.fixture
def shelf(stack: Stack, seen: Seen) -> Iterator[Shelf]:
    secret = stack.secrets[name_of("scheduler", "storage_secret")]
    storage = Storage(storage_client(stack, "scheduler", secret))
    with MongoClient[Document](stack.mongo_uri("scheduler"), tz_aware=True) as client:
        yield Shelf(storage, client[DATABASE], seen.collection)


@pytest.fixture
def labels(mongo_root: Documents) -> Labels:
    return Labels.of(mongo_root)


def say(labels: Labels, key: str, label: str | None) -> None:
    """A person says what a photo shows."""
    labels.put(photo_of_upload(key).id, label, "ana")


def shown(stack: Stack, collection: str, photo: bytes) -> Document:
    """What /predict says of a photo."""
    url = f"{stack.url('classify')}/predict?collection={collection}"
    answer = requests.post(url, data=photo, headers={"Content-Type": "image/jpeg"}, timeout=30)
    assert answer.status_code == 200
    return dict(answer.json())


def models_of(seen: Seen) -> set[str]:
    """The versions that the collection's photos name."""
    found = seen.documents["photos"].find({"collection": seen.collection})
    return {record["model"] for record in found}


def test_labels_change_the_category_of_similar_photos_within_seconds(
    stack: Stack, phone: Phone, seen: Seen, shelf: Shelf, labels: Labels
) -> None:
    hat, again, shoe = (phone.send(photo) for photo in (PHOTOS[0], alike(PHOTOS[0]), PHOTOS[-1]))
    eventually(lambda: seen.are_ready([hat, again, shoe]))
    before = seen.record(shoe)
    say(labels, hat, "the best hat")
    eventually(lambda: seen.record(again)["category"] == "the best hat", timeout=SOON)
    record = eventually(lambda: (r := seen.record(again))["model"] == shelf.current and r)
    assert seen.record(shoe)["category"] in (before["category"], "unknown")
    (finding,) = record["findings"]
    assert (finding["id"], finding["category"]) == ("whole", "the best hat")
    assert finding["confidence"] == record["confidence"]
    told = eventually(
        lambda: (
            (t := shown(stack, seen.collection, alike(PHOTOS[0])))["model"] == shelf.current and t
        )
    )
    assert (told["category"], told["confidence"]) == (record["category"], record["confidence"])
    say(labels, hat, "cap")
    eventually(lambda: seen.record(again)["category"] == "cap", timeout=SOON)
    say(labels, hat, None)
    eventually(lambda: seen.record(again)["model"] == before["model"], timeout=SOON)
    assert shelf.current is None
    assert seen.record(shoe) == before
    eventually(lambda: predicted(stack, seen.collection)["model"] == before["model"])
    assert [str(version).partition("-")[0] for version in shelf.log] == [
        "nearest",
        "nearest",
        "None",
    ]


def test_a_photo_that_comes_with_a_label_is_learned_from_once_it_was_seen(
    phone: Phone, seen: Seen, shelf: Shelf
) -> None:
    phone.send(PHOTOS[5], label="things")
    eventually(lambda: (shelf.current or "").startswith("nearest-"))
    other = phone.send(alike(PHOTOS[5]))
    eventually(lambda: seen.record(other).get("category") == "things")


def test_labels_do_not_move_a_learned_version(
    phone: Phone, seen: Seen, shelf: Shelf, labels: Labels
) -> None:
    shelf.put_head("transfer-20260101-000000-00000001", "learned")
    shelf.swap("transfer-20260101-000000-00000001")
    key = phone.send(PHOTOS[0])
    eventually(lambda: seen.are_ready([key]))
    say(labels, key, "hat")
    other = phone.send(PHOTOS[1])
    eventually(lambda: seen.are_ready([other]))
    assert shelf.current == "transfer-20260101-000000-00000001"


def test_a_swap_reaches_every_photo_and_one_that_came_meanwhile_without_opening_a_picture(
    phone: Phone, seen: Seen, shelf: Shelf
) -> None:
    shelf.put_head("first", "one")
    shelf.put_head("second", "two")
    shelf.swap("first")
    keys = phone.send_all(PHOTOS)
    eventually(lambda: seen.are_ready(keys) and models_of(seen) == {"first"})
    shelf.swap("second")
    late = phone.send(PHOTOS[0])
    eventually(lambda: seen.are_ready([*keys, late]) and models_of(seen) == {"second"})
    for key in keys:
        record = seen.record(key)
        assert record["findings"][0]["category"] == record["category"]
        assert record["category"].split()[0] in ("two", "unknown")
        assert len(seen.delivery("classify", key)["attempts"]) <= 2


def test_activate_goes_to_a_whole_model_and_back_and_every_photo_follows(
    stack: Stack, phone: Phone, seen: Seen, shelf: Shelf
) -> None:
    shelf.put_head("head-1", "one")
    shelf.put_whole("cnn-1")
    shelf.swap("head-1")
    keys = phone.send_all(PHOTOS[:3])
    eventually(lambda: seen.are_ready(keys) and models_of(seen) == {"head-1"})
    assert colecionador(stack, "activate", seen.collection, "cnn-1").exit_code == 0
    eventually(lambda: seen.at_rest() and models_of(seen) == {"cnn-1"})
    told = shown(stack, seen.collection, PHOTOS[0])
    assert told["category"] == seen.record(keys[0])["category"] in ("red", "blue")
    result = colecionador(stack, "models", seen.collection)
    assert [line["current"] for line in table(result, "at")] == ["cnn-1", "head-1"]
    assert colecionador(stack, "activate", seen.collection, "previous").exit_code == 0
    eventually(lambda: models_of(seen) == {"head-1"})
    assert shelf.log == ["head-1", "cnn-1", "head-1"]
    collections = seen.documents["collections"]
    assert (collections.find_one({"_id": seen.collection}) or {})["pinned"] == "head-1"
    assert colecionador(stack, "unpin", seen.collection).exit_code == 0
    assert "pinned" not in (collections.find_one({"_id": seen.collection}) or {})


def test_a_version_that_is_not_there_or_damaged_is_refused_in_a_sentence(
    stack: Stack, seen: Seen, shelf: Shelf
) -> None:
    shelf.put_head("good", "one")
    shelf.put_whole("bad", damaged="model.tflite")
    shelf.swap("good")
    for version, sentence in [
        ("nope", f"There is no version nope of {seen.collection}."),
        ("../general", f"There is no version ../general of {seen.collection}."),
        ("bad", "A file of bad is damaged: model.tflite is not the file that was published"),
    ]:
        result = colecionador(stack, "activate", seen.collection, version)
        assert result.exit_code == 1
        assert sentence in result.output
    assert shelf.current == "good"
    assert shelf.log == ["good"]


@pytest.mark.parametrize("kind", ["nearest", "whole"])
def test_a_damaged_version_keeps_the_old_one_answering(
    kind: str, stack: Stack, phone: Phone, seen: Seen, shelf: Shelf
) -> None:
    shelf.put_head("good", "one")
    shelf.swap("good")
    first = phone.send(PHOTOS[0])
    eventually(lambda: seen.are_ready([first]) and models_of(seen) == {"good"})
    files = {"labels.json": b'["red"]', "fingerprint.npz": FINGERPRINT.read_bytes()}
    model = {"vectors.npz": b"no vectors"} if kind == "nearest" else {"model.tflite": b"no model"}
    shelf.put("broken", kind, {**files, **model})
    shelf.swap("broken")
    second = phone.send(PHOTOS[1])
    eventually(lambda: seen.are_ready([first, second]))
    assert predicted(stack, seen.collection)["model"] == "good"
    assert models_of(seen) == {"good"}


def test_old_versions_go_and_the_pinned_one_stays(stack: Stack, seen: Seen, shelf: Shelf) -> None:
    names = [f"transfer-20260101-00000{number}-0000000{number}" for number in range(5)]
    for name in names:
        shelf.put(name, "head", {"labels.json": b"[]"})
    shelf.swap(names[4])
    change = {"settings": {"learning": {"keep_versions": 2}}, "pinned": names[0]}
    mine = {"_id": seen.collection}
    seen.documents["collections"].update_one(mine, {"$set": change})
    gone = Retention(shelf.storage, shelf.database, settle=timedelta(0)).tidy(seen.collection)
    assert set(gone) == set(names[1:3])
    rows = table(colecionador(stack, "models", seen.collection), "version")
    assert [(row["version"], row["is"]) for row in rows] == [
        (names[4], "current"),
        (names[3], ""),
        (names[0], "pinned"),
    ]
