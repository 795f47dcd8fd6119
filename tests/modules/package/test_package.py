"""What a package without errors contains."""

from __future__ import annotations

from decimal import Decimal

from lms.modules.package.check import check
from lms.modules.package.content import CompletionRule, Package


def read(files: dict[str, bytes]) -> Package:
    package, messages = check(files)
    assert package is not None, messages
    return package


def test_the_module_and_its_sets(tiny: dict[str, bytes]) -> None:
    package = read(tiny)

    assert (package.id, package.version, package.jp) == ("modul-mini", "1.0.0", Decimal("0.5"))
    assert package.test is not None
    assert package.test.forms == {"A": ("m-t-01a",), "B": ("m-t-01b",)}
    assert package.retrieval_days == (2, 7, 21, 60)
    assert package.plan_return_days == (14, 42)
    assert package.competencies[0].indicators == ("1.1",)
    assert package.item("m-u-05").keywords == ("jeda", "ulang")  # type: ignore[union-attr]


def test_numbers_are_exact(tiny: dict[str, bytes]) -> None:
    package = read(tiny)

    weaker = package.item("m-u-01").option("b")  # type: ignore[union-attr]
    judged = package.item("m-s-01").option("b")  # type: ignore[union-attr]

    assert weaker is not None
    assert weaker.credit == Decimal("0.333")
    assert judged is not None
    assert judged.effect == Decimal("3.8")


def test_the_conversation_has_two_sides(tiny: dict[str, bytes]) -> None:
    roleplay = read(tiny).roleplays[0]

    assert roleplay.officer.id == "petugas"
    assert roleplay.citizen.opening_line == "Permisi."
    assert roleplay.citizen.triggers == (("dipotong", "diam"),)
    assert [turn.when for turn in roleplay.solo.turns] == [("jeda",), (), ()]


def test_rubric_and_checklist(tiny: dict[str, bytes]) -> None:
    package = read(tiny)

    assert package.rubrics[0].levels[3] == "Teladan"
    assert package.rubrics[0].criteria[0].anchors[0] == "Memotong."
    assert package.rubrics[0].criteria[0].core_value == "harmonis"
    assert package.checklist is not None
    assert len(package.checklist.scale) == 5


def test_what_completion_does_not_say_follows_from_what_exists(tiny: dict[str, bytes]) -> None:
    text = tiny["modul.yaml"].decode()
    start, end = text.index("completion:"), text.index("authors:")
    tiny["modul.yaml"] = (text[:start] + "completion: {}\n" + text[end:]).encode()

    assert read(tiny).completion == CompletionRule()

    tiny["modul.yaml"] = tiny["modul.yaml"].replace(b"  sjt: m-sjt\n", b"")
    del tiny["soal/sjt.yaml"]

    assert read(tiny).completion == CompletionRule(sjt=False)


def test_an_item_hash_follows_content_only(tiny: dict[str, bytes]) -> None:
    before = read(tiny).item("m-u-01")

    def after(old: bytes, new: bytes) -> str:
        changed = tiny | {"soal/ulang.yaml": tiny["soal/ulang.yaml"].replace(old, new, 1)}
        assert changed != tiny
        return read(changed).item("m-u-01").hash  # type: ignore[union-attr]

    assert before is not None
    assert len(before.hash) == 32
    assert after(b"difficulty: 0.7", b"difficulty: 0.5") == before.hash
    assert after(b"credit: 1,", b"credit: 1.0,") == before.hash
    assert after(b"text: Jawab.", b"text: Jawab dulu.") != before.hash
    assert after(b"credit: 0.333", b"credit: 0.25") != before.hash
    assert after(b"explain: Jeda dulu.", b"explain: Jeda.") != before.hash
