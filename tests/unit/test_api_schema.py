"""What every request has in common."""

import pytest
from pydantic import Field, ValidationError

from functions.api.schema import Given


class Wish(Given):
    """A request as routes have them."""

    name: str | None = None
    photos: list[str] = Field(default_factory=list)
    settings: dict[str, object] = Field(default_factory=dict)


@pytest.mark.parametrize(
    "wish",
    [{"name": "\ud800"}, {"photos": ["a", "b\udfff"]}, {"settings": {"a": {"\ud800": 1}}}],
)
def test_half_a_character_is_refused_by_the_name_of_its_field(wish: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refusal:
        Wish.model_validate(wish)
    (error,) = refusal.value.errors()
    assert error["loc"] == tuple(wish)


def test_every_whole_character_is_taken() -> None:
    wish = {"name": "violão 🎩", "photos": ["\x00"], "settings": {"ключ": None}}
    assert Wish.model_validate(wish).model_dump() == wish


def test_a_field_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(ValidationError) as refusal:
        Wish.model_validate({"nmae": "x"})
    assert refusal.value.errors()[0]["loc"] == ("nmae",)
