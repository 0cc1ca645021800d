"""This process's settings and its lines to MinIO and Mongo."""

from dataclasses import dataclass
from functools import cache

from pymongo.database import Database

from functions.api.audit import Audit
from functions.api.doors import Doors
from functions.api.settings import ApiSettings, settings
from functions.api.signed_links import SignedLinks
from functions.runtime.database import Document, connect
from functions.runtime.storage import Storage


@dataclass(frozen=True)
class Parts:
    """What the routes work with."""

    settings: ApiSettings
    storage: Storage
    database: Database[Document]
    doors: Doors
    audit: Audit


@cache
def parts() -> Parts:
    """The parts of this process; ends it with a sentence when a setting is missing."""
    own = settings()
    database = connect(own)
    return Parts(own, Storage.connect(own), database, Doors(database), Audit.of(database))


@cache
def signed_links() -> SignedLinks:
    """Signs links with this process's rights, for storage as phones see it."""
    own = settings()
    secret = own.storage_secret.get_secret_value()
    return SignedLinks(own.public_storage_url, own.storage_user, secret, own.storage_region)
