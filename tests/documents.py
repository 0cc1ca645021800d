"""The type of a database as tests see it."""

from typing import Any

from pymongo.database import Database

Documents = Database[dict[str, Any]]
