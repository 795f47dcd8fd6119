"""Third-party files kept in this repository: check them offline, or fetch them again.

`python3 vendor.py` compares every kept file with the digest in its manifest; exit status 1 on a
difference. `python3 vendor.py --fetch` downloads each package (needs npm), refuses a tarball whose
sha512 is not the recorded one, and writes the files anew. To move to another version, edit the
manifest first.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
MANIFESTS = ("static/vendor/manifest.json", "tests/browser/vendor/manifest.json")


def digest(kind: str, data: bytes) -> str:
    """The digest in the notation of package manifests and of HTML: `sha384-<base64>`."""
    return f"{kind}-{base64.b64encode(hashlib.new(kind, data).digest()).decode()}"


def packages(manifest: Path) -> list[dict[str, Any]]:
    """The packages of one manifest: package, version, sha512 of the tarball, files."""
    return json.loads(manifest.read_text(encoding="utf-8"))["packages"]


def verify(manifest: Path) -> list[str]:
    """What is wrong beside `manifest`, one line a file; empty when every byte is as recorded."""
    listed = {f["name"]: f["sha384"] for p in packages(manifest) for f in p["files"]}
    present = {p.name for p in manifest.parent.iterdir()} - {manifest.name}
    wrong = [f"UNLISTED {name}" for name in sorted(present - listed.keys())]
    for name, expected in listed.items():
        kept = manifest.parent / name
        if not kept.is_file():
            wrong.append(f"MISSING {name}")
        elif digest("sha384", kept.read_bytes()) != expected:
            wrong.append(f"BAD {name}")
    return wrong


def fetch(manifest: Path) -> None:
    """Write the files of `manifest` anew; stops at a tarball that is not the recorded one."""
    for package in packages(manifest):
        spec = f"{package['package']}@{package['version']}"
        with tempfile.TemporaryDirectory() as folder:
            command = ["npm", "pack", "--ignore-scripts", "--pack-destination", folder, spec]
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)
            tarball = next(Path(folder).glob("*.tgz"))
            if digest("sha512", tarball.read_bytes()) != package["sha512"]:
                raise SystemExit(f"REFUSED {spec}: the tarball is not the recorded one")
            with tarfile.open(tarball) as archive:
                for file in package["files"]:
                    archived = archive.extractfile(f"package/{file['from']}")
                    if archived is None:
                        raise SystemExit(f"MISSING {file['from']} in {spec}")
                    (manifest.parent / file["name"]).write_bytes(archived.read())


def main(arguments: list[str]) -> int:
    """Verify, after fetching when asked to."""
    wrong = []
    for manifest in (ROOT / name for name in MANIFESTS):
        if "--fetch" in arguments:
            fetch(manifest)
        wrong += verify(manifest)
    print("\n".join(wrong) or "all third-party files are as recorded")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
