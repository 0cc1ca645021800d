"""A delivery as people see it."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.api.operating.shown import delivery_told, id_of, photo_of, place_of

AT = datetime(2026, 5, 1, tzinfo=UTC)
PHOTO = "01970000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("row", ["uploads/c/x", "body:ab12", "uploads/c/violão ?&#/%2F", "a:b:c"])
def test_an_id_stands_in_a_path_and_leads_back_to_the_row(row: str) -> None:
    delivery = id_of("on_upload", row)
    assert delivery.replace("-", "").replace("_", "").isalnum()
    assert place_of(delivery) == ("on_upload", row)


@pytest.mark.parametrize("text", ["é", "x", "!", "////", "_w"])
def test_what_is_no_id_leads_nowhere(text: str) -> None:
    assert place_of(text) == ("", "")


@pytest.mark.parametrize(
    ("bucket", "key"),
    [("uploads", f"c/{PHOTO}"), ("images", f"c/{PHOTO}.jpg"), ("variants", f"c/{PHOTO}/hue.jpg"),
     ("thumbnails", f"c/{PHOTO}.jpg")],
)  # fmt: skip
def test_each_bucket_names_the_photo(bucket: str, key: str) -> None:
    photo = photo_of({"bucket": bucket, "key": key})
    assert photo is not None
    assert (photo.collection, photo.id) == ("c", PHOTO)


@pytest.mark.parametrize(
    "row", [{}, {"bucket": "uploads", "key": "x"}, {"bucket": "images", "key": "x"}]
)
def test_a_key_that_is_no_photos_has_none(row: dict[str, str]) -> None:
    assert photo_of(row) is None


def test_it_is_so_since_it_opened_was_claimed_or_ended() -> None:
    hour = timedelta(hours=1)
    attempt = {"at": AT, "ended": AT + hour, "outcome": "failed"}
    row = {"_id": "uploads/c/x", "state": "waiting", "opened_at": AT}
    assert delivery_told("f", row)["since"] == AT
    assert delivery_told("f", {**row, "attempts": [attempt]})["since"] == AT + hour
    running = {**row, "state": "running", "attempts": [attempt], "claimed_at": AT + 2 * hour}
    assert delivery_told("f", running)["since"] == AT + 2 * hour
    opened_again = {**row, "attempts": [attempt], "opened_at": AT + 3 * hour}
    assert delivery_told("f", opened_again)["since"] == AT + 3 * hour
