"""Accounts without servers: passwords, counts of attempts, and who owns a collection."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import argon2
import jwt
import pytest
from limits import RateLimitItemPerSecond

from functions.api.accounts import passwords
from functions.api.accounts.attempts import Attempts, of_password
from functions.api.accounts.members import heir, with_role
from functions.api.accounts.naming import token_name, until
from functions.api.accounts.signing import Signing
from functions.api.caller import Role
from functions.api.refusals import Conflict, NotReady, NotSignedIn, TooMany, Wrong
from tests.eventually import eventually

_SOON = datetime.now(UTC) + timedelta(hours=1)


def test_a_password_is_compared_also_for_a_name_that_nobody_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verified: list[str] = []
    verify = argon2.PasswordHasher.verify

    def noting(self: argon2.PasswordHasher, hash_: str, password: str) -> bool:
        verified.append(hash_)
        return bool(verify(self, hash_, password))

    own = passwords.hashed("open sesame, please")
    monkeypatch.setattr(argon2.PasswordHasher, "verify", noting)
    assert passwords.fits("open sesame, please", own)
    assert not passwords.fits("open sesame, pleas", own)
    assert not passwords.fits("nobody has this password", None)
    assert len(verified) == 3
    # As much work: the same kind, memory, rounds and lanes.
    assert len({str(argon2.extract_parameters(hash_)) for hash_ in verified}) == 1


def test_an_accent_is_the_same_however_a_keyboard_spells_it() -> None:
    assert passwords.fits("cafe\u0301 com leite", passwords.hashed("caf\u00e9 com leite"))


def test_who_comes_when_too_many_wait_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "_IN_LINE", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "_AT_ONCE", busy := threading.BoundedSemaphore(1))
    with ThreadPoolExecutor(1) as pool:
        with busy:
            first = pool.submit(passwords.hashed, "open sesame, please")
            eventually(lambda: passwords._IN_LINE._value == 0)
            with pytest.raises(NotReady):
                passwords.hashed("open sesame, please")
        assert first.result().startswith("$argon2id$")
    assert passwords.hashed("open sesame, please")


def test_only_failures_stay_counted() -> None:
    attempts, counts = Attempts(), of_password("ana", "203.0.113.1", known=False)
    for _ in range(30):
        assert attempts.tried(counts, lambda: "ana") == "ana"
    for _ in range(30):
        with pytest.raises(ZeroDivisionError):
            attempts.tried(counts, lambda: str(1 / 0))
    for _ in range(10):
        assert attempts.tried(counts, lambda: None) is None
    with pytest.raises(TooMany) as refused:
        attempts.tried(counts, lambda: "ana")
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 300


def test_a_name_counts_whatever_its_case() -> None:
    attempts = Attempts()
    for name in ("ana", "ANA") * 5:
        attempts.tried(of_password(name, "203.0.113.1", known=False), lambda: None)
    with pytest.raises(TooMany):
        attempts.take(of_password("Ana", "203.0.113.1", known=False))


def test_many_addresses_use_up_a_name_but_not_for_whom_it_is_signed_in() -> None:
    attempts = Attempts()
    for number in range(50):
        attempts.tried(of_password("ana", f"203.0.113.{number}", known=False), lambda: None)
    with pytest.raises(TooMany):
        attempts.take(of_password("ana", "203.0.113.99", known=False))
    assert attempts.tried(of_password("ana", "203.0.113.99", known=True), lambda: "ana")
    assert attempts.tried(of_password("ben", "203.0.113.99", known=False), lambda: "ben")


def test_one_address_uses_up_its_own_tries_and_no_names() -> None:
    attempts, there = Attempts(), "203.0.113.1"
    for number in range(100):
        attempts.tried(of_password(f"user{number}", there, known=False), lambda: None)
    for _ in range(60):
        with pytest.raises(TooMany):
            attempts.take(of_password("ana", there, known=False))
    assert attempts.tried(of_password("ana", "203.0.113.2", known=False), lambda: "ana")


def test_a_refusal_ends_with_its_window() -> None:
    attempts, counts = Attempts(), ((RateLimitItemPerSecond(1), ("ana",)),)
    attempts.take(counts)
    with pytest.raises(TooMany):
        attempts.take(counts)

    def again() -> bool:
        try:
            attempts.take(counts)
        except TooMany:
            return False
        return True

    eventually(again, timeout=5)


def test_an_owner_goes_only_while_another_stays() -> None:
    assert with_role({"ana": "owner", "ben": "owner"}, "ana", None) == {"ben": "owner"}
    assert with_role({"ana": "owner"}, "ben", Role.VIEWER) == {"ana": "owner", "ben": "viewer"}
    for role in (None, Role.VIEWER, Role.EDITOR):
        with pytest.raises(Conflict, match="needs an owner"):
            with_role({"ana": "owner", "ben": "editor"}, "ana", role)


def test_the_owner_stays_who_it_was_or_is_another_one() -> None:
    assert heir("ben", {"ana": "owner", "ben": "owner"}) == "ben"
    assert heir("ben", {"eva": "owner", "ana": "owner", "ben": "editor"}) == "ana"


def test_the_first_key_signs_and_each_is_believed() -> None:
    old = Signing({"old": "o" * 40})
    both = Signing({"new": "n" * 40, "old": "o" * 40})
    before, after = old.signed("1", "ana", _SOON), both.signed("2", "ana", _SOON)
    assert (both.claims(before) or {})["jti"] == "1"
    assert (both.claims(after) or {})["jti"] == "2"
    assert jwt.get_unverified_header(after)["kid"] == "new"
    assert old.claims(after) is None


def test_only_what_we_signed_can_be_said_to_have_expired() -> None:
    past = datetime.now(UTC) - timedelta(seconds=5)
    ours, theirs = Signing({"a": "o" * 40}), Signing({"a": "t" * 40})
    with pytest.raises(NotSignedIn) as expired:
        ours.claims(ours.signed("1", "ana", past))
    assert expired.value.code == "token-expired"
    assert ours.claims(theirs.signed("1", "ana", past)) is None


def test_a_tokens_name_is_told_one_way() -> None:
    assert token_name("  gar\u0064en   came\u0301ra ") == "garden cam\u00e9ra"
    for wrong in ("", " ", "a/b", "x" * 65, "bell\a"):
        with pytest.raises(Wrong):
            token_name(wrong)


def test_a_token_ends_in_the_future_and_not_too_far() -> None:
    assert until(_SOON) == _SOON.replace(microsecond=0)
    for wrong in (datetime.now(UTC), datetime.now(UTC) + timedelta(days=5 * 365 + 1)):
        with pytest.raises(Wrong):
            until(wrong)
