"""One address of Mongo, many users: the credentials in a `mongodb://` URI exchanged."""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit


def with_credentials(uri: str, user: str, password: str, source: str) -> str:
    """The same servers and options, signed in as `user`, who is kept in the database `source`."""
    parts = urlsplit(uri)
    hosts = parts.netloc.rpartition("@")[2]
    options = {
        name: value for name, value in parse_qsl(parts.query) if name.lower() != "authsource"
    }
    return urlunsplit(
        (
            parts.scheme,
            f"{quote(user, safe='')}:{quote(password, safe='')}@{hosts}",
            "/",
            urlencode({**options, "authSource": source}),
            "",
        )
    )
