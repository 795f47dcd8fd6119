"""Employee numbers of invented people, valid by domain.md §1."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from lms.people.models import Employment

WORK_AGREEMENT = 21  # digits 13 and 14 of a first agreement
_BORN = {
    Employment.PNS: (1968, 1997),
    Employment.CPNS: (1996, 2002),
    Employment.PPPK: (1976, 2000),
    Employment.PPPK_PARUH_WAKTU: (1972, 2004),
}
_SENIOR_BORN = (1967, 1984)
LAST_PNS_INTAKE = 2024


class Nips:
    """Draws numbers; the serial counts up where the first 15 digits are the same."""

    def __init__(self, rng: Random, taken: set[str]) -> None:
        self._rng = rng
        self._taken = set(taken)

    def next(self, employment: Employment, sex: int, *, senior: bool) -> str:
        """A new number for that kind of employee; `sex` is digit 15."""
        born = self._birth(employment, senior=senior)
        stem = f"{born:%Y%m%d}{self._appointed(employment, born)}{sex}"
        serial = next(s for s in range(1, 1000) if f"{stem}{s:03d}" not in self._taken)
        nip = f"{stem}{serial:03d}"
        self._taken.add(nip)
        return nip

    def _birth(self, employment: Employment, *, senior: bool) -> date:
        first, last = _SENIOR_BORN if senior else _BORN[employment]
        days = (date(last, 12, 31) - date(first, 1, 1)).days
        return date(first, 1, 1) + timedelta(days=self._rng.randrange(days))

    def _appointed(self, employment: Employment, born: date) -> str:
        """Digits 9 to 14: year and month for PNS and CPNS, year and agreement for PPPK."""
        if employment is Employment.CPNS:
            return self._rng.choice(("202504", "202506"))
        if employment is Employment.PNS:
            year = min(born.year + self._rng.randint(22, 29), LAST_PNS_INTAKE)
            return f"{year}{self._rng.choice((1, 2, 3, 4, 12)):02d}"
        year = 2025 if employment is Employment.PPPK_PARUH_WAKTU else self._rng.randint(2021, 2024)
        return f"{year}{WORK_AGREEMENT}"
