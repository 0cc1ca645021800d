"""Waiting in tests: ask again and again until it is so, never sleep and hope."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def eventually(
    condition: Callable[[], Answer | None], timeout: float = 60, says: str = ""
) -> Answer:
    """The first answer of `condition` that counts as true, asked for every 20 ms.

    An AssertionError inside `condition` counts as "not yet". Fails after `timeout` seconds with
    `says`, the last answer, and the assertion that did not hold.
    """
    deadline = time.monotonic() + timeout
    while True:
        answer: Answer | None = None
        failed: AssertionError | None = None
        try:
            answer = condition()
        except AssertionError as error:
            failed = error
        if answer:
            return answer
        if time.monotonic() > deadline:
            what = says or "it did not become true"
            raise AssertionError(f"after {timeout:g} s: {what} (last: {answer!r})") from failed
        time.sleep(0.02)
