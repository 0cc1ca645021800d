"""The names of labels and files on disks: safe for any file system, and labels readable back."""

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Final
from urllib.parse import unquote

MOST_BYTES: Final = 255
"""What file systems take for one name, in UTF-8."""

_UNSAFE: Final = re.compile(r'[%<>:"/\\|?*\x00-\x1f\x7f]|^[. ]|[. ]$')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)


def folder_of(label: str) -> str:
    """The folder's name of a label: what file systems refuse is percent-encoded.

    Raises ValueError with a sentence for the few labels that are too long for a name.
    """
    name = _safe(label, _encoded)
    if len(name.encode()) > MOST_BYTES:
        raise ValueError("The label is too long for a folder's name.")
    return name


def label_of(folder: str) -> str:
    """The label that a folder's name stands for.

    Only a name that `folder_of` gives is decoded: a folder that people named `50%25` keeps it.
    """
    label = unquote(folder, errors="replace")
    return label if label != folder and _safe(label, _encoded) == folder else folder


def file_of(filename: str, ending: str = "", mark: str = "") -> str:
    """A file's name as kept on disk: unsafe signs become `_`, too long a stem is cut.

    `ending` (with its dot) takes the place of the name's own; `mark` stands before it.
    """
    plain = _safe(filename.strip() or "photo", lambda sign: "_" * len(sign))
    own = PurePath(plain)
    last = ending or own.suffix[:16]
    stem = own.stem.encode()[: MOST_BYTES - len(f"{mark}{last}".encode())]
    return f"{stem.decode(errors='ignore')}{mark}{last}"


def _safe(text: str, instead: Callable[[str], str]) -> str:
    safe = _UNSAFE.sub(lambda found: instead(found.group()), text)
    return instead(safe[0]) + safe[1:] if _DEVICES.match(safe) else safe


def _encoded(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode())
