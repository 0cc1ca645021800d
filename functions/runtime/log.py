"""The process's log: one JSON object a line on standard output, one outcome line a delivery."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

from functions.runtime.claim import Claim, Outcome

_log = logging.getLogger("functions")


def start(function: str, level: str) -> None:
    """Send the log of this process to standard output, each line naming the function."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        JsonFormatter(
            "{levelname}{message}",
            style="{",
            timestamp="at",
            rename_fields={"levelname": "level"},
            static_fields={"function": function},
        )
    )
    _log.handlers = [handler]
    _log.propagate = False
    _log.setLevel(level)


def delivered(claim: Claim, outcome: Outcome, content: str | None, state: str, ms: float) -> None:
    """The one line that says how a delivery went; a traceback only for bugs of ours."""
    line = {
        "delivery": claim.row,
        "outcome": outcome.word,
        "state": state,
        "content": content,
        "ms": round(ms, 1),
        "failures": claim.failures + outcome.failures,
        "deaths": claim.deaths,
        "code": outcome.code,
        "reason": outcome.reason,
        "traceback": outcome.traceback,
    }
    level = logging.ERROR if outcome.traceback or outcome.word == "died" else logging.INFO
    told = {name: value for name, value in line.items() if value is not None}
    _log.log(level, "delivery", extra=told)


def said(message: str, level: int = logging.INFO, **fields: object) -> None:
    """Any other line: a sentence and its fields."""
    _log.log(level, message, extra=fields)
