"""Deleting a collection: nothing stays, whatever is killed, late or twice."""

import io
import os
import re
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uuid6
from minio import Minio

from functions.handout.form import FORM_LIFE
from functions.learning import activations
from functions.learning.trainings import Trainings
from functions.runtime.labels import Labels
from functions.runtime.settings import StackAccess
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.supervised import call
from scheduler.deletion import Deletions
from scheduler.reconcile import GRACE
from tests.album import Album
from tests.documents import Documents
from tests.eventually import eventually
from tests.person import Person, problem_of
from tests.phone import PHOTOS

BUCKETS = ("uploads", "images", "thumbnails", "variants", "models")
PDF = Path(__file__).parents[1] / "samples" / "odd" / "document.pdf"

KEEPS = {"audit", "model_log", "changes"}
"""What happened stays written down: to the first two nobody can do otherwise, the last is short."""


@pytest.fixture
def owner(stack: Stack, mongo_root: Documents) -> Person:
    """Somebody with an account on the whole stack."""
    return Person.new(stack, mongo_root)


@pytest.fixture
def own(stack: Stack, mongo_root: Documents, owner: Person) -> Album:
    """A collection of theirs, made through the api."""
    made = owner.post("/collections", {"name": f"Beetles {uuid6.uuid7().hex[-8:]}"}).json()
    return Album.again(stack, mongo_root, made["id"])


def path_of(album: Album) -> str:
    """Where the collection is in the api."""
    return f"/collections/{album.seen.collection}"


def objects(storage: Minio, collection: str) -> list[str]:
    """Every object of the collection, in any bucket."""
    places = [(bucket, f"{collection}/") for bucket in BUCKETS]
    return [
        f"{bucket}/{found.object_name}"
        for bucket, prefix in (*places, ("models", f"labels/{collection}."))
        for found in storage.list_objects(bucket_name=bucket, prefix=prefix, recursive=True)
    ]


def naming(documents: Documents, collection: str) -> set[str]:
    """The Mongo collections with a document that names the collection anywhere."""
    # Not one whose id only begins so: that is another collection.
    named = re.compile(rf"{collection}(?![a-z0-9-])")
    return {
        name
        for name in set(documents.list_collection_names()) - KEEPS
        if any(named.search(str(found)) for found in documents[name].find())
    }


def is_gone(owner: Person, album: Album, storage: Minio) -> bool:
    """Assert that nobody sees the collection and that no object is left of it."""
    assert owner.get(path_of(album)).status_code == 404
    assert objects(storage, album.seen.collection) == []
    return True


def is_forgotten(documents: Documents, collection: str) -> bool:
    """Assert that no document names the collection any more."""
    assert naming(documents, collection) == set()
    return True


def end_forms(documents: Documents, collection: str) -> None:
    """As if the deletion had been asked for so long ago that every form has ended."""
    long_ago = datetime.now(UTC) - FORM_LIFE - GRACE
    own = {"_id": collection}
    documents["collections"].update_one(own, {"$set": {"deletion.asked_at": long_ago}})


def test_nothing_of_a_deleted_collection_stays(
    owner: Person, own: Album, mongo_root: Documents, minio_root: Minio
) -> None:
    collection, seen, path = own.seen.collection, own.seen, path_of(own)
    keys = own.phone.send_all(PHOTOS[:4])
    foreign = own.phone.send(PHOTOS[4], key=f"{collection}/beetles in the shed/1.jpg")
    refused = own.phone.send(PDF.read_bytes())
    late = own.phone.form()
    eventually(lambda: seen.say_ready([*keys, foreign]), timeout=60)
    eventually(lambda: seen.state(refused) == "rejected")
    for key, label in zip(keys, ("stag", "stag", "ladybird", "ladybird"), strict=True):
        Labels.of(mongo_root).put(seen.record(key)["_id"], label, owner.name)
    log = io.BytesIO(b"{}")
    minio_root.put_object("models", f"labels/{collection}.jsonl", log, length=2)
    eventually(lambda: seen.keys("models"), timeout=120, says="a nearest version is there")
    training = Trainings.of(mongo_root).ask(collection, "transfer", owner.name)
    activations.ask(mongo_root, collection, None, pin=False, by=owner.name)

    told = owner.delete(path)
    assert told.status_code == 202
    assert told.json()["deletion"]["photos"] == 6
    eventually(lambda: is_gone(owner, own, minio_root), timeout=90, says="it is gone")
    assert (Trainings.of(mongo_root).get(training) or {"state": "cancelled"})[
        "state"
    ] == "cancelled"

    # A form that was handed out before is still alive; its photo must not be.
    assert late.send(PHOTOS[5]) == 204
    eventually(lambda: is_gone(owner, own, minio_root), says="the late photo is gone")
    name = told.json()["name"]
    again = owner.post("/collections", {"name": name}).json()
    assert again["id"] != collection

    end_forms(mongo_root, collection)
    eventually(lambda: is_forgotten(mongo_root, collection), timeout=120)
    assert objects(minio_root, collection) == []
    assert owner.delete(path_of(own)).status_code == 404
    assert owner.delete(f"/collections/{again['id']}").status_code == 202


def test_a_deletion_goes_on_where_the_scheduler_was_killed_and_two_do_no_harm(
    stack: Stack, owner: Person, own: Album, mongo_root: Documents, minio_root: Minio
) -> None:
    keys = own.phone.send_all(PHOTOS[:6])
    eventually(lambda: own.seen.say_ready(keys), timeout=60)
    assert owner.delete(path_of(own)).status_code == 202
    second = another_scheduler(stack, mongo_root)
    eventually(lambda: len(own.seen.keys("uploads")) < 6, says="it has begun")
    os.kill(call(stack.folder, "getProcessInfo", "scheduler")["pid"], signal.SIGKILL)
    second.look()
    eventually(lambda: is_gone(owner, own, minio_root), timeout=90, says="it is gone")
    end_forms(mongo_root, own.seen.collection)
    second.look()
    second.look()
    eventually(lambda: is_forgotten(mongo_root, own.seen.collection), timeout=120)


def another_scheduler(stack: Stack, documents: Documents) -> Deletions:
    """The part of a second scheduler that deletes collections."""
    access = StackAccess(
        storage_url=stack.storage_url,
        storage_user="scheduler",
        storage_secret=stack.secrets[name_of("scheduler", "storage_secret")],
        mongo_uri=stack.mongo_uri("scheduler"),
    )
    return Deletions(Storage.connect(access), documents, access.wired_functions, 6.0)


def test_photos_are_still_listed_and_none_is_taken_while_a_collection_is_being_deleted(
    api: Stack, ana: Person, api_root: Documents
) -> None:
    made: dict[str, Any] = ana.post("/collections", {"name": "Moths"}).json()
    path, collection = f"/collections/{made['id']}", made["id"]
    api_root["photos"].insert_one(
        {
            "_id": str(uuid6.uuid7()),
            "collection": collection,
            "key": f"{collection}/x",
            "state": "ready",
            "uploaded_at": datetime.now(UTC),
        }
    )
    assert ana.delete(path).status_code == 202
    wanted = {"filename": "moth.jpg", "size": 1000}
    assert problem_of(ana.post(f"{path}/uploads", wanted)) == (409, "collection-deleting")
    assert len(ana.get(f"{path}/photos").json()["items"]) == 1


def test_a_running_training_is_waited_for(api: Stack, api_root: Documents) -> None:
    collection = f"c-{uuid6.uuid7().hex[-12:]}"
    asked_at = datetime.now(UTC) - timedelta(days=1)
    deletion = {"asked_at": asked_at, "by": "ana", "photos": 0, "left": 0}
    api_root["collections"].insert_one(
        {"_id": collection, "members": {"ana": "owner"}, "deletion": deletion}
    )
    training = {"_id": str(uuid6.uuid7()), "collection": collection, "state": "running"}
    api_root["trainings"].insert_one({**training, "cancel_asked": False})
    # More than are deleted at once.
    api_root["photos"].insert_many(
        {"_id": str(uuid6.uuid7()), "collection": collection, "state": "removed"}
        for _ in range(1200)
    )
    deletions = another_scheduler(api, api_root)
    deletions.look()
    asked = api_root["trainings"].find_one({"_id": training["_id"]}) or {}
    assert asked["cancel_asked"] is True
    assert api_root["collections"].find_one({"_id": collection}) is not None
    api_root["trainings"].update_one({"_id": training["_id"]}, {"$set": {"state": "cancelled"}})
    deletions.look()
    assert naming(api_root, collection) == set()
