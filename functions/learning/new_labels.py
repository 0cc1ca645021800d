"""New labels: counts what people have said of a collection since its last finished training."""

from datetime import UTC, datetime
from typing import Self

from pymongo.database import Database

from functions.learning.trainings import Trainings
from functions.runtime.database import LONG_AGO, Document, outages


class NewLabels:
    """The new labels of this database's photos. Raises Outage when Mongo can't be used."""

    def __init__(self, database: Database[Document]) -> None:
        self._photos = database["photos"]
        self._trainings = Trainings.of(database)

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The new labels of this database."""
        return cls(database)

    def count(self, collection: str, most: int) -> int:
        """How many photos got or lost a label since the last finished training; at most `most`."""
        last = next(iter(self._trainings.finished(collection, most=1)), None)
        # Closed at both ends: an open range costs more the more rows there are.
        span = {"$gt": last["labels_until"] if last else LONG_AGO, "$lte": datetime.now(UTC)}
        with outages():
            rule = {"collection": collection, "labelled_at": span}
            return self._photos.count_documents(rule, limit=most)
