"""`dev.py bench`: key pages against a bare Flask page, and with few people against many.

All servers run side by side on this machine in processes of their own; each round asks the bare
page and then the page (or the city with few people and then the one with many), so whatever else
the machine does meanwhile weighs on both. Exit status 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from lms.run import THREADS
from tests.bench.filler import fill
from tests.bench.pages import Page, all_pages
from tests.bench.report import (
    Cost,
    Growth,
    costs_table,
    growth_table,
    json_lines,
    median_ratio,
    summary,
)
from tests.bench.visitor import Answer, Form, Visitor
from tests.browser import demo_site
from tests.browser.demo_site import ROOT, START, Site

FEW = 1_000
MANY = 100_000
MOST = 1_000_000
CITY = "120"  # the cast and their colleagues; the pages are theirs
WARM = 5
SECONDS = 0.08  # of CPU in one side of a round; a clock that ticks coarsely still sees it
GROWING = {
    *("beranda", "katalog", "jalur belajar", "pelajaran", "soal tes", "daftar tinjauan"),
    *("tim", "anggota tim", "antrean penilaian", "pegawai"),
}
BARE = Page("bare", "", "/")


@dataclass(frozen=True)
class Side:
    """One server, seen by one person; `times` requests of the page make one side of a round."""

    visitor: Visitor
    page: Page
    times: int = 1

    def round(self) -> float:
        """CPU seconds a request."""
        bodies = [self._fields() for _ in range(self.times)]
        before = self.visitor.meter()
        for fields in bodies:
            self._ask(fields)
        return (self.visitor.meter().cpu - before.cpu) / self.times

    def once(self) -> tuple[Answer, int]:
        """One answer, and the SQL statements it took."""
        fields = self._fields()
        before = self.visitor.meter()
        answer = self._ask(fields)
        return answer, self.visitor.meter().statements - before.statements

    def warmed(self) -> Side:
        """The same after a few requests, with as many a round as fill its time."""
        for _ in range(WARM):
            self.once()
        probe = Side(self.visitor, self.page, WARM).round()
        return Side(self.visitor, self.page, min(max(round(SECONDS / probe), 3), 200))

    def _fields(self) -> list[tuple[str, str]] | None:
        if not self.page.posts:
            return None
        return Form(self.visitor.plain(self.page.address), "f").fields

    def _ask(self, fields: list[tuple[str, str]] | None) -> Answer:
        answer = self.visitor.ask(self.page.address, fields)
        if answer.status != 200 or not answer.body:
            raise RuntimeError(f"{answer.status} {self.page.name} {self.page.address}")
        return answer


class Server:
    """A measured server, and its visitors, each signed in once."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._visitors: dict[str, Visitor] = {}

    def seen_by(self, page: Page) -> Side:
        """The page on this server, warmed up."""
        if page.nip not in self._visitors:
            visitor = self._visitors[page.nip] = Visitor(self.port)
            if page.nip:
                visitor.sign_in(page.nip)
        return Side(self._visitors[page.nip], page).warmed()


@contextmanager
def serving(what: str, site: Site, *options: str) -> Iterator[Server]:
    """A server process in the surroundings of that site."""
    command = [sys.executable, "-m", "tests.bench.server", what, "--threads", str(THREADS)]
    environment = {k: v for k, v in site.environment.items() if k != "LMS_TEST_CLOCK"}
    with site.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*command, *options], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log
        )
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise RuntimeError(f"the server did not start:\n{site.log.read_text()}")
        yield Server(int(port))
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


def rounds(one: Side, other: Side, count: int) -> tuple[list[float], list[float]]:
    """CPU seconds a request of both sides, round by round, taking turns."""
    pairs = [(one.round(), other.round()) for _ in range(count)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def measure_cost(bare: Side, page: Side, count: int) -> tuple[Cost, float]:
    """A page against the bare page; also what the bare page cost meanwhile, in ms."""
    unit, measured = rounds(bare, page, count)
    answer, statements = page.once()
    kind, what = page.page.kind, page.page
    cost = Cost(
        page=what.name,
        address=what.address,
        kind=kind.name,
        ms=median(measured) * 1000,
        ratio=median_ratio(measured, unit),
        limit=kind.ratio,
        bytes=len(answer.body),
        bytes_limit=kind.fragment if what.posts else kind.size,
        statements=statements,
        posts=what.posts,
    )
    return cost, median(unit) * 1000


def measure_growth(few: Side, many: Side, people: int, count: int) -> Growth:
    """A page with few people against the same with many."""
    small, large = rounds(few, many, count)
    return Growth(
        page=few.page.name,
        few=FEW,
        many=people,
        ms_few=median(small) * 1000,
        ms_many=median(large) * 1000,
        ratio=median_ratio(large, small),
        statements_few=few.once()[1],
        statements_many=many.once()[1],
    )


def costs(city: Site, pages: Sequence[Page], count: int) -> list[Cost]:
    """The first table, printed."""
    database = f"sqlite:///{(city.folder / 'bare.sqlite').as_posix()}"
    with (
        serving("bare", city, "--database", database) as bare_server,
        serving("site", city, "--now", START.isoformat()) as server,
    ):
        bare = bare_server.seen_by(BARE)
        found = [measure_cost(bare, server.seen_by(page), count) for page in pages]
    say(costs_table([cost for cost, _ in found], median(ms for _, ms in found)))
    return [cost for cost, _ in found]


def growths(city: Site, pages: Sequence[Page], people: int, count: int) -> list[Growth]:
    """The second table, printed."""
    with ExitStack() as stack:
        servers = []
        for number in (FEW, people):
            site = demo_site.copy(city, city.folder / str(number))
            fill(site.database_url, number, START)
            servers.append(stack.enter_context(serving("site", site, "--now", START.isoformat())))
        few, many = servers
        found = [
            measure_growth(few.seen_by(page), many.seen_by(page), people, count) for page in pages
        ]
    say(growth_table(found))
    return found


def say(lines: Sequence[str]) -> None:
    """Print at once, so that a long run shows where it is."""
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--people", type=int, default=MANY, help=f"{FEW} to {MOST}, 0: no growth")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, metavar="FILE", help="JSON lines go there")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    options = parser.parse_args(arguments)
    if options.people and not FEW <= options.people <= MOST:
        parser.error(f"--people: from {FEW} to {MOST}")
    return options


def main() -> int:
    """Measure, print, judge."""
    options = options_of()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        say(["Loading the demo city"])
        city = Site(Path(folder)).fill("--people", CITY)
        with city.reading() as session:
            pages = [page for page in all_pages(session) if options.only in page.name]
        found: list[Cost | Growth] = [*costs(city, pages, options.rounds)]
        growing = [page for page in pages if page.name in GROWING]
        if options.people and growing:
            say(["", f"Filling a city with {options.people:,} people"])
            found += growths(city, growing, options.people, options.rounds)
    lines = json_lines(found)
    if options.json:
        options.json.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        say(["", *lines])
    say(["", summary(found)])
    return 1 if any(one.over for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
