"""Decoded pixels in flight stay within the budget, whoever asks."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.pictures.budget import PixelBudget
from tests.eventually import eventually


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 150), min_size=1, max_size=40))
def test_never_more_pixels_than_the_budget_and_nobody_waits_for_ever(asked: list[int]) -> None:
    budget, lock = PixelBudget(100), threading.Lock()
    held: list[int] = []
    most: list[tuple[int, int]] = []
    never = threading.Event()

    def work(pixels: int) -> None:
        with budget.hold(pixels):
            with lock:
                held.append(pixels)
                most.append((sum(held), len(held)))
            # Time for others to come in, if the budget lets them.
            never.wait(0.002)
            with lock:
                held.remove(pixels)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, asked))
    assert len(most) == len(asked)
    assert all(pixels <= 100 or alone == 1 for pixels, alone in most)


def test_a_picture_larger_than_the_budget_waits_to_be_alone_and_is_not_overtaken() -> None:
    budget = PixelBudget(100)
    order: list[str] = []

    def enter(name: str, pixels: int) -> None:
        with budget.hold(pixels):
            order.append(name)

    with ThreadPoolExecutor(2) as threads:
        with budget.hold(10):
            threads.submit(enter, "huge", 500)
            eventually(lambda: len(budget._line) == 1)
            threads.submit(enter, "small", 10)
            eventually(lambda: len(budget._line) == 2)
            assert order == []
        eventually(lambda: order == ["huge", "small"])


def test_pixels_come_back_when_the_work_fails() -> None:
    budget = PixelBudget(100)
    for _ in range(3):
        with pytest.raises(ValueError, match="bad"), budget.hold(80):
            raise ValueError("bad")
    with budget.hold(100):
        pass
