"""Model versions over HTTP; the scheduler's own code carries out what is asked of it."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import requests

from functions.runtime.collections import Collections
from functions.runtime.models import BACKBONE, BUCKET, Models
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from scheduler import model_log
from scheduler.activation import Activations
from scheduler.nearest_folder import Labelled, nearest_folder
from scheduler.publish import publish
from scheduler.swap import swap
from scheduler.version_folder import Folder
from tests.documents import Documents
from tests.person import Person, problem_of

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
BACKBONE_HERE = "of-this-test"
JUDGED = {
    "photos": 10, "right": 9, "accuracy": 0.9, "interval": {"low": 0.6, "high": 0.98},
    "macro_f1": 0.9, "confusion": [[9, 1], [0, 0]],
    "classes": [{"name": "hat", "photos": 10, "precision": None, "recall": 0.9, "f1": 0.9}],
}  # fmt: skip
REPORT = {
    "recipe": "transfer", "parent": None, "parameters": 328_000, "seconds": 4.5, "precision": 0.8,
    "threshold": 0.4, "cross_validated": True, "judged": JUDGED, "became_current": True,
    "reason": "The new model may answer.", "of another release": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Shelf:
    """A collection's versions, put there with the scheduler's rights."""

    storage: Storage
    database: Documents
    collection: str
    into: Path

    def put(self, number: int, report: object = None) -> str:
        """A `nearest` version of one photo, perhaps with a report; returns its name."""
        features = np.full(1280, number + 1, np.float16)
        labelled = Labelled({"p": "hat"}, {"p": f"etag-{number}"})
        made_at = FIRST + timedelta(minutes=number)
        folder = nearest_folder(self.collection, labelled, {"p": features}, 0.8, made_at)
        files = dict(folder.files)
        if report is not None:
            files["report.json"] = json.dumps(report).encode()
        folder = replace(folder, backbone=BACKBONE_HERE, files=files)
        publish(self.storage, folder.write(self.into))
        return folder.version

    def swap(self, version: str | None) -> None:
        """Make a version current, as the scheduler does it."""
        swap(self.storage, self.database, self.collection, version, "ana", f"{version} it is")

    @property
    def current(self) -> str | None:
        """The collection's own current version."""
        pointer = Models(self.storage).pointer(self.collection)
        return pointer.version if pointer else None

    @contextmanager
    def scheduler(self) -> Iterator[None]:
        """The part of the scheduler that carries out what people ask for, while the block runs."""
        ended = Event()
        with ThreadPoolExecutor(1) as pool:
            looking = pool.submit(self._look, ended.is_set)
            try:
                yield
            finally:
                ended.set()
                looking.result()

    def _look(self, ended: Callable[[], bool]) -> None:
        while not ended():
            Activations(self.storage, self.database).look()


@pytest.fixture
def shelf(api: Stack, ana: Person, ben: Person, api_root: Documents, tmp_path: Path) -> Shelf:
    """A collection of Ana's that Ben may look at, with nothing on its shelf."""
    storage = Storage(
        storage_client(api, "scheduler", api.secrets[name_of("scheduler", "storage_secret")])
    )
    publish(storage, Folder(BACKBONE, BACKBONE_HERE, "backbone", {}, {}).write(tmp_path))
    made = Collections.of(api_root).add("Wardrobe", ana.name)
    joined = {"$set": {f"members.{ben.name}": "viewer"}}
    api_root["collections"].update_one({"_id": made["_id"]}, joined)
    return Shelf(storage, api_root, str(made["_id"]), tmp_path)


def test_versions_are_told_newest_first_with_marks_and_the_numbers_of_their_reports(
    ben: Person, shelf: Shelf
) -> None:
    first, second, third = (shelf.put(number, REPORT) for number in range(3))
    shelf.swap(first)
    shelf.swap(second)
    shelf.database["collections"].update_one({"_id": shelf.collection}, {"$set": {"pinned": third}})
    path = f"/collections/{shelf.collection}/models"
    told = ben.get(path).json()
    assert (told["current"], told["pinned"], told["next"]) == (second, third, None)
    marks = {one["version"]: one["marks"] for one in told["items"]}
    assert marks == {third: ["pinned"], second: ["current"], first: ["previous"]}
    one = told["items"][0]
    assert (one["kind"], one["photos"], one["accuracy"]) == ("nearest", 1, 0.9)
    assert (one["interval"], one["reason"]) == ([0.6, 0.98], REPORT["reason"])
    assert one["report"]["parameters"] == 328_000
    assert one["report"]["judged"]["classes"] == JUDGED["classes"]
    pages = ben.get(path, params={"limit": 2}).json()
    rest = ben.get(path, params={"limit": 2, "cursor": pages["next"]}).json()
    assert [one["version"] for one in pages["items"] + rest["items"]] == list(marks)
    assert rest["next"] is None


def test_a_version_that_tells_little_is_listed_with_what_it_tells(
    ana: Person, shelf: Shelf
) -> None:
    plain, odd = shelf.put(0), shelf.put(1, {"judged": "well"})
    key = f"{shelf.collection}/{plain}/manifest.json"
    shelf.storage.write(BUCKET, key, b"{", "application/json", {})
    told = ana.get(f"/collections/{shelf.collection}/models").json()
    assert (told["current"], told["pinned"]) == ("general", None)
    kinds = {one["version"]: (one["kind"], one["report"]) for one in told["items"]}
    assert kinds == {odd: ("nearest", None), plain: ("damaged", None)}
    pointer = f"{shelf.collection}/current.json"
    shelf.storage.write(BUCKET, pointer, b"{", "application/json", {})
    assert ana.get(f"/collections/{shelf.collection}/models").json()["current"] is None


def test_the_log_tells_what_answered_when_page_by_page(ben: Person, shelf: Shelf) -> None:
    version = shelf.put(0)
    shelf.swap(version)
    shelf.swap(None)
    model_log.append(shelf.database, "another", version, None, "ana", "not this one's")
    path = f"/collections/{shelf.collection}/models/log"
    page = ben.get(path, params={"limit": 1}).json()
    rest = ben.get(path, params={"cursor": page["next"]}).json()
    lines = [
        (line["version"], line["previous"], line["by"], line["why"])
        for line in page["items"] + rest["items"]
    ]
    assert lines == [
        ("general", version, "ana", "None it is"),
        (version, "general", "ana", f"{version} it is"),
    ]
    assert rest["next"] is None
    assert problem_of(ben.get(path, params={"cursor": "?"})) == (422, "wrong-field")


def test_a_version_can_be_taken_along_by_its_links(ben: Person, shelf: Shelf) -> None:
    version = shelf.put(0, REPORT)
    path = f"/collections/{shelf.collection}/models"
    told = ben.get(f"{path}/{version}/files").json()
    links = {file["name"]: file["url"] for file in told["items"]}
    assert links.keys() == {
        "data.json", "fingerprint.npz", "labels.json", "report.json", "vectors.npz"
    }  # fmt: skip
    answer = requests.get(links["labels.json"], timeout=30)
    assert (answer.status_code, answer.json()) == (200, ["hat"])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    for unknown in ("general", "index", f"{version}x", ".."):
        assert problem_of(ben.get(f"{path}/{unknown}/files"))[0] == 404
    key = f"{shelf.collection}/{version}/manifest.json"
    shelf.storage.write(BUCKET, key, b"{", "application/json", {})
    assert problem_of(ben.get(f"{path}/{version}/files")) == (409, "damaged-version")


def test_an_editor_goes_to_a_version_and_back_and_lets_go_of_it(ana: Person, shelf: Shelf) -> None:
    version = shelf.put(0)
    path, collections = f"/collections/{shelf.collection}", shelf.database["collections"]
    with shelf.scheduler():
        answer = ana.post(f"{path}/models/{version}/activate", json={})
        assert answer.status_code == 200
        assert answer.json() == {"version": version, "pinned": True, "state": "done"}
        assert shelf.current == version
        assert (collections.find_one({"_id": shelf.collection}) or {})["pinned"] == version
        assert [ana.delete(f"{path}/pin").status_code for _ in range(2)] == [204, 204]
        assert "pinned" not in (collections.find_one({"_id": shelf.collection}) or {})
        answer = ana.post(f"{path}/models/general/activate", json={"pin": False})
        assert answer.json() == {"version": "general", "pinned": False, "state": "done"}
        assert not shelf.current
    lines = shelf.database["audit"].find({"collection": shelf.collection}).sort("_id")
    assert [(line["action"], line["version"]) for line in lines] == [
        ("model.activate", version),
        ("model.unpin", version),
        ("model.activate", "general"),
    ]


def test_a_version_that_cannot_answer_is_refused_with_a_reason(ana: Person, shelf: Shelf) -> None:
    version = shelf.put(0)
    shelf.storage.remove(BUCKET, f"{shelf.collection}/{version}/vectors.npz")
    path = f"/collections/{shelf.collection}/models"
    with shelf.scheduler():
        answer = ana.post(f"{path}/{version}/activate", json={})
    assert problem_of(answer) == (409, "activation-refused")
    assert "vectors.npz is missing" in answer.json()["detail"]
    assert problem_of(ana.post(f"{path}/nope/activate", json={})) == (404, "not-found")
    assert shelf.current is None


def test_without_a_scheduler_what_was_asked_stays_asked(ana: Person, shelf: Shelf) -> None:
    version = shelf.put(0)
    answer = ana.post(f"/collections/{shelf.collection}/models/{version}/activate", json={})
    assert (answer.status_code, answer.json()["state"]) == (202, "asked")
    shelf.database["activations"].delete_many({"collection": shelf.collection})


def test_a_viewer_changes_nothing_and_a_stranger_sees_nothing(
    ben: Person, operator_person: Person, shelf: Shelf
) -> None:
    version, path = shelf.put(0), f"/collections/{shelf.collection}"
    for answer in (
        ben.post(f"{path}/models/{version}/activate", json={}),
        ben.delete(f"{path}/pin"),
    ):
        assert problem_of(answer) == (403, "forbidden")
    for answer in (
        operator_person.get(f"{path}/models"),
        operator_person.get(f"{path}/models/log"),
        operator_person.get(f"{path}/models/{version}/files"),
        operator_person.post(f"{path}/models/{version}/activate", json={}),
        operator_person.delete(f"{path}/pin"),
    ):
        assert problem_of(answer) == (404, "not-found")
