"""Folders of our own on the disk."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

OWNER_ONLY = 0o700


def make_private(folder: Path) -> None:
    """Make a folder that its owner alone can look into; one that stands open is closed.

    Letters, the database and the secret key lie there. Left as it is: a folder of another account,
    and one that is shared on purpose (with the sticky bit, such as /tmp). Windows has no
    such modes.
    """
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    if sys.platform == "win32":
        return
    found = folder.stat()
    if found.st_uid != os.geteuid() or found.st_mode & stat.S_ISVTX:
        return
    if stat.S_IMODE(found.st_mode) != OWNER_ONLY:
        folder.chmod(OWNER_ONLY)
