"""Listings of several buckets, joined to photos."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from functions.runtime.photo import photo_of_image, photo_of_upload, photo_of_variant
from functions.runtime.storage import ObjectStat
from scheduler.reconcile_objects import Located, joined, located

ID = "019b76da-a800-7000-8000-00000000000{}"


def listing(bucket: str, *keys: str) -> list[ObjectStat]:
    """As a bucket lists them: by their bytes."""
    at, made_from = datetime(2026, 1, 1, tzinfo=UTC), {"source-etag": "e"}
    return [ObjectStat(bucket, key, "e", 1, at, made_from) for key in sorted(keys, key=str.encode)]


def images(*keys: str) -> Iterator[Located]:
    return located(listing("images", *keys), photo_of_image)


def uploads(*keys: str) -> Iterator[Located]:
    return located(listing("uploads", *keys), photo_of_upload)


def variants(*keys: str) -> Iterator[Located]:
    return located(listing("variants", *keys), lambda key: photo_of_variant(key)[0])


def test_the_objects_of_one_photo_come_together() -> None:
    one, two = ID.format(1), ID.format(2)
    first, second = joined(
        uploads(f"c/{one}", f"c/{two}"),
        images(f"c/{two}.jpg"),
        variants(f"c/{one}/a.jpg", f"c/{one}/b.jpg"),
    )
    assert first.upload is not None
    assert first.image is None
    assert first.variants == {"a": "e", "b": "e"}
    assert second.upload is not None
    assert second.image is not None
    assert second.variants == {}


def test_objects_that_no_photo_can_have_are_left_out() -> None:
    strange = images("c/x.jpg", "c/there", f"{ID.format(1)}.jpg", f"c/d/{ID.format(1)}.jpg")
    assert list(joined(strange, uploads("no-collection"), variants("c/x/y/z.jpg"))) == []


_collections = st.sampled_from(["c", "c-2", "c2", "ca", "c--"])
_ids = st.uuids().map(str)


@given(st.sets(st.tuples(_collections, _ids), max_size=30))
def test_every_photo_comes_once_whatever_its_collection_is_called(
    places: set[tuple[str, str]],
) -> None:
    keys = [f"{collection}/{photo}" for collection, photo in places]
    found = list(joined(images(*(f"{key}.jpg" for key in keys)),
                        variants(*(f"{key}/a.jpg" for key in keys))))  # fmt: skip
    assert len(found) == len(places)
    assert all(photo.image and photo.variants for photo in found)


def test_a_key_that_somebody_chose_belongs_to_the_photo_made_from_it() -> None:
    ref = photo_of_upload("c/IMG 1.jpg")
    assert uuid.UUID(ref.id).version == 5
    (photo,) = joined(uploads("c/IMG 1.jpg"), images(ref.image))
    assert photo.upload is not None
    assert photo.upload.key == "c/IMG 1.jpg"
    assert photo.image is not None
