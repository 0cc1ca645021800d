"""The audit log over HTTP."""

from datetime import datetime

import pytest
import uuid6

from functions.api.audit import Audit
from functions.runtime.database import Document
from tests.documents import Documents
from tests.person import Person, problem_of


@pytest.fixture
def somebody(api_root: Documents) -> str:
    """Who did three things, in this order."""
    name = f"p{uuid6.uuid7().hex[-12:]}"
    audit = Audit.of(api_root)
    audit.note(name, "photo.label", collection="hats", photo="a", label="cap")
    audit.note(name, "photo.label", collection="shoes", photo="b", label=None)
    audit.note(name, "training.ask", collection="hats", training="t")
    return name


def lines(operator: Person, **wanted: object) -> list[Document]:
    answer = operator.get("/audit", params=wanted)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def test_the_newest_comes_first_with_all_that_was_written_down(
    operator_person: Person, somebody: str
) -> None:
    last, second, first = lines(operator_person, by=somebody)
    assert [line["action"] for line in (first, second, last)] == [
        "photo.label", "photo.label", "training.ask"
    ]  # fmt: skip
    assert (first["collection"], first["photo"], first["told"]) == ("hats", "a", {"label": "cap"})
    assert (last["photo"], last["told"]) == (None, {"training": "t"})


def test_lines_are_found_by_what_they_tell(operator_person: Person, somebody: str) -> None:
    last, second, first = lines(operator_person, by=somebody)
    assert lines(operator_person, by=somebody, action="photo.label") == [second, first]
    assert lines(operator_person, by=somebody, collection="hats") == [last, first]
    assert lines(operator_person, by="nobody at all") == []


def test_lines_are_found_by_time(
    operator_person: Person, somebody: str, api_root: Documents
) -> None:
    last, second, first = lines(operator_person, by=somebody)
    # The same three again, years apart: ids begin with their time.
    for year, line in ((2031, first), (2032, second), (2033, last)):
        moved = api_root["audit"].find_one_and_delete({"_id": line["id"]}) or {}
        at = datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00")
        begin = f"{int(at.timestamp() * 1000):012x}"
        own_id = f"{begin[:8]}-{begin[8:]}{line['id'][13:]}"
        api_root["audit"].insert_one({**moved, "_id": own_id, "at": at})

    def years(**span: str) -> list[int]:
        return [int(line["at"][:4]) for line in lines(operator_person, by=somebody, **span)]

    assert years(**{"from": "2032-01-01T00:00:00Z"}) == [2033, 2032]
    assert years(to="2032-01-01T00:00:00Z") == [2031]
    assert years(**{"from": "2031-06-01T00:00:00+02:00", "to": "2032-06-01T00:00:00Z"}) == [2032]
    assert years(to="0001-01-01T00:00:00Z") == []
    wrong = operator_person.get("/audit", params={"from": "2032-01-01T00:00:00"})
    assert problem_of(wrong) == (422, "wrong-field")
    api_root["audit"].delete_many({"by": somebody})


def test_pages_follow_each_other(operator_person: Person, somebody: str) -> None:
    whole = lines(operator_person, by=somebody)
    page = operator_person.get("/audit", params={"by": somebody, "limit": 2}).json()
    after = {"by": somebody, "limit": 2, "cursor": page["next"]}
    rest = operator_person.get("/audit", params=after).json()
    assert page["items"] + rest["items"] == whole
    assert rest["next"] is None
    broken = operator_person.get("/audit", params={"cursor": "x"})
    assert problem_of(broken) == (422, "wrong-field")
