"""What has to hold at every moment, however the processes died: nothing half, nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import current_app
from sqlalchemy import text

from lms.core.db import db

# Each statement finds rows that may not exist.
RULES = {
    "a locked rating without a score for each criterion": """
        SELECT r.id FROM rating r LEFT JOIN score s ON s.rating_id = r.id
        WHERE r.locked_at IS NOT NULL GROUP BY r.id, r.kind
        HAVING count(s.id) < 4 OR count(DISTINCT s.criterion_id) <> count(s.id)
            OR sum(CASE WHEN s.level IS NULL AND NOT s.not_observed THEN 1 ELSE 0 END) > 0
            OR sum(CASE WHEN length(s.evidence) = 0 THEN 1 ELSE 0 END) > 0""",
    "a draft of a rating with some scores": """
        SELECT r.id FROM rating r LEFT JOIN score s ON s.rating_id = r.id
        WHERE r.locked_at IS NULL GROUP BY r.id HAVING count(s.id) < 4""",
    "a review that is done without a locked rating, or the reverse": """
        SELECT a.id FROM allocation a LEFT JOIN rating r
            ON r.submission_id = a.submission_id AND r.rater_id = a.reviewer_id AND r.kind = 'peer'
        WHERE (a.done_at IS NULL) <> (r.locked_at IS NULL)""",
    "two locked gradings of a submission": """
        SELECT submission_id FROM rating WHERE kind = 'facilitator' AND locked_at IS NOT NULL
        GROUP BY submission_id HAVING count(*) > 1""",
    "a submission handed in without words, reflection or round": """
        SELECT s.id FROM submission s LEFT JOIN utterance u
            ON u.submission_id = s.id AND u.speaker = 'officer'
        WHERE s.submitted_at IS NOT NULL GROUP BY s.id, s.reflection, s.round_id
        HAVING count(u.id) < 3 OR length(s.reflection) < 30 OR s.round_id IS NULL""",
    "a conversation with a gap": """
        SELECT submission_id FROM utterance GROUP BY submission_id
        HAVING min(position) <> 1 OR max(position) <> count(*)""",
    "a round without a submission": """
        SELECT s.id FROM submission s WHERE (s.round_id IS NULL) <> (s.submitted_at IS NULL)""",
    "a plan whose revisions do not add up": """
        SELECT p.id FROM plan p LEFT JOIN plan_revision v ON v.plan_id = p.id
        GROUP BY p.id, p.revision HAVING p.revision <> count(v.id) + 1""",
    "a finished lesson that is not reported": """
        SELECT l.id FROM lesson_progress l WHERE l.completed_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM requirement q JOIN fact f ON f.requirement_id = q.id
            WHERE q.enrolment_id = l.enrolment_id AND f.evidence = l.lesson_id)""",
    "a test handed in that is not reported": """
        SELECT a.id FROM attempt a WHERE a.submitted_at IS NOT NULL AND a.number = 1
        AND NOT EXISTS (SELECT 1 FROM requirement q JOIN fact f ON f.requirement_id = q.id
            WHERE q.enrolment_id = a.enrolment_id AND q.key = a.kind)""",
    "a requirement satisfied without enough facts, or the reverse": """
        SELECT q.id FROM requirement q LEFT JOIN fact f ON f.requirement_id = q.id
        WHERE NOT q.waived GROUP BY q.id, q.needed, q.satisfied_at
        HAVING (count(f.id) >= q.needed) <> (q.satisfied_at IS NOT NULL)""",
    "a completion without its hours, or the reverse": """
        SELECT e.id FROM enrolment e LEFT JOIN completion c ON c.enrolment_id = e.id
            LEFT JOIN jp_entry j ON j.enrolment_id = e.id
        WHERE (e.completed_at IS NULL) <> (c.id IS NULL) OR (c.id IS NULL) <> (j.id IS NULL)""",
    "a round drawn without a seed, or not released whole": """
        SELECT id FROM round WHERE (drawn_at IS NULL) <> (seed IS NULL)
            OR (released_at IS NOT NULL AND drawn_at IS NULL)""",
    "a draw without its entry": """
        SELECT r.id FROM round r WHERE r.drawn_at IS NOT NULL AND (SELECT count(*) FROM audit_entry
            a WHERE a.action = 'assessment.draw' AND a.object_id = CAST(r.id AS VARCHAR)) <> 1""",
    "something done once and recorded twice": """
        SELECT min(id) FROM audit_entry WHERE action IN ('assessment.hand_in', 'assessment.grade',
            'assessment.submit_review', 'assessment.assess_self', 'assessment.draw',
            'assessment.release', 'learning.submit_attempt', 'learning.start_attempt')
        GROUP BY action, object_id HAVING count(*) > 1""",
    "a role-play handed in without its entry": """
        SELECT s.id FROM submission s WHERE s.submitted_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM audit_entry a WHERE a.action = 'assessment.hand_in'
            AND a.object_id = CAST(s.id AS VARCHAR))""",
}
SQLITE = {
    "integrity_check": ["ok"],
    "foreign_key_check": [],
}


def half_records() -> Iterator[str]:
    """Every rule that does not hold, with the first row. Needs an application context."""
    for rule, statement in RULES.items():
        found = db.session.execute(text(statement)).scalars().all()
        if found:
            yield f"{rule}: {len(found)}, the first {found[0]}"
    db.session.rollback()


def database_whole() -> Iterator[str]:
    """What SQLite itself finds wrong with its file; PostgreSQL checks its own on reading."""
    if db.engine.dialect.name != "sqlite":
        return
    for pragma, wanted in SQLITE.items():
        found = [row[0] for row in db.session.execute(text(f"PRAGMA {pragma}"))]
        if found != wanted:
            yield f"PRAGMA {pragma}: {found[:3]}"
    db.session.rollback()


def chain_whole() -> Iterator[str]:
    """The audit log, and the head that the worker kept outside of the database."""
    result = current_app.test_cli_runner().invoke(args=["audit", "verify"])
    if result.exit_code != 0:
        yield f"audit verify: {result.output.strip() or result.exception}"


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (half_records, database_whole, chain_whole)
