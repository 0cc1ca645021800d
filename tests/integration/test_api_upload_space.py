"""Hand-outs when the disk is nearly full."""

import shutil
from dataclasses import replace

import pytest
from pydantic import SecretStr

from functions.api.refusals import NoSpace
from functions.api.settings import ApiSettings
from functions.api.uploads.space import Space
from infra.layout import Stack
from infra.secrets_file import name_of
from tests.another_api import another_api
from tests.documents import Documents
from tests.handed import ASKED, asked, fresh
from tests.person import Person, problem_of


def test_free_space_is_that_of_the_disk_and_below_the_least_nothing_is_handed_out(
    api: Stack,
) -> None:
    free = space_of(api, "api").free()
    there = shutil.disk_usage(api.folder).free
    assert free
    assert free == pytest.approx(there, rel=0.2)
    space_of(api, "api", free // 2).check()
    with pytest.raises(NoSpace):
        space_of(api, "api", free * 2).check()


def test_a_full_disk_is_told_before_anything_is_expected(
    hatter: Person, hats: str, api: Stack, api_root: Documents
) -> None:
    with another_api(api, LEAST_FREE_BYTES=str(2**60)) as full:
        there = replace(hatter, url=full.url("api"))
        assert problem_of(asked(there, hats, fresh())) == (507, "no-space")
        batch = there.post(f"/collections/{hats}/uploads/batch", {"uploads": [ASKED]})
        assert problem_of(batch) == (507, "no-space")
    assert api_root["photos"].find_one({"collection": hats}) is None


def test_who_is_not_told_of_free_space_hands_out(api: Stack) -> None:
    unknown = space_of(api, "operator", least=2**60)
    unknown.check()
    assert unknown.free() is None


def space_of(stack: Stack, name: str, least: int = 0) -> Space:
    return Space(
        ApiSettings(
            storage_url=stack.storage_url,
            storage_user=name,
            storage_secret=SecretStr(stack.secrets[name_of(name, "storage_secret")]),
            mongo_uri=SecretStr(stack.mongo_uri(name)),
            port=1,
            public_url=stack.public_url,
            public_storage_url=stack.public_storage_url,
            classify_url=stack.url("classify"),
            token_keys=SecretStr(stack.secrets["TOKEN_KEYS"]),
            least_free_bytes=least,
        )
    )
