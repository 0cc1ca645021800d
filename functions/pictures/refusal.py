"""Says in the sender's words what bytes are when they are not a picture we can open."""

from functions.runtime.faults import Rejected

# How each accepted kind of file begins: offset, bytes.
_BEGINNINGS = (
    (0, b"\xff\xd8\xff"),
    (0, b"\x89PNG"),
    (0, b"GIF8"),
    (8, b"WEBP"),
    (0, b"II*\x00"),
    (0, b"MM\x00*"),
    (0, b"BM"),
    (4, b"ftyphei"),
    (4, b"ftyphev"),
    (4, b"ftypmif1"),
    (4, b"ftypavi"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")


def truncated() -> Rejected:
    """The bytes begin as a picture, but a part of it is missing or damaged."""
    return Rejected(
        "truncated", "The file is damaged or incomplete: part of the picture is missing."
    )


def not_a_picture(data: bytes) -> Rejected:
    """Name what `data`, which no decoder took, looks like."""
    if any(data[at : at + len(start)] == start for at, start in _BEGINNINGS):
        return truncated()
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"%pdf-" in head:
        return Rejected("pdf", "This is a PDF document, not a photo.")
    if b"<svg" in head:
        return Rejected("svg", "This is an SVG drawing, not a photo.")
    return Rejected("not-a-picture", f"This is {_kind(data, head)}, not a photo.")


def _kind(data: bytes, head: bytes) -> str:
    if head.startswith(_HTML):
        return "a web page"
    if head.startswith(b"<?xml"):
        return "an XML document"
    if data[4:8] == b"ftyp" or data.startswith(b"\x1aE\xdf\xa3"):
        return "a video"
    if data.startswith(b"PK\x03\x04"):
        return "an archive or an office document"
    return "a text file" if _is_text(data[:1024]) else "a file of a kind we can't open"


def _is_text(start: bytes) -> bool:
    """True for UTF-8 without control characters; the last character may be cut in two."""
    text = start.decode("utf-8", errors="ignore")
    return len(text.encode()) > len(start) - 4 and all(c.isprintable() or c.isspace() for c in text)
