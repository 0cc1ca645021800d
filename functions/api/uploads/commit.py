"""Commit: the file is said to be there, so that nobody has to wait for storage's own word."""

from pymongo.database import Database

from functions.api.refusals import Conflict
from functions.handout.form import BUCKET
from functions.runtime.database import Document
from functions.runtime.inbox import Inbox
from functions.runtime.photo_state import RECORDER
from functions.runtime.storage import Storage


def committed(storage: Storage, database: Database[Document], record: Document) -> str:
    """Have a look taken at the photo's file, and return the file's etag.

    A file that was looked at already is left alone. Raises Conflict with the code not-uploaded
    when there is none, and Outage.
    """
    there = storage.stat(BUCKET, record["key"])
    if there is None:
        raise Conflict("not-uploaded", "The file is not in storage: send it with its form first.")
    Inbox.of(database, RECORDER).ask(BUCKET, record["key"], there.etag)
    return there.etag
