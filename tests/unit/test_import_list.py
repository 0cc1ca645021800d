"""Lists of addresses in CSV files, as people and their programs write them."""

from pathlib import Path

import pytest

from colecionador.imports.candidate import LeftOut
from colecionador.imports.listed import Listed, listed_in


def listed(folder: Path, text: str | bytes, url: str = "url", label: str = "label") -> list[object]:
    file = folder / "list.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(listed_in(file, url, label))


@pytest.mark.parametrize(
    "text",
    [
        "url,label\nhttp://a/1.jpg,red hat\n",
        "\ufeffurl,label\r\nhttp://a/1.jpg,red hat\r\n",
        "label;id;url\nred hat;7;http://a/1.jpg\n",
        "url\tlabel\nhttp://a/1.jpg\tred hat",
        '"url","label"\n" http://a/1.jpg "," red  hat "\n',
    ],
    ids=["plain", "byte order mark", "semicolons", "tabs", "quotes"],
)
def test_a_row_is_an_address_and_a_label(tmp_path: Path, text: str) -> None:
    assert listed(tmp_path, text) == [Listed("http://a/1.jpg", "red hat")]


def test_columns_have_the_names_they_are_given(tmp_path: Path) -> None:
    text = 'name,image,label\n"Hat, red",http://a/1.jpg,x\n'
    assert listed(tmp_path, text, "image", "name") == [Listed("http://a/1.jpg", "Hat, red")]


def test_a_missing_column_is_a_sentence_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"list\.csv has no column 'url'\. Its columns: a, label\."
    ):
        listed(tmp_path, "a,label\n1,2\n")
    with pytest.raises(ValueError, match="Its columns: none"):
        listed(tmp_path, "")


def test_rows_without_address_or_label_are_told_by_their_line(tmp_path: Path) -> None:
    text = "url,label\n,hat\nhttp://a/1.jpg,\nhttp://a/2.jpg\nhttp://a/3.jpg,unknown\n"
    found = listed(tmp_path, text)
    told = [(one.name, one.code) for one in found if isinstance(one, LeftOut)]
    assert told == [
        ("line 2", "no-address"),
        ("line 3: http://a/1.jpg", "label"),
        ("line 4: http://a/2.jpg", "label"),
        ("line 5: http://a/3.jpg", "label"),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("url,label\nhttp://a/1.jpg,caf\xe9".encode("latin-1"), "UTF-8"),
        (b'url,label\n"' + b"x" * 200_000, "CSV"),
    ],
    ids=["latin-1", "an open quote"],
)
def test_a_file_that_is_no_list_is_a_sentence(tmp_path: Path, text: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        listed(tmp_path, text)
