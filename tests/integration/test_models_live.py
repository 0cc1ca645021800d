"""Models and code change while requests come: no request fails, and no answer mixes two models."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from functions.runtime.models import GENERAL, Models
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.redeploy import redeploy
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from scheduler.publish import point
from scheduler.version_folder import Folder
from tests.eventually import eventually
from tests.phone import PHOTOS, Phone
from tests.seen import Seen

BUCKET = "models"


@dataclass(frozen=True)
class Asking:
    """Who asks /predict all the time, with and without keeping the connection."""

    url: str
    answers: list[dict[str, Any]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def ask(self, keep_alive: bool) -> None:
        """Ask until it is stopped."""
        with requests.Session() as session:
            while not self.stopping.is_set():
                headers = {"Content-Type": "image/jpeg"}
                if not keep_alive:
                    headers["Connection"] = "close"
                try:
                    answer = session.post(self.url, data=PHOTOS[0], headers=headers, timeout=30)
                except requests.RequestException as error:
                    self.failures.append(repr(error))
                else:
                    self._note(answer)

    def _note(self, answer: requests.Response) -> None:
        if answer.status_code == 200:
            self.answers.append(answer.json())
        else:
            self.failures.append(f"{answer.status_code}: {answer.text}")


@contextmanager
def asking(stack: Stack, collection: str = GENERAL) -> Iterator[Asking]:
    """Two ask while the block runs."""
    url = f"{stack.url('classify')}/predict?collection={collection}"
    with ThreadPoolExecutor(2) as pool:
        asks = Asking(url)
        for keep_alive in (True, False):
            pool.submit(asks.ask, keep_alive)
        try:
            eventually(lambda: len(asks.answers) > 10)
            yield asks
            eventually(lambda: len(asks.answers) > 20)
        finally:
            asks.stopping.set()


@dataclass(frozen=True)
class Shelf:
    """The versions of one collection: heads like general's, with words of their own."""

    storage: Storage
    collection: str

    def put(self, version: str, without: str = "", damaged: str = "") -> None:
        """Publish a version whose labels begin with its name; make it current by `point`."""
        models = Models(self.storage)
        pointer = models.pointer(GENERAL)
        assert pointer is not None
        general = models.version(GENERAL, pointer.version)
        labels = [f"{version} {label}" for label in json.loads(general.files["labels.json"])]
        files = {**general.files, "labels.json": json.dumps(labels).encode()}
        folder = Folder(
            collection=self.collection,
            version=version,
            kind="head",
            files=files,
            about={"from": "a test"},
            backbone=general.manifest.backbone,
            threshold=0.0,
        )
        for name, data in files.items():
            if name != without:
                self._write(f"{version}/{name}", _exchanged(data) if name == damaged else data)
        self._write(f"{version}/manifest.json", folder.manifest().as_json())

    def point(self, version: str) -> None:
        """Make the version current."""
        point(self.storage, self.collection, version, "test")

    def _write(self, name: str, data: bytes) -> None:
        self.storage.write(
            BUCKET, f"{self.collection}/{name}", data, "application/octet-stream", {}
        )


@pytest.fixture
def shelf(stack: Stack, seen: Seen) -> Shelf:
    """The shelf of the test's collection, with nothing on it."""
    secret = stack.secrets[name_of("scheduler", "storage_secret")]
    return Shelf(Storage(storage_client(stack, "scheduler", secret)), seen.collection)


def predicted(stack: Stack, collection: str) -> dict[str, Any]:
    """One answer for the collection."""
    answer = requests.post(
        f"{stack.url('classify')}/predict?collection={collection}",
        data=PHOTOS[0],
        headers={"Content-Type": "image/jpeg"},
        timeout=30,
    )
    assert answer.status_code == 200
    return dict(answer.json())


def test_a_collection_without_a_model_is_answered_by_general(stack: Stack, seen: Seen) -> None:
    assert predicted(stack, seen.collection)["model"] == predicted(stack, GENERAL)["model"]


def test_a_swap_takes_seconds_and_no_answer_mixes_two_models(
    stack: Stack, phone: Phone, seen: Seen, shelf: Shelf
) -> None:
    shelf.put("first")
    shelf.put("second")
    shelf.point("first")
    eventually(lambda: predicted(stack, seen.collection)["model"] == "first")
    earlier = phone.send(PHOTOS[0])
    eventually(lambda: seen.are_ready([earlier]))
    with asking(stack, seen.collection) as asks:
        shelf.point("second")
        eventually(lambda: asks.answers[-1]["model"] == "second")
    later = phone.send(PHOTOS[0])
    eventually(lambda: seen.are_ready([earlier, later]))
    assert asks.failures == []
    assert {answer["model"] for answer in asks.answers} == {"first", "second"}
    for answer in asks.answers:
        words = [answer["category"], *(guess["category"] for guess in answer["top"])]
        assert {word.split()[0] for word in words} == {answer["model"]}
    assert seen.record(later)["model"] == "second"


BREAKS = [
    "a missing file",
    "a damaged file",
    "a missing manifest",
    "no such version",
    "an unreadable pointer",
]


@pytest.mark.parametrize("break_", BREAKS)
def test_a_broken_model_keeps_the_old_one_until_a_good_one_comes(
    break_: str, stack: Stack, phone: Phone, seen: Seen, shelf: Shelf
) -> None:
    shelf.put("good")
    shelf.point("good")
    eventually(lambda: predicted(stack, seen.collection)["model"] == "good")
    with asking(stack, seen.collection) as asks:
        _break(shelf, break_)
        eventually(lambda: _refused(stack, seen.collection))
        key = phone.send(PHOTOS[1])
        eventually(lambda: seen.are_ready([key]))
    assert asks.failures == []
    assert {answer["model"] for answer in asks.answers} == {"good"}
    assert seen.record(key)["model"] == "good"
    shelf.put("better")
    _mend_pointer(shelf)
    shelf.point("better")
    eventually(lambda: predicted(stack, seen.collection)["model"] == "better")
    assert len(_refused(stack, seen.collection)) == 1


def test_a_redeploy_under_load_fails_no_request_and_loses_no_event(
    stack: Stack, phone: Phone, seen: Seen
) -> None:
    with asking(stack) as asks, ThreadPoolExecutor(1) as pool:
        before = requests.get(f"{stack.url('classify')}/ready", timeout=10).json()
        sent = pool.submit(phone.send_all, PHOTOS)
        redeploy(stack, "classify")
        keys = sent.result()
        eventually(lambda: seen.are_ready(keys), timeout=60)
        after = requests.get(f"{stack.url('classify')}/ready", timeout=10).json()
    assert after["pid"] != before["pid"]
    assert asks.failures == []
    assert len({(answer["category"], answer["model"]) for answer in asks.answers}) == 1
    seen.check_whole(keys)
    assert [row for row in seen.deliveries() if row["deaths"] or row["failures"]] == []


def _break(shelf: Shelf, break_: str) -> None:
    if break_ == "an unreadable pointer":
        shelf.storage.write(BUCKET, f"{shelf.collection}/current.json", b"{", "text/plain", {})
        return
    if break_ != "no such version":
        shelf.put(
            "broken",
            without="labels.json" if break_ == "a missing file" else "",
            damaged="labels.json" if break_ == "a damaged file" else "",
        )
    if break_ == "a missing manifest":
        shelf.storage.remove(BUCKET, f"{shelf.collection}/broken/manifest.json")
    shelf.point("broken")


def _exchanged(labels: bytes) -> bytes:
    """As good a list of labels, but not the one that was published."""
    return json.dumps(json.loads(labels)[::-1]).encode()


def _mend_pointer(shelf: Shelf) -> None:
    shelf.storage.remove(BUCKET, f"{shelf.collection}/current.json")


def _refused(stack: Stack, collection: str) -> list[str]:
    """The lines in which classify says that it refuses a model of this collection."""
    lines = (stack.folder / "logs" / "classify.log").read_text().splitlines()
    return [line for line in lines if "broken model" in line and collection in line]
