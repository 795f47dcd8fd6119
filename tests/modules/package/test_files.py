"""Folders, hashes and snapshots."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.modules.package.files import (
    MOST_BYTES,
    MOST_FILES,
    PackageUnreadable,
    content_hash,
    pack,
    read_folder,
    unpack,
)

PACKAGES = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(lambda n: "aset/" + n)
    | st.sampled_from(["modul.yaml", "soal/a.yaml"]),
    st.binary(max_size=40) | st.text(max_size=20).map(lambda t: t.encode("utf-8", "replace")),
    max_size=4,
)


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def test_a_folder_is_read_by_relative_names(tmp_path: Path, tiny: dict[str, bytes]) -> None:
    write(tmp_path, tiny | {".git/config": b"x", "soal/.ulang.yaml.swp": b"x"})

    assert read_folder(tmp_path) == dict(sorted(tiny.items()))


@pytest.mark.parametrize("target", ["modul.yaml", "/etc/hostname", "."])
def test_symbolic_links_are_refused(tmp_path: Path, target: str) -> None:
    write(tmp_path, {"modul.yaml": b"x"})
    (tmp_path / "soal").symlink_to(target)

    with pytest.raises(PackageUnreadable, match="tautan simbolik"):
        read_folder(tmp_path)


def test_special_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "modul.yaml")

    with pytest.raises(PackageUnreadable, match="bukan berkas biasa"):
        read_folder(tmp_path)


def test_size_and_number_have_limits(tmp_path: Path) -> None:
    write(tmp_path, {"modul.yaml": bytes(MOST_BYTES)})

    assert len(read_folder(tmp_path)["modul.yaml"]) == MOST_BYTES

    write(tmp_path, {"modul.yaml": bytes(MOST_BYTES + 1)})
    with pytest.raises(PackageUnreadable, match="2 MiB"):
        read_folder(tmp_path)

    write(tmp_path, {"modul.yaml": b""} | {f"aset/{n}.png": b"" for n in range(MOST_FILES)})
    with pytest.raises(PackageUnreadable, match="200 berkas"):
        read_folder(tmp_path)


@pytest.mark.parametrize("name", ["tidak-ada", "modul.yaml"])
def test_only_a_folder_can_be_read(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"modul.yaml": b"x"})

    with pytest.raises(PackageUnreadable, match="tidak ada"):
        read_folder(tmp_path / name)


@given(PACKAGES)
def test_a_snapshot_gives_back_the_same_bytes(files: dict[str, bytes]) -> None:
    assert unpack(pack(files)) == files
    assert pack(dict(reversed(files.items()))) == pack(files)


@given(PACKAGES, PACKAGES)
def test_different_packages_have_different_hashes(
    one: dict[str, bytes], other: dict[str, bytes]
) -> None:
    assert (content_hash(one) == content_hash(other)) == (one == other)


def test_the_hash_does_not_join_neighbours() -> None:
    assert content_hash({"a": b"bc"}) != content_hash({"ab": b"c"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format":2,"text":{},"base64":{}}',
        '{"format":1,"text":{"a":1},"base64":{}}',
    ]
    + ['{"format":1,"text":{},"base64":{"a":"?"}}', '{"format":1,"text":[],"base64":{}}'],
)
def test_a_foreign_snapshot_is_refused(text: str) -> None:
    with pytest.raises(PackageUnreadable):
        unpack(text)
