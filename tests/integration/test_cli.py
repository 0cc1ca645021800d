"""The command line on a stack that runs the api and no functions."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from colecionador.operator import Operator, operator_of
from functions.runtime.claim import Outcome
from functions.runtime.database import Document
from functions.runtime.inbox import Inbox
from infra.layout import Stack
from infra.lifecycle import ready, start, stop
from infra.wire_storage import storage_client
from tests.integration.operating import colecionador, table
from tests.with_api import with_api

CLOTHES = Path(__file__).parent.parent / "samples" / "clothes"
BODY = b'{"Records": [{"eventName": "s3:ObjectCreated:Put", "s3": {"bucket": {"name": "%s"}, ' \
       b'"object": {"key": "coats/a+b.jpg", "eTag": "e1"}}}]}'  # fmt: skip


@pytest.fixture(scope="module")
def servers(servers_built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Servers of this module's own: commands look at every photo and delivery there is."""
    with with_api(tmp_path_factory.mktemp("alone")) as started:
        yield started


@pytest.fixture(scope="module")
def operator(servers: Stack) -> Iterator[Operator]:
    with operator_of(servers.folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def coats(servers: Stack) -> str:
    assert (
        colecionador(servers, "collection", "add", "Coats & Jackets", "--id", "coats").exit_code
        == 0
    )
    return "coats"


def test_a_collection_gets_an_id_from_its_name_and_is_listed(servers: Stack) -> None:
    made = colecionador(servers, "collection", "add", "Grandma's  Teapots")
    assert made.output == "made the collection grandma-s-teapots\n"
    again = colecionador(servers, "collection", "add", "Grandma's Teapots")
    assert again.output.startswith("made the collection grandma-s-teapots-")
    rows = {row["id"]: row for row in table(colecionador(servers, "collection", "list"), "id")}
    assert rows["grandma-s-teapots"]["name"] == "Grandma's Teapots"
    assert rows["grandma-s-teapots"]["owner"] == "admin"


@pytest.mark.parametrize(
    ("collection_id", "why"),
    [("coats", "already"), ("general", "reserved"), ("Coats", "3 to 40"), ("a/b", "3 to 40")],
)
def test_an_id_that_cannot_be_given_is_refused_in_a_sentence(
    servers: Stack, coats: str, collection_id: str, why: str
) -> None:
    refused = colecionador(servers, "collection", "add", "More", "--id", collection_id)
    assert refused.exit_code == 1
    assert why in refused.output


def test_put_stores_every_file_of_a_folder_as_a_phone_does(
    servers: Stack, operator: Operator, coats: str, tmp_path: Path
) -> None:
    names = ["violão 100%.jpg", "🎩.heic", "deep/er/b c+d.png", "no ending"]
    for name in (*names, ".hidden.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    result = colecionador(
        servers, "put", str(tmp_path), "--collection", coats, "--label", " a  hat "
    )
    assert result.exit_code == 0, result.output
    assert "4 of 4 photos stored in coats" in result.output
    found = [
        operator.storage.read("uploads", stat.key)
        for stat in operator.storage.list("uploads", "coats/")
    ]
    stored = {one.metadata["filename"]: one for one in found if one}
    assert set(stored) == {Path(name).name for name in names}
    for name in names:
        one = stored[Path(name).name]
        assert one.data == name.encode()
        assert one.metadata["owner"] == "admin"
        assert one.metadata["label"] == "a hat"
        assert one.metadata["sha256"] == hashlib.sha256(one.data).hexdigest()
        record = operator.database["photos"].find_one({"key": one.key})
        assert record is not None
        assert record["state"] == "expected"
    assert stored["🎩.heic"].type == "image/heic"
    assert stored["no ending"].type == "application/octet-stream"


def test_put_says_which_files_could_not_be_sent_and_stores_the_others(
    servers: Stack, coats: str, tmp_path: Path
) -> None:
    (tmp_path / "empty.jpg").touch()
    with (tmp_path / "large.tif").open("wb") as large:
        large.truncate(50_000_001)
    (tmp_path / "good.jpg").write_bytes(b"good")
    result = colecionador(servers, "put", str(tmp_path), "--collection", coats)
    assert result.exit_code == 1
    assert "1 of 3 photos stored" in result.output
    codes = {Path(row["file"]).name: row["code"] for row in table(result, "file")}
    assert codes == {"empty.jpg": "empty", "large.tif": "too-many-bytes"}


def test_put_into_no_collection_says_how_to_make_it(servers: Stack) -> None:
    result = colecionador(servers, "put", str(CLOTHES), "--collection", "scarves")
    assert result.exit_code == 1
    assert "colecionador collection add NAME --id scarves" in result.output


def test_put_refuses_a_label_that_only_models_say(servers: Stack, coats: str) -> None:
    result = colecionador(servers, "put", str(CLOTHES), "--collection", coats, "--label", "Unknown")
    assert result.exit_code == 2
    assert "what a model says" in result.output


def test_a_photo_is_found_by_id_part_of_it_filename_and_key(
    servers: Stack, coats: str, tmp_path: Path
) -> None:
    (tmp_path / "raincoat (1).jpg").write_bytes(b"a raincoat")
    colecionador(servers, "put", str(tmp_path), "--collection", coats)
    named = colecionador(servers, "timeline", "RAINCOAT (1)")
    assert named.exit_code == 0, named.output
    photo = named.output.split()[1]
    for text in (photo, photo[4:], f"coats/{photo}", f"uploads/coats/{photo}",
                 f"images/coats/{photo}.jpg"):  # fmt: skip
        assert colecionador(servers, "timeline", text).output == named.output
    said = [row["what"] for row in table(named, "at (UTC)")]
    assert said[0] == "expected"
    assert set(said) == {"expected", "stored", "event", "waiting"}


def test_several_photos_that_fit_are_listed_to_choose_from(
    servers: Stack, coats: str, tmp_path: Path
) -> None:
    for name in ("parka 1.jpg", "parka 2.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    colecionador(servers, "put", str(tmp_path), "--collection", coats)
    result = colecionador(servers, "timeline", "parka")
    assert result.exit_code == 1
    assert {row["filename"] for row in table(result, "photo")} == {"parka 1.jpg", "parka 2.jpg"}
    assert colecionador(servers, "timeline", "no such photo").exit_code == 1


def test_rm_takes_the_upload_by_its_whole_id_or_key_and_by_nothing_less(
    servers: Stack, operator: Operator, coats: str, tmp_path: Path
) -> None:
    (tmp_path / "old coat.jpg").write_bytes(b"an old coat")
    colecionador(servers, "put", str(tmp_path), "--collection", coats)
    photo = colecionador(servers, "timeline", "old coat").output.split()[1]
    for part in ("old coat.jpg", photo[:-1], "", "uploads/"):
        assert colecionador(servers, "rm", part).exit_code == 1
    assert operator.storage.read("uploads", f"coats/{photo}")
    assert colecionador(servers, "rm", photo).exit_code == 0
    assert operator.storage.read("uploads", f"coats/{photo}") is None


def test_an_upload_under_a_key_of_its_own_is_removed_by_that_key(
    servers: Stack, operator: Operator, coats: str
) -> None:
    key = "coats/2026/a b+c.jpg"
    storage_client(servers).put_object(
        bucket_name="uploads", object_name=key, data=io.BytesIO(b"x"), length=1
    )
    operator.inbox("on_upload").ask("uploads", key)
    result = colecionador(servers, "rm", f"uploads/{key}")
    assert result.output == f"deleted uploads/{key}\n"
    assert operator.storage.read("uploads", key) is None


def test_a_parked_delivery_is_shown_with_its_reason_and_replayed(
    servers: Stack, operator: Operator
) -> None:
    park(operator, "images/coats/p1.jpg", "internal-error", "KeyError('hat')")
    rows = table(colecionador(servers, "parked", "--function", "augment"), "function")
    shown = {row["delivery"]: (row["code"], row["reason"]) for row in rows}
    assert shown["images/coats/p1.jpg"] == ("internal-error", "KeyError('hat')")
    replayed = colecionador(servers, "replay", "images/coats/p1.jpg")
    assert (replayed.exit_code, replayed.output) == (0, "1 made due again\n")
    row = operator.database["inbox.augment"].find_one({"_id": "images/coats/p1.jpg"})
    assert row is not None
    assert row["state"] == "waiting"
    assert row["failures"] == 0
    assert "reason" not in row
    again = colecionador(servers, "replay", "images/coats/p1.jpg")
    assert again.exit_code == 1, "it is not parked any more"


def test_deliveries_are_replayed_by_code_by_function_and_all(
    servers: Stack, operator: Operator
) -> None:
    ids = [f"images/coats/q{number}.jpg" for number in range(4)]
    for row_id, code in zip(ids, ("pdf", "svg", "svg", "empty"), strict=True):
        park(operator, row_id, code, "no photo")
    assert "2 made due" in colecionador(servers, "replay", "--code", "svg").output
    assert "0 made due" in colecionador(servers, "replay", "--function", "classify").output
    assert "0 made due" in colecionador(servers, "replay", ids[0], "--code", "svg").output
    assert "1 made due" in colecionador(servers, "replay", ids[0]).output
    assert "1 made due" in colecionador(servers, "replay", "--all").output
    assert colecionador(servers, "replay").exit_code == 2


def test_a_parked_body_that_is_understood_now_becomes_a_delivery(
    servers: Stack, operator: Operator
) -> None:
    inbox = operator.inbox("augment")
    inbox.park_body(BODY % b"images", "an older version did not know this")
    result = replay_bodies(servers)
    assert (result.exit_code, result.output) == (0, "1 made due again\n")
    row = operator.database["inbox.augment"].find_one({"_id": "images/coats/a b.jpg"})
    assert row is not None
    assert (row["state"], row["pending"]) == ("waiting", ["e1"])


@pytest.mark.parametrize("body", [b"\xff\x00 nonsense", b"{}", BODY % b"uploads"])
def test_a_parked_body_that_is_still_no_event_stays_and_is_said(
    servers: Stack, operator: Operator, body: bytes
) -> None:
    operator.inbox("augment").park_body(body, "not an event")
    result = replay_bodies(servers)
    assert result.exit_code == 1
    assert "0 made due again" in result.output
    rows = operator.database["inbox.augment"]
    assert rows.delete_many({"code": "not-an-event"}).deleted_count == 1


def test_a_function_that_is_not_wired_is_refused_by_name(servers: Stack) -> None:
    result = colecionador(servers, "parked", "--function", "serach")
    assert result.exit_code == 1
    assert "only on_upload, augment, classify" in result.output


def test_status_is_broken_when_functions_do_not_run(servers: Stack) -> None:
    result = colecionador(servers, "status", "--json")
    told = json.loads(result.output)
    assert result.exit_code == told["verdict"] == 2
    assert told["servers"]["MinIO"] is True
    assert told["servers"]["Mongo"] is True
    assert [one["ready"] for one in told["functions"]] == [False, False, False]


def test_the_doctor_says_what_does_not_answer_and_stores_nothing(
    servers: Stack, operator: Operator
) -> None:
    before = {stat.key for stat in operator.storage.list("uploads")}
    result = colecionador(servers, "doctor")
    found = {row["check"]: row[""] for row in table(result, "")}
    assert result.exit_code == 1
    assert found["signature"] == found["large photos"] == found["page"] == "ok"
    assert found["webhook of classify"] == "wrong"
    assert {stat.key for stat in operator.storage.list("uploads")} == before


def test_rm_of_a_key_with_another_photos_id_leaves_that_photo_alone(
    servers: Stack, operator: Operator, coats: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.jpg").write_bytes(b"mine")
    colecionador(servers, "put", str(tmp_path), "--collection", coats)
    photo = colecionador(servers, "timeline", "mine.jpg").output.split()[1]
    stray = f"other-coats/{photo}"
    storage_client(servers).put_object(
        bucket_name="uploads", object_name=stray, data=io.BytesIO(b"x"), length=1
    )
    operator.inbox("on_upload").ask("uploads", stray)
    assert colecionador(servers, "rm", stray).output == f"deleted uploads/{stray}\n"
    assert operator.storage.read("uploads", f"coats/{photo}")


def test_reconcile_makes_due_what_is_missing_and_a_dry_run_only_says_it(
    servers: Stack, operator: Operator, coats: str
) -> None:
    gone, never = (f"01926a3c-7b1e-7000-8000-00000000000{end}" for end in "ab")
    key, an_hour_ago = f"{coats}/{gone}", datetime.now(UTC) - timedelta(hours=1)
    for photo, state in ((gone, "ready"), (never, "expected")):
        operator.database["photos"].insert_one(
            {
                "_id": photo,
                "collection": coats,
                "key": f"{coats}/{photo}",
                "state": state,
                "uploaded_at": an_hour_ago,
                "form_expires_at": an_hour_ago,
            }
        )
    before = everything(operator)
    shown = table(colecionador(servers, "reconcile", "--dry-run"), "function")
    wanted = {"function": "on_upload", "reason": "upload-gone", "delivery": f"uploads/{key}"}
    assert wanted in shown
    assert everything(operator) == before
    done = colecionador(servers, "reconcile")
    assert done.exit_code == 0
    assert "made due" in done.output
    row = operator.database["inbox.on_upload"].find_one({"_id": f"uploads/{key}"})
    assert row is not None
    assert row["state"] == "waiting"
    record = operator.database["photos"].find_one({"_id": never})
    assert record is not None
    assert record["state"] == "expired"


def everything(operator: Operator) -> list[list[Document]]:
    """All that a reconcile may change."""
    names = ("photos", "features", *(row.inbox for row in operator.stack.rows))
    return [list(operator.database[name].find().sort("_id")) for name in names]


@pytest.mark.parametrize("server", ["mongo", "minio"])
def test_an_absent_server_is_a_sentence_and_exit_code_2(servers: Stack, server: str) -> None:
    stop(servers, server)
    try:
        asked = ("reconcile", "--dry-run") if server == "minio" else ("parked",)
        result = colecionador(servers, *asked)
        status = colecionador(servers, "status")
        doctor = colecionador(servers, "doctor")
    finally:
        start(servers, server)
        ready(servers, server)
    assert result.exit_code == status.exit_code == 2
    assert "can't be used" in result.output
    assert doctor.exit_code == 1


def test_a_folder_without_a_stack_is_a_sentence_and_exit_code_2(
    servers: Stack, tmp_path: Path
) -> None:
    result = colecionador(replace(servers, folder=tmp_path), "status")
    assert result.exit_code == 2
    assert "No stack was started" in result.output


def test_no_command_tells_a_secret(servers: Stack) -> None:
    commands = (["status"], ["status", "--json"], ["doctor"], ["parked"], ["collection", "list"])
    said = "".join(colecionador(servers, *words).output for words in commands)
    secrets = [value for name, value in servers.secrets.items() if not name.endswith("_USER")]
    assert not [secret for secret in secrets if secret in said]


def park(operator: Operator, row_id: str, code: str, reason: str) -> None:
    inbox = Inbox.of(operator.database, "augment")
    bucket, _, key = row_id.partition("/")
    inbox.ask(bucket, key)
    claim = inbox.claim(row_id)
    assert claim is not None
    inbox.settle(claim, "etag", Outcome("parked", "failed", code, reason))


def replay_bodies(stack: Stack) -> Result:
    return colecionador(stack, "replay", "--function", "augment", "--code", "not-an-event")
