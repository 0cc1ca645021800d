"""What a manifest lets through."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.runtime.manifest import BrokenVersion, Manifest
from scheduler.version_folder import Folder

FOLDER = Folder("general", "g-1", "head", {"model.tflite": b"model"}, {"by": "a test"}, "b-1", 0.5)


def test_a_manifest_reads_as_it_was_written() -> None:
    manifest = FOLDER.manifest()
    assert Manifest.read(manifest.as_json()) == manifest


def test_only_the_bytes_that_were_published_pass() -> None:
    manifest = FOLDER.manifest()
    assert manifest.check("model.tflite", b"model") == b"model"
    for other in (b"Model", b"", None):
        with pytest.raises(BrokenVersion):
            manifest.check("model.tflite", other)


@pytest.mark.parametrize("name", ["../secret", "a/b", "", ".hidden", "x" * 101])
@pytest.mark.parametrize("field", ["version", "backbone", "files"])
def test_a_name_that_leaves_its_folder_is_refused(field: str, name: str) -> None:
    said = json.loads(FOLDER.manifest().as_json())
    said[field] = {name: {"sha256": "", "bytes": 0}} if field == "files" else name
    with pytest.raises(BrokenVersion):
        Manifest.read(json.dumps(said).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.binary() | JSON.map(lambda said: json.dumps(said).encode()))
def test_what_is_no_manifest_is_a_broken_version(data: bytes) -> None:
    with pytest.raises(BrokenVersion):
        Manifest.read(data)


@given(st.sampled_from(sorted(json.loads(FOLDER.manifest().as_json()))), JSON)
def test_a_manifest_with_one_wrong_field_is_read_or_refused(field: str, value: object) -> None:
    said = json.loads(FOLDER.manifest().as_json()) | {field: value}
    with suppress(BrokenVersion):
        manifest = Manifest.read(json.dumps(said).encode())
        assert manifest.threshold is None or 0 <= manifest.threshold <= 1
