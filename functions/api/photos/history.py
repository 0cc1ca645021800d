"""What happened to a photo, read from everywhere it is written down."""

from typing import Final

from functions.api.parts import parts
from functions.api.signed_in import caller
from functions.runtime.database import Document, outages
from functions.runtime.photo import PhotoRef
from functions.runtime.timeline import HAND_OUT, RECORD, STORAGE, Entry, timeline

_NO_FUNCTION: Final = (HAND_OUT, RECORD, STORAGE)
_FOR_OPERATORS: Final = ("failed", "outage", "died")


def history(record: Document) -> list[Document]:
    """The photo's timeline as `Timeline` has it; raises Outage."""
    stored = parts().storage.stat("uploads", record["key"])
    return [_told(entry) for entry in timeline(record, stored, _rows(record))]


def _rows(record: Document) -> dict[str, Document]:
    """The photo's deliveries by function: of its original in uploads, else of its image."""
    own, image = parts(), PhotoRef(record["collection"], record["_id"]).image
    found = {}
    for function, bucket in own.settings.listens_to.items():
        row_id = f"{bucket}/{record['key'] if bucket == 'uploads' else image}"
        with outages():
            row = own.database[f"inbox.{function}"].find_one({"_id": row_id}, {"traceback": 0})
        if row:
            found[function] = row
    return found


def _told(entry: Entry) -> Document:
    # What went wrong on our side, in the words of servers and code, is no business of members.
    open_to_all = entry.what not in _FOR_OPERATORS or caller().operates
    return {
        "at": entry.at,
        "function": None if entry.who in _NO_FUNCTION else entry.who,
        "state": entry.what,
        "seconds": entry.took,
        "version": entry.version or None,
        "code": entry.code or None,
        "reason": (entry.reason or None) if open_to_all else None,
    }
