"""Many hand-outs in one call."""

import pytest

from tests.documents import Documents
from tests.handed import ASKED, DIGEST, asked, came, fresh, photo, posted
from tests.person import Person, problem_of


def test_a_batch_answers_each_upload_as_if_it_had_come_alone(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    there = came(api_root, hats)
    uploads = [
        ASKED, {**ASKED, "size": 0}, {**ASKED, "sha256": DIGEST}, {**ASKED, "label": "unknown"},
        {**ASKED, "size": 50_000_001}, "hat.jpg",
    ]  # fmt: skip
    answer = hatter.post(f"/collections/{hats}/uploads/batch", {"uploads": uploads})
    assert answer.status_code == 200
    form, empty, duplicate, wrong, large, text = answer.json()["items"]
    assert posted(form).status_code == 204
    assert (empty["status"], empty["code"]) == (422, "empty")
    assert (duplicate["photo"], duplicate["duplicate"]) == (there["_id"], True)
    assert [one["pointer"] for one in wrong["errors"]] == ["/label"]
    assert wrong["detail"] == asked(hatter, hats, label="unknown").json()["detail"]
    assert (large["status"], large["code"]) == (413, "too-many-bytes")
    assert (text["status"], text["code"]) == (422, "wrong-field")
    assert text.keys() >= {"type", "title", "status", "code", "detail"}


def test_a_batch_with_a_key_may_be_repeated(hatter: Person, hats: str) -> None:
    headers, path = {"Idempotency-Key": fresh()}, f"/collections/{hats}/uploads/batch"
    uploads = [{**ASKED, "filename": f"{number}.jpg"} for number in range(3)]
    handed = [
        [form["photo"] for form in hatter.post(path, body, headers=headers).json()["items"]]
        for body in ({"uploads": uploads}, {"uploads": uploads})
    ]
    assert handed[0] == handed[1]
    assert len(set(handed[0])) == 3
    uploads[1]["filename"] = "another.jpg"
    items = hatter.post(path, {"uploads": uploads}, headers=headers).json()["items"]
    assert [item.get("code") for item in items] == [None, "idempotency-key-reused", None]


@pytest.mark.parametrize("many", [0, 101])
def test_a_batch_has_one_to_a_hundred_uploads(hatter: Person, hats: str, many: int) -> None:
    answer = hatter.post(f"/collections/{hats}/uploads/batch", {"uploads": [ASKED] * many})
    assert problem_of(answer) == (422, "wrong-field")


def test_a_hundred_uploads_come_out_of_one_batch_in_their_order(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    uploads = [{**ASKED, "filename": f"{number}.jpg"} for number in range(100)]
    answer = hatter.post(f"/collections/{hats}/uploads/batch", {"uploads": uploads})
    photos = [form["photo"] for form in answer.json()["items"]]
    assert photos == sorted(photos)
    assert photo(api_root, photos[42])["filename"] == "42.jpg"
