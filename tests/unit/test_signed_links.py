"""Signed links are those of the storage's own client, and stay the same all hour long."""

from datetime import UTC, datetime, timedelta
from email.message import Message
from urllib.parse import parse_qs, urlsplit

import pytest
from minio import Minio

from functions.api.signed_links import LIFE, SignedLinks

NOW = datetime(2026, 5, 1, 12, 34, 56, 789, tzinfo=UTC)
HOUR = NOW.replace(minute=0, second=0, microsecond=0)
SIGNED = SignedLinks("http://192.168.1.20:9000", "api", "a secret", "us-east-1")


def clients(storage_url: str, bucket: str, key: str, disposition: str | None = None) -> str:
    """The link that the storage's client makes."""
    url = urlsplit(storage_url)
    client = Minio(
        endpoint=url.netloc,
        access_key="api",
        secret_key="a secret",
        region="us-east-1",
        secure=url.scheme == "https",
    )
    return client.presigned_get_object(
        bucket_name=bucket,
        object_name=key,
        expires=LIFE,
        response_headers={"response-content-disposition": disposition} if disposition else None,
        request_date=HOUR,
    )


@pytest.mark.parametrize(
    "storage_url",
    ["http://192.168.1.20:9000", "https://photos.example", "http://a.example:80/",
     "https://a.example:443", "https://a.example:80"],
)  # fmt: skip
@pytest.mark.parametrize("key", ["shells/0192.jpg", "shells/IMG 1 (2)+ü~*'!.jpg", "c/a/b%2F&=?#"])
def test_a_link_is_the_one_that_the_storages_client_makes(storage_url: str, key: str) -> None:
    signed = SignedLinks(storage_url, "api", "a secret", "us-east-1")
    assert signed.to("uploads", key, NOW) == clients(storage_url.rstrip("/"), "uploads", key)


@pytest.mark.parametrize(
    "name", ["shell.jpg", 'a "b"; c.jpg', "Muschel ä 貝.heic", "x\r\nSet-Cookie: y", "a'b%20*.jpg"]
)
def test_an_attachment_keeps_its_name_whatever_it_is(name: str) -> None:
    link = SIGNED.to("uploads", "shells/0192", NOW, saved_as=name)
    header = parse_qs(urlsplit(link).query)["response-content-disposition"][0]
    assert header.isascii()
    assert header.isprintable()
    read = Message()
    read["Content-Disposition"] = header
    assert read.get_content_disposition() == "attachment"
    assert read.get_filename() == name
    same = clients(SIGNED.storage_url, "uploads", "shells/0192", header)
    assert parse_qs(urlsplit(link).query) == parse_qs(urlsplit(same).query)


def test_links_are_the_same_all_hour_and_live_for_another_hour_at_least() -> None:
    first, last = HOUR, HOUR + timedelta(minutes=59, seconds=59)
    assert SIGNED.to("images", "c/p.jpg", first) == SIGNED.to("images", "c/p.jpg", last)
    next_hour = HOUR + timedelta(hours=1)
    assert SIGNED.to("images", "c/p.jpg", first) != SIGNED.to("images", "c/p.jpg", next_hour)
    assert SIGNED.expire(first) == SIGNED.expire(last) == HOUR + timedelta(hours=2)
