"""When each photo passed which point, read from the rows of the functions' inboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.site import FUNCTIONS, Clock, Site
from functions.runtime.photo import photo_of_upload
from infra.waiting import wait_until


@dataclass(frozen=True)
class Passage:
    """One photo's points in time, seconds of this machine's clock.

    `put` is when the PUT was answered, `heard` when on_upload's row was written, `started` when
    its handler began, `named` when the category was written into its record, `ended` when the
    last of the three functions had finished.
    """

    put: float
    heard: float
    started: float
    named: float
    ended: float


def settled(site: Site, keys: Sequence[str], seconds: float) -> None:
    """Wait until these photos are ready and no row is open; raises NotInTime."""
    ids = [photo_of_upload(key).id for key in keys]
    photos = site.database["photos"]

    def quiet() -> bool:
        # The last photo first: while it is not ready there is no need to count the others.
        last = photos.find_one({"_id": ids[-1]}, {"state": 1}) or {}
        return last.get("state") == "ready" and not_done(site) == 0

    wait_until(quiet, seconds, f"{not_done(site)} deliveries were open after {seconds:.0f} s")


def not_done(site: Site) -> int:
    """How many rows of the three inboxes are waiting, running or parked."""
    undone = {"state": {"$in": ["waiting", "running", "parked"]}}
    return sum(site.database[f"inbox.{name}"].count_documents(undone) for name in FUNCTIONS)


def passages(site: Site, put: Clock) -> list[Passage]:
    """The passages of photos that are done with, in the order of their keys."""
    return [_passage(site, key, ended) for key, ended in sorted(put.items())]


def _passage(site: Site, key: str, put: float) -> Passage:
    photo = photo_of_upload(key)
    image = f"images/{photo.image}"
    record = site.database["photos"].find_one({"_id": photo.id}) or {}
    received = _row(site, "on_upload", f"uploads/{key}")
    varied, named = _row(site, "augment", image), _row(site, "classify", image)
    ends = [_seconds(row["attempts"][-1]["ended"]) for row in (received, varied, named)]
    return Passage(
        put=put,
        heard=_seconds(received["opened_at"]),
        started=_seconds(received["attempts"][0]["at"]),
        named=_seconds(record["functions"]["classify"]["at"]),
        ended=max(ends),
    )


def _row(site: Site, function: str, row_id: str) -> dict[str, Any]:
    row = site.database[f"inbox.{function}"].find_one({"_id": row_id})
    if row is None:
        raise RuntimeError(f"{function} never heard of {row_id}")
    return row


def _seconds(moment: Any) -> float:
    return float(moment.timestamp())
