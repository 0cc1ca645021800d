"""What makes a storage function: the bucket it listens to and what it does with one object."""

from collections.abc import Callable
from dataclasses import dataclass

from functions.runtime.delivery import Delivery
from functions.runtime.photo import PhotoRef
from functions.runtime.records import Fields
from functions.runtime.storage import StoredObject


@dataclass(frozen=True)
class Function:
    """One function that wakes when an object of `listens_to` is written or removed.

    `make` reads the object, writes its outputs and returns what it has to say in the record.
    `gone` takes the outputs away when the object is no more; `rejected` does so when the object
    can't be used, and returns what the record has to forget.
    `photo_of` tells whose object a key is. All may raise faults; none needs a try.
    """

    name: str
    listens_to: str
    photo_of: Callable[[str], PhotoRef]
    make: Callable[[Delivery, StoredObject], Fields]
    gone: Callable[[Delivery], None]
    rejected: Callable[[Delivery], Fields]
