"""Pages of a list: how many items, and the cursor that tells where the page before ended."""

import base64
from typing import Final, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from functions.api.refusals import Wrong
from functions.api.schema import Given

LIMIT: Final = 50
MOST: Final = 200

Key = TypeVar("Key", bound=tuple[object, ...])


class PageQuery(Given):
    """Which page of a list: `limit` items after the page that gave this `cursor`."""

    limit: int = Field(default=LIMIT, ge=1, le=MOST)
    cursor: str | None = Field(default=None, max_length=2000)


class Cursor(Generic[Key]):
    """Cursors of one list, whose items are sorted by keys such as `tuple[AwareDatetime, str]`."""

    def __init__(self, kind: type[Key]) -> None:
        self._adapter: TypeAdapter[Key] = TypeAdapter(kind)

    def after(self, key: Key) -> str:
        """The cursor of the page after the item with this sort key: opaque, safe in a query."""
        return base64.urlsafe_b64encode(self._adapter.dump_json(key)).decode().rstrip("=")

    def read(self, cursor: str | None) -> Key | None:
        """The sort key of the last item there was, None at the beginning; raises Wrong."""
        if cursor is None:
            return None
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            return self._adapter.validate_json(base64.b64decode(padded, b"-_", validate=True))
        except (ValidationError, ValueError):
            raise Wrong("/cursor", "This cursor is not one of this list's.") from None
