"""Together or alone."""

import threading

from functions.runtime.gate import Gate
from tests.eventually import eventually


def test_who_wants_to_be_alone_waits_for_the_others_to_leave() -> None:
    gate = Gate()
    inside: list[str] = []
    met: list[list[str]] = []
    leave = threading.Event()

    def together() -> None:
        with gate.together():
            inside.append("together")
            leave.wait()
            inside.remove("together")

    def alone() -> None:
        with gate.alone():
            met.append(list(inside))

    threads = [threading.Thread(target=together) for _ in range(2)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(inside) == 2)
    loner = threading.Thread(target=alone)
    loner.start()
    leave.set()
    for thread in (*threads, loner):
        thread.join(timeout=60)
    assert met == [[]]


def test_nobody_comes_in_while_somebody_is_alone() -> None:
    gate = Gate()
    came_in, at_the_gate = threading.Event(), threading.Event()

    def late() -> None:
        at_the_gate.set()
        with gate.together():
            came_in.set()

    thread = threading.Thread(target=late)
    with gate.alone():
        thread.start()
        at_the_gate.wait(timeout=60)
        assert not came_in.wait(timeout=0.2)
    thread.join(timeout=60)
    assert came_in.is_set()
