"""Rules about ``modul.yaml`` and the package as a whole."""

from __future__ import annotations

from lms.modules.package.draft import Draft
from lms.modules.package.rules.completeness import must_be_complete
from lms.modules.package.schema import label_of
from lms.modules.package.values import EMPTY

REQUIRED = ("modul.yaml", "rencana.yaml")
FORMS = ("A", "B")


def required_files(draft: Draft) -> None:
    """E-PKG-01: the files without which nothing can be played."""
    for name in REQUIRED:
        # Where the whole chain is asked for, E-PKG-03 names the plan among what is missing.
        told_there = name == "rencana.yaml" and must_be_complete(draft)
        if name not in draft.files and not told_there:
            draft.report(name).add("E-PKG-01")


def format_version(draft: Draft) -> None:
    """E-PKG-02: only format 1 is understood."""
    value = draft.module.leaf("format")
    if value and value.value != 1:
        draft.report("modul.yaml").add("E-PKG-02", value.at, value=value.text)


def folder_name(draft: Draft) -> None:
    """E-PKG-06: the folder is named after the module, where there is a folder."""
    name = draft.module.text("id")
    if name and draft.folder_name is not None and name != draft.folder_name:
        at = draft.module.where("id")
        draft.report("modul.yaml").add("E-PKG-06", at, name=name, folder=draft.folder_name)


def completion_possible(draft: Draft) -> None:
    """E-CMP-01: nobody may be asked for something the package does not contain."""
    if not draft.module_is_sure:
        return
    rule = draft.module.record("completion") or EMPTY
    report = draft.report("modul.yaml")
    uses = {"pretest": "pretest", "sjt_attempted": "sjt", "posttest_attempted": "posttest"}
    for key, use in uses.items():
        if rule.flag(key) and not draft.assessment(use):
            reason = f"assessments.{use} belum diisi"
            report.add("E-CMP-01", rule.where(key), label=key, reason=reason)
    offered = draft.module.count("roleplays")
    if rule.whole("roleplays") > offered:
        reason = f"modul hanya memuat {offered} bermain peran"
        report.add("E-CMP-01", rule.where("roleplays"), label="roleplays", reason=reason)
    if rule.whole("peer_reviews") and not offered:
        reason = "tinjauan rekan memerlukan bermain peran"
        report.add("E-CMP-01", rule.where("peer_reviews"), label="peer_reviews", reason=reason)


def one_test_with_forms(draft: Draft) -> None:
    """E-TST-01/02: the tests before and after share one set with the forms A and B."""
    before, after = draft.assessment("pretest"), draft.assessment("posttest")
    if before and after and before != after:
        at = (draft.module.record("assessments") or EMPTY).where("posttest")
        draft.report("modul.yaml").add("E-TST-02", at)
    source = draft.set_for("posttest") or draft.set_for("pretest")
    if source is None:
        return
    forms = source.record.record("forms") or EMPTY
    for name in FORMS:
        if not forms.count(name):
            at = source.record.where("forms")
            draft.report(source.file).add("E-TST-01", at, name=name)


def nothing_unused(draft: Draft) -> None:
    """W-REF-01: a file that the module never mentions is probably a forgotten one."""
    module = draft.module
    if not draft.module_is_sure:
        return
    sets = {draft.assessment(use) for use in ("pretest", "posttest", "sjt", "retrieval")}
    rubrics = {draft.assessment("rubric"), *(s.record.text("rubric") for s in draft.roleplays)}
    groups = (
        (draft.lessons, set(module.texts("lessons"))),
        (draft.roleplays, set(module.texts("roleplays"))),
        (draft.item_sets, sets),
        (draft.rubrics, rubrics),
        (draft.checklists, {draft.assessment("followup")}),
    )
    for sources, used in groups:
        for source in sources:
            if source.id and source.id not in used:
                at = source.record.where("id")
                draft.report(source.file).add("W-REF-01", at, name=source.id)


def completion_fits(draft: Draft) -> None:
    """E-CMP-01: a lowest score needs a test, a lowest level role-plays, a module another."""
    rule = draft.module.record("completion") or EMPTY
    if not draft.module_is_sure:
        return
    report = draft.report("modul.yaml")
    if rule.has("min_score") and not draft.assessment("posttest"):
        reason, at = "assessments.posttest belum diisi", rule.where("min_score")
        report.add("E-CMP-01", at, label="min_score", reason=reason)
    if rule.has("min_level") and not rule.whole("roleplays"):
        reason, at = "completion.roleplays belum diisi", rule.where("min_level")
        report.add("E-CMP-01", at, label="min_level", reason=reason)
    for leaf in rule.leaves("prerequisites"):
        if leaf.text == draft.module.text("id"):
            reason = "modul tidak dapat menjadi prasyarat bagi dirinya"
            report.add("E-CMP-01", leaf.at, label="prerequisites", reason=reason)


def minutes_add_up(draft: Draft) -> None:
    """W-DUR-01: the minutes of the module are those of its lessons, within a tenth."""
    lessons = [draft.lesson(name) for name in dict.fromkeys(draft.module.texts("lessons"))]
    if not draft.module_is_sure or "pelajaran" in draft.unsure or None in lessons:
        return
    total = sum(lesson.record.whole("minutes") for lesson in lessons if lesson)
    minutes = draft.module.whole("minutes")
    if abs(minutes - total) * 10 > total:
        at = draft.module.where("minutes")
        draft.report("modul.yaml").add("W-DUR-01", at, minutes=minutes, total=total)


def indicators_of_their_level(draft: Draft) -> None:
    """E-KOM-01: indicator 2.2 describes level 2 of a competency, not another one."""
    for competency in draft.module.records("competencies"):
        level = competency.whole("level")
        for leaf in competency.leaves("indicators") if level else ():
            if leaf.text.partition(".")[0] != str(level):
                label = label_of("indicators")
                report = draft.report("modul.yaml")
                report.add("E-KOM-01", leaf.at, label=label, value=leaf.text, level=level)
