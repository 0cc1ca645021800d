"""The lines of the label log, as they are written, read and compared."""

from datetime import UTC, datetime

from scheduler.label_lines import Line, Said, as_bytes

AT = datetime(2026, 11, 21, 9, 30, 0, 123000, tzinfo=UTC)
SENT = Said("hat", "ana", AT, "e1")
MENDED = Said("cap", "bo", AT, "e1")


def line(*history: Said, photo: str = "p1") -> Line:
    label = history[-1].label if history else None
    return Line(photo, f"clothes/{photo}", "ab" * 32, label, history)


def test_each_photo_is_one_line_in_the_order_of_ids() -> None:
    odd = Said('a "b"\u2028 🎩', "ana", AT, None)
    written = as_bytes([line(SENT, photo="p2"), line(odd)]).splitlines()
    assert [text[:14] for text in written] == [b'{"photo":"p1",', b'{"photo":"p2",']
    assert '"label":"a \\"b\\"\u2028 🎩"'.encode() in written[0]
    assert b'"at":"2026-11-21T09:30:00.123000Z"' in written[1]


def test_a_photo_recorded_anew_has_forgotten_what_was_said() -> None:
    assert line().forgets(line(SENT))
    again = Said("hat", "ana", datetime.now(UTC), "e1")
    assert line(again).forgets(line(SENT, MENDED)), "only the upload's own label came again"


def test_an_old_backup_has_forgotten_what_was_said_since() -> None:
    assert line(SENT, MENDED).forgets(line(SENT, MENDED, SENT))


def test_what_was_said_since_is_not_forgotten() -> None:
    assert not line(SENT, MENDED).forgets(line(SENT))
    assert not line(SENT).forgets(line(SENT))
    assert not line(MENDED).forgets(line(SENT, SENT)), "a person spoke after the loss"
    assert not line().forgets(line())
