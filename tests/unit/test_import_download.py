"""Downloads from a server in this process: polite, bounded, taken up again, never from inside."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from urllib3 import Retry

from colecionador.imports.candidate import LeftOut
from colecionador.imports.download import RETRY, USER_AGENT, Downloads, NotFetched
from colecionador.imports.gathering import Gathered, Wishes, from_list
from colecionador.imports.open_internet import Allowed, Resolve, is_public, resolved, session
from tests.phone import PHOTOS

NO_PAUSE = Retry(total=3, status_forcelist=(429, 503), raise_on_status=False)
PAGE = b"<!doctype html><title>Sign in</title>"
ALL = Wishes(frozenset(), 1, None)


@dataclass
class Answer:
    """What a path answers: the first of `statuses`, then the next; bytes, headers."""

    body: bytes = b""
    statuses: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    says_length: int | None = None


@dataclass
class Web:
    """A web server of the test's own: its address, its answers, and what it was asked."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)


@pytest.fixture
def web() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            served.agents.add(self.headers["User-Agent"])
            answer = served.answers.get(self.path, Answer(statuses=[404]))
            status = answer.statuses[0] if len(answer.statuses) == 1 else answer.statuses.pop(0)
            self.send_response(status)
            length = len(answer.body) if answer.says_length is None else answer.says_length
            for name, value in {"Content-Length": str(length), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Web(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def downloads(
    folder: Path,
    allowed: Allowed = lambda _: True,
    resolve: Resolve = resolved,
    retry: Retry = NO_PAUSE,
    most_bytes: int = 50_000_000,
) -> Downloads:
    return Downloads(folder, session(retry, allowed, resolve), pause=0, most_bytes=most_bytes)


def refusal(fetched: Downloads, url: str) -> NotFetched:
    with pytest.raises(NotFetched) as caught:
        fetched.fetch(url)
    return caught.value


def test_a_file_is_fetched_once_and_kept_for_the_next_run(web: Web, tmp_path: Path) -> None:
    web.answers["/a.JPG"] = Answer(PHOTOS[0])
    file = downloads(tmp_path).fetch(f"{web.url}/a.JPG")
    assert file.read_bytes() == PHOTOS[0]
    assert file.suffix == ".jpg"
    assert downloads(tmp_path).fetch(f"{web.url}/a.JPG") == file
    assert web.asked == ["/a.JPG"]
    assert web.agents == {USER_AGENT}


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_wait_is_asked_again(web: Web, tmp_path: Path, status: int) -> None:
    web.answers["/a"] = Answer(b"photo", [status, status, 200], {"Retry-After": "0"})
    assert downloads(tmp_path).fetch(f"{web.url}/a").read_bytes() == b"photo"
    assert len(web.asked) == 3


def test_a_wait_that_a_server_asks_for_is_kept_to_but_not_for_ever() -> None:
    assert RETRY.respect_retry_after_header
    assert RETRY.parse_retry_after("7") == 7
    assert RETRY.parse_retry_after("86400") == 60


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(statuses=[404]), "http-404"),
        (Answer(statuses=[503]), "http-503"),
        (Answer(b"x" * 2001), "too-many-bytes"),
        (Answer(b"short", says_length=100), "no-answer"),
        (Answer(statuses=[302], headers={"Location": "/a"}), "redirects"),
        (Answer(statuses=[302], headers={"Location": "file:///etc/passwd"}), "address"),
        (Answer(statuses=[302], headers={"Location": "http://[bad"}), "address"),
    ],
    ids=["gone", "busy", "too large", "cut off", "a loop", "to a file", "to nonsense"],
)
def test_what_does_not_come_leaves_a_reason_and_no_file(
    web: Web, tmp_path: Path, answer: Answer, code: str
) -> None:
    web.answers["/a"] = answer
    told = refusal(downloads(tmp_path, most_bytes=2000), f"{web.url}/a")
    assert told.code == code
    assert told.reason
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    ["ftp://a.org/b", "file:///etc/passwd", "no address", "http://", "http://[::1", "//a/b"],
)
def test_what_is_no_address_is_refused(tmp_path: Path, url: str) -> None:
    assert refusal(downloads(tmp_path), url).code == "address"


def test_a_redirect_is_followed(web: Web, tmp_path: Path) -> None:
    web.answers["/a"] = Answer(b"moved", [301], {"Location": "/b?c=d"})
    web.answers["/b?c=d"] = Answer(b"photo")
    assert downloads(tmp_path).fetch(f"{web.url}/a").read_bytes() == b"photo"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1",
     "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
     "2001:0:7f00:1::"],
)  # fmt: skip
def test_an_address_of_a_house_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:8.8.8.8"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "localhost"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_private_address_is_never_asked(web: Web, tmp_path: Path, host: str, scheme: str) -> None:
    port = web.url.rpartition(":")[2]
    told = refusal(downloads(tmp_path, is_public), f"{scheme}://{host}:{port}/a")
    assert told.code == "private-address"
    assert web.asked == []


def test_a_redirect_into_the_house_is_not_followed(web: Web, tmp_path: Path) -> None:
    web.answers["/a"] = Answer(b"", [302], {"Location": "http://169.254.169.254/latest/"})
    this_server = {ip_address("127.0.0.1")}
    fetched = downloads(tmp_path, lambda address: address in this_server or is_public(address))
    assert refusal(fetched, f"{web.url}/a").code == "private-address"
    assert web.asked == ["/a"]


def test_a_name_that_changes_its_address_is_asked_where_it_was_checked(
    web: Web, tmp_path: Path
) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    checked: list[str] = []

    def allowed(address: object) -> bool:
        checked.append(str(address))
        return str(address) == "127.0.0.1"

    web.answers["/a"] = Answer(b"photo")
    fetched = downloads(tmp_path, allowed, lambda _host, _port: next(answers))
    port = web.url.rpartition(":")[2]
    # No resolver but the test's knows this name: it is the checked address that answers.
    assert fetched.fetch(f"http://photos.invalid:{port}/a").read_bytes() == b"photo"
    assert checked == ["127.0.0.1"]


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"]])
def test_a_name_with_a_private_address_is_refused(
    web: Web, tmp_path: Path, addresses: list[str]
) -> None:
    port = web.url.rpartition(":")[2]
    fetched = downloads(tmp_path, is_public, lambda _host, _port: addresses)
    assert refusal(fetched, f"http://photos.invalid:{port}/a").code == "private-address"
    assert web.asked == []


def test_a_name_that_nobody_knows_and_a_closed_port_are_no_answer(tmp_path: Path) -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    once = Retry(total=0)
    assert (
        refusal(downloads(tmp_path, resolve=unknown, retry=once), "http://a.invalid/").code
        == "no-answer"
    )
    assert refusal(downloads(tmp_path, retry=once), "http://127.0.0.1:1/").code == "no-answer"


def gathered(web: Web, folder: Path, rows: str, wishes: Wishes = ALL) -> Gathered:
    file = folder / "list.csv"
    file.write_text("url,label\n" + rows.replace("URL", web.url))
    return from_list(file, ("url", "label"), downloads(folder / "photos"), wishes)


def test_a_list_becomes_pictures_and_reasons(web: Web, tmp_path: Path) -> None:
    web.answers |= {"/a": Answer(PHOTOS[0]), "/page": Answer(PAGE)}
    rows = "URL/a,hat\nURL/page,hat\nURL/gone,hat\n,hat\nURL/b,shoe\n"
    found = gathered(web, tmp_path, rows, Wishes(frozenset({"hat"}), 64, None))
    assert [(one.candidate.name, one.candidate.label) for one in found.looks] == [
        (f"{web.url}/a", "hat")
    ]
    told = {one.name.removeprefix(web.url): one for one in found.left_out}
    assert {name: one.code for name, one in told.items()} == {
        "/page": "not-a-picture",
        "/gone": "http-404",
        "line 5": "no-address",
    }
    assert told["/page"].reason == "This is a web page, not a photo."
    assert found.not_asked_for == 1


def test_a_list_run_again_asks_only_for_what_is_missing(web: Web, tmp_path: Path) -> None:
    web.answers |= {"/a": Answer(PHOTOS[0]), "/b": Answer(PAGE)}
    gathered(web, tmp_path, "URL/a,hat\nURL/b,hat\n")
    web.asked.clear()
    web.answers["/b"] = Answer(PHOTOS[1])
    found = gathered(web, tmp_path, "URL/a,hat\nURL/b,hat\n")
    assert web.asked == ["/b"]
    assert len(found.looks) == 2


def test_no_more_is_downloaded_than_a_cap_needs(web: Web, tmp_path: Path) -> None:
    for number, photo in enumerate(PHOTOS):
        web.answers[f"/{number}"] = Answer(photo if number % 3 else PAGE)
    rows = "".join(f"URL/{number},{'Hat' if number % 2 else 'hat'}\n" for number in range(20))
    found = gathered(web, tmp_path, rows, Wishes(frozenset(), 64, 4))
    assert len(found.looks) == 4
    capped = [one for one in found.left_out if isinstance(one, LeftOut) and one.code == "cap"]
    assert len(capped) == 20 - len(web.asked)
    assert capped
