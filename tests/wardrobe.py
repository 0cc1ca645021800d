"""A wardrobe: a collection of labelled hats and pants in a stack, whose models tests watch."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uuid6
from pymongo import MongoClient

from functions.learning.trainings import FINISHED, Trainings
from functions.runtime.database import Document
from functions.runtime.labels import Labels
from functions.runtime.manifest import MANIFEST
from functions.runtime.models import BUCKET, Models
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from scheduler.learning.dataset import HELD_OUT, TRAIN, VALIDATION
from tests.documents import Documents
from tests.eventually import eventually
from tests.integration.operating import colecionador
from tests.integration.test_models_live import predicted
from tests.phone import SAMPLES

SIDES = (TRAIN, TRAIN, VALIDATION, HELD_OUT, HELD_OUT)
"""Of five photos; the fewer are learned from, the fewer folds a training has."""

PATIENCE = 300
"""Seconds for a training on a machine that has much else to do; alone it takes a tenth."""


@dataclass(frozen=True)
class Wardrobe:
    """Its name, its stack, the stack's database with every right, and the models as they are."""

    name: str
    stack: Stack
    documents: Documents
    models: Models
    storage: Storage

    @classmethod
    def filled(
        cls, stack: Stack, documents: Documents, sides: tuple[str, ...] = SIDES
    ) -> "Wardrobe":
        """With five hats and five pants of the samples, all ready, on sides that never differ."""
        name = f"c-{uuid6.uuid7().hex[-20:]}"
        folder = str(SAMPLES / "wardrobe")
        words = ("--only", "hat,pants", "--cap", "5", "--wait")
        result = colecionador(stack, "import", folder, "--collection", name, *words)
        assert result.exit_code == 0, result.output
        secret = stack.secrets[name_of("scheduler", "storage_secret")]
        storage = Storage(storage_client(stack, "scheduler", secret))
        own = cls(name, stack, documents, Models(storage), storage)
        for label in ("hat", "pants"):
            photos = documents["photos"].find({"collection": name, "label": label}).sort("sha256")
            for record, side in zip(photos, sides, strict=True):
                place = {"$set": {"side": side, "like": record["_id"]}}
                documents["photos"].update_one({"_id": record["_id"]}, place)
        return own

    @property
    def trainings(self) -> Trainings:
        """Its trainings, and all others."""
        return Trainings.of(self.documents)

    def asked(self) -> str:
        """Ask for a training; its id."""
        return self.trainings.ask(self.name, "transfer", "ana")

    def training(self, own: str) -> Document:
        """How a training is now."""
        return self.trainings.get(own) or {}

    def finished(self, own: str, timeout: float = PATIENCE) -> Document:
        """A training once it has ended."""
        eventually(lambda: self.training(own)["state"] in FINISHED, timeout)
        return self.training(own)

    def rename(self, old: str, new: str) -> None:
        """All photos of a class are something else now: there is something new to learn."""
        Labels.of(self.documents).rename(self.name, old, new, "ana")

    @property
    def current(self) -> str | None:
        """The version its pointer names."""
        pointer = self.models.pointer(self.name)
        return pointer.version if pointer else None

    def versions(self) -> dict[str, set[str]]:
        """The files of each version in the bucket, half-made ones too."""
        found: dict[str, set[str]] = {}
        for stat in self.storage.list(BUCKET, f"{self.name}/"):
            version, slash, file = stat.key.removeprefix(f"{self.name}/").partition("/")
            if slash:
                found.setdefault(version, set()).add(file)
        return found

    def half_made(self) -> list[str]:
        """The versions without a manifest."""
        return [name for name, files in self.versions().items() if MANIFEST not in files]

    def photos_models(self) -> set[str]:
        """The versions that its photos' records name."""
        found = self.documents["photos"].find({"collection": self.name}, {"model": 1})
        return {record["model"] for record in found}


@dataclass
class Witness:
    """Looks at the pointer and asks /predict all the time; every version it sees is read whole."""

    wardrobe: Wardrobe
    pointed: set[str | None] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Look once; a version that is not whole raises BrokenVersion."""
        version = self.wardrobe.current
        if version not in self.pointed and version is not None:
            self.wardrobe.models.version(self.wardrobe.name, version)
        self.pointed.add(version)
        self.answered.add(str(predicted(self.wardrobe.stack, self.wardrobe.name)["model"]))


@contextmanager
def witnessing(wardrobe: Wardrobe) -> Iterator[Witness]:
    """Someone who looks while the block runs; what they could not read fails the test."""
    witness, over = Witness(wardrobe), threading.Event()

    def look_on() -> None:
        while not over.wait(0.2):
            try:
                witness.look()
            except Exception as error:  # noqa: BLE001 - told at the end, whatever it is
                witness.wrong.append(repr(error))

    looker = threading.Thread(target=look_on)
    looker.start()
    try:
        yield witness
    finally:
        over.set()
        looker.join()
    assert witness.wrong == []


@contextmanager
def every_right(stack: Stack) -> Iterator[Documents]:
    """The stack's database."""
    with MongoClient[Document](stack.mongo_uri(), tz_aware=True) as client:
        yield client[DATABASE]
