"""Which photo a key belongs to."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.runtime.faults import Rejected
from functions.runtime.photo import PhotoRef, photo_of_image, photo_of_upload

ID = "019a3c5e-7d2f-7c1b-8f00-1234567890ab"


def test_an_id_the_api_gave_stays_the_photos_id() -> None:
    assert photo_of_upload(f"clothes/{ID}") == PhotoRef("clothes", ID)


@pytest.mark.parametrize("name", [ID.upper(), f"{ID}.jpg", "my photo.jpg", "a/b/c.jpg", "é 100%"])
def test_any_other_key_gets_an_id_of_its_own_that_never_changes(name: str) -> None:
    photo = photo_of_upload(f"clothes/{name}")
    assert uuid.UUID(photo.id).version == 5
    assert photo == photo_of_upload(f"clothes/{name}")
    assert photo != photo_of_upload(f"hats/{name}")


@pytest.mark.parametrize("key", ["a.jpg", "clothes/", "/a.jpg", ""])
def test_a_key_without_a_collection_is_rejected(key: str) -> None:
    with pytest.raises(Rejected) as refusal:
        photo_of_upload(key)
    assert refusal.value.code == "no-collection"


@given(st.from_regex(r"[a-z0-9-]{3,40}", fullmatch=True), st.text(min_size=1))
def test_the_image_of_an_upload_belongs_to_the_same_photo(collection: str, name: str) -> None:
    photo = photo_of_upload(f"{collection}/{name}")
    assert photo_of_image(photo.image) == photo


@pytest.mark.parametrize("key", ["clothes/a.png", "a.jpg", "clothes/a/b.jpg", "clothes/.jpg"])
def test_what_on_upload_never_writes_is_no_image(key: str) -> None:
    with pytest.raises(Rejected):
        photo_of_image(key)
