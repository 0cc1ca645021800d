"""Whether a training would only make again what is there already."""

import hashlib

from pymongo.database import Database

from functions.learning.trainings import Trainings
from functions.runtime.database import Document
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import Models
from functions.runtime.storage import Storage
from scheduler.learning.dataset import Dataset
from scheduler.learning.recipe import Recipe


def digest_of(dataset: Dataset, recipe: Recipe) -> str:
    """What would be learned, and how: a training with the same digest has the same result."""
    told = f"{dataset.digest()} {recipe.name} {sorted(recipe.settings.items())}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def made_of(
    digest: str, collection: Document, storage: Storage, database: Database[Document]
) -> str | None:
    """The newest version if it was made of just that, and both it and the current one are whole.

    Raises Outage.
    """
    name = collection["_id"]
    ended = Trainings.of(database).finished(name)
    newest = next((training for training in ended if training.get("version")), {})
    if newest.get("digest") != digest:
        return None
    models = Models(storage)
    try:
        pointer = models.pointer(name)
        for version in {newest["version"], *([pointer.version] if pointer else [])}:
            models.version(name, version)
    except BrokenVersion:
        # Learned again, the damage is mended.
        return None
    return str(newest["version"])
