"""Who may have which parked deliveries tried again: operators all, editors those that failed."""

from pymongo.database import Database

from functions.api.caller import Caller, Role
from functions.api.doors import Doors
from functions.api.operating.deliveries import Deliveries
from functions.api.operating.schemas import ReplayGiven
from functions.api.operating.shown import photo_of, place_of
from functions.api.operating.wanted import Wanted
from functions.api.refusals import Conflict, NotFound, Wrong
from functions.runtime.database import Document, outages
from functions.runtime.event import NotAnEvent
from functions.runtime.parked import OUR_FAULTS
from functions.runtime.photo import PhotoRef


def replay_one(
    doors: Doors, deliveries: Deliveries, caller: Caller, delivery: str
) -> dict[str, str]:
    """Make a parked delivery due again; returns what there is to say of it.

    Raises NotFound, Forbidden, Conflict and Outage.
    """
    function, row_id = place_of(delivery)
    row = deliveries.get(function, row_id)
    photo = photo_of(row) if row else None
    if not caller.operates:
        _opened(doors, caller, photo)
    if row is None:
        raise NotFound("There is no such delivery.")
    if not caller.operates and row["state"] == "parked" and row.get("code") not in OUR_FAULTS:
        raise Conflict("not-failed", "The file was refused as it is. Send another one instead.")
    try:
        replayed = deliveries.replay(function, row_id)
    except NotAnEvent as still:
        raise Conflict("not-an-event", f"It still can't be understood: {still}.") from still
    if not replayed:
        raise Conflict("not-parked", "The delivery is not parked: there is nothing to replay.")
    place = {"collection": photo.collection, "photo": photo.id} if photo else {}
    return {"function": function, "delivery": row_id, **place}


def wanted_by(
    doors: Doors, database: Database[Document], caller: Caller, given: ReplayGiven
) -> Wanted:
    """The deliveries that the caller means and may replay. Raises NotFound, Forbidden, Wrong."""
    photo = None
    if not caller.operates:
        _enter(doors, caller, given)
    if not given.model_fields_set:
        raise Wrong("", "Name at least one of function, code, collection, photo, state.")
    if given.photo is not None:
        photo = _photo(database, given.photo, given.collection)
    codes = None if given.code is None else [given.code]
    if not caller.operates:
        codes = [code for code in OUR_FAULTS if given.code in (None, code)]
    return Wanted("parked", given.function, given.collection, codes, photo)


def _opened(doors: Doors, caller: Caller, photo: PhotoRef | None) -> None:
    try:
        doors.collection(caller, photo.collection if photo else "", Role.EDITOR)
    except NotFound:
        raise NotFound("There is no such delivery.") from None


def _enter(doors: Doors, caller: Caller, given: ReplayGiven) -> None:
    if given.photo is not None:
        doors.photo(caller, given.photo, Role.EDITOR)
    elif given.collection is not None:
        doors.collection(caller, given.collection, Role.EDITOR)
    else:
        raise NotFound


def _photo(
    database: Database[Document], photo_id: str, collection: str | None
) -> tuple[PhotoRef, str]:
    with outages():
        record = database["photos"].find_one({"_id": photo_id}, {"collection": 1, "key": 1})
    if record is None or collection not in (None, record["collection"]):
        raise NotFound("There is no such photo.")
    ref = PhotoRef(record["collection"], photo_id)
    return ref, record.get("key", f"{ref.collection}/{ref.id}")
