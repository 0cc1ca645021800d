"""What reconcile works with: a photo as all places tell it, and what is asked of a function."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from functions.runtime.database import Document
from functions.runtime.photo import PhotoRef
from functions.runtime.photo_state import RECORDER
from functions.runtime.storage import ObjectStat


class Reason(StrEnum):
    """Why a row is made due; the words of logs, metrics and the command line."""

    NOT_RECORDED = "upload-not-recorded"
    OF_REMOVED_PHOTO = "upload-of-a-removed-photo"
    UPLOAD_GONE = "upload-gone"
    UNFINISHED = "unfinished"
    IMAGE_MISSING = "image-missing"
    THUMBNAIL_MISSING = "thumbnail-missing"
    NOT_SEEN = "image-not-seen"
    VARIANTS_MISSING = "variants-missing"
    FEATURE_MISSING = "feature-missing"
    ORPHANS = "orphans"
    OLD_MODEL = "answer-of-an-old-model"


@dataclass(frozen=True)
class Ask:
    """Ask `function` to look at one object, said to be `content` now (an etag, "gone" or "?")."""

    function: str
    bucket: str
    key: str
    content: str
    reason: Reason

    @property
    def row(self) -> str:
        """The id of the row in the function's inbox."""
        return f"{self.bucket}/{self.key}"


@dataclass(frozen=True)
class Photo:
    """One photo in every place it may stand, read at about one moment; None where it does not.

    `variants` are etags of the images they were made from, by name; `feature` is the etag of the
    image the stored features were computed from.
    """

    ref: PhotoRef
    upload: ObjectStat | None = None
    image: ObjectStat | None = None
    thumbnail: ObjectStat | None = None
    variants: Mapping[str, str] = field(default_factory=dict)
    record: Document | None = None
    feature: str | None = None

    @property
    def touched(self) -> datetime | None:
        """When its upload, its image or its record was last written, as far as it is known."""
        times = [stat.modified for stat in (self.upload, self.image) if stat]
        if self.record and "removed_at" not in self.record:
            times += [at for at in (self.record.get("uploaded_at"),) if at]
            times += [mark["at"] for mark in self.record.get("functions", {}).values()]
        return max(times, default=None)

    def mark(self, function: str = RECORDER) -> Mapping[str, str]:
        """What a function last said of the photo; empty when it has said nothing."""
        marks: Mapping[str, Mapping[str, str]] = (self.record or {}).get("functions", {})
        return marks.get(function, {})
