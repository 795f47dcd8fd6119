"""foundations: the sealed audit log, outbox, drafts, forms sent twice, codes, looks, versions

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-24 10:59:30.569293
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def number() -> sa.Column:
    """A counter of how often a row was edited."""
    return sa.Column('version', sa.Integer(), nullable=False, server_default='1')


# Added one by one, and not by rebuilding tables: SQLite would take along what refers to them.
COLUMNS = (
    ('audit_entry', sa.Column('seq', sa.BigInteger(), nullable=False, server_default='0')),
    ('audit_entry', sa.Column('prev_hash', sa.String(length=64), nullable=False, server_default='')),
    ('audit_entry', sa.Column('hash', sa.String(length=64), nullable=False, server_default='')),
    ('person', sa.Column('language', sa.String(length=2), nullable=False, server_default='id')),
    ('person', number()),
    ('rating', number()),
    ('review_period', number()),
    ('round', sa.Column('edition', sa.Integer(), nullable=False, server_default='1')),
    ('sign_in', sa.Column('browser', sa.String(length=60), nullable=False, server_default='')),
    ('submission', number()),
    ('unit', number()),
    ('writing', number()),
)
REFUSAL = 'the audit log is append-only'
GUARDS = {
    'sqlite': [
        f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb in ('UPDATE', 'DELETE')
    ],
    'postgresql': [
        "CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()",
        "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()",
    ],
}
UNGUARD = {
    'sqlite': ['DROP TRIGGER audit_entry_no_update', 'DROP TRIGGER audit_entry_no_delete'],
    'postgresql': [
        'DROP TRIGGER audit_entry_no_change ON audit_entry',
        'DROP TRIGGER audit_entry_no_truncate ON audit_entry',
        'DROP FUNCTION audit_entry_refuse()',
    ],
}


def chain_what_is_there() -> None:
    """Number and seal the rows written so far, in their order, and set the head behind them.

    The rule of the hash is written out here, since a migration must not change with the code.
    """
    entry = sa.table(
        'audit_entry',
        *(sa.column(name) for name in ('id', 'seq', 'actor_id', 'action', 'object_type')),
        *(sa.column(name) for name in ('object_id', 'facts', 'prev_hash', 'hash')),
        sa.column('at', sa.DateTime(timezone=True)),
    )
    bind = op.get_bind()
    seq, last, sealed = 0, '0' * 64, []
    for row in bind.execute(sa.select(entry).order_by(entry.c.id)).mappings():
        seq += 1
        at = row['at'] if row['at'].tzinfo else row['at'].replace(tzinfo=UTC)
        stamp = at.astimezone(UTC).isoformat(timespec='microseconds')
        parts = (row[name] for name in ('actor_id', 'action', 'object_type', 'object_id', 'facts'))
        line = json.dumps([seq, stamp, *parts], ensure_ascii=False)
        digest = hashlib.sha256(f'{last}\n{line}'.encode()).hexdigest()
        sealed.append({'row': row['id'], 'number': seq, 'before': last, 'seal': digest})
        last = digest
    if sealed:
        change = (
            sa.update(entry)
            .where(entry.c.id == sa.bindparam('row'))
            .values(
                seq=sa.bindparam('number'),
                prev_hash=sa.bindparam('before'),
                hash=sa.bindparam('seal'),
            )
        )
        bind.execute(change, sealed)
    head = sa.table('audit_head', sa.column('id'), sa.column('seq'), sa.column('hash'))
    bind.execute(sa.insert(head).values(id=1, seq=seq, hash=last))


def upgrade() -> None:
    """Apply."""
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_audit_head_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=300), nullable=False),
    sa.Column('fields', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    sa.UniqueConstraint('owner_id', 'place', name=op.f('uq_draft_owner_id_place'))
    )
    op.create_index('ix_draft_saved_at', 'draft', ['saved_at'], unique=False)

    op.create_table('holiday',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_holiday'))
    )
    op.create_table('outbox_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('dedupe', sa.String(length=160), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('ready', 'sending', 'sent', 'unsure', 'failed', name='delivery', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('dedupe', name=op.f('uq_outbox_message_dedupe'))
    )
    op.create_index('ix_outbox_message_person_id', 'outbox_message', ['person_id'], unique=False)
    op.create_index('ix_outbox_message_state_run_at', 'outbox_message', ['state', 'run_at'], unique=False)

    op.create_table('sent_form',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('headers', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_sent_form'))
    )
    op.create_index('ix_sent_form_taken_at', 'sent_form', ['taken_at'], unique=False)

    op.create_table('access_log',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('viewer_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Enum('superior', 'admin', 'facilitator', name='capacity', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('page', sa.String(length=60), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_access_log_person_id_person')),
    sa.ForeignKeyConstraint(['viewer_id'], ['person.id'], name=op.f('fk_access_log_viewer_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_log')),
    sa.UniqueConstraint('viewer_id', 'person_id', 'page', 'day', name=op.f('uq_access_log_viewer_id_person_id_page_day'))
    )
    op.create_index('ix_access_log_person_id_day', 'access_log', ['person_id', 'day'], unique=False)

    op.create_table('first_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_first_code_made_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_first_code_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_first_code'))
    )
    op.create_index('ix_first_code_person_id', 'first_code', ['person_id'], unique=False)

    for table, column in COLUMNS:
        op.add_column(table, column._copy())
    chain_what_is_there()
    op.create_index('ix_audit_entry_seq', 'audit_entry', ['seq'], unique=True)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    for statement in UNGUARD[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_index('ix_audit_entry_seq', 'audit_entry')
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)
    op.drop_index('ix_first_code_person_id', 'first_code')

    op.drop_table('first_code')
    op.drop_index('ix_access_log_person_id_day', 'access_log')

    op.drop_table('access_log')
    op.drop_index('ix_sent_form_taken_at', 'sent_form')

    op.drop_table('sent_form')
    op.drop_index('ix_outbox_message_state_run_at', 'outbox_message')
    op.drop_index('ix_outbox_message_person_id', 'outbox_message')

    op.drop_table('outbox_message')
    op.drop_table('holiday')
    op.drop_index('ix_draft_saved_at', 'draft')

    op.drop_table('draft')
    op.drop_table('audit_head')
