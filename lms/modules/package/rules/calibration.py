"""Rules about calibration samples: each shows a performance that a halo rater gets wrong."""

from __future__ import annotations

from lms.modules.package.draft import Draft, Source
from lms.modules.package.schema import label_of
from lms.modules.package.values import Leaf


def one_performance(draft: Draft) -> None:
    """E-CAL-01: either a transcript or a recording; an asset has to exist (E-REF-01)."""
    for source in draft.samples:
        record, report = source.record, draft.report(source.file)
        given = [key for key in ("transcript", "asset") if key in record.keys]
        if len(given) != 1:
            at = record.key_place("asset") if given else record.at
            report.add("E-CAL-01:both" if given else "E-CAL-01", at)
        asset = record.leaf("asset")
        if asset and asset.text not in draft.files:
            report.add("E-REF-01", asset.at, label=label_of("asset"), name=asset.text)


def sample_references(draft: Draft) -> None:
    """E-REF-01: the rubric, its criteria and the role-play of a sample exist."""
    roleplays = {source.id for source in draft.roleplays}
    for source in draft.samples:
        _unknown(draft, source, "roleplay", roleplays, "peran")
        _unknown(draft, source, "rubric", {rubric.id for rubric in draft.rubrics}, "rubrik")
        known = _criteria(draft, source)
        for leaf in _rated(source) if known else ():
            if leaf.text not in known:
                label = label_of("criterion")
                draft.report(source.file).add("E-REF-01", leaf.at, label=label, name=leaf.text)


def _unknown(draft: Draft, source: Source, key: str, known: set[str], folder: str) -> None:
    leaf = source.record.leaf(key)
    if leaf and leaf.text not in known and folder not in draft.unsure:
        draft.report(source.file).add("E-REF-01", leaf.at, label=label_of(key), name=leaf.text)


def _criteria(draft: Draft, source: Source) -> list[str]:
    """The criteria of the sample's rubric; nothing where the rubric cannot be trusted."""
    rubric = draft.rubric(source.record.text("rubric"))
    if rubric is None or "rubrik" in draft.unsure:
        return []
    return [criterion.text("id") for criterion in rubric.records("criteria")]


def _rated(source: Source) -> list[Leaf]:
    found = [row.leaf("criterion") for row in source.record.records("expert")]
    return [leaf for leaf in found if leaf]


def every_criterion_rated(draft: Draft) -> None:
    """E-CAL-02: the experts rated each criterion once; points at the second or at the key."""
    for source in draft.samples:
        report, seen = draft.report(source.file), set()
        for leaf in _rated(source):
            if leaf.text in seen:
                report.add("E-CAL-02:twice", leaf.at, name=leaf.text)
            seen.add(leaf.text)
        missing = [name for name in _criteria(draft, source) if name not in seen]
        if missing and source.file.partition("/")[0] not in draft.unsure:
            at = source.record.key_place("expert")
            report.add("E-CAL-02", at, missing=", ".join(missing))


def levels_differ(draft: Draft) -> None:
    """E-CAL-03: at least two levels, so that one rating for everything is found out."""
    for source in draft.samples:
        rows = source.record.records("expert")
        levels = {row.whole("level") for row in rows}
        if len(rows) > 1 and len(levels) == 1 and all(row.has("level") for row in rows):
            at = source.record.key_place("expert")
            draft.report(source.file).add("E-CAL-03", at, level=levels.pop())
