"""Bodies of the wrong kind, and files that are none."""

from __future__ import annotations

import json
from dataclasses import dataclass

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BOUNDARY = "batas"


@dataclass(frozen=True)
class File:
    """A file as a browser, or somebody with a tool, would send it."""

    kind: str
    name: str
    content_type: str
    content: bytes


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
FILES = (
    File("empty", "", "application/octet-stream", b""),
    File("no bytes", "kosong.pdf", "application/pdf", b""),
    File("page", "halaman.html", "text/html", b"<script>alert(1)</script>"),
    File("drawing", "gambar.svg", "image/svg+xml", b"<svg onload=alert(1)></svg>"),
    File("in disguise", "foto.png", "image/png", b"MZ\x90\x00 bukan gambar"),
    File("two endings", "foto.png.html", "image/png", PNG),
    File("path", "../../../../tmp/x.pdf", "application/pdf", b"%PDF-1.7\n%%EOF\n"),
    File("Windows path", "C:\\CON\\nul.pdf", "application/pdf", b"%PDF-1.7\n%%EOF\n"),
    File("NUL in its name", "a\x00b.pdf", "application/pdf", b"%PDF-1.7\n%%EOF\n"),
    File("long name", "a" * 5000 + ".pdf", "application/pdf", b"%PDF-1.7\n%%EOF\n"),
    File("turned name", "\u202efdp.exe", "application/pdf", b"%PDF-1.7\n%%EOF\n"),
    File("odd type", "a.pdf", "x/y; charset=\x80", b"%PDF-1.7\n%%EOF\n"),
    File("good", "catatan.pdf", "application/pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"),
)


def multipart(
    pairs: list[tuple[str, str | bytes]], field_name: str, file: File, mark: str
) -> tuple[bytes, str]:
    """A multipart body with a file in it."""
    boundary = f"{BOUNDARY}{mark}".encode()
    lines = []
    for name, value in pairs:
        raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        lines.append(_part(boundary, f'name="{name}"', b"", raw))
    described = f'name="{field_name}"; filename="{file.name}"'
    kind = f"Content-Type: {file.content_type}\r\n".encode("utf-8", "replace")
    lines.append(_part(boundary, described, kind, file.content))
    return b"".join([*lines, b"--" + boundary + b"--\r\n"]), (
        f"multipart/form-data; boundary={boundary.decode()}"
    )


def _part(boundary: bytes, described: str, kind: bytes, raw: bytes) -> bytes:
    head = f"Content-Disposition: form-data; {described}\r\n".encode("utf-8", "replace")
    return b"--" + boundary + b"\r\n" + head + kind + b"\r\n" + raw + b"\r\n"


def other_types(
    names: list[str], good: list[tuple[str, str]], mark: str, token: str
) -> list[tuple[str, bytes, str]]:
    """Bodies that are no form, or say they are another one: kind, bytes, content type."""
    nested: object = mark
    for _ in range(50):
        nested = {"a": [nested]}
    objects = (5, [1], "x", None, {}, dict.fromkeys(names, {"b": 1}), {"csrf_token": nested})
    found = [(f"JSON {str(o)[:20]}", json.dumps(o).encode(), JSON) for o in objects]
    found += [
        ("JSON brackets", b"[" * 3000, JSON),
        ("JSON broken", b'{"a": ', JSON),
        ("JSON as form", json.dumps(dict(good)).encode(), FORM),
        ("text", b"a=b", "text/plain"),
        ("XML", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "text/xml"),
        ("bytes", bytes(range(256)) * 4, "application/octet-stream"),
        ("no type", b"a=b", ""),
        ("odd type", b"a=b", "///;;;=" + "x" * 300),
        ("no body", b"", FORM),
        ("odd charset", f"csrf_token={token}&a=%80".encode("utf-16"), f"{FORM}; charset=utf-16"),
        ("unknown charset", f"csrf_token={token}&a=b".encode(), f"{FORM}; charset=tidak-ada"),
        ("no boundary", b"--x\r\n\r\n", "multipart/form-data"),
        ("other boundary", b"--x\r\n\r\na\r\n--x--", "multipart/form-data; boundary=y"),
        ("boundary too long", b"--x", "multipart/form-data; boundary=" + "y" * 3000),
        ("part without end", _unfinished(token), f"multipart/form-data; boundary={BOUNDARY}"),
        ("thousand parts", _thousand(token), f"multipart/form-data; boundary={BOUNDARY}"),
        ("mixed", b"--x\r\n\r\n--x--", "multipart/mixed; boundary=x"),
    ]
    return found


def _unfinished(token: str) -> bytes:
    boundary = BOUNDARY.encode()
    return _part(boundary, 'name="csrf_token"', b"", token.encode()) + b"--" + boundary + b"\r\nCon"


def _thousand(token: str) -> bytes:
    boundary = BOUNDARY.encode()
    parts = [_part(boundary, 'name="csrf_token"', b"", token.encode())]
    parts += [_part(boundary, f'name="f{n}"', b"", b"x") for n in range(1100)]
    return b"".join([*parts, b"--" + boundary + b"--\r\n"])
