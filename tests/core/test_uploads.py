"""Uploads: eight kinds come in, disguises stay out, and nothing is left of a refused file."""

import hashlib
import io
import random
import zipfile
from pathlib import Path
from tempfile import SpooledTemporaryFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.uploads import (
    KINDS,
    MAX_BYTES,
    Stored,
    UploadRefused,
    safe_display_name,
    sniff,
    store,
)

DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = f'<?xml version="1.0"?><Types><Override ContentType="{DOCUMENT_TYPE}"/></Types>'


OUTSIDE = (
    '<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" '
    'Target="https://elsewhere.example/t.dotm" TargetMode="External"/></Relationships>'
)
LINKED = OUTSIDE.replace("attachedTemplate", "hyperlink").replace("t.dotm", "")


def docx(extra=None, types=TYPES, skip=(), compression=zipfile.ZIP_DEFLATED):
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": "<r/>",
        "word/document.xml": "<w:document/>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in (parts | (extra or {})).items():
            if name not in skip:
                archive.writestr(name, content)
    return target.getvalue()


def base_media(brand, size=24):
    box = size.to_bytes(4, "big") + b"ftyp" + brand + b"\0\0\2\0" + b"isommp41"
    return box + b"\0\0\0\x08free" + b"\0" * 64


MP3_FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + b"\0" * 100 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0\0\0\1\0\0\0\1\x08\2\0\0\0" + b"\0" * 50
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
WEBM = (
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm\x42\x87\x81\x04"
    + b"\0" * 60
)
SAMPLES = {
    "mp4": base_media(b"mp42"),
    "webm": WEBM,
    "m4a": base_media(b"M4A "),
    "mp3": MP3_FRAME * 3,
    "pdf": PDF,
    "docx": docx(),
    "jpg": JPG,
    "png": PNG,
}
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\x00" + b"\0" * 200


def refusal(data, filename, folder, **options):
    """Code of the refusal, after making sure that nothing at all was left in the folder."""
    with pytest.raises(UploadRefused) as refused:
        store(io.BytesIO(data), filename, folder, **options)
    assert not folder.exists() or list(folder.iterdir()) == []
    return refused.value.code


@pytest.mark.parametrize("extension", sorted(SAMPLES))
def test_every_allowed_kind_is_kept_whole_under_a_random_name(extension, tmp_path):
    data = SAMPLES[extension]

    kept = store(io.BytesIO(data), f"Rekaman loket.{extension.upper()}", tmp_path / "a" / "b")

    path = tmp_path / "a" / "b" / kept.name
    assert path.read_bytes() == data
    assert kept == Stored(
        name=kept.name,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        kind=KINDS[extension],
        original=f"Rekaman loket.{extension.upper()}",
    )
    assert len(kept.name) == 32
    assert set(kept.name) <= set("0123456789abcdef")
    assert path.stat().st_mode & 0o077 == 0
    assert len(list(path.parent.iterdir())) == 1


def test_the_same_file_twice_gets_two_names(tmp_path):
    names = {store(io.BytesIO(JPG), "a.jpg", tmp_path).name for _ in range(2)}

    assert len(names) == 2


@pytest.mark.parametrize("content", sorted(SAMPLES))
@pytest.mark.parametrize("extension", [*sorted(SAMPLES), "jpeg", "html", "svg", "exe", "docm", ""])
def test_content_and_extension_must_agree(content, extension):
    kind = sniff(SAMPLES[content], f"x.{extension}")

    same = {"jpeg": "jpg"}.get(extension, extension) == content
    generic_audio = (content, extension) == ("mp4", "m4a")  # Phones record sound under this brand.
    assert (kind is not None) == (same or generic_audio)


@pytest.mark.parametrize(
    ("brand", "extension", "accepted"),
    [
        (b"isom", "mp4", True),
        (b"M4V ", "mp4", True),
        (b"M4A ", "mp4", False),
        (b"M4V ", "m4a", False),
        (b"qt  ", "mp4", False),
        (b"heic", "mp4", False),
        (b"avif", "jpg", False),
    ],
)
def test_the_brand_tells_film_from_sound(brand, extension, accepted):
    assert (sniff(base_media(brand), f"x.{extension}") is not None) is accepted


@pytest.mark.parametrize(
    ("data", "accepted"),
    [
        (b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 40, True),
        (b"ID3\x04\0\0\xff\0\0\x0a" + b"\0" * 40, False),
        (MP3_FRAME, True),
        (MP3_FRAME + b"no frame here", False),
        (b"\xff\xf1\x50\x80" + b"\0" * 500, False),
        (b"\xff\xfe<\0h\0t\0m\0l\0", False),
    ],
)
def test_sound_needs_real_frames(data, accepted):
    assert (sniff(data, "x.mp3") is not None) is accepted


def test_media_may_be_played_inside_a_page_and_the_rest_only_saved():
    assert {e for e, kind in KINDS.items() if kind.inline} == {"mp4", "webm", "m4a", "mp3"}


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (HTML, "rekaman.mp4"),
        (HTML, "rekaman.html"),
        (SVG, "gambar.svg"),
        (SVG, "gambar.png"),
        (EXE, "program.exe"),
        (EXE, "program.pdf"),
        (b"\x7fELF" + b"\0" * 100, "x.mp3"),
        (WEBM.replace(b"\x84webm", b"\x88matroska"), "x.webm"),
        (b"#!/bin/sh\n", "x.jpg"),
        (b"GIF89a" + b"\0" * 50, "x.png"),
        (JPG, "foto.jpg.html"),
        (JPG, "foto"),
        (JPG, ".jpg"),
        (JPG, "foto.html\0.jpg"),
        (JPG, "foto.jpg\0"),
        (JPG, "foto\r\n.jpg"),
        (b"\0", "x.mp4"),
        (HTML + PDF, "x.pdf"),
        (b"%PDF-1.7<html>" + HTML, "x.pdf"),
        (JPG + PDF, "x.jpg"),
        (base_media(b"isom") + PDF, "x.mp4"),
    ],
)
def test_hostile_files_are_refused(data, filename, tmp_path):
    assert refusal(data, filename, tmp_path / "files") == "forbidden_kind"


@pytest.mark.parametrize("kind", ["jpg", "png", "mp4", "webm", "m4a", "mp3"])
@pytest.mark.parametrize("where", [0, 7_000, 8_185, 300_000])
@pytest.mark.parametrize("markup", [HTML, b"<ScRiPt src=x>", b"<?php system(1)", SVG])
def test_pages_hidden_in_media_are_refused_wherever_they_stand(kind, where, markup, tmp_path):
    filling = (
        SAMPLES["mp3"] * (1 + where // 1251) if kind == "mp3" else SAMPLES[kind] + b"\0" * where
    )

    assert refusal(filling + markup, f"x.{kind}", tmp_path / "files") == "forbidden_kind"


def test_a_page_across_the_seam_of_two_reads_is_found(tmp_path):
    chunk = 256 * 1024
    for shift in range(1, 9):
        start = JPG + b"\0" * (8192 + chunk - len(JPG) - shift)
        assert refusal(start + b"<script>", "x.jpg", tmp_path / "files") == "forbidden_kind"


@pytest.mark.parametrize("kind", ["jpg", "png", "pdf", "mp4", "mp3"])
def test_an_archive_behind_another_file_is_refused(kind, tmp_path):
    data = SAMPLES[kind] * 1 + docx()

    assert refusal(data, f"x.{kind}", tmp_path / "files") == "forbidden_kind"
    assert refusal(data + b"\n" * 99, f"x.{kind}", tmp_path / "files") == "forbidden_kind"


def test_words_about_markup_do_not_spoil_a_document(tmp_path):
    data = PDF + b"\0" * 2000 + b"(Tulis <script> di antara <head> dan <body>)"

    assert store(io.BytesIO(data), "x.pdf", tmp_path).size == len(data)


BOMB = b"\0" * (30 * 1024 * 1024)
NOISE = random.Random(1).randbytes(600_000).hex()  # Does not pack below the allowed ratio.


def locked_text():
    """A document whose text alone is marked as encrypted, in both of its headers."""
    data = bytearray(docx())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rindex(header) + flags] |= 1  # The text is the last part of both lists.
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(docx({"word/media/x.png": BOMB}), id="ratio"),
        pytest.param(docx({f"word/{n}.xml": "x" for n in range(2001)}), id="parts"),
        pytest.param(docx({"word/vbaProject.xml": "x"}), id="macros"),
        pytest.param(docx({"word/VBADATA.XML": "x"}), id="macros in capitals"),
        pytest.param(docx({"word/activeX/activeX1.xml": "x"}), id="activex"),
        pytest.param(
            docx(types=TYPES + "application/vnd.ms-word.document.macroEnabled"), id="type"
        ),
        pytest.param(docx(types=TYPES + "vba&#80;roject"), id="entity"),
        pytest.param(docx(types="<Types/>"), id="no document"),
        pytest.param(docx(types=TYPES + NOISE), id="huge list of types"),
        pytest.param(docx(skip=["word/document.xml"]), id="no text"),
        pytest.param(docx(skip=["[Content_Types].xml"]), id="no types"),
        pytest.param(docx({"word/embeddings/oleObject1.xml": "x"}), id="embedded"),
        pytest.param(docx({"word/x.exe": "x"}), id="program"),
        pytest.param(docx({"word/_rels/settings.xml.rels": OUTSIDE}), id="template elsewhere"),
        pytest.param(docx({"../../evil.xml": "x"}), id="zip slip"),
        pytest.param(docx({"/etc/passwd.xml": "x"}), id="absolute"),
        pytest.param(docx({"word\\..\\x.xml": "x"}), id="backslash"),
        pytest.param(docx({"C:x.xml": "x"}), id="drive"),
        pytest.param(docx({"WORD/document.xml": "x"}), id="twin"),
        pytest.param(docx(compression=zipfile.ZIP_LZMA), id="odd compression"),
        pytest.param(docx() + HTML, id="page behind"),
        pytest.param(docx() + b"\n", id="anything behind"),
        pytest.param(docx()[:-2] + b"\x01\x00x", id="comment"),
        pytest.param(HTML + docx(), id="page in front"),
        pytest.param(docx()[:-30], id="cut off"),
        pytest.param(docx()[:60], id="torn"),
        pytest.param(docx().replace(b"PK\x01\x02", b"PK\x01\x03"), id="broken directory"),
        pytest.param(locked_text(), id="locked text"),
        pytest.param(
            docx().replace(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x01\x00\x08\x00"), id="locked"
        ),
        pytest.param(b"PK\x05\x06" + b"\0" * 18, id="empty archive"),
    ],
)
def test_documents_with_traps_are_refused(data, tmp_path):
    assert refusal(data, "laporan.docx", tmp_path / "files") == "forbidden_kind"


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_a_damaged_document_is_refused_or_kept_but_never_breaks(tmp_path_factory, noise, where):
    data = bytearray(docx())
    data[where : where + len(noise)] = noise
    folder = tmp_path_factory.mktemp("files")

    try:
        kept = store(io.BytesIO(bytes(data)), "x.docx", folder)
    except UploadRefused:
        assert list(folder.iterdir()) == []
    else:
        assert [path.name for path in folder.iterdir()] == [kept.name]


def test_an_empty_file_is_refused(tmp_path):
    assert refusal(b"", "x.jpg", tmp_path / "files") == "empty"


def large_jpg(size):
    return JPG + b"\0" * (size - len(JPG))


def test_the_limit_itself_is_allowed_and_one_byte_more_is_not(tmp_path):
    assert store(io.BytesIO(large_jpg(MAX_BYTES)), "x.jpg", tmp_path).size == 20 * 1024 * 1024
    assert refusal(large_jpg(MAX_BYTES + 1), "x.jpg", tmp_path / "files") == "too_large"


class Line(io.RawIOBase):
    """A stream that does not know its size and gives its bytes in bits, like a network."""

    def __init__(self, data, breaks_at=None, piece=5_000):
        super().__init__()
        self.source, self.breaks_at, self.given = io.BytesIO(data), breaks_at, 0
        self.piece = piece

    def read(self, count=-1):
        if self.breaks_at is not None and self.given >= self.breaks_at:
            raise OSError("connection lost")
        piece = self.source.read(min(count, self.piece))
        self.given += len(piece)
        return piece


def test_a_stream_of_unknown_size_is_stopped_at_the_limit(tmp_path):
    line = Line(large_jpg(900_000))

    with pytest.raises(UploadRefused) as refused:
        store(line, "x.jpg", tmp_path, limit=100_000)

    assert refused.value.code == "too_large"
    assert line.given <= 110_000
    assert list(tmp_path.iterdir()) == []


def test_a_stream_in_bits_is_kept_whole(tmp_path):
    data = WEBM + b"\0" * 60_000

    kept = store(Line(data, piece=7), "x.webm", tmp_path)

    assert (tmp_path / kept.name).read_bytes() == data


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    stream = io.BytesIO(large_jpg(5_000))

    with pytest.raises(UploadRefused):
        store(stream, "x.jpg", tmp_path, limit=4_999)

    assert stream.tell() == 0


def test_a_spooled_form_file_is_read_from_where_it_stands(tmp_path):
    with SpooledTemporaryFile(max_size=10) as stream:
        stream.write(b"part header" + JPG)
        stream.seek(len(b"part header"))

        kept = store(stream, "x.jpg", tmp_path, limit=len(JPG))

    assert kept.size == len(JPG)


def test_a_broken_connection_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="connection lost"):
        store(Line(large_jpg(900_000), breaks_at=50_000), "x.jpg", tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "filename",
    ["../../etc/cron.d/x.jpg", "/etc/x.jpg", "C:\\Windows\\x.jpg", "..\\..\\x.jpg", "a/../x.jpg"],
)
def test_paths_in_names_lead_nowhere(filename, tmp_path):
    kept = store(io.BytesIO(JPG), filename, tmp_path / "files")

    assert kept.original == "x.jpg"
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [tmp_path / "files" / kept.name]
    assert Path(kept.name).name == kept.name


@pytest.mark.parametrize(
    ("filename", "shown"),
    [
        ("Rekaman  Bu   Siti.mp4", "Rekaman Bu Siti.mp4"),
        ("laporan\u202efdp.exe", "laporanfdp.exe"),
        ("a\0b\x1b[31m.jpg", "ab[31m.jpg"),
        ("a\u200b\u2066b.jpg", "ab.jpg"),
        ("...htaccess", "htaccess"),
        (" . ", "berkas"),
        ("", "berkas"),
        ("folder/", "berkas"),
        ("\ud800.jpg", "jpg"),
        ("foto\u2028baru.jpg", "foto baru.jpg"),
        ("x" * 200 + ".docx", "x" * 115 + ".docx"),
        ("x" * 200, "x" * 120),
        ("a." + "x" * 200, "a." + "x" * 118),
    ],
)
def test_names_are_made_fit_to_be_shown(filename, shown):
    assert safe_display_name(filename) == shown


@given(st.text(max_size=300))
def test_every_name_is_short_printable_and_stays_as_it_is(filename):
    name = safe_display_name(filename)

    assert 1 <= len(name) <= 120
    assert not set(name) & set("/\\\0\r\n\u202e\u2066")
    assert not name.startswith(".")
    assert safe_display_name(name) == name


@given(st.binary(max_size=200), st.text(max_size=20), st.sampled_from([*KINDS, "html"]))
def test_any_bytes_are_judged(head, stem, extension):
    assert sniff(head, f"{stem}.{extension}") in (None, *KINDS.values())


def test_a_document_may_hold_links_and_pictures(tmp_path):
    """What waits for a click, and what Word stores inside, is let in."""
    parts = {"word/_rels/document.xml.rels": LINKED, "word/media/image1.png": "x"}

    stored = store(io.BytesIO(docx(parts)), "laporan.docx", tmp_path)

    assert stored.kind.extension == "docx"
