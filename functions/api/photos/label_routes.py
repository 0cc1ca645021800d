"""Labels over HTTP."""

from functions.api.caller import Role
from functions.api.parts import parts
from functions.api.photos.label_schemas import (
    LabelGiven,
    LabelledMany,
    ManyLabels,
    NewName,
    Renamed,
)
from functions.api.photos.labelling import put, put_many, rename, said
from functions.api.photos.schemas import PhotoTold
from functions.api.photos.told import photo_told
from functions.api.refusals import NotFound
from functions.api.signed_in import caller, signed_in
from functions.runtime.database import Document

labels = signed_in("labels")


@labels.put("/photos/<photo>/label")
@labels.input(LabelGiven)
@labels.output(PhotoTold)
def label_photo(photo: str, json_data: LabelGiven) -> Document:
    """Say what a photo shows; null takes the label away."""
    record = parts().doors.photo(caller(), photo, Role.EDITOR)
    return photo_told(put(record, said(json_data)))


@labels.put("/photos/<photo>/findings/<finding>/label")
@labels.input(LabelGiven)
@labels.output(PhotoTold)
def label_finding(photo: str, finding: str, json_data: LabelGiven) -> Document:
    """Say what a finding shows: where the whole photo is the one finding, what the photo shows."""
    record = parts().doors.photo(caller(), photo, Role.EDITOR)
    if finding not in [one["id"] for one in record.get("findings", [])]:
        raise NotFound("There is no such finding.")
    return photo_told(put(record, said(json_data)))


@labels.post("/collections/<collection>/labels")
@labels.input(ManyLabels)
@labels.output(LabelledMany)
def label_photos(collection: str, json_data: ManyLabels) -> Document:
    """Label up to 1000 photos of a collection."""
    found = parts().doors.collection(caller(), collection, Role.EDITOR)
    return {"items": put_many(found["_id"], json_data.labels)}


@labels.patch("/collections/<collection>/labels/<path:label>")
@labels.input(NewName)
@labels.output(Renamed)
def rename_label(collection: str, label: str, json_data: NewName) -> Document:
    """Call a label of all photos otherwise; one that there is already takes its photos too."""
    found = parts().doors.collection(caller(), collection, Role.EDITOR)
    return rename(found["_id"], label, json_data.label)
