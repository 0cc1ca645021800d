"""Carries out what people asked for: another version of a collection's model, pinned or not."""

from datetime import UTC, datetime

from pymongo.database import Database

from functions.classify.model import answering_of
from functions.learning.activations import ASKED, COLLECTION
from functions.learning.versions import is_there
from functions.runtime import log
from functions.runtime.collections import Collections
from functions.runtime.database import Document, outages
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import BACKBONE, GENERAL, Models
from scheduler.lease import Lease
from scheduler.publish import Bucket
from scheduler.swap import swap


class CannotActivate(Exception):
    """This version can't become current; the text is a sentence for whoever asked."""


class Activations:
    """The requests nobody has carried out yet. `look` raises Outage."""

    def __init__(self, storage: Bucket, database: Database[Document]) -> None:
        self._storage = storage
        self._database = database
        self._models = Models(storage)

    def look(self) -> None:
        """Carry out each request, oldest first; one whose lease another holds stays for later."""
        with outages():
            asked = list(self._database[COLLECTION].find({"state": ASKED}).sort("_id", 1))
        for request in asked:
            lease = Lease.of(self._database, f"models/{request['collection']}")
            if lease.take():
                try:
                    self._carry_out(request)
                finally:
                    lease.release()

    def _carry_out(self, request: Document) -> None:
        try:
            if Collections.of(self._database).get(request["collection"]) is None:
                raise CannotActivate(f"There is no collection {request['collection']}.")
            if request["version"] is not None:
                self._activate(request)
            self._pin(request)
        except (BrokenVersion, CannotActivate) as refusal:
            self._settle(request, "refused", str(refusal))
        else:
            self._settle(request, "done", None)

    def _activate(self, request: Document) -> None:
        collection, version = request["collection"], request["version"]
        own = None if version == GENERAL else version
        if own is not None:
            self._check(collection, own)
        why = f"activated by {request['by']}"
        swap(self._storage, self._database, collection, own, request["by"], why)

    def _check(self, collection: str, version: str) -> None:
        if not is_there(self._storage, collection, version):
            raise CannotActivate(f"There is no version {version} of {collection}.")
        try:
            whole = self._models.version(collection, version)
            answering_of(whole)
        except BrokenVersion as broken:
            raise CannotActivate(f"A file of {version} is damaged: {broken}.") from broken
        try:
            self._models.manifest(BACKBONE, str(whole.manifest.backbone))
        except BrokenVersion:
            raise CannotActivate(
                f"{version} needs the backbone {whole.manifest.backbone}, which is not there."
            ) from None

    def _pin(self, request: Document) -> None:
        pinned = request["version"] if request["pin"] else None
        change = {"$set": {"pinned": pinned}} if pinned else {"$unset": {"pinned": ""}}
        with outages():
            self._database["collections"].update_one({"_id": request["collection"]}, change)

    def _settle(self, request: Document, state: str, reason: str | None) -> None:
        with outages():
            self._database[COLLECTION].update_one(
                {"_id": request["_id"], "state": ASKED},
                {"$set": {"state": state, "reason": reason, "settled_at": datetime.now(UTC)}},
            )
        told = {name: request[name] for name in ("collection", "version", "pin", "by")}
        log.said("activation", state=state, reason=reason, **told)
