"""What demo people say and write: enough of it, fitting the scripts, by the house rules."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from factories import CONTENT

from lms.assessment.conversation import next_line
from lms.assessment.sheet import EVIDENCE_MIN, faults
from lms.demo import speech
from lms.demo.plays import seen_levels
from lms.demo.speech import Skill
from lms.modules.package.check import check
from lms.modules.package.content import Package
from lms.modules.package.files import read_folder

ROLEPLAYS = ("loket-berkas-kurang", "halte-pengalihan-rute", "tagihan-pbb-naik")
TEXTS = Path(speech.__file__).with_name("texts")


@pytest.fixture(scope="module")
def package() -> Package:
    found, _messages = check(read_folder(CONTENT / "komunikasi-efektif"), "komunikasi-efektif")
    assert found is not None
    return found


def _conversation(package: Package, roleplay_id: str, skill: Skill, seed: int) -> list[str]:
    """What an officer of that skill says until the other side has said its last line."""
    roleplay = package.roleplay(roleplay_id)
    assert roleplay is not None
    rng, used, said = Random(seed), [], []
    heard: int | None = None
    while heard != len(roleplay.solo.turns) - 1:
        said.append(speech.utterance(roleplay_id, skill, heard, rng))
        heard = next_line(roleplay.solo, used, said[-1])
        assert heard is not None, "the other side fell silent"
        used.append(heard)
    return said


@pytest.mark.parametrize("skill", Skill)
@pytest.mark.parametrize("roleplay_id", ROLEPLAYS)
def test_each_level_of_each_scenario_has_25_utterances_and_more(
    roleplay_id: str, skill: Skill
) -> None:
    groups = speech.pool(roleplay_id, skill)
    utterances = {f"{a} {b}" for g in groups.values() for a in g["a"] for b in g["b"]}

    assert len(utterances) >= 25
    assert max(map(len, utterances)) <= 1000


@pytest.mark.parametrize("skill", Skill)
@pytest.mark.parametrize("roleplay_id", ROLEPLAYS)
def test_every_conversation_reaches_its_end_and_may_be_closed(
    package: Package, roleplay_id: str, skill: Skill
) -> None:
    for seed in range(40):
        said = _conversation(package, roleplay_id, skill, seed)
        assert 3 <= len(said) <= 6


def test_only_the_skilled_hear_what_pak_wahyu_keeps_to_himself(package: Package) -> None:
    opening = {
        skill: {
            next_line(
                package.roleplay("loket-berkas-kurang").solo,  # type: ignore[union-attr]
                [],
                speech.utterance("loket-berkas-kurang", skill, None, Random(seed)),
            )
            for seed in range(40)
        }
        for skill in Skill
    }

    assert opening[Skill.FIRM] == {0}
    assert 0 not in opening[Skill.BEGINNING]


@pytest.mark.parametrize("skill", Skill)
@pytest.mark.parametrize("roleplay_id", ROLEPLAYS)
def test_filled_in_rubrics_could_be_locked(
    package: Package, roleplay_id: str, skill: Skill
) -> None:
    criteria = package.roleplay(roleplay_id).criteria  # type: ignore[union-attr]
    for seed in range(20):
        rng = Random(seed)
        said = _conversation(package, roleplay_id, skill, seed)
        levels = {criterion: rng.choice(skill.levels) for criterion in criteria}
        peer = speech.sheet(criteria, levels, said, rng)
        own = speech.own_sheet(criteria, levels, said, rng)
        assert list(faults(peer, final=True, comments=True)) == []
        assert list(faults(own, final=True, comments=False)) == []
        assert all("{" not in mark.evidence for mark in peer.marks)


def test_evidence_quotes_what_was_said() -> None:
    said = ["Selamat siang, Pak. Jadi Bapak ingin data dibetulkan, betul? Silakan.", "Baik, Pak."]

    quoted = speech.quote(said, "mendengarkan")

    assert quoted == "Jadi Bapak ingin data dibetulkan, betul?"


def test_raters_differ_only_by_what_the_words_allow() -> None:
    true = {"nada": 3, "kejelasan": 4}

    seen = [seen_levels(true, Skill.FIRM, Random(seed), 0.5) for seed in range(30)]

    assert {levels["nada"] for levels in seen} == {3, 4}
    assert seen_levels(true, Skill.FIRM, Random(1), 0) == true


def test_every_block_and_prompt_of_the_module_has_words(package: Package) -> None:
    for lesson in package.lessons:
        for block in lesson.blocks:
            if block.kind in {"temukan", "coba"}:
                assert len(speech.writing(block.id, Random(1))) >= block.min_chars
    for prompt in package.plan_prompts:
        cue, response = speech.plan(prompt.id, Random(1))
        assert min(len(cue), len(response)) >= 10
        assert not cue.startswith("Jika")


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value
    return [s for child in children for s in _strings(child)] if hasattr(value, "__iter__") else []


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_texts_keep_the_house_rules(path: Path) -> None:
    texts = _strings(yaml.safe_load(path.read_text(encoding="utf-8")))

    assert texts
    for text in texts:
        assert "!" not in text
        assert "lorem" not in text.casefold()
        assert not any(word.isdigit() and len(word) > 6 for word in text.split()), text


def test_comments_are_long_enough_to_be_accepted() -> None:
    texts = yaml.safe_load((TEXTS / "ratings.yaml").read_text(encoding="utf-8"))

    for kind in ("keep", "keep_small", "try_next"):
        assert all(len(text) >= EVIDENCE_MIN for text in _strings(texts[kind]))
