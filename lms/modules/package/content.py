"""What a module package says, as plain immutable data.

A :class:`Package` is read once from a folder or a stored snapshot and then shared
between requests, so nothing here may be changed after it was built. ``*_html`` fields
hold HTML that was rendered from Markdown and sanitised when the package was read; all
other text is plain and is escaped by the templates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from markupsafe import Markup


@dataclass(frozen=True)
class Competency:
    """One competency of the dictionary that the module trains, e.g. ``M.03`` level 2."""

    code: str
    level: int
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class CoreValue:
    """A BerAKHLAK value (slug such as ``berorientasi-pelayanan``) and which of its three guides."""

    value: str
    conduct: int


@dataclass(frozen=True)
class CompletionRule:
    """What a person must have done; counts, never marks (product.md rule 2).

    Whoever wants a pass mark after all names it: ``min_score`` in percent, ``min_level`` of the
    rubric. 0 means that there is none, and no end for ``valid_months``.
    """

    lessons: bool = True
    pretest: bool = False
    sjt: bool = True
    posttest: bool = True
    roleplays: int = 0
    peer_reviews: int = 0
    workshop: bool = False
    prerequisites: tuple[str, ...] = ()
    valid_months: int = 0
    min_score: int = 0
    min_level: int = 0


@dataclass(frozen=True)
class Turn:
    """One speech of a dialogue. ``is_officer`` decides the side of the bubble."""

    speaker: str
    html: Markup
    is_officer: bool


@dataclass(frozen=True)
class Block:
    """One part of a lesson.

    ``kind`` is ``teks`` for Markdown between fenced blocks, else the name of the fence:
    ``situasi``, ``contoh-kurang``, ``contoh-baik``, ``temukan``, ``kode``, ``coba``, ``cek``,
    ``rencana``, ``catatan-fasilitator``. ``talk`` is filled where every paragraph begins with
    a bold speaker. ``model_html`` and ``self_check`` come from ``:::pembanding``.
    """

    kind: str
    html: Markup = Markup("")
    id: str = ""
    ref: str = ""
    min_chars: int = 15
    title: str = ""
    talk: tuple[Turn, ...] = ()
    model_html: Markup = Markup("")
    self_check: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One page of the player: the blocks that are shown together; at most one wants an answer."""

    number: int
    blocks: tuple[Block, ...]

    @property
    def task(self) -> Block | None:
        """The block that asks the learner for something, if any."""
        for block in self.blocks:
            if block.kind in {"temukan", "coba", "cek", "rencana"}:
                return block
        return None


@dataclass(frozen=True)
class Lesson:
    """A lesson of 8 to 15 minutes."""

    id: str
    title: str
    minutes: int
    rule_code: str
    objectives: tuple[str, ...]
    checks: tuple[str, ...]
    plan: str
    blocks: tuple[Block, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Option:
    """An answer option. Which numbers matter depends on the item's type."""

    id: str
    text: str
    credit: Decimal = Decimal(0)
    feedback: str = ""
    position: int = 0
    effect: Decimal = Decimal(0)
    rationale: str = ""
    match: str = ""


@dataclass(frozen=True)
class Item:
    """A question: ``single``, ``multi``, ``order``, ``match``, ``short`` or ``sjt``."""

    id: str
    type: str
    objective: str
    stem: str
    options: tuple[Option, ...]
    explain: str = ""
    difficulty: Decimal = Decimal("0.5")
    status: str = "live"
    situation: str = ""
    key_status: str = "provisional"
    keywords: tuple[str, ...] = ()
    hash: str = ""

    def option(self, option_id: str) -> Option | None:
        """The option with that id, or None."""
        return next((o for o in self.options if o.id == option_id), None)


@dataclass(frozen=True)
class ItemSet:
    """A file of items. ``forms`` maps a test form (``A``, ``B``) to item ids."""

    id: str
    items: tuple[Item, ...]
    instruction: str = ""
    key_status: str = "provisional"
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def item(self, item_id: str) -> Item | None:
        """The item with that id, or None."""
        return next((i for i in self.items if i.id == item_id), None)


@dataclass(frozen=True)
class SoloTurn:
    """A line of the other side; used when one of the ``when`` words was said, else in order."""

    say: str
    when: tuple[str, ...] = ()


@dataclass(frozen=True)
class Solo:
    """The script of a role-play taken alone: who speaks against the learner and what."""

    role: str
    turns: tuple[SoloTurn, ...]


@dataclass(frozen=True)
class Role:
    """A role card. ``private_brief`` and ``hidden_agenda`` are secrets of whoever plays it."""

    id: str
    name: str
    public_brief: str
    private_brief: str = ""
    hidden_agenda: str = ""
    triggers: tuple[tuple[str, str], ...] = ()
    opening_line: str = ""
    limits: str = ""


@dataclass(frozen=True)
class RolePlay:
    """A scenario. Minutes are whole minutes; debrief is never shorter than play."""

    id: str
    title: str
    setting: str
    minutes_brief: int
    minutes_play: int
    minutes_debrief: int
    roles: tuple[Role, ...]
    solo: Solo
    rubric: str
    criteria: tuple[str, ...]
    observer_focus: tuple[str, ...] = ()
    debrief_facts: tuple[str, ...] = ()
    debrief_meaning: tuple[str, ...] = ()
    debrief_plan: tuple[str, ...] = ()
    safety: str = ""
    variants: tuple[str, ...] = ()

    @cached_property
    def officer(self) -> Role:
        """The role the learner takes: the first one that is neither the solo voice nor observer."""
        return next(r for r in self.roles if r.id not in {self.solo.role, "pengamat"})

    @cached_property
    def citizen(self) -> Role:
        """The role the site speaks when the role-play is taken alone."""
        return next(r for r in self.roles if r.id == self.solo.role)


@dataclass(frozen=True)
class Criterion:
    """A behaviour with four anchors; ``anchors[0]`` describes level 1."""

    id: str
    name: str
    definition: str
    anchors: tuple[str, str, str, str]
    competency: str = ""
    indicator: str = ""
    core_value: str = ""
    not_observed_hint: str = ""


@dataclass(frozen=True)
class Rubric:
    """A behaviourally anchored scale with exactly four named levels."""

    id: str
    version: str
    levels: tuple[str, str, str, str]
    criteria: tuple[Criterion, ...]

    def criterion(self, criterion_id: str) -> Criterion | None:
        """The criterion with that id, or None."""
        return next((c for c in self.criteria if c.id == criterion_id), None)


@dataclass(frozen=True)
class PlanPrompt:
    """The question behind an if-then plan, and a worked example in the learner's words."""

    id: str
    lesson: str
    question: str
    example: str


@dataclass(frozen=True)
class ChecklistItem:
    """One behaviour watched for at work."""

    id: str
    criterion: str
    text: str


@dataclass(frozen=True)
class Checklist:
    """The behaviour list for the three-month observation."""

    id: str
    window_weeks: int
    scale: tuple[str, ...]
    not_observed: str
    items: tuple[ChecklistItem, ...]


@dataclass(frozen=True)
class Package:
    """A whole module package, one immutable version."""

    id: str
    version: str
    status: str
    title: str
    summary: str
    audience: tuple[str, ...]
    jp: Decimal
    minutes: int
    kind: str
    licence: str
    competencies: tuple[Competency, ...]
    core_values: tuple[CoreValue, ...]
    completion: CompletionRule
    lessons: tuple[Lesson, ...]
    roleplays: tuple[RolePlay, ...]
    rubrics: tuple[Rubric, ...]
    test: ItemSet | None
    sjt: ItemSet | None
    retrieval: ItemSet | None
    plan_prompts: tuple[PlanPrompt, ...]
    plan_return_days: tuple[int, ...]
    retrieval_days: tuple[int, ...]
    checklist: Checklist | None
    retired: tuple[str, ...] = ()
    change: str = "normal"

    def lesson(self, lesson_id: str) -> Lesson | None:
        """The lesson with that id, or None."""
        return next((x for x in self.lessons if x.id == lesson_id), None)

    def roleplay(self, roleplay_id: str) -> RolePlay | None:
        """The role-play with that id, or None."""
        return next((x for x in self.roleplays if x.id == roleplay_id), None)

    def rubric(self, rubric_id: str) -> Rubric | None:
        """The rubric with that id, or None."""
        return next((x for x in self.rubrics if x.id == rubric_id), None)

    def plan_prompt(self, prompt_id: str) -> PlanPrompt | None:
        """The plan prompt with that id, or None."""
        return next((x for x in self.plan_prompts if x.id == prompt_id), None)

    def item(self, item_id: str) -> Item | None:
        """The item with that id in any of the three sets, or None."""
        for item_set in (self.retrieval, self.sjt, self.test):
            found = item_set.item(item_id) if item_set else None
            if found:
                return found
        return None
