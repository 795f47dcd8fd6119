"""The rules a package is held against, after all of its files have been read.

A rule is a function that looks at the whole draft and adds to its reports. A new rule is a new
function in one of the modules below and a new line in :data:`RULES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lms.modules.package.draft import Draft
from lms.modules.package.rules import (
    calibration,
    completeness,
    identity,
    items,
    keys,
    lessons,
    module,
    pairs,
    privacy,
    references,
    roleplays,
    rubrics,
    versions,
)

Rule = Callable[[Draft], None]

RULES: Final[tuple[Rule, ...]] = (
    module.required_files,
    module.format_version,
    module.folder_name,
    module.completion_possible,
    module.one_test_with_forms,
    module.nothing_unused,
    module.completion_fits,
    module.minutes_add_up,
    module.indicators_of_their_level,
    completeness.transfer_chain,
    completeness.change_is_noted,
    identity.ids_are_unique,
    identity.options_and_parts_are_unique,
    identity.no_retired_id,
    versions.no_vanished_id,
    references.module_lists,
    references.lesson_references,
    references.item_objectives,
    references.form_items,
    references.plan_lessons,
    references.roleplay_rubric,
    references.checklist_criteria,
    lessons.rule_code,
    lessons.pair_of_examples,
    lessons.better_example_waits,
    lessons.has_rule_block,
    lessons.own_checks_and_plan,
    items.enough_options,
    items.one_best_answer,
    items.credits_reach_one,
    items.positions_complete,
    items.pairs_differ,
    items.effects_in_range,
    items.effects_differ,
    items.types_fit_their_set,
    keys.effects_discriminate,
    keys.panel_agrees,
    keys.key_length,
    keys.key_place,
    pairs.forms_are_parallel,
    pairs.form_items_live,
    roleplays.solo_roles,
    roleplays.solo_turns,
    roleplays.opening_line,
    roleplays.debrief_long_enough,
    rubrics.four_levels,
    rubrics.four_anchors,
    rubrics.four_or_five_criteria,
    rubrics.acts_not_traits,
    calibration.one_performance,
    calibration.sample_references,
    calibration.every_criterion_rated,
    calibration.levels_differ,
    privacy.no_personal_numbers,
    privacy.role_names_only,
)
