"""Ends a process that can't be relied on any more; its supervisor starts a whole one."""

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Collection
from typing import Final

from functions.runtime import log
from functions.runtime.claim import Claim

_EXIT_CODE: Final = 70
_LOOKS_A_LIMIT: Final = 4


def end_when_hung(
    limit_seconds: float, running: Collection[Claim], is_whole: Callable[[], bool]
) -> None:
    """Look for ever, and end the process once a handler runs for longer than the limit.

    A thread in C code can't be stopped in any other way. Looks are counted, not time: a process
    that was itself put to sleep has to wake up and look again at what it has in hand, and not to
    die of it. So too when a bug has ended one of the threads.
    """
    pause = min(1.0, limit_seconds / _LOOKS_A_LIMIT)
    looks: Counter[Claim] = Counter()
    while True:
        time.sleep(pause)
        if not is_whole():
            _end("a worker thread has ended")
        looks = Counter({claim: looks[claim] + 1 for claim in list(running)})
        for claim, count in looks.items():
            if count * pause > limit_seconds:
                _end("a handler hangs", delivery=claim.row)


def _end(why: str, **fields: object) -> None:
    log.said(f"{why}; the process ends itself", logging.CRITICAL, **fields)
    os._exit(_EXIT_CODE)
