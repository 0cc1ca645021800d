"""The models that come with the product, built once into the cache as the set-up does it."""

from pathlib import Path

import pytest

from functions.classify.model import Loader, Model
from functions.runtime.models import Models
from infra.models import build_models
from scheduler.publish import publish_shipped
from tests.unit.bucket import MemoryBucket


@pytest.fixture(scope="session")
def shipped_folders() -> list[Path]:
    """The version folders that the set-up publishes, the backbone first."""
    return build_models()


@pytest.fixture
def bucket(shipped_folders: list[Path]) -> MemoryBucket:
    """A `models` bucket after the set-up."""
    filled = MemoryBucket()
    publish_shipped(filled, shipped_folders)
    return filled


@pytest.fixture(scope="session")
def general(shipped_folders: list[Path]) -> Model:
    """The built-in model, loaded from the bucket as classify does it."""
    filled = MemoryBucket()
    publish_shipped(filled, shipped_folders)
    models = Models(filled)
    pointer = models.pointer("general")
    assert pointer
    return Loader(models)(models.version("general", pointer.version))
