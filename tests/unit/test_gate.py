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
        thread.join(timeout=5)
    assert met == [[]]


def test_nobody_comes_in_while_somebody_is_alone() -> None:
    gate = Gate()
    order: list[str] = []

    def late() -> None:
        with gate.together():
            order.append("late comes in")

    with gate.alone():
        thread = threading.Thread(target=late)
        thread.start()
        order.append("alone leaves")
    thread.join(timeout=5)
    assert order == ["alone leaves", "late comes in"]
