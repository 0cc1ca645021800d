"""Every odd file, sent as an upload and asked of /predict: one verdict and one category."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
import requests

from infra.layout import Stack
from tests.album import Album
from tests.documents import Documents
from tests.eventually import eventually
from tests.phone import SAMPLES
from tests.seen import Document

ODD = SAMPLES / "odd"
EXPECTED: list[dict[str, Any]] = json.loads((ODD / "expected.json").read_text())


@pytest.fixture(scope="module")
def records(stack: Stack, mongo_root: Documents) -> Mapping[str, Document]:
    """The records of all odd files, sent together, by the files' names."""
    album = Album.new(stack, mongo_root)
    names = [case["file"] for case in EXPECTED]
    keys = album.phone.send_all((ODD / name).read_bytes() for name in names)
    decided = ("ready", "rejected")
    eventually(lambda: all(album.seen.state(key) in decided for key in keys), timeout=120)
    return {name: album.seen.record(key) for name, key in zip(names, keys, strict=True)}


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: case["file"])
def test_both_ways_give_the_same_verdict_and_category(
    case: dict[str, Any], records: Mapping[str, Document], stack: Stack
) -> None:
    record = records[case["file"]]
    data = (ODD / case["file"]).read_bytes()
    answer = requests.post(
        f"{stack.url('classify')}/predict",
        data=data,
        timeout=60,
        headers={"Content-Type": "application/octet-stream"},
    )
    told = answer.json()
    if case["code"]:
        assert record["state"] == "rejected"
        assert record["error"]["code"] == told["code"] == case["code"]
        assert record["error"]["detail"] == told["detail"]
        assert answer.status_code in (413, 422)
    else:
        assert record["state"] == "ready"
        assert answer.status_code == 200
        assert (told["category"], told["model"]) == (record["category"], record["model"])
        assert told["confidence"] == pytest.approx(record["confidence"], abs=1e-6)


@pytest.mark.parametrize("way", ["raw", "multipart", "base64", "data URL"])
def test_predict_takes_a_photo_in_any_of_its_forms(way: str, stack: Stack) -> None:
    data = (ODD / "progressive.jpg").read_bytes()
    text = base64.b64encode(data).decode()
    bodies: dict[str, dict[str, Any]] = {
        "raw": {"data": data, "headers": {"Content-Type": "image/jpeg"}},
        "multipart": {"files": {"file": ("photo.jpg", data)}},
        "base64": {"json": {"image_base64": text}},
        "data URL": {"json": {"image_base64": f"data:image/jpeg;base64,{text}"}},
    }
    answer = requests.post(f"{stack.url('classify')}/predict", timeout=30, **bodies[way])
    assert answer.status_code == 200
    assert len(answer.json()["top"]) == 5
