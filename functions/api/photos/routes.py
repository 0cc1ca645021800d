"""Photos over HTTP."""

from functions.api.caller import Role
from functions.api.headers import PreferGiven, preferred_wait
from functions.api.parts import parts
from functions.api.photos.calls import (
    DeletedMany,
    PhotosGiven,
    PhotosPage,
    PhotosQuery,
    Timeline,
)
from functions.api.photos.deleting import delete, delete_many
from functions.api.photos.filters import rule, spellings
from functions.api.photos.history import history
from functions.api.photos.pages import page
from functions.api.photos.schemas import PhotoTold
from functions.api.photos.told import item_told, photo_told
from functions.api.photos.waiting import spoken
from functions.api.signed_in import caller, signed_in
from functions.runtime.database import Document

photos = signed_in("photos")


@photos.get("/collections/<collection>/photos")
@photos.input(PhotosQuery, location="query")
@photos.output(PhotosPage)
def list_photos(collection: str, query_data: PhotosQuery) -> Document:
    """List the photos of a collection, newest first.

    Those that were never sent or are removed are shown when `state` asks for them.
    """
    found = parts().doors.collection(caller(), collection)
    own, spelled = parts().database, spellings(found["_id"], query_data.label)
    wanted = rule(query_data, spelled)
    shown = page(own["photos"], found["_id"], wanted, query_data.limit, query_data.cursor)
    return {"items": [item_told(record) for record in shown.records], "next": shown.next}


@photos.get("/photos/<photo>")
@photos.input(PreferGiven, location="headers")
@photos.output(PhotoTold)
def read_photo(photo: str, headers_data: PreferGiven) -> Document:
    """Read a photo.

    With `Prefer: wait=10` (seconds, at most 20) as soon as a category or an error is there.
    """
    record = parts().doors.photo(caller(), photo)
    seconds = preferred_wait(headers_data.prefer)
    return photo_told(spoken(record["_id"], seconds) if seconds else record)


@photos.get("/photos/<photo>/timeline")
@photos.output(Timeline)
def read_timeline(photo: str) -> Document:
    """Read everything that happened to a photo, in order."""
    record = parts().doors.photo(caller(), photo)
    return {"photo": record["_id"], "entries": history(record)}


@photos.delete("/photos/<photo>")
@photos.output({}, 202)
def delete_photo(photo: str) -> str:
    """Delete a photo; what was made from it goes soon after."""
    delete(parts().doors.photo(caller(), photo, Role.EDITOR))
    return ""


@photos.post("/collections/<collection>/photos/delete")
@photos.input(PhotosGiven)
@photos.output(DeletedMany, 202)
def delete_photos(collection: str, json_data: PhotosGiven) -> Document:
    """Delete up to 1000 photos of a collection."""
    found = parts().doors.collection(caller(), collection, Role.EDITOR)
    return {"items": delete_many(found["_id"], json_data.photos)}
