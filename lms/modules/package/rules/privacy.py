"""No personal numbers in a package, not even by accident (E-PRIV-01, E-PRIV-02)."""

from __future__ import annotations

import re
from typing import Final

from lms.modules.package.draft import Draft
from lms.modules.package.messages import Position
from lms.modules.package.schema import label_of
from lms.modules.package.values import EMPTY

# NIK: 16 digits, often in groups of 4 or 6-6-4. NIP: 18 digits, often 8-6-1-3.
# Telephone: 08…/+628… and area codes in brackets. Every part is bounded, so time stays linear.
_PERSONAL: Final = re.compile(
    r"(?<![0-9])(?:"
    r"(?P<nip>[0-9]{18}|[0-9]{8}[ .-][0-9]{6}[ .-][0-9][ .-][0-9]{3})"
    r"|(?P<nik>[0-9]{16,17}|[0-9]{4}(?:[ .-][0-9]{4}){3}|[0-9]{6}[ .-][0-9]{6}[ .-][0-9]{4})"
    r"|(?P<telepon>(?:\+?62[ .-]?|0)8[0-9]{1,2}[ .-]?[0-9]{3,4}[ .-]?[0-9]{3,5}"
    r"|\(0[0-9]{2,3}\) ?[0-9]{3,4}[ .-]?[0-9]{3,4})"
    r")(?![0-9])"
)
_ROLE: Final = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
_KINDS: Final = {"nip": "NIP", "nik": "NIK", "telepon": "nomor telepon"}


def no_personal_numbers(draft: Draft) -> None:
    """Report every run of digits that looks like one, where it stands in the file."""
    for file, text in draft.texts.items():
        for number, line in enumerate(text.split("\n"), start=1):
            for match in _PERSONAL.finditer(line):
                kind = _KINDS[match.lastgroup or "nik"]
                count = sum(c.isdigit() for c in match.group())
                at = Position(number, match.start() + 1)
                draft.report(file).add("E-PRIV-01", at, count=count, kind=kind)


def role_names_only(draft: Draft) -> None:
    """E-PRIV-02: authors, reviewers and panels are named by role, never by person or address.

    A role name is made of small letters, spaces and hyphens: it cannot hold an e-mail address or
    a NIP, and hardly the name of a person.
    """
    lists = [("modul.yaml", draft.module, key) for key in ("authors", "reviewers")]
    for source in draft.item_sets:
        for record in (source.record, *source.record.records("items")):
            lists.append((source.file, record.record("panel") or EMPTY, "roles"))
    for file, record, key in lists:
        for leaf in record.leaves(key):
            if not _ROLE.fullmatch(leaf.text):
                label = label_of(key)
                draft.report(file).add("E-PRIV-02", leaf.at, label=label, value=leaf.text)
