"""A phone and eyes on the shared stack, in a collection that is the test's own."""

import pytest

from infra.layout import Stack
from tests.album import Album
from tests.documents import Documents
from tests.phone import Phone
from tests.seen import Seen


@pytest.fixture
def album(stack: Stack, mongo_root: Documents) -> Album:
    """A new collection in the shared stack."""
    return Album.new(stack, mongo_root)


@pytest.fixture
def phone(album: Album) -> Phone:
    """A phone that sends into the test's own collection."""
    return album.phone


@pytest.fixture
def seen(album: Album) -> Seen:
    """What can be seen of the test's own collection."""
    return album.seen
