"""Model versions over HTTP: which there are, what answered when, going to another one."""

from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from flask import Response

from functions.api.caller import Role
from functions.api.cursor import PageQuery
from functions.api.learning.activation import carried_out
from functions.api.learning.models import check_there, files_of, log_page, models_page
from functions.api.learning.schemas import (
    Activate,
    Activation,
    ModelFiles,
    ModelLogPage,
    ModelsPage,
)
from functions.api.parts import parts, signed_links
from functions.api.signed_in import caller, signed_in
from functions.runtime.database import Document
from functions.runtime.models import GENERAL

models = signed_in("models")

_Answers: TypeAlias = dict[int | str, Any]

_SCHEMA: Final = {"$ref": "#/components/schemas/Activation"}
_LATER: Final[_Answers] = {
    202: {
        "description": "Asked for; the scheduler has not come to it",
        "content": {"application/json": {"schema": _SCHEMA}},
    }
}
_UNPINNED: Final[_Answers] = {204: {"description": "No version is pinned any more"}}


@models.get("/collections/<collection>/models")
@models.input(PageQuery, location="query")
@models.output(ModelsPage)
def list_models(collection: str, query_data: PageQuery) -> Document:
    """The collection's model versions, newest first, with their reports in numbers."""
    found = parts().doors.collection(caller(), collection)
    return models_page(parts().storage, found, query_data)


@models.get("/collections/<collection>/models/log")
@models.input(PageQuery, location="query")
@models.output(ModelLogPage)
def read_model_log(collection: str, query_data: PageQuery) -> Document:
    """Which version answered when, by whom and why, newest first."""
    found = parts().doors.collection(caller(), collection)
    return log_page(parts().database, found, query_data)


@models.get("/collections/<collection>/models/<version>/files")
@models.output(ModelFiles)
def list_model_files(collection: str, version: str) -> Document:
    """A version's files, among them the model for Keras and LiteRT, its labels, its report."""
    parts().doors.collection(caller(), collection)
    return files_of(parts().storage, collection, version, signed_links(), datetime.now(UTC))


@models.post("/collections/<collection>/models/<version>/activate")
@models.input(Activate)
@models.output(Activation)
@models.doc(responses=_LATER)
def activate_model(
    collection: str, version: str, json_data: Activate
) -> tuple[dict[str, object], int]:
    """Let this version answer; `general` is the built-in model.

    It answers within seconds. 202 means that the scheduler is busy and does it later.
    """
    own, by = parts(), caller().by
    own.doors.collection(caller(), collection, Role.EDITOR)
    if version != GENERAL:
        check_there(own.storage, collection, version)
    told = {"version": version, "pin": json_data.pin}
    done = carried_out(own.database, collection, version, json_data.pin, by)
    own.audit.note(by, "model.activate", collection=collection, **told)
    state = "done" if done else "asked"
    answer = {"version": version, "pinned": json_data.pin, "state": state}
    return answer, 200 if done else 202


@models.delete("/collections/<collection>/pin")
@models.output(Activation, 202)
@models.doc(responses=_UNPINNED)
def unpin_model(collection: str) -> Response | dict[str, object]:
    """Let trainings decide again which version answers.

    202 means that the scheduler is busy and does it later.
    """
    own, by = parts(), caller().by
    found = own.doors.collection(caller(), collection, Role.EDITOR)
    pinned = found.get("pinned")
    if pinned is not None:
        done = carried_out(own.database, collection, None, pin=False, by=by)
        own.audit.note(by, "model.unpin", collection=collection, version=pinned)
        if not done:
            return {"version": pinned, "pinned": True, "state": "asked"}
    return Response(status=204)
