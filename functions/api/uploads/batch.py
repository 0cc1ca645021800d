"""Many uploads in one call: each is answered as if it had come alone."""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from functions.api.document import Problem
from functions.api.problems import problem_of
from functions.api.refusals import Refused
from functions.api.uploads.desk import Desk
from functions.api.uploads.schemas import Duplicate, HandedOut, UploadAsked
from functions.runtime.faults import Rejected


def answers(
    desk: Desk, batch: Sequence[object], key: str | None
) -> Iterator[HandedOut | Duplicate | Problem]:
    """A result or a problem for each, in their order; raises Outage.

    The key is good for the batch: each upload's own is made of it and of its place.
    """
    for place, given in enumerate(batch):
        try:
            asked = UploadAsked.model_validate(given)
            yield desk.hand_out(asked, f"{key}#{place}" if key else None)
        except (Refused, Rejected, ValidationError) as refusal:
            yield Problem.model_validate(problem_of(refusal))
