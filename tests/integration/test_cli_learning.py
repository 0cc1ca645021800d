"""`tune` and `compare` on a whole stack with labelled photos."""

import json
from pathlib import Path

import pytest

from functions.runtime.photo import photo_of_upload
from infra.layout import Stack
from scheduler.learning.cnn.network import SEEDS_OWN
from scheduler.learning.dataset import HELD_OUT, TRAIN, VALIDATION
from tests.documents import Documents
from tests.eventually import eventually
from tests.integration.operating import colecionador, table
from tests.phone import SAMPLES, Phone
from tests.seen import Seen

pytestmark = [
    # Keras Tuner asks threading in an older way, Keras gives NumPy its arrays so.
    pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

SIDES = (TRAIN, TRAIN, TRAIN, VALIDATION, HELD_OUT)


@pytest.fixture
def clothes(phone: Phone, seen: Seen, mongo_root: Documents) -> str:
    """Two dozen labelled photos in four classes, all ready; the scheduler leaves them alone."""
    collection = {"_id": phone.collection}
    alone = {"$set": {"settings.learning.retrain_after": 1_000_000}}
    mongo_root["collections"].update_one(collection, alone)
    paths = sorted(SAMPLES.glob("clothes/*/*.jpg"))
    keys = [phone.send(path.read_bytes(), label=path.parent.name) for path in paths]
    eventually(lambda: seen.are_ready(keys), timeout=60)
    for number, key in enumerate(keys):
        photo = photo_of_upload(key).id
        side = {"side": SIDES[number % len(SIDES)], "like": photo}
        mongo_root["photos"].update_one({"_id": photo}, {"$set": side})
    return phone.collection


def test_a_search_stores_the_best_trial_and_candidates_are_compared(
    stack: Stack, clothes: str, mongo_root: Documents, tmp_path: Path
) -> None:
    searched = colecionador(stack, "tune", clothes, "--trials", "1", "--epochs", "1")
    assert searched.exit_code == 0, searched.output
    (row,) = table(searched, "trial")
    assert row["filters"] == str(SEEDS_OWN.filters)
    settings = (mongo_root["collections"].find_one({"_id": clothes}) or {})["settings"]
    assert settings["learning"]["cnn"]["kernel"] == SEEDS_OWN.kernel

    found = colecionador(
        stack, "compare", clothes, "--candidates", "linear", "--into", str(tmp_path / "told")
    )
    assert found.exit_code == 0, found.output
    (row,) = table(found, "candidate")
    assert row["parameters"] == "110,596"
    assert "fewer than 50 are held out" in found.output
    assert {file.name for file in (tmp_path / "told").iterdir()} == {
        "comparison.json", "comparison.png", "judged.txt"
    }  # fmt: skip
    (told,) = json.loads((tmp_path / "told/comparison.json").read_text())
    assert told["parameters"] == 110_596
    assert 0 <= told["accuracy"] <= 1


def test_what_cannot_be_compared_is_said_in_a_sentence(stack: Stack, phone: Phone) -> None:
    empty = colecionador(stack, "compare", phone.collection, "--candidates", "linear")
    assert empty.exit_code == 1
    assert "Learning needs at least two labels" in empty.output
    unknown = colecionador(stack, "compare", phone.collection, "--candidates", "forest")
    assert unknown.exit_code == 2
    assert "'forest' is none of linear, seed, tuned, transfer" in unknown.output
    untuned = colecionador(stack, "compare", phone.collection, "--candidates", "tuned")
    assert "`colecionador tune" in untuned.output
    assert untuned.exit_code == 1
    absent = colecionador(stack, "tune", "no-such-collection")
    assert "There is no collection 'no-such-collection'" in absent.output
