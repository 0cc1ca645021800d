"""What the clock starts meets an outage: it is said, and nothing else is kept from anyone."""

import logging

import pytest

from functions.runtime.faults import Outage
from scheduler.postponed import postponed


def test_an_outage_ends_the_work_and_is_said(caplog: pytest.LogCaptureFixture) -> None:
    done = []
    with postponed("hats are counted later"):
        done.append("began")
        raise Outage("Mongo is away")
    assert done == ["began"]
    (line,) = caplog.records
    assert (line.levelno, line.message) == (logging.WARNING, "hats are counted later")
    assert line.__dict__["reason"] == "Mongo is away"


def test_a_bug_is_not_postponed() -> None:
    with pytest.raises(ZeroDivisionError), postponed("hats are counted later"):
        _ = 1 / 0
