"""The recipes by their names, with what a collection has chosen for them."""

from functions.runtime.database import Document
from scheduler.learning.recipe import CannotLearn, Recipe


def recipe_of(name: str, collection: Document) -> Recipe:
    """The recipe of this name; raises CannotLearn when there is none."""
    # Imported late: each brings TensorFlow.
    if name == "transfer":
        from scheduler.learning.transfer.recipe import Transfer

        return Transfer()
    if name == "cnn":
        from scheduler.learning.cnn.network import CnnSettings
        from scheduler.learning.cnn.recipe import Cnn

        return Cnn(CnnSettings.of(collection))
    raise CannotLearn(f"There is no recipe {name!r}, only transfer and cnn.")
