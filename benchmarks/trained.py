"""A training asked for by a measurement, and waited for."""

from benchmarks.site import Site
from functions.learning.trainings import FINISHED, Trainings
from functions.runtime.database import Document
from infra.waiting import wait_until


def trained(site: Site, collection: str, seconds: float) -> Document:
    """The training once it has ended, whatever its outcome; raises NotInTime after `seconds`."""
    trainings = Trainings.of(site.database)
    # The clock may have asked before; then this is its training.
    own = trainings.ask(collection, "transfer", "bench")

    def is_over() -> bool:
        return (trainings.get(own) or {}).get("state") in FINISHED

    wait_until(is_over, seconds, f"the training {own} did not end in time")
    return trainings.get(own) or {}
