"""What a collection has already, so that an import can be run again without doubling photos."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pymongo.collection import Collection

from colecionador.imports.candidate import LeftOut
from colecionador.imports.look import Look
from functions.runtime.database import Document, outages

_AWAITED: Final = ("expected", "expired")
"""Handed out; nobody knows whether the bytes came: they are sent again, to the same place."""


@dataclass(frozen=True)
class ToSend:
    """The pictures `to_send`; those that an earlier run was handed out for are among them.

    `there` counts those that the collection has with the same label; `left_out` tells of those
    it has with another one.
    """

    to_send: tuple[Look, ...]
    there: int
    left_out: tuple[LeftOut, ...]


def compared(photos: Collection[Document], collection: str, looks: Iterable[Look]) -> ToSend:
    """Each picture held against the collection by its sha256; raises Outage."""
    to_send, left_out, there = [], [], 0
    for look in looks:
        record = _record(photos, collection, look.sha256)
        if record is None or record["state"] in _AWAITED:
            to_send.append(look)
        elif (refusal := _differs(look, record)) is not None:
            left_out.append(refusal)
        else:
            there += 1
    return ToSend(tuple(to_send), there, tuple(left_out))


def _record(photos: Collection[Document], collection: str, sha256: str) -> Document | None:
    """The record that says most of these bytes: one whose photo came, if there is one."""
    with outages():
        found = list(photos.find({"collection": collection, "sha256": sha256}).limit(10))
    return min(found, key=lambda one: one["state"] in _AWAITED, default=None)


def _differs(look: Look, record: Document) -> LeftOut | None:
    name, label = look.candidate.name, look.candidate.label
    photo, there = record["_id"], record.get("label")
    if record["state"] == "rejected":
        error = record.get("error") or {}
        reason = f"It was refused before as {photo}: {error.get('detail', '')}"
        return LeftOut(name, label, str(error.get("code", "rejected")), reason)
    if there is None:
        reason = f"It is in the collection without a label, as {photo}."
        return LeftOut(name, label, "no-label-there", reason)
    if there.casefold() != label.casefold():
        reason = f"It is in the collection as {there!r}, {photo}."
        return LeftOut(name, label, "other-label-there", reason)
    return None
