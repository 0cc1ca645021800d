"""Trainings over HTTP: asking for one, watching it, cancelling it."""

from functions.api.caller import Role
from functions.api.learning.schemas import TrainingAsked, TrainingTold
from functions.api.learning.trainings import training_told
from functions.api.parts import parts
from functions.api.refusals import Conflict
from functions.api.signed_in import caller, signed_in
from functions.learning.trainings import Trainings
from functions.runtime.database import Document

trainings = signed_in("trainings")


@trainings.post("/collections/<collection>/retrain")
@trainings.output(TrainingAsked, 202)
def retrain(collection: str) -> dict[str, str]:
    """Train on the collection's labels now; one that is queued or running already is taken."""
    found = parts().doors.collection(caller(), collection, Role.EDITOR)
    if found.get("recognizer", "whole") != "whole":
        raise Conflict("cannot-train", "Only collections that look at the whole photo can train.")
    recipe = found.get("classifier", "transfer")
    asked = Trainings.of(parts().database).ask(collection, recipe, caller().by)
    parts().audit.note(caller().by, "training.ask", collection=collection, training=asked)
    return {"training": asked}


@trainings.get("/trainings/<training>")
@trainings.output(TrainingTold)
def read_training(training: str) -> Document:
    """How far a training is, or how it ended."""
    return training_told(parts().doors.training(caller(), training))


@trainings.delete("/trainings/<training>")
@trainings.output(TrainingTold, 202)
def cancel_training(training: str) -> Document:
    """Cancel a training: at once while it is queued, else at its next step."""
    found = parts().doors.training(caller(), training, Role.EDITOR)
    cancelled = Trainings.of(parts().database).cancel(training)
    after = parts().doors.training(caller(), training)
    if cancelled:
        told = {"collection": found["collection"], "training": training}
        parts().audit.note(caller().by, "training.cancel", **told)
    elif after["state"] != "cancelled":
        raise Conflict("training-finished", "The training is over; there is nothing to cancel.")
    return training_told(after)
