"""Uploads: hand-out, post, commit; each may be cut off anywhere and asked for again."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from colecionador.client import storage
from colecionador.client.batch import send_all
from colecionador.client.errors import Conflict, FormExpired
from colecionador.client.line import KEY, Answer, Line
from colecionador.client.picture import Picture, Sent, Uploaded
from colecionador.client.storage import Form, Progress


class Uploads:
    """Sends photos. Methods raise NoAnswer, NotStored and Problem."""

    def __init__(self, line: Line, parallel: int) -> None:
        self._line = line
        self._parallel = parallel
        self._storage = storage.session(parallel)

    def send(
        self,
        collection: str,
        data: bytes,
        filename: str,
        label: str | None = None,
        progress: Progress | None = None,
    ) -> Uploaded:
        """Bring one photo in; what is there already is not sent again."""
        picture = Picture(data, filename, label)
        given = self.hand_out(collection, picture)
        if isinstance(given, Form):
            try:
                storage.post(self._storage, given, data, progress)
            except FormExpired:
                # The same key: the same photo, with a fresh form, which the commit finds unused.
                given = self.hand_out(collection, picture)
        return given if isinstance(given, Uploaded) else self._committed(given, data, progress)

    def send_all(
        self,
        collection: str,
        paths: Iterable[Path],
        label: str | None = None,
        labels: Mapping[Path, str] | None = None,
    ) -> Iterator[Sent]:
        """Send files, several at once; tells each as it ends and raises for none of them.

        All get one `label`, or their own of `labels`. Cut off and called again with the same
        files it goes on: nothing is doubled.
        """
        own = labels or {}
        return send_all(
            paths,
            lambda path, data, name: self.send(collection, data, name, own.get(path, label)),
            self._parallel,
        )

    def hand_out(self, collection: str, picture: Picture) -> Form | Uploaded:
        """A form for the picture, or the photo that has these bytes already."""
        told = self._line.ask(
            "POST", "collections", collection, "uploads",
            body=picture.announced(), headers={KEY: picture.key(collection)},
        )  # fmt: skip
        if told.get("duplicate"):
            return Uploaded(told["photo"], True, told["record"])
        return Form.of(told)

    def commit(self, photo: str, wait: int | None = None) -> Answer:
        """Say that the bytes are there; with `wait` (at most 20 s) until there is a category.

        Raises Conflict with the code not-uploaded when they are not.
        """
        prefer = {"Prefer": f"wait={wait}"} if wait else {}
        return self._line.ask("POST", "photos", photo, "commit", headers={KEY: photo, **prefer})

    def close(self) -> None:
        """Let go of the connections to storage."""
        self._storage.close()

    def _committed(self, form: Form, data: bytes, progress: Progress | None) -> Uploaded:
        try:
            record = self.commit(form.photo)
        except Conflict as conflict:
            if conflict.code != "not-uploaded":
                raise
            storage.post(self._storage, form, data, progress)
            record = self.commit(form.photo)
        return Uploaded(form.photo, False, record)
