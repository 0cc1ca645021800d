"""Photos over HTTP: what is told of them, lists with filters and pages, waiting, and deleting."""

import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import uuid6

from functions.augment.variants import NAMES
from infra.layout import Stack
from infra.wire_storage import storage_client
from tests.album import Album
from tests.by_hand import ETAG, WHEN, expected, mark, record, stored
from tests.documents import Documents
from tests.eventually import eventually
from tests.handed import collection_of
from tests.person import Person, problem_of
from tests.phone import PHOTOS


@pytest.fixture(scope="module")
def ana(api: Stack, api_root: Documents) -> Person:
    """One for all tests here: an account takes as long to make as its password to hash."""
    return Person.new(api, api_root)


@pytest.fixture(scope="module")
def ben(api: Stack, api_root: Documents) -> Person:
    """Somebody else, likewise."""
    return Person.new(api, api_root)


@pytest.fixture
def shells(ana: Person, api_root: Documents) -> str:
    """Ana's collection, empty."""
    return collection_of(ana, api_root)


def read(person: Person, photo: str) -> Any:
    answer = person.get(f"/photos/{photo}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def listed(person: Person, collection: str, **query: Any) -> list[str]:
    """The ids on the first page."""
    answer = person.get(f"/collections/{collection}/photos", params=query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def paged(person: Person, collection: str, **query: Any) -> Iterator[list[str]]:
    """The ids of one page after the other."""
    cursor = None
    while True:
        told = person.get(f"/collections/{collection}/photos", params={**query, "cursor": cursor})
        assert told.status_code == 200, told.text
        yield [item["id"] for item in told.json()["items"]]
        cursor = told.json()["next"]
        if cursor is None:
            return


def test_a_photo_is_told_with_everything_that_is_known_of_it(
    ana: Person, api_root: Documents, shells: str
) -> None:
    [photo] = stored(api_root, record(shells, label="Cowrie"))
    told = read(ana, photo)
    links, ends = told.pop("links"), told.pop("links_expire")
    done = {"state": "done", "version": "1.0", "at": "2026-05-01T12:00:00.000Z",
            "code": None, "reason": None}  # fmt: skip
    assert told == {
        "id": photo, "collection": shells, "owner": "ana", "state": "ready", "pending": [],
        "uploaded_at": "2026-05-01T12:00:00.000Z", "filename": "IMG_0001.jpg",
        "type": "image/jpeg", "size": 2_345_678, "width": 4000, "height": 3000,
        "taken_at": "2026-04-30T09:15:00+02:00", "camera": "Canon EOS 7D",
        "location": {"latitude": 41.15, "longitude": -8.61, "altitude": None},
        "sha256": "c" * 64, "label": "Cowrie", "category": "cowrie", "confidence": 0.875,
        "model": "general", "error": None,
        "findings": [{"id": "whole", "box": [0, 0, 1600, 1200], "category": "cowrie",
                      "confidence": 0.875, "label": "Cowrie"}],
        "functions": {"on_upload": done, "augment": done, "classify": done},
    }  # fmt: skip
    assert ends.endswith(":00:00.000Z")
    assert links.keys() == {"original", "image", "thumbnail", "rendered", "variants"}
    assert links["variants"].keys() == {"as-is", "flipped-left-right"}
    assert links["rendered"] is None


def test_a_rejected_photo_tells_why_and_links_to_its_original_alone(
    ana: Person, api_root: Documents, shells: str
) -> None:
    said = {"code": "pdf", "detail": "This is a PDF.", "function": "on_upload", "at": WHEN}
    marks = {"on_upload": mark(ETAG, "rejected", code="pdf"), "classify": mark("gone", "gone")}
    nothing: dict[str, Any] = {"image_etag": None, "variants": [], "findings": [], "category": None}
    [photo] = stored(
        api_root, record(shells, state="rejected", error=said, functions=marks, **nothing)
    )
    told = read(ana, photo)
    assert told["error"] == {**said, "at": "2026-05-01T12:00:00.000Z"}
    assert told["functions"].keys() == {"on_upload"}
    assert told["links"].pop("original")
    assert told["links"] == {"image": None, "thumbnail": None, "rendered": None, "variants": {}}


def test_a_photo_that_has_not_come_has_no_links_yet(
    ana: Person, api_root: Documents, shells: str
) -> None:
    [photo] = stored(api_root, expected(shells))
    told = read(ana, photo)
    assert (told["state"], told["pending"]) == ("expected", ["on_upload"])
    assert [link for link in told["links"].values() if link] == []


def test_links_open_without_a_token_and_the_original_keeps_its_name(
    ana: Person, api: Stack, api_root: Documents, shells: str
) -> None:
    [photo] = stored(api_root, record(shells, filename='Muschel "ä" 貝.jpg'))
    for bucket, key in (("uploads", photo), ("images", f"{photo}.jpg"),
                        ("variants", f"{photo}/as-is.jpg")):  # fmt: skip
        put(api, bucket, f"{shells}/{key}", bucket.encode())
    links = read(ana, photo)["links"]
    original = requests.get(links["original"], timeout=30)
    assert original.content == b"uploads"
    named = original.headers["Content-Disposition"]
    assert named == "attachment; filename*=utf-8''Muschel%20%22%C3%A4%22%20%E8%B2%9D.jpg"
    image = requests.get(links["image"], timeout=30)
    assert (image.content, image.headers.get("Content-Disposition")) == (b"images", None)
    assert requests.get(links["variants"]["as-is"], timeout=30).content == b"variants"
    assert (
        requests.get(links["image"].replace(photo, str(uuid6.uuid7())), timeout=30).status_code
        == 403
    )


def test_a_list_has_the_newest_first_and_shows_what_never_came_only_when_asked(
    ana: Person, api_root: Documents, shells: str
) -> None:
    old, new, awaited, lost, gone = stored(
        api_root,
        record(shells),
        record(shells, uploaded_at=WHEN + timedelta(seconds=1), state="received"),
        expected(shells, uploaded_at=WHEN + timedelta(seconds=2)),
        {**expected(shells), "state": "expired"},
        {"_id": str(uuid6.uuid7()), "collection": shells, "uploaded_at": WHEN, "schema": 1,
         "state": "removed", "removed_at": WHEN},
    )  # fmt: skip
    assert listed(ana, shells) == [new, old]
    assert [listed(ana, shells, state=state) for state in ("expected", "expired", "removed")] == [
        [awaited], [lost], [gone]
    ]  # fmt: skip
    assert listed(ana, shells, state="received") == [new]


def test_an_item_has_no_exif_no_findings_and_no_links_to_variants(
    ana: Person, api_root: Documents, shells: str
) -> None:
    [photo] = stored(api_root, record(shells))
    [item] = ana.get(f"/collections/{shells}/photos").json()["items"]
    told = read(ana, photo)
    left_out = {"taken_at", "camera", "location", "findings"}
    del told["links"]["variants"]
    assert item == {name: value for name, value in told.items() if name not in left_out}


@pytest.fixture
def four(api_root: Documents, shells: str) -> dict[str, str]:
    """Four photos that differ in everything one can ask for; ids by name, oldest first."""
    said: dict[str, dict[str, Any]] = {
        "agreed": {"label": "Cowrie", "filename": "a+b.jpg"},
        "another": {"label": "Conch", "confidence": 0.2, "taken_at": "2026-05-02T00:00:00"},
        "unsure": {"category": "unknown", "confidence": 0.1, "taken_at": None},
        "nameless": {"filename": "aab.jpg", "category": None, "confidence": None},
    }
    records = {
        name: record(shells, uploaded_at=WHEN + timedelta(days=number), **fields)
        for number, (name, fields) in enumerate(said.items())
    }
    return dict(zip(records, stored(api_root, *records.values()), strict=True))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"label": "cowrie"}, ["agreed"]),
        ({"label": "no such"}, []),
        ({"labelled": True}, ["another", "agreed"]),
        ({"labelled": False}, ["nameless", "unsure"]),
        ({"category": "unknown"}, ["unsure"]),
        ({"text": "A+B"}, ["agreed"]),
        ({"text": "img"}, ["unsure", "another"]),
        ({"taken_from": "2026-05-01"}, ["another"]),
        ({"taken_to": "2026-05-02T00:00:00"}, ["nameless", "agreed"]),
        ({"taken_from": "2026-04-30T09:15:00", "taken_to": "2026-04-30T09:15:01"},
         ["nameless", "agreed"]),
        ({"confidence_below": 0.5}, ["unsure", "another"]),
        ({"confidence_below": 0}, []),
        ({"disagree": True}, ["another"]),
        ({"labelled": True, "confidence_below": 0.5}, ["another"]),
    ],
)  # fmt: skip
def test_a_list_can_be_asked_for_some(
    ana: Person, api_root: Documents, shells: str, four: dict[str, str],
    query: dict[str, Any], names: list[str],
) -> None:  # fmt: skip
    api_root["labels"].insert_one(
        {"_id": f"{shells}/cowrie", "collection": shells, "label": "Cowrie"}
    )
    assert listed(ana, shells, **query) == [four[name] for name in names]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": 0}, "/limit"),
        ({"limit": 201}, "/limit"),
        ({"cursor": "gibberish"}, "/cursor"),
        ({"cursor": "WzEsIngiLC0xXQ"}, "/cursor"),
        ({"cursor": "W10"}, "/cursor"),
        ({"state": "lost"}, "/state"),
        ({"label": "unknown"}, "/label"),
        ({"taken_from": "yesterday"}, "/taken_from"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_no_list_can_be_asked_for_is_refused_by_name(
    ana: Person, shells: str, query: dict[str, Any], pointer: str
) -> None:
    answer = ana.get(f"/collections/{shells}/photos", params=query)
    assert problem_of(answer) == (422, "wrong-field")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_pages_show_every_photo_once_while_others_arrive(
    ana: Person, api_root: Documents, shells: str
) -> None:
    # Bursts, single ones, and several of one moment with a page's end between them.
    after = [0, 0, 0, 0, 1, 2, 3, 4000, 4000, 4001, 9_000_000, 9_000_001, 9_000_001]
    photos = stored(
        api_root,
        *(record(shells, uploaded_at=WHEN + timedelta(seconds=seconds)) for seconds in after),
    )
    seen = []
    for page in paged(ana, shells, limit=3):
        assert len(page) <= 3
        seen += page
        stored(api_root, record(shells, uploaded_at=WHEN + timedelta(days=200)))
    assert seen == photos[::-1]


def test_pages_of_some_are_whole_too(ana: Person, api_root: Documents, shells: str) -> None:
    photos = stored(
        api_root,
        *(record(shells, uploaded_at=WHEN + timedelta(minutes=number),
                 label="Cone" if number % 3 == 0 else None) for number in range(20)),
    )  # fmt: skip
    pages = list(paged(ana, shells, limit=2, label="Cone"))
    assert [photo for page in pages for photo in page] == photos[::3][::-1]
    assert [len(page) for page in pages] == [2, 2, 2, 1]


def test_a_photo_can_be_waited_for_until_a_model_has_spoken(
    ana: Person, api_root: Documents, shells: str
) -> None:
    silent = {"state": "received", "pending": ["classify"], "category": None}
    [photo] = stored(api_root, record(shells, **silent))
    speaks = threading.Timer(0.5, api_root["photos"].update_one,
                             ({"_id": photo}, {"$set": {"category": "cone"}}))  # fmt: skip
    speaks.start()
    answer = ana.get(f"/photos/{photo}", headers={"Prefer": "respond-async, wait=20"})
    assert answer.json()["category"] == "cone"
    assert answer.elapsed < timedelta(seconds=10)


def test_waiting_ends_with_the_record_as_it_is_when_the_time_is_over(
    ana: Person, api_root: Documents, shells: str
) -> None:
    [photo] = stored(api_root, expected(shells))
    answer = ana.get(f"/photos/{photo}", headers={"Prefer": "wait=1"})
    assert answer.json()["state"] == "expected"
    assert timedelta(seconds=1) <= answer.elapsed < timedelta(seconds=10)
    at_once = ana.get(f"/photos/{photo}", headers={"Prefer": "wait=soon"})
    assert at_once.elapsed < timedelta(seconds=1)


CALLS = (
    ("GET", ""), ("GET", "/timeline"), ("DELETE", ""), ("PUT", "/label"),
    ("PUT", "/findings/whole/label"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_another_persons_photo_is_as_if_it_were_not_there(
    ana: Person, ben: Person, api_root: Documents, shells: str, method: str, path: str
) -> None:
    [photo] = stored(api_root, record(shells))
    given = {"json": {"label": "Cone"}} if method == "PUT" else {}
    told = [ben.call(method, f"/photos/{one}{path}", **given) for one in (photo, uuid6.uuid7())]
    assert [problem_of(answer) for answer in told] == [(404, "not-found")] * 2
    assert told[0].content == told[1].content
    assert api_root["photos"].find_one({"_id": photo, "state": "ready", "label": None})


def test_a_viewer_looks_and_changes_nothing(ana: Person, ben: Person, api_root: Documents) -> None:
    shared = collection_of(ana, api_root, **{ben.name: "viewer"})
    [photo] = stored(api_root, record(shared))
    assert ben.get(f"/photos/{photo}").status_code == 200
    assert listed(ben, shared) == [photo]
    refused = [
        ben.delete(f"/photos/{photo}"),
        ben.post(f"/collections/{shared}/photos/delete", {"photos": [photo]}),
        ben.put(f"/photos/{photo}/label", {"label": "Cone"}),
        ben.put(f"/photos/{photo}/findings/whole/label", {"label": "Cone"}),
        ben.post(f"/collections/{shared}/labels", {"labels": [{"photo": photo, "label": "Cone"}]}),
        ben.patch(f"/collections/{shared}/labels/Cone", {"label": "Conch"}),
    ]
    assert [problem_of(answer) for answer in refused] == [(403, "forbidden")] * 6
    assert listed(ben, shared, labelled=False) == [photo]


def test_a_deleted_photo_is_gone_at_once_and_owed_to_on_upload(
    ana: Person, api: Stack, api_root: Documents, shells: str
) -> None:
    [photo] = stored(api_root, record(shells))
    put(api, "uploads", f"{shells}/{photo}", b"a photo")
    assert ana.delete(f"/photos/{photo}").status_code == 202
    assert problem_of(ana.get(f"/photos/{photo}")) == (404, "not-found")
    assert problem_of(ana.delete(f"/photos/{photo}")) == (404, "not-found")
    assert listed(ana, shells) == []
    assert keys(api, f"{shells}/{photo}") == []
    left = api_root["photos"].find_one({"_id": photo})
    assert left is not None
    assert left.keys() == {"_id", "collection", "uploaded_at", "schema", "state", "removed_at"}
    row = api_root["inbox.on_upload"].find_one({"_id": f"uploads/{shells}/{photo}"})
    assert row is not None
    assert (row["state"], row["pending"]) == ("waiting", ["gone"])
    noted = api_root["audit"].find_one({"photo": photo})
    assert noted is not None
    assert (noted["by"], noted["action"]) == (ana.name, "photo.delete")


def test_a_photo_that_never_came_becomes_a_tombstone(
    ana: Person, api_root: Documents, shells: str
) -> None:
    [photo] = stored(api_root, expected(shells))
    assert ana.delete(f"/photos/{photo}").status_code == 202
    assert listed(ana, shells, state="removed") == [photo]


def test_many_are_deleted_at_once_with_one_answer_each(
    ana: Person, ben: Person, api_root: Documents, shells: str
) -> None:
    first, second, kept = stored(api_root, *(record(shells) for _ in range(3)))
    [bens] = stored(api_root, record(collection_of(ben, api_root)))
    answer = ana.post(
        f"/collections/{shells}/photos/delete", {"photos": [first, bens, second, first]}
    )
    assert answer.status_code == 202
    told = {item["photo"]: (item["problem"] or {}).get("code") for item in answer.json()["items"]}
    assert told == {first: None, bens: "not-found", second: None}
    assert len(answer.json()["items"]) == 4
    assert listed(ana, shells) == [kept]
    assert read(ben, bens)["state"] == "ready"
    many = ana.post(f"/collections/{shells}/photos/delete", {"photos": [kept] * 1001})
    assert problem_of(many) == (422, "wrong-field")


def test_everything_made_of_a_deleted_photo_goes(
    stack: Stack, mongo_root: Documents, album: Album
) -> None:
    owner = Person.new(stack, mongo_root)
    collection = album.seen.collection
    mongo_root["collections"].update_one(
        {"_id": collection}, {"$set": {"members": {owner.name: "owner"}}}
    )
    key = album.phone.send(PHOTOS[0])
    eventually(lambda: album.seen.are_ready([key]))
    [photo] = listed(owner, collection)
    told = read(owner, photo)
    assert told["findings"][0]["id"] == "whole"
    links = [
        told["links"]["image"],
        told["links"]["thumbnail"],
        *told["links"]["variants"].values(),
    ]
    assert told["links"]["variants"].keys() == set(NAMES)
    assert {requests.get(link, timeout=30).status_code for link in links} == {200}
    assert owner.delete(f"/photos/{photo}").status_code == 202
    eventually(lambda: album.seen.check_gone(key))


def put(stack: Stack, bucket: str, key: str, data: bytes) -> None:
    storage_client(stack).put_object(
        bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data)
    )


def keys(stack: Stack, prefix: str) -> list[str | None]:
    found = storage_client(stack).list_objects(bucket_name="uploads", prefix=prefix)
    return [one.object_name for one in found]
