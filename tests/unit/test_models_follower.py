"""Which model answers when pointers move, versions are broken and MinIO is away."""

import json
import logging
import threading

import pytest

from functions.runtime import follower as following
from functions.runtime.faults import Outage
from functions.runtime.follower import Follower
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import Models, Version
from scheduler.publish import point
from scheduler.version_folder import Folder
from tests.eventually import eventually
from tests.unit.bucket import MemoryBucket


def loaded(version: Version) -> str:
    """A model that is its version's name, unless its file says that it can't be loaded."""
    if version.files["model"] == b"unloadable":
        raise BrokenVersion("it can't be loaded")
    return version.manifest.version


def put(bucket: MemoryBucket, version: str, collection: str = "general", data: bytes = b"") -> None:
    """Puts a version in place and makes it current."""
    folder = Folder(collection, version, "head", {"model": data}, {}, "b-1", 0.5)
    prefix = f"{collection}/{version}"
    bucket.objects[f"{prefix}/model"] = data
    bucket.objects[f"{prefix}/manifest.json"] = folder.manifest().as_json()
    point(bucket, collection, version, "a test")


@pytest.fixture
def bucket() -> MemoryBucket:
    """A bucket in which general has version g-1."""
    made = MemoryBucket()
    put(made, "g-1")
    return made


@pytest.fixture
def follower(bucket: MemoryBucket) -> Follower[str]:
    """A follower that has looked once."""
    made = Follower(Models(bucket), loaded)
    made.look()
    return made


def test_a_new_version_answers_after_the_next_look(
    bucket: MemoryBucket, follower: Follower[str]
) -> None:
    put(bucket, "g-2")
    assert follower.current() == "g-1"
    follower.look()
    assert follower.current() == "g-2"


def test_going_back_brings_the_old_version_back(
    bucket: MemoryBucket, follower: Follower[str]
) -> None:
    put(bucket, "g-2")
    follower.look()
    point(bucket, "general", "g-1", "a person")
    follower.look()
    assert follower.current() == "g-1"


def test_a_version_is_loaded_once(bucket: MemoryBucket) -> None:
    loads: list[str] = []

    def counted(version: Version) -> str:
        loads.append(version.manifest.version)
        return loaded(version)

    follower = Follower(Models(bucket), counted)
    for _ in range(3):
        follower.look()
        follower.current("violets")
    assert loads == ["g-1"]


def _without_file(bucket: MemoryBucket) -> None:
    del bucket.objects["general/g-2/model"]


def _with_changed_file(bucket: MemoryBucket) -> None:
    bucket.objects["general/g-2/model"] = b"changed"


def _without_manifest(bucket: MemoryBucket) -> None:
    del bucket.objects["general/g-2/manifest.json"]


def _with_torn_manifest(bucket: MemoryBucket) -> None:
    bucket.objects["general/g-2/manifest.json"] = b'{"collection": "gen'


def _with_another_manifest(bucket: MemoryBucket) -> None:
    bucket.objects["general/g-2/manifest.json"] = bucket.objects["general/g-1/manifest.json"]


def _unloadable(bucket: MemoryBucket) -> None:
    put(bucket, "g-2", data=b"unloadable")


def _with_torn_pointer(bucket: MemoryBucket) -> None:
    bucket.objects["general/current.json"] = b'{"vers'


def _with_climbing_pointer(bucket: MemoryBucket) -> None:
    bucket.objects["general/current.json"] = b'{"version": "../g-2"}'


BREAKAGES = [
    _without_file,
    _with_changed_file,
    _without_manifest,
    _with_torn_manifest,
    _with_another_manifest,
    _unloadable,
    _with_torn_pointer,
    _with_climbing_pointer,
]


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_broken_version_is_refused_once_and_the_old_one_keeps_answering(
    bucket: MemoryBucket,
    follower: Follower[str],
    breakage: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(bucket, "g-2")
    assert callable(breakage)
    breakage(bucket)
    for _ in range(3):
        follower.look()
        assert follower.current() == "g-1"
    refusals = [line for line in caplog.records if line.levelno == logging.ERROR]
    assert len(refusals) == 1


def test_a_broken_version_can_be_left_behind(bucket: MemoryBucket, follower: Follower[str]) -> None:
    put(bucket, "g-2", data=b"unloadable")
    follower.look()
    put(bucket, "g-3")
    follower.look()
    assert follower.current() == "g-3"


def test_a_mended_version_is_tried_again(
    bucket: MemoryBucket, follower: Follower[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "g-2")
    whole = bucket.objects.pop("general/g-2/model")
    follower.look()
    bucket.objects["general/g-2/model"] = whole
    follower.look()
    assert follower.current() == "g-1"
    monkeypatch.setattr(following, "TRY_AGAIN_SECONDS", 0.0)
    follower.look()
    assert follower.current() == "g-2"


def test_a_process_that_starts_while_the_current_version_is_broken_takes_the_one_before(
    bucket: MemoryBucket,
) -> None:
    put(bucket, "g-2", data=b"unloadable")
    follower = Follower(Models(bucket), loaded)
    assert follower.current() == "g-1"
    put(bucket, "g-3")
    follower.look()
    assert follower.current() == "g-3"


def test_a_collection_without_a_model_of_its_own_is_answered_by_general(
    bucket: MemoryBucket, follower: Follower[str]
) -> None:
    assert follower.current("violets") == "g-1"
    put(bucket, "g-2")
    follower.look()
    assert follower.current("violets") == "g-2"


def test_a_collection_gets_its_first_model_without_a_restart(
    bucket: MemoryBucket, follower: Follower[str]
) -> None:
    assert follower.current("violets") == "g-1"
    put(bucket, "v-1", "violets")
    follower.look()
    assert (follower.current("violets"), follower.current()) == ("v-1", "g-1")


def test_general_does_not_answer_for_a_collection_whose_own_model_is_broken(
    bucket: MemoryBucket, follower: Follower[str]
) -> None:
    put(bucket, "v-1", "violets", data=b"unloadable")
    with pytest.raises(Outage):
        follower.current("violets")


def test_general_answers_again_when_a_collection_has_no_model_any_more(
    bucket: MemoryBucket, follower: Follower[str]
) -> None:
    put(bucket, "v-1", "violets")
    assert follower.current("violets") == "v-1"
    del bucket.objects["violets/current.json"]
    follower.look()
    assert follower.current("violets") == "g-1"


def test_general_keeps_its_model_when_its_pointer_is_lost(
    bucket: MemoryBucket, follower: Follower[str]
) -> None:
    del bucket.objects["general/current.json"]
    follower.look()
    assert follower.current() == "g-1"


def test_the_model_goes_on_answering_while_minio_is_away(
    bucket: MemoryBucket, follower: Follower[str]
) -> None:
    bucket.away = True
    follower.look()
    assert follower.current() == "g-1"
    assert follower.ready()


def test_without_any_model_it_is_an_outage_and_not_ready() -> None:
    follower = Follower(Models(MemoryBucket()), loaded)
    follower.look()
    assert not follower.ready()
    with pytest.raises(Outage):
        follower.current()


def test_minio_away_at_the_start_is_an_outage_that_ends(bucket: MemoryBucket) -> None:
    bucket.away = True
    follower = Follower(Models(bucket), loaded)
    follower.look()
    with pytest.raises(Outage):
        follower.current("violets")
    bucket.away = False
    assert follower.current("violets") == "g-1"


def test_the_collection_asked_longest_ago_makes_room(
    bucket: MemoryBucket, follower: Follower[str]
) -> None:
    # General is followed too, so these are one too many.
    first, *others = (f"album-{number}" for number in range(following.MOST_COLLECTIONS))
    for name in (first, *others):
        put(bucket, f"{name}-v1", name)
        assert follower.current(name) == f"{name}-v1"
    for name in (first, *others):
        put(bucket, f"{name}-v2", name)
    follower.look()
    bucket.away = True
    assert follower.current() == "g-1"
    assert [follower.current(name) for name in others] == [f"{name}-v2" for name in others]
    with pytest.raises(Outage):
        follower.current(first)


def test_every_answer_during_swaps_is_of_one_whole_version(bucket: MemoryBucket) -> None:
    follower = Follower(Models(bucket), lambda version: (version.manifest.version,) * 2)
    answers: set[tuple[str, ...]] = set()
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            answers.add(follower.current())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(2, 30):
        put(bucket, f"g-{number}")
        follower.look()
        assert follower.current()[0] == f"g-{number}"
    stop.set()
    for thread in threads:
        thread.join()
    assert all(first == second for first, second in answers)


def test_the_thread_follows_by_itself_and_stops(bucket: MemoryBucket) -> None:
    follower = Follower(Models(bucket), loaded)
    follower.start()
    try:
        eventually(follower.ready)
        put(bucket, "g-2")
        eventually(lambda: follower.current() == "g-2")
    finally:
        follower.stop()


def test_a_pointer_remembers_what_was_current_before_it(bucket: MemoryBucket) -> None:
    put(bucket, "g-2")
    said = json.loads(bucket.objects["general/current.json"])
    assert said == {"version": "g-2", "previous": "g-1", "set_by": "a test"}
