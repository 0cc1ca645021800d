"""A phone and eyes on the shared stack, in a collection that is the test's own."""

from collections.abc import Iterator

import pytest

from infra.layout import Stack
from tests.album import Album
from tests.another_api import another_api
from tests.documents import Documents
from tests.handed import collection_of
from tests.person import Person
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


@pytest.fixture(scope="session")
def open_api(api: Stack) -> Iterator[Stack]:
    """Another api of the same servers: sign-up is open, a proxy before it, a newer key in front."""
    settings = {
        "SIGNUP": "open",
        "TRUSTED_PROXIES": "1",
        "TOKEN_KEYS": f"newer:{'n' * 40},{api.secrets['TOKEN_KEYS']}",
    }
    with another_api(api, **settings) as started:
        yield started


@pytest.fixture(scope="session")
def hatter(api: Stack, api_root: Documents) -> Person:
    """One person for many tests: to make an account takes its time."""
    return Person.new(api, api_root)


@pytest.fixture
def hats(hatter: Person, api_root: Documents) -> str:
    """A new collection of the hatter's."""
    return collection_of(hatter, api_root)
