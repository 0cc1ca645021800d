"""Writes a small ICC profile, so that tests of colours need no one else's."""

import struct

_D50 = (0.9642, 1.0, 0.8249)
# The primaries of Adobe RGB (1998), adapted to D50, as its specification gives them.
_RED, _GREEN, _BLUE = (
    (0.60974, 0.31111, 0.01947),
    (0.20528, 0.62567, 0.06087),
    (0.14919, 0.06322, 0.74457),
)


def wide_profile() -> bytes:
    """An ICC 2.1 display profile with the primaries of Adobe RGB (1998) and a gamma of 2.2."""
    gamma = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.19921875 * 256)) + bytes(2)
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"wide\0" + bytes(78 + 1),
        b"cprt": b"text" + bytes(4) + b"CC0\0",
        b"wtpt": _point(_D50),
        b"rXYZ": _point(_RED),
        b"gXYZ": _point(_GREEN),
        b"bXYZ": _point(_BLUE),
        b"rTRC": gamma,
        b"gTRC": gamma,
        b"bTRC": gamma,
    }
    table, body, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    size = start + len(body)
    return _header(size) + struct.pack(">I", len(tags)) + table + body


def _header(size: int) -> bytes:
    kind = b"mntrRGB XYZ " + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"
    head = struct.pack(">I", size) + bytes(4) + b"\x02\x10\0\0" + kind + bytes(28)
    return head + _point(_D50)[8:] + bytes(128 - len(head) - 12)


def _point(xyz: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(part * 65536) for part in xyz))
