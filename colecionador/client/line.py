"""The line to the api: JSON with a token, tried again wherever that can do no harm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from colecionador.client.errors import NoAnswer, problem_in

Answer = dict[str, Any]
"""What the api said, with the fields of its OpenAPI document."""

KEY: Final = "Idempotency-Key"
_TRIES: Final = 8
_PAUSE_SECONDS: Final = 0.2
"""The first pause; they double up to ten seconds, so that a server may be away for half a minute.
A `Retry-After` is waited for instead."""

_LONGEST_PAUSE_SECONDS: Final = 10.0
TIMEOUT_SECONDS: Final = (5, 60)
"""For the connection, and for the next byte; the api may take 20 s to answer who waits."""


def patience(methods: set[str] | None) -> Retry:
    """When to try again: these methods (None: all) after outages and lost answers.

    A connection that was never made is tried again whatever the method.
    """
    return Retry(
        total=_TRIES,
        backoff_factor=_PAUSE_SECONDS,
        backoff_jitter=_PAUSE_SECONDS,
        backoff_max=_LONGEST_PAUSE_SECONDS,
        status_forcelist=(429, 502, 503, 504),
        allowed_methods=methods,
        raise_on_status=False,
    )


class _ByKey(HTTPAdapter):
    """Tries again what may be repeated, and a POST only when its key makes that harmless."""

    def __init__(self, parallel: int) -> None:
        super().__init__(pool_maxsize=parallel, max_retries=patience({"GET", "PUT", "DELETE"}))
        self._keyed = HTTPAdapter(pool_maxsize=parallel, max_retries=patience(None))

    def send(self, request: requests.PreparedRequest, *given: Any, **more: Any) -> Any:
        """The answer to a request."""
        if KEY in request.headers:
            return self._keyed.send(request, *given, **more)
        return super().send(request, *given, **more)

    def close(self) -> None:
        """Let go of every connection."""
        self._keyed.close()
        super().close()


class Line:
    """Asks the api at `url`; good for `parallel` threads at once."""

    def __init__(self, url: str, token: str | None = None, parallel: int = 8) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, _ByKey(parallel))
        # Nothing from ~/.netrc may take the token's place.
        self.session.trust_env = False
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def address(self, *parts: str) -> str:
        """The address of a path whose parts may hold any sign."""
        return "/".join((self.url, *(quote(part, safe="") for part in parts)))

    def ask(
        self,
        method: str,
        *parts: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The api's answer, an empty one for none; the body is JSON or `raw` bytes.

        Raises NoAnswer and Problem.
        """
        url = self.address(*parts)
        try:
            answer = self.session.request(
                method, url, params=query, json=body, data=raw, headers=headers,
                timeout=TIMEOUT_SECONDS,
            )  # fmt: skip
        except requests.RequestException as error:
            raise NoAnswer(url, error) from error
        if not answer.ok:
            raise problem_in(answer)
        told: Answer = answer.json() if answer.content else {}
        return told

    def pages(self, *parts: str, **filters: Any) -> Iterator[Answer]:
        """Every item of a list that fits the filters, page by page; raises as `ask` does."""
        cursor: str | None = None
        while True:
            page = self.ask("GET", *parts, query={**filters, "cursor": cursor})
            yield from page["items"]
            cursor = page.get("next")
            if cursor is None:
                return
