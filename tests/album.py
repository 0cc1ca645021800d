"""A collection of its own for each test: a phone that sends into it, and eyes to look at it."""

from dataclasses import dataclass

import uuid6

from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from tests.documents import Documents
from tests.phone import Phone
from tests.seen import Seen


@dataclass(frozen=True)
class Album:
    """A collection with nothing in it yet: `phone` sends photos into it, `seen` looks at it."""

    phone: Phone
    seen: Seen

    @classmethod
    def new(cls, stack: Stack, documents: Documents) -> "Album":
        """Make one in this stack."""
        name = f"c-{uuid6.uuid7().hex[-20:]}"
        documents["collections"].insert_one({"_id": name, "name": name, "owner": "ana"})
        return cls.again(stack, documents, name)

    @classmethod
    def again(cls, stack: Stack, documents: Documents, name: str) -> "Album":
        """The collection of this name, which the stack has."""
        secret = stack.secrets[name_of("operator", "storage_secret")]
        signs = storage_client(stack, "operator", secret)
        phone = Phone(signs, stack.public_storage_url, name)
        return cls(phone, Seen(storage_client(stack), documents, name, stack.rows))
