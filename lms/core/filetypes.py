"""What a file is, judged by its bytes and by its name together, from an allow-list.

Only what both agree on is let in: mp4, webm, m4a, mp3, pdf, docx, jpg and png
(security.md §2 row 5). A file that could be read as something else too (HTML in a picture, a PDF
behind other bytes) is nobody's.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

HEAD_BYTES = 8192
_PDF_READERS_LOOK_AT = 1024
_DOCX_PARTS = 2000
_DOCX_BYTES = 200 * 1024 * 1024
_DOCX_RATIO = 100
_CONTENT_TYPES = "[Content_Types].xml"
_CONTENT_TYPES_BYTES = 1024 * 1024
# Written as entities, the words of macros could hide; no office program writes entities here.
_MACROS = re.compile(rb"macroenabled|vbaproject|&#|<!(?:doctype|entity)", re.I)


_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>", re.I)
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']?\s*External", re.I)
# What Word itself puts into a document: parts, pictures, embedded fonts.
_DOCX_SUFFIXES = {
    *(".xml", ".rels", ".odttf"),
    *(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf"),
}


@dataclass(frozen=True)
class Kind:
    """An accepted kind: its extension, the type it is served as, and whether it may be played
    inside a page (``inline``) or only be saved (``attachment``).
    """

    extension: str
    content_type: str
    inline: bool


_DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {
    kind.extension: kind
    for kind in (
        Kind("mp4", "video/mp4", inline=True),
        Kind("webm", "video/webm", inline=True),
        Kind("m4a", "audio/mp4", inline=True),
        Kind("mp3", "audio/mpeg", inline=True),
        Kind("pdf", "application/pdf", inline=False),
        Kind("docx", _DOCX_TYPE, inline=False),
        Kind("jpg", "image/jpeg", inline=False),
        Kind("png", "image/png", inline=False),
    )
}
_SAME_KIND = {"jpeg": "jpg"}

# What a browser would run or draw if it ever took the file for a page. None of it is part of the
# formats above, whose own XML (XMP) uses prefixed names. Every mark is long enough that it does
# not occur by chance in 20 MB of video; "<svg" alone would, so further back its name space counts.
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|iframe|object|embed|\?php)[\s/>]", re.I)
_SVG_ELEMENT = re.compile(rb"<svg[\s/>]", re.I)
_SVG_NAMESPACE = b"http://www.w3.org/2000/svg"
MARKUP_OVERLAP = 32

_EITHER_BRANDS = frozenset({b"isom", b"mp41", b"mp42", b"dash", b"3gp4", b"3gp5", b"3gp6"}) | {
    b"iso%d" % n for n in range(2, 10)
}
_VIDEO_BRANDS = _EITHER_BRANDS | {b"avc1", b"M4V ", b"M4VH", b"M4VP", b"MSNV"}
_AUDIO_BRANDS = _EITHER_BRANDS | {b"M4A ", b"M4B "}
_MP3_KBITS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_HERTZ = (44100, 48000, 32000)


def sniff(head: bytes, filename: str) -> Kind | None:
    """The kind of a file by its first bytes and its extension, or None where it is refused.

    ``head`` is the beginning of the file, up to ``HEAD_BYTES``. What lies further back is judged
    by ``is_clean_docx`` and ``ends_as_zip``.
    """
    if any(ord(character) < 32 for character in filename):
        return None
    extension = PurePosixPath(filename.strip().lower()).suffix.removeprefix(".")
    kind = KINDS.get(_SAME_KIND.get(extension, extension))
    if kind is None or not _SIGNATURES[kind.extension](head):
        return None
    return None if _could_be_a_page(head, kind) else kind


def may_hold_markup(kind: Kind) -> bool:
    """Documents quote markup as their text; in media and pictures it is a disguise."""
    return kind.extension in {"pdf", "docx"}


def holds_markup(piece: bytes) -> bool:
    """Whether a piece of a file shows HTML, script or SVG; pieces overlap by MARKUP_OVERLAP."""
    return bool(_MARKUP.search(piece)) or _SVG_NAMESPACE in piece


def _could_be_a_page(head: bytes, kind: Kind) -> bool:
    if kind.extension != "pdf" and b"%PDF-" in head[:_PDF_READERS_LOOK_AT]:
        return True
    # What browsers look at when they guess is shorter than this, in documents as well.
    seen = head[:_PDF_READERS_LOOK_AT] if may_hold_markup(kind) else head
    return holds_markup(seen) or bool(_SVG_ELEMENT.search(seen))


def _brand(head: bytes, brands: frozenset[bytes]) -> bool:
    # 16 bytes is the smallest "ftyp" box: size, name, brand, version.
    size = int.from_bytes(head[:4], "big")
    return head[4:8] == b"ftyp" and 16 <= size <= 1024 and head[8:12] in brands


def _is_webm(head: bytes) -> bool:
    # Matroska has the same first bytes; the document type tells them apart.
    return head.startswith(b"\x1a\x45\xdf\xa3") and b"\x42\x82\x84webm" in head[:128]


def _is_mp3(head: bytes) -> bool:
    if head[:3] == b"ID3":
        return len(head) > 10 and head[3] in (2, 3, 4) and max(head[6:10]) < 128
    size = _mp3_frame(head)
    # Two sync bytes alone are weak evidence, so the next frame has to follow where it should.
    return bool(size) and (len(head) <= size or bool(_mp3_frame(head[size : size + 4])))


def _mp3_frame(head: bytes) -> int:
    """Bytes of the layer III frame at the start of ``head``; 0 if there is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, bitrate, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or bitrate in (0, 15) or rate == 3:
        return 0
    newest = version == 3
    hertz = _MP3_HERTZ[rate] // {3: 1, 2: 2, 0: 4}[version]
    kbits = _MP3_KBITS[newest][bitrate]
    return (144 if newest else 72) * kbits * 1000 // hertz + (head[2] >> 1 & 1)


def _is_docx(head: bytes) -> bool:
    """A zip whose first part is one that Word files begin with; the rest is read later."""
    length = int.from_bytes(head[26:28], "little")
    name = head[30 : 30 + length]
    parts = (b"[Content_Types].xml", b"_rels/", b"word/", b"docProps/", b"customXml/")
    return head[:4] == b"PK\x03\x04" and name.startswith(parts)


_SIGNATURES: dict[str, Callable[[bytes], bool]] = {
    "mp4": lambda head: _brand(head, _VIDEO_BRANDS),
    "m4a": lambda head: _brand(head, _AUDIO_BRANDS),
    "webm": _is_webm,
    "mp3": _is_mp3,
    "pdf": lambda head: bool(re.match(rb"%PDF-[12]\.\d", head)),
    "docx": _is_docx,
    "jpg": lambda head: head[:3] == b"\xff\xd8\xff" and 0xC0 <= head[3:4][-1] < 0xFF,
    "png": lambda head: head[:8] == b"\x89PNG\r\n\x1a\n" and head[12:16] == b"IHDR",
}


def is_clean_docx(file: BinaryIO) -> bool:
    """Whether a whole zip is a Word document without macros, traps or a second life.

    Refused: missing parts, macros and ActiveX, encrypted or repeated parts, paths that lead
    out, more than 2,000 parts, 200 MB unpacked or a ratio of 100, anything after the directory.
    Nothing is unpacked except the list of content types, at most 1 MB of it.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _ends_with_directory(file) and _is_clean(archive)
    # A crafted archive can fail in any of these ways before it is known to be one.
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        OSError,
        EOFError,
        RuntimeError,
        ValueError,
    ):
        return False


def _is_clean(archive: zipfile.ZipFile) -> bool:
    parts = archive.infolist()
    return (
        not archive.comment
        and _has_safe_size(parts)
        and all(_is_plainly_packed(part) for part in parts)
        and _has_word_parts([part.filename for part in parts])
        and _declares_document(archive)
        and all(_leads_nowhere(archive, part) for part in parts if part.filename.endswith(".rels"))
    )


def _leads_nowhere(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether this list of relations loads nothing from outside: a template or picture elsewhere
    tells its owner who opened the document. Hyperlinks wait for a click and may stay.
    """
    if part.file_size > _CONTENT_TYPES_BYTES:
        return False
    with archive.open(part) as relations:
        text = relations.read(_CONTENT_TYPES_BYTES + 1)
    outside = [tag for tag in _RELATION.findall(text) if _OUTSIDE.search(tag)]
    return not _MACROS.search(text) and all(b"/hyperlink" in tag for tag in outside)


def ends_as_zip(file: BinaryIO) -> bool:
    """Whether a zip directory stands near the end: an archive behind another file's back."""
    tail = _tail(file, 66_000)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) < found + 22:
        return False
    size = int.from_bytes(tail[found + 12 : found + 16], "little")
    # Four bytes can meet by chance; a directory must also fit into the file.
    return 46 <= size <= file.seek(0, 2)


def _tail(file: BinaryIO, count: int) -> bytes:
    length = file.seek(0, 2)
    file.seek(max(length - count, 0))
    return file.read(count)


def _ends_with_directory(file: BinaryIO) -> bool:
    return _tail(file, 22)[:4] == b"PK\x05\x06"


def _has_safe_size(parts: list[zipfile.ZipInfo]) -> bool:
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    return (
        len(parts) <= _DOCX_PARTS
        and unpacked <= _DOCX_BYTES
        and unpacked <= _DOCX_RATIO * max(packed, 1)
    )


def _is_plainly_packed(part: zipfile.ZipInfo) -> bool:
    """Stored or deflated and not encrypted, as every office program writes it."""
    return not part.flag_bits & 1 and part.compress_type in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    )


def _has_word_parts(names: list[str]) -> bool:
    folded = [name.lower() for name in names]
    if len(set(folded)) != len(folded) or not {_CONTENT_TYPES, "word/document.xml"} <= set(names):
        return False
    return not any(_is_trap(name) for name in folded)


def _is_trap(name: str) -> bool:
    leads_out = name.startswith("/") or ".." in name.split("/") or re.search(r"[\\:\x00]", name)
    foreign = name[name.rfind(".") :] not in _DOCX_SUFFIXES and not name.endswith("/")
    marks = ("vba", "activex", "macrosheets", "embeddings/")
    return bool(leads_out) or foreign or any(mark in name for mark in marks)


def _declares_document(archive: zipfile.ZipFile) -> bool:
    with archive.open(_CONTENT_TYPES) as part:
        declared = part.read(_CONTENT_TYPES_BYTES + 1)
    return (
        len(declared) <= _CONTENT_TYPES_BYTES
        and b"wordprocessingml.document.main+xml" in declared
        and not _MACROS.search(declared)
    )
