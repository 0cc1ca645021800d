"""What the api handed out, used as a phone does: the form's fields, then the file."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from xml.etree import ElementTree

import requests
import uuid6

from functions.runtime.collections import Collections
from tests.documents import Documents
from tests.person import Person

PICTURE: Final = b"not a picture, but storage does not look"
DIGEST: Final = sha256(PICTURE).hexdigest()
ASKED: Final = {"filename": "hat.jpg", "type": "image/jpeg", "size": len(PICTURE)}


def came(
    root: Documents, collection: str, state: str = "ready", recorder: str = "done"
) -> dict[str, Any]:
    """The record of a photo of these bytes that on_upload has had in hand."""
    mark = {"etag": "e", "token": 1, "state": recorder, "version": "v1", "at": datetime.now(UTC)}
    photo = str(uuid6.uuid7())
    record = {
        "_id": photo, "collection": collection, "key": f"{collection}/{photo}", "owner": "eve",
        "state": state, "pending": [], "uploaded_at": datetime.now(UTC), "sha256": DIGEST,
        "functions": {"on_upload": mark}, "schema": 1,
    }  # fmt: skip
    root["photos"].insert_one(record)
    return record


def photo(root: Documents, photo_id: str) -> dict[str, Any]:
    """The photo's record, which has to be there."""
    record = root["photos"].find_one({"_id": photo_id})
    assert record
    return record


def fresh() -> str:
    """A key that nobody has used."""
    return str(uuid6.uuid7())


def collection_of(person: Person, root: Documents, **members: str) -> str:
    """A new collection of this person's; `members` are other people's roles by name."""
    made = Collections.of(root).add("Hats of everybody", person.name)
    people = {f"members.{name}": role for name, role in members.items()}
    if people:
        root["collections"].update_one({"_id": made["_id"]}, {"$set": people})
    return str(made["_id"])


def hand_out(person: Person, collection: str, key: str | None = None, **said: Any) -> Any:
    """The form, or whatever a hand-out that went well answered."""
    answer = asked(person, collection, key, **said)
    assert answer.ok, answer.text
    return answer.json()


def asked(
    person: Person, collection: str, key: str | None = None, **said: Any
) -> requests.Response:
    """The answer to a hand-out."""
    headers = {"Idempotency-Key": key} if key else {}
    return person.post(f"/collections/{collection}/uploads", {**ASKED, **said}, headers=headers)


def posted(
    form: Mapping[str, Any],
    picture: bytes = PICTURE,
    changed: Mapping[str, str | None] | None = None,
    file_first: bool = False,
) -> requests.Response:
    """Storage's answer; fields in `changed` take the place of the form's, None leaves one out."""
    fields = {**form["fields"], **(changed or {})}
    parts: list[Any] = [(name, (None, text)) for name, text in fields.items() if text is not None]
    file = ("file", ("hat.jpg", picture, "image/jpeg"))
    parts = [file, *parts] if file_first else [*parts, file]
    return requests.post(form["url"], files=parts, timeout=60)


def refused(answer: requests.Response) -> tuple[int, str]:
    """Storage's status and S3's code of a refusal."""
    return answer.status_code, ElementTree.fromstring(answer.content).findtext("Code") or ""
