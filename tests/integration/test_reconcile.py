"""Reconcile on servers without functions: what it finds, what it asks, what it leaves alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import uuid6
from pymongo import MongoClient

from functions.runtime.claim import Outcome
from functions.runtime.database import Document
from functions.runtime.inbox import Inbox
from functions.runtime.photo import PhotoRef, photo_of_upload
from functions.runtime.storage import Storage
from infra import supervised
from infra.layout import Stack
from infra.lifecycle import ready, serving, start, stop
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from scheduler.reconcile import SETTLE, Reconciler
from scheduler.reconcile_photo import Ask, Reason
from tests.documents import Documents
from tests.eventually import eventually

WIRED = ("on_upload", "augment", "classify")
NAMES = ("as-is", "brighter")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LATE = timedelta(minutes=30)


@pytest.fixture(scope="module")
def servers(servers_built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Servers of this module's own: reconcile looks at every photo and row there is."""
    with serving(Stack.free(tmp_path_factory.mktemp("reconciled"))) as started:
        yield started


class Place:
    """A collection of the test's own, filled by hand; the reconciler has the scheduler's rights."""

    def __init__(self, stack: Stack, root: Documents, documents: Documents, name: str) -> None:
        self.name = name
        self.root = root
        self.documents = documents
        self.storage = Storage(storage_client(stack))
        secret = stack.secrets[name_of("scheduler", "storage_secret")]
        self._reads = Storage(storage_client(stack, "scheduler", secret))
        root["collections"].insert_one({"_id": name, "name": name, "owner": "ana"})

    def reconciler(self, settle: timedelta = timedelta(0)) -> Reconciler:
        return Reconciler.of(self._reads, self.documents, WIRED, settle)

    def asks(self, every_photo: bool = True, settle: timedelta = timedelta(0)) -> list[Ask]:
        """What is planned for this collection; others have theirs in the same buckets."""
        plan = self.reconciler(settle).plan(every_photo)
        return [ask for ask in plan if ask.key.startswith(f"{self.name}/")]

    def found(self, every_photo: bool = True) -> list[tuple[str, str, str]]:
        return [(ask.function, ask.content, ask.reason) for ask in self.asks(every_photo)]

    def carry_out(self) -> None:
        self.reconciler().carry_out(self.asks())

    def new_key(self) -> str:
        return f"{self.name}/{uuid6.uuid7()}"

    def put(self, bucket: str, key: str, source: str | None = None, data: bytes = b"") -> str:
        metadata = {"source-etag": source} if source else {}
        own = data or f"{bucket}/{key}".encode()
        return self.storage.write(bucket, key, own, "image/jpeg", metadata)

    def expect(self, key: str, form_expires_at: datetime) -> None:
        ref = photo_of_upload(key)
        self.root["photos"].insert_one(
            {"_id": ref.id, "collection": ref.collection, "key": key, "state": "expected",
             "pending": ["on_upload"], "uploaded_at": LONG_AGO,
             "form_expires_at": form_expires_at}
        )  # fmt: skip

    def whole_photo(self, key: str | None = None) -> str:
        """A photo with all that the functions make of it; returns its key."""
        key = key or self.new_key()
        ref = photo_of_upload(key)
        upload = self.put("uploads", key)
        image = self.put("images", ref.image, upload)
        self.put("thumbnails", ref.image, upload)
        for name in NAMES:
            self.put("variants", ref.variant(name), image)
        marks = {name: mark(upload if name == "on_upload" else image) for name in WIRED}
        self.root["photos"].insert_one(
            {"_id": ref.id, "collection": ref.collection, "key": key, "state": "ready",
             "pending": [], "uploaded_at": LONG_AGO, "image_etag": image, "variants": NAMES,
             "functions": marks}
        )  # fmt: skip
        self.root["features"].insert_one(
            {"_id": ref.id, "collection": ref.collection, "etag": image}
        )
        return key

    def settled(self, function: str, bucket: str, key: str, content: str, state: str) -> None:
        """A row as a function leaves it."""
        inbox = Inbox.of(self.root, function)
        row = inbox.ask(bucket, key, content)
        assert row is not None
        claim = inbox.claim(row)
        assert claim is not None
        inbox.settle(claim, content, Outcome(state, state))

    def row(self, function: str, bucket: str, key: str) -> Document:
        return self.root[f"inbox.{function}"].find_one({"_id": f"{bucket}/{key}"}) or {}

    def state(self, key: str) -> str:
        record = self.root["photos"].find_one({"_id": photo_of_upload(key).id})
        assert record is not None
        return str(record["state"])


def mark(etag: str) -> dict[str, Any]:
    return {"etag": etag, "state": "done", "at": LONG_AGO}


@pytest.fixture
def place(servers: Stack) -> Any:
    uris = servers.mongo_uri(), servers.mongo_uri("scheduler")
    with (
        MongoClient[Document](uris[0], tz_aware=True) as root,
        MongoClient[Document](uris[1], tz_aware=True) as own,
    ):
        name = f"r-{uuid6.uuid7().hex[-12:]}"
        yield Place(servers, root[DATABASE], own[DATABASE], name)


@pytest.mark.parametrize("every_photo", [False, True])
def test_a_whole_photo_is_left_alone(place: Place, every_photo: bool) -> None:
    place.whole_photo()
    assert place.found(every_photo) == []


@pytest.mark.parametrize("every_photo", [False, True])
def test_an_upload_whose_events_were_all_lost_is_found(place: Place, every_photo: bool) -> None:
    key = place.new_key()
    place.expect(key, datetime.now(UTC) + LATE)
    etag = place.put("uploads", key)
    assert place.found(every_photo) == [("on_upload", etag, Reason.NOT_RECORDED)]


def test_new_bytes_whose_events_were_lost_are_found_within_the_form_s_life(place: Place) -> None:
    key = place.whole_photo()
    etag = place.put("uploads", key, data=b"new bytes")
    assert place.found(every_photo=False) == [("on_upload", etag, Reason.NOT_RECORDED)]


def test_a_removal_whose_events_were_lost_is_found(place: Place) -> None:
    key = place.whole_photo()
    place.storage.remove("uploads", key)
    assert place.found() == [("on_upload", "gone", Reason.UPLOAD_GONE)]


def test_what_was_written_just_now_is_left_to_its_events(place: Place) -> None:
    place.put("uploads", place.new_key())
    assert place.asks(every_photo=False, settle=SETTLE) == []
    assert place.asks(every_photo=True, settle=SETTLE) == []


def test_a_photo_that_waits_for_a_function_without_a_row_is_brought_to_it(place: Place) -> None:
    key = place.whole_photo()
    waits = {"state": "received", "pending": ["classify"]}
    place.root["photos"].update_one({"_id": photo_of_upload(key).id}, {"$set": waits})
    ((function, _, reason),) = place.found(every_photo=False)
    assert (function, reason) == ("classify", Reason.UNFINISHED)


@pytest.mark.parametrize(
    ("bucket", "function"),
    [("images", "on_upload"), ("thumbnails", "on_upload"), ("variants", "augment")],
)
def test_a_derived_object_that_went_is_made_again_although_its_row_is_done(
    place: Place, bucket: str, function: str
) -> None:
    key = place.whole_photo()
    ref = photo_of_upload(key)
    source = ("uploads", key) if function == "on_upload" else ("images", ref.image)
    etag = object_etag(place, *source)
    place.settled(function, *source, etag, "done")
    place.storage.remove(bucket, ref.variant(NAMES[0]) if bucket == "variants" else ref.image)
    place.carry_out()
    row = place.row(function, *source)
    assert (row["state"], row["pending"]) == ("waiting", ["?"])


def object_etag(place: Place, bucket: str, key: str) -> str:
    stored = place.storage.read(bucket, key)
    assert stored is not None
    return stored.etag


def test_features_that_went_are_computed_again(place: Place) -> None:
    key = place.whole_photo()
    place.root["features"].delete_one({"_id": photo_of_upload(key).id})
    ((function, _, reason),) = place.found()
    assert (function, reason) == ("classify", Reason.FEATURE_MISSING)


@pytest.mark.parametrize(
    ("left", "function"),
    [("images", "on_upload"), ("thumbnails", "on_upload"), ("variants", "augment"),
     ("features", "classify")],
)  # fmt: skip
def test_what_no_photo_stands_behind_goes_to_the_function_that_made_it(
    place: Place, left: str, function: str
) -> None:
    ref = PhotoRef(place.name, str(uuid6.uuid7()))
    if left == "features":
        feature = {"_id": ref.id, "collection": ref.collection, "etag": "e"}
        place.root["features"].insert_one(feature)
    else:
        place.put(left, ref.variant("old") if left == "variants" else ref.image, "e")
    assert place.found() == [(function, "gone", Reason.ORPHANS)]


def test_an_open_row_is_not_disturbed(place: Place) -> None:
    key = place.new_key()
    place.put("uploads", key)
    Inbox.of(place.root, "on_upload").ask("uploads", key)
    before = place.row("on_upload", "uploads", key)
    place.carry_out()
    assert place.row("on_upload", "uploads", key) == before


def test_a_parked_row_waits_for_a_person_until_its_object_changes(place: Place) -> None:
    key = place.new_key()
    place.settled("on_upload", "uploads", key, place.put("uploads", key), "parked")
    assert place.asks() == []
    etag = place.put("uploads", key, data=b"another photo")
    assert place.found() == [("on_upload", etag, Reason.NOT_RECORDED)]


@pytest.mark.parametrize("every_photo", [False, True])
def test_a_plan_changes_nothing(place: Place, every_photo: bool) -> None:
    place.whole_photo()
    place.expect(place.new_key(), LONG_AGO)
    place.put("uploads", place.new_key())
    before = everything(place)
    assert place.asks(every_photo)
    assert everything(place) == before


def everything(place: Place) -> list[list[Document]]:
    names = ["photos", "features", *(f"inbox.{name}" for name in WIRED)]
    return [list(place.root[name].find()) for name in names]


def test_what_was_made_due_is_not_asked_for_a_second_time(place: Place) -> None:
    for _ in range(3):
        place.put("uploads", place.new_key())
    assert len(place.asks()) == 3
    place.carry_out()
    assert place.asks() == []


def test_two_reconciles_at_once_ask_as_one_would(place: Place) -> None:
    keys = [place.new_key() for _ in range(20)]
    for key in keys:
        place.put("uploads", key)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: place.carry_out(), range(2)))
    rows = [place.row("on_upload", "uploads", key) for key in keys]
    assert all(row["state"] == "waiting" and len(row["pending"]) == 1 for row in rows)


def test_keys_that_people_chose_and_collections_named_alike_are_told_apart(place: Place) -> None:
    for name in (place.name, f"{place.name}-2", f"{place.name}2"):
        for key in ("IMG 1.jpg", "2026/ação+1%.jpg", str(uuid6.uuid7())):
            place.whole_photo(f"{name}/{key}")
    plan = place.reconciler().plan(every_photo=True)
    assert [ask for ask in plan if ask.key.startswith(place.name)] == []


def test_a_photo_that_never_came_expires_and_one_that_came_unheard_is_asked_for(
    place: Place,
) -> None:
    never, unheard, awaited = (place.new_key() for _ in range(3))
    place.expect(never, datetime.now(UTC) - LATE)
    place.expect(unheard, datetime.now(UTC) - LATE)
    place.expect(awaited, datetime.now(UTC) + LATE)
    etag = place.put("uploads", unheard)
    assert place.reconciler().expire_forms() >= 1
    states = [place.state(key) for key in (never, unheard, awaited)]
    assert states == ["expired", "expected", "expected"]
    assert {ask.key: ask.content for ask in place.asks(every_photo=False)} == {unheard: etag}


def test_an_upload_under_an_old_id_is_asked_for_once_its_renewed_form_has_ended(
    place: Place,
) -> None:
    key = f"{place.name}/019b76da-a800-7000-8000-000000000001"
    place.expect(key, datetime.now(UTC) - LATE)
    etag = place.put("uploads", key)
    assert place.found(every_photo=False) == [("on_upload", etag, Reason.NOT_RECORDED)]


def test_the_operator_may_reconcile_too(servers: Stack, place: Place) -> None:
    key = place.new_key()
    place.put("uploads", key)
    secret = servers.secrets[name_of("operator", "storage_secret")]
    reads = Storage(storage_client(servers, "operator", secret))
    with MongoClient[Document](servers.mongo_uri("operator"), tz_aware=True) as client:
        reconciler = Reconciler.of(reads, client[DATABASE], WIRED, timedelta(0))
        asks = [ask for ask in reconciler.plan(every_photo=True) if ask.key == key]
        assert reconciler.carry_out(asks) == {("on_upload", Reason.NOT_RECORDED): 1}


def test_the_scheduler_s_process_finds_it_at_once_and_ends_in_order(
    servers: Stack, place: Place
) -> None:
    key = place.new_key()
    place.expect(key, datetime.now(UTC) - LATE)
    start(servers, "scheduler")
    try:
        ready(servers, "scheduler")
        eventually(lambda: place.state(key) == "expired", timeout=60)
        url = servers.url("scheduler")
        told = requests.get(f"{url}/ready", timeout=5).json()
        assert told.items() >= {"ready": True, "missing": [], "function": "scheduler"}.items()
        assert told.keys() == {"ready", "missing", "warnings", "function", "version", "pid",
                               "started_at"}  # fmt: skip
        eventually(lambda: 'reconcile_seconds{reconcile="minute"}' in metrics(url))
    finally:
        stop(servers, "scheduler")
    process = supervised.call(servers.folder, "getProcessInfo", "scheduler")
    assert isinstance(process, dict)
    assert process["exitstatus"] == 0
    assert {job["_id"] for job in place.root["jobs"].find()} >= {
        "reconcile-minute",
        "reconcile-night",
    }


def metrics(url: str) -> str:
    return requests.get(f"{url}/metrics", timeout=5).text


def test_a_night_that_was_missed_is_made_up_for_at_the_next_start(
    servers: Stack, place: Place
) -> None:
    start(servers, "scheduler")
    ready(servers, "scheduler")
    job = {"_id": "reconcile-night"}
    eventually(lambda: place.root["jobs"].find_one(job))
    stop(servers, "scheduler")
    missed = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    place.root["jobs"].update_one(job, {"$set": {"next_run_time": missed}})
    start(servers, "scheduler")
    try:
        ready(servers, "scheduler")
        url = servers.url("scheduler")
        eventually(lambda: 'reconcile_seconds{reconcile="night"}' in metrics(url), timeout=120)
    finally:
        stop(servers, "scheduler")
