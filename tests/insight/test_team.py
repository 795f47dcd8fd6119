"""The team of a supervisor: who is on it, order and filter, assigning, the file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from factories import NOW, make_enrolment, make_line, make_module_version, make_person, make_unit
from sqlalchemy import select

from lms.core import calendar, clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.insight import queries
from lms.insight.queries import State, TeamFilter
from lms.learning.actions import assign_module, satisfy
from lms.learning.models import ModuleAssignment, Requirement
from lms.people.nip import grouped


@pytest.fixture
def team(app: Any) -> Any:
    """Ratna leads Sari (late), Budi (running) and Agus (nothing); Hendra leads Nur elsewhere."""
    unit = make_unit("Disdukcapil")
    people = {name: make_person(name, unit=unit) for name in ("Ratna", "Sari", "Budi", "Agus")}
    people |= {name: make_person(name) for name in ("Hendra", "Nur")}
    for name in ("Sari", "Budi", "Agus"):
        make_line(people["Ratna"], people[name])
    make_line(people["Hendra"], people["Nur"])
    version = make_module_version()
    due = clock.end_of(date(2026, 11, 20))
    by = people["Ratna"].id
    assign_module([people["Sari"].id], version.module_id, due, by, NOW - timedelta(days=20))
    make_enrolment(people["Budi"])
    return people


def _names(page: queries.TeamPage) -> list[str]:
    return [row.name for row in page.rows]


def test_overdue_stands_first_and_every_member_has_a_row(team: Any) -> None:
    """Sari is four days late, Budi learns, Agus has no module yet."""
    page = queries.team_page(team["Ratna"].id, TeamFilter(), 1, NOW)

    assert [(row.name, row.state) for row in page.rows] == [
        ("Sari", State.LATE),
        ("Budi", State.RUNNING),
        ("Agus", State.NONE),
    ]
    assert page.rows[0].days_late(NOW) == 4


def test_the_line_of_the_day_decides(team: Any, now: Any) -> None:
    """Before the line began nobody is on the team; elsewhere nobody of it is seen."""
    earlier = clock.start_of(date(2025, 6, 1))

    assert queries.team_page(team["Ratna"].id, TeamFilter(), 1, earlier).rows == []
    assert _names(queries.team_page(team["Hendra"].id, TeamFilter(), 1, now)) == ["Nur"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (TeamFilter(state="terlambat"), ["Sari"]),
        (TeamFilter(state="berjalan"), ["Budi"]),
        (TeamFilter(name="agu"), ["Agus"]),
        (TeamFilter(name="%"), []),
        (TeamFilter(state="selesai"), []),
    ],
)
def test_a_filter_narrows(team: Any, wanted: TeamFilter, names: list[str]) -> None:
    """State and part of a name; a wildcard is only a character."""
    assert _names(queries.team_page(team["Ratna"].id, wanted, 1, NOW)) == names


def test_who_only_awaits_the_draw_is_not_late(team: Any) -> None:
    """A person's state never depends on another person acting (product.md rule 2)."""
    enrolment = make_enrolment(team["Sari"])
    for row in db.session.scalars(
        select(Requirement).where(Requirement.enrolment_id == enrolment.id)
    ).all():
        if row.key != "peer_reviews":
            for number in range(row.needed):
                satisfy(enrolment.id, row.key, f"t{number}", NOW)

    rows = queries.team_page(team["Ratna"].id, TeamFilter(name="Sari"), 1, NOW).rows

    assert [row.state for row in rows] == [State.WAITING]


def test_the_page_shows_the_team_and_htmx_gets_the_table_alone(team: Any, sign_in: Any) -> None:
    """One address, two bodies, told apart by Vary."""
    client = sign_in(team["Ratna"])

    page = client.get("/tim")
    part = client.get("/tim?keadaan=terlambat", headers={"HX-Request": "true"})

    assert page.status_code == part.status_code == 200
    assert "HX-Request" in part.headers["Vary"]
    assert "Terlambat 4 hari" in page.text
    assert "<html" not in part.text
    assert "Sari" in part.text
    assert "Budi" not in part.text


def test_someone_without_a_team_is_told_why(team: Any, sign_in: Any) -> None:
    """An empty state in words, no table."""
    page = sign_in(team["Agus"]).get("/tim")

    assert "Belum ada anggota tim" in page.text


def test_the_file_holds_the_whole_filtered_set(team: Any, sign_in: Any) -> None:
    """CSV with BOM and semicolons; only what the filter leaves."""
    answer = sign_in(team["Ratna"]).get("/tim/unduh?keadaan=terlambat")

    text = answer.data.decode("utf-8-sig")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert [line.split(";")[1] for line in text.splitlines()] == ["Nama", "Sari"]
    assert text.splitlines()[1].split(";")[0] == grouped(team["Sari"].nip)  # 18 bare digits
    assert text.splitlines()[1].split(";")[4:6] == ["Terlambat", "4"]


def test_a_member_page_shows_completion_only(team: Any, sign_in: Any) -> None:
    """Steps and dates; a stranger's page does not exist."""
    client = sign_in(team["Ratna"])

    page = client.get(f"/tim/{team['Budi'].id}")

    assert page.status_code == 200
    assert "0 dari" in page.text
    assert client.get(f"/tim/{team['Nur'].id}").status_code == 404
    assert client.get("/tim/999999").status_code == 404


def _assignments() -> list[tuple[int, date]]:
    rows = db.session.scalars(
        select(ModuleAssignment)
        .where(ModuleAssignment.withdrawn_at.is_(None))
        .order_by(ModuleAssignment.person_id)
    )
    return [(row.person_id, clock.today(row.due_at - timedelta(seconds=1))) for row in rows]


def _post(client: Any, people: list[Any], due: str = "2026-12-11", module: str = "") -> Any:
    module_id = module or str(make_module_version().module_id)
    ids = [str(person.id) for person in people]
    return client.post("/tim/tugaskan", data={"module": module_id, "due": due, "people": ids})


def test_assigning_asks_each_chosen_member_once(team: Any, sign_in: Any) -> None:
    """Sent twice it is still one request each, and the log knows."""
    client = sign_in(team["Ratna"])
    chosen = [team["Budi"], team["Agus"]]

    first, second = _post(client, chosen), _post(client, chosen)

    assert (first.status_code, second.status_code) == (303, 303)
    due = date(2026, 12, 11)
    assert _assignments()[1:] == [(team["Budi"].id, due), (team["Agus"].id, due)]
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert sum("assign" in action for action in actions) == 3  # Sari's earlier one too


def test_a_due_date_on_a_day_off_is_taken_and_said(team: Any, sign_in: Any) -> None:
    """Saturday, then a holiday on Monday: the next working day is named."""
    client = sign_in(team["Ratna"])
    calendar.enter_holidays({date(2026, 12, 14): "Libur contoh"}, None, NOW)

    _post(client, [team["Budi"]], due="2026-12-12")

    assert "Selasa, 15 Desember 2026" in client.get("/tim").text
    assert len(_assignments()) == 2


@pytest.mark.parametrize(
    ("due", "sentence"),
    [
        ("2026-11-20", "sudah lewat"),
        ("2026-02-30", "kalender"),
        ("", "Pilih tanggal"),
        ("٢٠٢٦-١٢-١١", "kalender"),
    ],
)
def test_a_bad_date_is_said_and_nothing_is_lost(
    team: Any, sign_in: Any, due: str, sentence: str
) -> None:
    """422, the sentence, and the chosen people still chosen."""
    answer = _post(sign_in(team["Ratna"]), [team["Budi"]], due=due)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{team["Budi"].id}" checked' in answer.text.replace("  ", " ")
    assert len(_assignments()) == 1


def test_nobody_chosen_is_said(team: Any, sign_in: Any) -> None:
    """One person at least."""
    answer = _post(sign_in(team["Ratna"]), [])

    assert answer.status_code == 422
    assert "Pilih paling sedikit satu orang" in answer.text


def test_a_stranger_cannot_be_assigned(team: Any, sign_in: Any) -> None:
    """Neither someone of another team nor by someone without one."""
    assert _post(sign_in(team["Ratna"]), [team["Nur"]]).status_code == 404
    assert _post(sign_in(team["Agus"]), [team["Budi"]]).status_code == 404
    assert len(_assignments()) == 1


def test_an_unknown_module_is_refused(team: Any, sign_in: Any) -> None:
    """Only modules of the catalogue."""
    answer = _post(sign_in(team["Ratna"]), [team["Budi"]], module="424242")

    assert answer.status_code == 422


def _only_assignment() -> int:
    return db.session.scalars(select(ModuleAssignment.id)).one()


def test_a_request_can_be_taken_back(team: Any, sign_in: Any) -> None:
    """Sent twice it stays one change; what the person learned is not touched."""
    client = sign_in(team["Ratna"])
    url = f"/tim/tugaskan/{_only_assignment()}/batal"

    first, second = client.post(url), client.post(url)

    assert (first.status_code, second.status_code) == (303, 303)
    assert _assignments() == []
    taken_back = select(AuditEntry).where(AuditEntry.action == "learning.withdraw")
    assert len(db.session.scalars(taken_back).all()) == 1


def test_nobody_else_can_take_it_back(team: Any, sign_in: Any) -> None:
    """Another superior and the person itself get 404."""
    url = f"/tim/tugaskan/{_only_assignment()}/batal"

    answers = [sign_in(team[name]).post(url).status_code for name in ("Hendra", "Sari")]

    assert answers == [404, 404]
    assert len(_assignments()) == 1
