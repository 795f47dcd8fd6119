"""A plan's halves without the words of the pattern."""

from __future__ import annotations

import pytest

from lms.learning.wording import bare_cue, bare_response


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("warga pertama duduk", "warga pertama duduk"),
        ("Jika warga pertama duduk,", "warga pertama duduk"),
        ("bila telepon berdering.", "telepon berdering"),
        ("KALAU antrean panjang …", "antrean panjang"),
        ("Jika … jika saya ragu", "saya ragu"),
        ("Jikalau hujan", "Jikalau hujan"),
        ("warga bertanya jika", "warga bertanya jika"),
        ("Jika", ""),
    ],
)
def test_a_cue_is_the_situation_alone(typed: str, kept: str) -> None:
    assert bare_cue(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("lepaskan papan tik", "lepaskan papan tik"),
        ("maka saya lepaskan papan tik", "lepaskan papan tik"),
        ("Maka lepaskan papan tik", "lepaskan papan tik"),
        ("saya akan menunggu", "menunggu"),
        ("Saya menunggu", "menunggu"),
        ("maka saya maka saya menunggu", "menunggu"),
        ("… maka saya, menunggu", "menunggu"),
        ("makan siang dulu", "makan siang dulu"),
        ("sayangi diri", "sayangi diri"),
        ("tanyakan apa maka saya paham.", "tanyakan apa maka saya paham."),
        ("maka saya", ""),
    ],
)
def test_a_response_is_the_action_alone(typed: str, kept: str) -> None:
    assert bare_response(typed) == kept
