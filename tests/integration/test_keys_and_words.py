"""Keys and words that people really use reach the record as they were written."""

import io

import pytest
import requests

from functions.runtime.photo import photo_of_upload
from tests.eventually import eventually
from tests.phone import PHOTOS, Phone
from tests.seen import Seen

KEYS = {
    "spaces": "my holiday photo.jpg",
    "plus": "a+b+c.jpg",
    "percent": "100%.jpg",
    "what looks encoded": "a%20b%2Fc%2B.jpg",
    "hash": "photo #1.jpg",
    "question and ampersand": "what? you & me=us;.jpg",
    "quotes": 'it\'s a "hat".jpg',
    "brackets": "copy (2) [final] {x}.jpg",
    "dollar": "$set.$where.jpg",
    "accents": "été-violão.jpg",
    "accents taken apart": "e\u0301te\u0301.jpg",
    "other scripts": "写真 фото صورة.jpg",
    "emoji": "🎉🏳️‍🌈.jpg",
    "no ending": "photo",
    "nested": "2026/11/21/morning/photo.jpg",
    "what ends like an image": "photo.jpg/variant.jpg",
    "dots": "...photo...",
    "an id in upper case": "0191E0C4-7A5B-7CDE-8F01-23456789ABCD",
    "an old id": "1aac00cd-b42a-40f1-a82a-dcc44a0879d4",
    "the longest name": "n" * 255,
    "the longest key": "/".join(["n" * 250] * 3) + "/" + "é" * 110,
}


@pytest.mark.parametrize("what", KEYS)
def test_a_photo_under_any_key_gets_all_and_leaves_nothing(
    what: str, phone: Phone, seen: Seen
) -> None:
    key = f"{phone.collection}/{KEYS[what]}"
    seen.storage.put_object("uploads", key, io.BytesIO(PHOTOS[0]), len(PHOTOS[0]))
    eventually(lambda: seen.are_ready([key]))
    seen.check_whole([key])
    record = seen.record(key)
    assert record["key"] == key
    assert record["collection"] == phone.collection
    assert record["filename"] == key.rpartition("/")[2]
    seen.storage.remove_object(bucket_name="uploads", object_name=key)
    eventually(lambda: seen.state(key) == "removed")
    eventually(lambda: seen.check_gone(key))


def test_the_longest_key_is_as_long_as_storage_takes(phone: Phone, seen: Seen) -> None:
    longest = f"{phone.collection}/{KEYS['the longest key']}"
    assert 990 < len(longest.encode()) <= 1024


@pytest.mark.parametrize("key", ["photo.jpg", "0191e0c4-7a5b-7cde-8f01-23456789abcd"])
def test_a_key_without_a_collection_is_parked_for_operators(key: str, seen: Seen) -> None:
    seen.storage.put_object("uploads", key, io.BytesIO(PHOTOS[0]), len(PHOTOS[0]))
    parked = eventually(lambda: _parked(seen, f"uploads/{key}"))
    assert parked["code"] == "no-collection"
    assert seen.documents["photos"].find_one({"key": key}) is None
    seen.storage.remove_object(bucket_name="uploads", object_name=key)
    eventually(lambda: not _parked(seen, f"uploads/{key}"))


def test_a_key_of_a_collection_that_is_not_there_is_rejected(seen: Seen) -> None:
    key = f"nowhere-{seen.collection}/photo.jpg"
    seen.storage.put_object("uploads", key, io.BytesIO(PHOTOS[0]), len(PHOTOS[0]))
    parked = eventually(lambda: _parked(seen, f"uploads/{key}"))
    assert parked["code"] == "no-such-collection"
    assert seen.object("images", photo_of_upload(key).image) is None


def test_an_id_under_another_collection_is_rejected(phone: Phone, seen: Seen) -> None:
    key = phone.send(PHOTOS[0])
    eventually(lambda: seen.are_ready([key]))
    record = seen.record(key)
    other = f"{phone.collection}x/{record['_id']}"
    seen.documents["collections"].insert_one({"_id": f"{phone.collection}x", "owner": "bob"})
    seen.storage.put_object("uploads", other, io.BytesIO(PHOTOS[1]), len(PHOTOS[1]))
    parked = eventually(lambda: _parked(seen, f"uploads/{other}"))
    assert parked["code"] == "key-mismatch"
    eventually(lambda: seen.are_ready([key]), says="the one who had the id first keeps it")
    seen.check_whole([key])
    assert seen.record(key)["key"] == key
    assert seen.object("images", f"{phone.collection}x/{record['_id']}.jpg") is None
    seen.storage.remove_object(bucket_name="uploads", object_name=other)
    eventually(lambda: not _parked(seen, f"uploads/{other}"))
    eventually(lambda: seen.are_ready([key]))
    seen.check_whole([key])


WORDS = ["violão", "Quartz (Var: Amethyst)", "🎷", "100%", "a+b & c=d", "写真", "50%25", "=?x?="]


@pytest.mark.parametrize("word", WORDS)
def test_words_beside_a_photo_arrive_as_written(word: str, phone: Phone, seen: Seen) -> None:
    key = phone.send(PHOTOS[0], label=word, filename=f"{word}.jpg", owner="josé")
    eventually(lambda: seen.are_ready([key]))
    record = seen.record(key)
    assert (record["label"], record["filename"], record["owner"]) == (word, f"{word}.jpg", "josé")


@pytest.mark.parametrize("word", ["violão", "Quartz (Var: Amethyst)", "🎷", "100%", "a+b & c=d"])
def test_words_that_a_client_did_not_encode_arrive_too(word: str, phone: Phone, seen: Seen) -> None:
    form = phone.form({"label": word, "filename": f"{word}.jpg"})
    assert form.send(PHOTOS[0]) == 204
    eventually(lambda: seen.are_ready([form.key]))
    record = seen.record(form.key)
    assert (record["label"], record["filename"]) == (word, f"{word}.jpg")


@pytest.mark.parametrize("label", ["unknown", "Unknown", "x" * 65, "   "])
def test_a_photo_is_not_refused_for_a_label_it_cannot_have(
    label: str, phone: Phone, seen: Seen
) -> None:
    key = phone.send(PHOTOS[0], label=label)
    eventually(lambda: seen.are_ready([key]))
    assert seen.record(key)["label"] is None


def test_a_photo_whose_bytes_are_not_the_promised_ones_is_rejected(
    phone: Phone, seen: Seen
) -> None:
    key = phone.send(PHOTOS[0], sha256="0" * 64)
    eventually(lambda: seen.state(key) == "rejected")
    assert seen.record(key)["error"]["code"] == "checksum-mismatch"


@pytest.mark.parametrize("changed", ["key", "x-amz-meta-owner", "Content-Type"])
def test_a_form_takes_only_what_it_was_made_for(changed: str, phone: Phone) -> None:
    form = phone.form()
    fields = {**form.fields, changed: "other/thing"}
    answer = requests.post(form.url, data=fields, files={"file": PHOTOS[0]}, timeout=10)
    assert answer.status_code == 403


def _parked(seen: Seen, row: str) -> dict[str, object] | None:
    return seen.documents["inbox.on_upload"].find_one({"_id": row, "state": "parked"})
