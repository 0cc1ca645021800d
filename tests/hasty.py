"""The recipe `transfer` in few steps: trainings that are real and take seconds."""

from functions.runtime.database import Document
from scheduler.learning.judging import standing
from scheduler.learning.recipe import Recipe
from scheduler.learning.transfer.recipe import Transfer
from scheduler.learning.transfer.settings import TransferSettings

PLACES = ("scheduler.learning.training.recipe_of", f"{standing.__name__}.recipe_of")
"""Where a training asks for its recipe."""


def recipe_of(name: str, collection: Document) -> Recipe:
    """In the place of the one in scheduler.learning.recipes."""
    del name, collection
    return Transfer(TransferSettings(epochs=3, least_steps=24, learning_rate=5e-3))
