"""Import, export and dataset: labelled pictures come in clean, once, and go out again."""

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import uuid6
from click.testing import Result
from PIL import Image

from colecionador.imports.folder_name import folder_of
from colecionador.operator import Operator, operator_of
from infra.layout import Stack
from tests.eventually import eventually
from tests.integration.operating import colecionador, table
from tests.with_api import with_api

SAMPLES = Path(__file__).parent.parent / "samples"
ODD_LABELS = ("a/b", "..", "con", "🎩")


@pytest.fixture(scope="module")
def servers(servers_built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Servers of this module's own: an import looks at all that is there."""
    with with_api(tmp_path_factory.mktemp("alone")) as started:
        yield started


@pytest.fixture(scope="module")
def operator(servers: Stack) -> Iterator[Operator]:
    with operator_of(servers.folder) as opened:
        yield opened


@pytest.fixture
def name() -> str:
    return f"c-{uuid6.uuid7().hex[-20:]}"


@pytest.fixture
def clothes(tmp_path: Path) -> Path:
    """The sample clothes: 24 photos of four classes, and much that has to be left out."""
    folder = tmp_path / "clothes"
    shutil.copytree(SAMPLES / "clothes", folder)
    hat, shoe, shirt = (sorted((folder / one).iterdir())[0] for one in ("hat", "shoes", "t-shirt"))
    shutil.copy(hat, folder / "hat" / "zz copy.jpg")
    shutil.copy(shoe, folder / "pants" / "zz not pants.jpg")
    with Image.open(shirt) as photo:
        photo.resize((photo.width // 2, photo.height // 2)).save(folder / "t-shirt" / "zz.jpg")
    for odd in ("truncated.jpg", "text_renamed.jpg", "one_pixel.png", "été-фото-写真.jpg"):
        shutil.copy(SAMPLES / "odd" / odd, folder / "hat" / odd)
    (folder / "loose.txt").write_text("a note")
    (folder / "empty").mkdir()
    return folder


def brought(stack: Stack, folder: Path, name: str, *more: str) -> Result:
    return colecionador(stack, "import", str(folder), "--collection", name, *more)


def came(operator: Operator, name: str) -> list[tuple[str, str]]:
    """What lies in `uploads`: the sha256 of each photo's bytes and its label."""
    keys = [stat.key for stat in operator.storage.list("uploads", f"{name}/")]
    found = [operator.storage.read("uploads", key) for key in keys]
    return sorted(
        (hashlib.sha256(one.data).hexdigest(), one.metadata["label"]) for one in found if one
    )


def test_a_folder_comes_in_clean_and_every_file_left_out_is_told(
    servers: Stack, operator: Operator, clothes: Path, name: str, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    result = brought(servers, clothes, name, "--report", str(report))
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"made the collection {name}\n24 stored in {name}, 0 were")
    told = {row["file"]: row["code"] for row in table(result, "file")}
    shoe = sorted((SAMPLES / "clothes" / "shoes").iterdir())[0].name
    assert told == {
        "loose.txt": "no-class",
        "empty": "empty-class",
        "hat/truncated.jpg": "truncated",
        "hat/text_renamed.jpg": "not-a-picture",
        "hat/one_pixel.png": "too-small",
        "hat/zz copy.jpg": "duplicate",
        "t-shirt/zz.jpg": "near-duplicate",
        f"shoes/{shoe}": "two-labels",
        "pants/zz not pants.jpg": "two-labels",
    }
    written = json.loads(report.read_text())
    assert {one["name"]: one["code"] for one in written["left_out"]} == told
    assert written["found"] == 33 == written["stored"] + len(written["left_out"])
    labels = Counter(label for _, label in came(operator, name))
    assert labels == {"hat": 7, "pants": 6, "shoes": 5, "t-shirt": 6}


def test_run_again_nothing_is_sent_twice_and_what_differs_is_told(
    servers: Stack, operator: Operator, clothes: Path, name: str
) -> None:
    brought(servers, clothes, name, "--only", "Hat")
    before = came(operator, name)
    assert {label for _, label in before} == {"hat"}
    operator.database["photos"].update_many(
        {"collection": name}, {"$set": {"state": "received", "label": "hat"}}
    )
    first = operator.database["photos"].find_one({"collection": name}) or {}
    operator.database["photos"].update_one({"_id": first["_id"]}, {"$set": {"label": "cap"}})
    again = brought(servers, clothes, name, "--only", "Hat")
    assert f"0 stored in {name}, 6 were there before" in again.output
    [other] = [row for row in table(again, "file") if row["code"] == "other-label-there"]
    assert other["reason"] == f"It is in the collection as 'cap', {first['_id']}."
    assert came(operator, name) == before


def test_a_cap_holds_for_each_class_and_a_larger_one_adds_to_it(
    servers: Stack, operator: Operator, name: str
) -> None:
    brought(servers, SAMPLES / "clothes", name, "--cap", "2")
    two = came(operator, name)
    assert Counter(label for _, label in two) == dict.fromkeys(
        ("hat", "pants", "shoes", "t-shirt"), 2
    )
    brought(servers, SAMPLES / "clothes", name, "--cap", "3")
    assert set(two) < set(came(operator, name))


def test_an_import_killed_in_the_middle_goes_on_without_doubling(
    servers: Stack, operator: Operator, name: str, tmp_path: Path
) -> None:
    folder = noise(tmp_path / "noise", 150)
    words = ["--stack", str(servers.folder), "import", str(folder), "--collection", name]
    process = subprocess.Popen(
        [sys.executable, "-m", "colecionador", *words, "--parallel", "3"],
        stdout=subprocess.DEVNULL,
    )
    eventually(lambda: len(list(operator.storage.list("uploads", f"{name}/"))) > 5, timeout=60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    there = len(came(operator, name))
    assert there < 150
    result = brought(servers, folder, name)
    assert result.exit_code == 0, result.output
    expected = sorted((sha256(path), path.parent.name) for path in folder.rglob("*.png"))
    assert came(operator, name) == expected
    assert operator.database["photos"].count_documents({"collection": name}) == 150


def test_a_list_of_inside_addresses_brings_nothing_in(
    servers: Stack, operator: Operator, name: str, tmp_path: Path
) -> None:
    port = servers.ports["minio"]
    file = tmp_path / "list.csv"
    file.write_text(f"image,name\nhttp://127.0.0.1:{port}/minio/health/live,hat\n,hat\n")
    result = brought(servers, file, name, "--url", "image", "--label", "name")
    assert result.exit_code == 0, result.output
    assert [row["code"] for row in table(result, "file")] == ["no-address", "private-address"]
    assert came(operator, name) == []
    missing = brought(servers, file, name)
    assert missing.exit_code == 1
    assert "list.csv has no column 'url'. Its columns: image, name." in missing.output


def test_a_collection_that_cannot_be_made_is_a_sentence(servers: Stack, clothes: Path) -> None:
    refused = brought(servers, clothes, "general")
    assert refused.exit_code == 1
    assert "reserved" in refused.output


@pytest.fixture(scope="module")
def oddly_named(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A collection with labels no disk takes, imported into the whole stack, and its folder."""
    folder = tmp_path_factory.mktemp("odd")
    hats = sorted((SAMPLES / "clothes" / "hat").iterdir())
    for number, hat in enumerate(hats):
        place = folder / folder_of(ODD_LABELS[number % len(ODD_LABELS)]) / str(number)
        place.mkdir(parents=True)
        shutil.copy(hat, place / "same name.jpg")
    name = f"c-{uuid6.uuid7().hex[-20:]}"
    result = brought(stack, folder, name, "--wait")
    assert result.exit_code == 0, result.output
    assert "6 ready" in result.output
    return name, folder


def test_what_goes_out_comes_in_again_with_the_same_labels(
    stack: Stack, oddly_named: tuple[str, Path], name: str, tmp_path: Path
) -> None:
    collection, folder = oddly_named
    out = tmp_path / "out"
    exported = colecionador(stack, "export", collection, str(out))
    assert exported.exit_code == 0, exported.output
    assert exported.output == f"6 written to {out}, 0 were there\n"
    assert contents(out) == contents(folder)
    again = colecionador(stack, "export", collection, str(out))
    assert again.output == f"0 written to {out}, 6 were there\n"
    assert brought(stack, out, name, "--wait").exit_code == 0
    with operator_of(stack.folder) as operator:
        labels = [one for _, one in came(operator, name)]
        records = operator.database["photos"].find({"collection": name})
        assert sorted(record["label"] for record in records) == sorted(labels)
        assert came(operator, name) == came(operator, collection)
    assert Counter(labels) == {"a/b": 2, "..": 2, "con": 1, "🎩": 1}


def test_an_export_adds_only_what_is_missing_and_takes_nothing_away(
    stack: Stack, oddly_named: tuple[str, Path], tmp_path: Path
) -> None:
    collection, _ = oddly_named
    words = ("export", collection, str(tmp_path), "--images")
    colecionador(stack, *words)
    written = contents(tmp_path)
    place = tmp_path / folder_of("a/b")
    assert "same name.jpg" in {path.name for path in place.iterdir()}
    (place / "same name.jpg").unlink()
    (place / "mine.jpg").write_bytes(b"mine")
    again = colecionador(stack, *words)
    assert f"1 written to {tmp_path}, 5 were there\n1 other files" in again.output
    assert contents(tmp_path) - written == {(place.name, hashlib.sha256(b"mine").hexdigest())}
    assert written < contents(tmp_path)


def test_a_data_set_is_told_in_words_numbers_and_pictures(
    stack: Stack, oddly_named: tuple[str, Path], tmp_path: Path
) -> None:
    collection, _ = oddly_named
    shown = colecionador(stack, "dataset", collection, "--pictures", str(tmp_path))
    assert shown.exit_code == 0, shown.output
    assert f"6 photos in {collection}, 0 without a label" in shown.output
    assert {row["label"]: row["photos"] for row in table(shown, "label")} == {
        "a/b": "2", "..": "2", "con": "1", "🎩": "1",
    }  # fmt: skip
    assert {row["of"] for row in table(shown, "of")} == {"width", "height", "bytes"}
    told = json.loads(colecionador(stack, "dataset", collection, "--json").output)
    assert told["photos"] == 6
    assert told["sizes"]["width"]["least"] > 64
    with Image.open(tmp_path / f"{collection}-samples.png") as grid:
        colours = grid.convert("RGB").getcolors(grid.width * grid.height) or []
    assert len(colours) > 5000, "the thumbnails are in it"
    assert (tmp_path / f"{collection}-balance.png").exists()


def test_an_unknown_collection_is_a_sentence(servers: Stack, tmp_path: Path) -> None:
    for words in (("export", "nowhere", str(tmp_path)), ("dataset", "nowhere")):
        result = colecionador(servers, *words)
        assert result.exit_code == 1
        assert "There is no collection 'nowhere'." in result.output


def contents(folder: Path) -> set[tuple[str, str]]:
    """The class folder and the sha256 of every file."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {(path.relative_to(folder).parts[0], sha256(path)) for path in files}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def noise(folder: Path, count: int) -> Path:
    """So many small pictures of nothing in two classes, each another one."""
    drawn = random.Random(4)
    for number in range(count):
        place = folder / f"class {number % 2}"
        place.mkdir(parents=True, exist_ok=True)
        picture = Image.frombytes("RGB", (8, 8), drawn.randbytes(192))
        picture.resize((64, 64), Image.Resampling.NEAREST).save(place / f"{number}.png")
    return folder
