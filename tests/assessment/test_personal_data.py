"""What counts as a NIK, a NIP or a telephone number, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.personal_data import looks_personal


@pytest.mark.parametrize(
    "text",
    [
        "NIK 3374012345678901 milik warga",
        "3374 0123 4567 8901",
        "NIP 199203152019032001",
        "19920315 201903 2 001",
        "hubungi 081234567890",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "3374/0123/4567/8901",
        "3374\u200b0123\u200b4567\u200b8901",
        "3374\n0123\n4567\n8901",
        "(024) 3513366",
        "０８１２３４５６７８９０",
    ],
)
def test_personal_numbers_are_found(text: str) -> None:
    assert looks_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tagihan Rp 1.250.000 naik dari Rp 900.000",
        "buka 08.00-12.00 13.00-16.00",
        "tanggal 24-11-2026 pukul 08.30",
        "antrean nomor 104 dari 1.200.450.000",
        "tahun 2025 dan 2026",
    ],
)
def test_prices_hours_and_dates_pass(text: str) -> None:
    assert not looks_personal(text)


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    assert looks_personal(text) in {True, False}
