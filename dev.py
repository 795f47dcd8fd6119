#!/usr/bin/env python3
"""One door to this project on Linux, macOS and Windows: `python3 dev.py COMMAND`.

Standard library only, because it has to work before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CATALOGUES = ROOT / "lms" / "translations"
SIDE_BY_SIDE = ("--numprocesses", "2", "--dist", "loadgroup", "--no-loadscope-reorder")
TEST_SETTINGS = {
    *("LMS_TEST_DATABASE_URL", "LMS_TEST_DB", "LMS_REQUIRE_PG"),
    *("LMS_CHROMIUM", "LMS_REQUIRE_BROWSER"),
}
BROWSER_NAMES = (
    *("chromium", "google-chrome", "google-chrome-stable", "chromium-browser"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge", "chrome"),
)
BROWSER_PATHS = (
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
EXTRACT = ("extract", "-F", "babel.cfg", "-k", "_l", "-k", "lazy_gettext")
EXTRACT += ("--no-location", "--sort-output")
UPDATE = ("update", "-l", "en", "-N", "--ignore-obsolete", "--ignore-pot-creation-date")
DEMO_PEOPLE = """\
  Sari Wulandari   199203152019032001   ASN, loket Disdukcapil
  Budi Santoso     198807212014021002   rekan Sari
  Ratna Dewanti    197905102005012003   atasan langsung
  Joko Prasetyo    198304042009011004   fasilitator
  Dewi Anggraini   198611302010122005   administrator
  Password of all: belajar-semarang"""
PIP_HINT = """\
The packages could not be installed; the lines above say why.
Behind a proxy or on a network without the public package index, name your own first:
  PIP_INDEX_URL=https://packages.example.go.id/simple python3 dev.py setup
(on Windows: set PIP_INDEX_URL=... and then py dev.py setup)"""
VENV_HINT = """\
A virtual environment could not be made. On Debian and Ubuntu: apt install python3-venv"""
SETTINGS_CHECK = """\
import sys
from lms import config
try:
    config.load(production=True)
except config.ConfigError as error:
    sys.exit(str(error))"""


def fail(message: str) -> None:
    """Stop with a message on stderr and status 1."""
    sys.exit(message)


def environment(**extra: str) -> dict[str, str]:
    """The environment of every program started from here."""
    return {**os.environ, "PYTHONUTF8": "1", **extra}


def call(*command: str | Path, env: dict[str, str] | None = None, quiet: bool = False) -> int:
    """Run a program in the project folder and give back its status."""
    sink = subprocess.DEVNULL if quiet else None
    try:
        return subprocess.call(
            [str(part) for part in command],
            cwd=ROOT,
            env=environment() if env is None else env,
            stdout=sink,
            stderr=sink,
        )
    except OSError:
        return 127


def flask(*arguments: str, env: dict[str, str] | None = None) -> None:
    """Run one of our own commands; its failure is ours."""
    status = call(PYTHON, "-m", "flask", "--app", "lms", *arguments, env=env)
    if status:
        sys.exit(status)


# Installing ---------------------------------------------------------------------------------


def make_venv() -> None:
    """Make `.venv`, or make it anew where its Python has gone."""
    if call(PYTHON, "-c", "", quiet=True) == 0:
        return
    print("Making .venv", flush=True)
    if call(sys.executable, "-m", "venv", "--clear", VENV) == 0:
        return
    uv = shutil.which("uv")
    if not uv or call(uv, "venv", "--clear", "--quiet", VENV):
        fail(VENV_HINT)


def install(*names: str) -> None:
    """Install pinned requirements; a stamp with their hash makes the next start skip this."""
    make_venv()
    for name in names:
        digest = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        stamp = VENV / f"{name}.sha256"
        if stamp.is_file() and stamp.read_text() == digest:
            continue
        print(f"Installing {name}", flush=True)
        if not install_file(name):
            fail(PIP_HINT)
        stamp.write_text(digest)
    compile_catalogues()


def install_file(name: str) -> bool:
    """Install one requirements file by uv where there is one, else (or if it fails) by pip."""
    uv = shutil.which("uv")
    options = ("install", "--quiet", "--require-hashes", "-r", name)
    if uv and call(uv, "pip", *options, "--python", PYTHON) == 0:
        return True
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check")
    return call(*pip, *options) == 0


def babel(*arguments: str | Path) -> tuple[str, ...]:
    """The command line of one pybabel step; run as a module it would hide its exit status."""
    entry = "import sys; from babel.messages.frontend import main; sys.exit(main())"
    return (str(PYTHON), "-c", entry, "-q", *map(str, arguments))


def catalogues() -> list[Path]:
    """The translated catalogues; Indonesian is the source and needs none."""
    return sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


def compile_catalogues() -> None:
    """Bring the .mo files, which are not in the repository, up to their .po files."""
    compiled = [(po, po.with_suffix(".mo")) for po in catalogues()]
    if all(mo.is_file() and mo.stat().st_mtime >= po.stat().st_mtime for po, mo in compiled):
        return
    if call(*babel("compile", "-d", CATALOGUES), quiet=True):
        fail("A translation catalogue is broken: python3 dev.py check says where")


# Tests --------------------------------------------------------------------------------------


def find_browser() -> str | None:
    """A Chromium-like browser of this machine."""
    given = os.environ.get("LMS_CHROMIUM")
    if given:
        return given
    paths = (os.path.expandvars(path) for path in BROWSER_PATHS)
    installed = (path for path in paths if Path(path).is_file())
    return next(filter(None, map(shutil.which, BROWSER_NAMES)), None) or next(installed, None)


def install_browser() -> str | None:
    """Fetch a browser as this system does it; without one the tests say what they skipped."""
    print("No Chromium found, trying to install one", flush=True)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        env = environment(DEBIAN_FRONTEND="noninteractive")
        call("apt-get", "update", "-qq", env=env)
        call("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", env=env)
        return find_browser()
    call(PYTHON, "-m", "playwright", "install", "chromium")
    return None  # the tests look for this one by themselves


def bare_environment() -> dict[str, str]:
    """What is started for tests sees where it may work, and nothing of a site."""
    return {k: v for k, v in environment().items() if k[:4] != "LMS_" or k in TEST_SETTINGS}


def test_environment() -> dict[str, str]:
    """The same with a browser named; conftest.py finds the databases."""
    browser = find_browser() or install_browser()
    return bare_environment() | ({"LMS_CHROMIUM": browser} if browser else {})


# Commands -----------------------------------------------------------------------------------


def setup(arguments: list[str]) -> int:
    """make .venv, install the pinned requirements, migrate the database"""
    install("requirements.txt")
    flask("db", "upgrade")
    return 0


def run(arguments: list[str]) -> int:
    """setup, then the demo city on http://127.0.0.1:8000 (PORT= overrides)"""
    port = wanted_port()
    os.environ.setdefault("LMS_BASE_URL", f"http://127.0.0.1:{port}")
    setup([])
    flask("demo", "load", "--if-empty")
    print(f"\nBelajar Semarang: http://127.0.0.1:{port}  (Ctrl-C stops)\n{DEMO_PEOPLE}\n")
    return become("lms.run", "--demo", "--host", "127.0.0.1", "--port", port, *arguments)


def serve(arguments: list[str]) -> int:
    """the production server, configured by the environment alone"""
    port = wanted_port()
    install("requirements.txt")
    if call(PYTHON, "-c", SETTINGS_CHECK):
        return 2
    flask("db", "upgrade")
    return become("lms.run", "--serve", "--port", port, *arguments)


def wanted_port() -> str:
    """The port named by the environment, checked before anything is installed."""
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        fail(f"PORT: expected a number from 1 to 65535, not {port!r}")
    return port


def become(module: str, *arguments: str) -> int:
    """Turn into the server, so that a signal to this process is a signal to it."""
    command = [str(PYTHON), "-m", module, *arguments]
    sys.stdout.flush()
    if os.name != "nt":
        os.chdir(ROOT)
        os.execve(command[0], command, environment())  # noqa: S606 - no shell is the point
    try:
        return call(*command)
    except KeyboardInterrupt:
        return 0


def test(arguments: list[str]) -> int:
    """the whole suite; arguments go to pytest: dev.py test tests/people -k sign_in"""
    install("requirements.txt", "requirements-dev.txt")
    return call(PYTHON, "-m", "pytest", *(arguments or SIDE_BY_SIDE), env=test_environment())


def check(arguments: list[str]) -> int:
    """format, lint, types, import contracts, templates, translations, vendored files"""
    install("requirements.txt", "requirements-dev.txt")
    with tempfile.TemporaryDirectory() as folder:
        results = {
            name: all(run_check(name, step) for step in steps)
            for name, steps in checks(Path(folder) / "messages.pot").items()
        }
    print()
    for name, passed in results.items():
        print(f"{name:<20}{'ok' if passed else 'FAILED'}")
    return 0 if all(results.values()) else 1


def checks(template: Path) -> dict[str, list[tuple[str, ...]]]:
    """Every check as the programs it runs; `template` is where the texts are collected."""
    module = (str(PYTHON), "-m")
    imports = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
    translations = [babel(*EXTRACT, "-o", template, ".")]
    if catalogues():
        translations.append(babel(*UPDATE, "-d", CATALOGUES, "-i", template, "--check"))
        translations.append(babel("compile", "-d", CATALOGUES))
    return {
        "format": [(*module, "ruff", "format", "--check", ".")],
        "lint": [(*module, "ruff", "check", ".")],
        "types": [(*module, "ty", "check", "lms")],
        "import contracts": [(str(PYTHON), "-c", imports)],
        "templates": [(*module, "djlint", "--lint", "templates")],
        "translations": translations,
        "vendored files": [(str(PYTHON), "vendor.py")],
    }


def run_check(name: str, command: tuple[str, ...]) -> bool:
    """Run one program; only a failure shows what it said."""
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True)
    if done.returncode:
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        print(f"--- {name}\n{said.rstrip()}", flush=True)
    return done.returncode == 0


def bench(arguments: list[str]) -> int:
    """key pages against a bare Flask page, and growth: dev.py bench --people 1000000"""
    install("requirements.txt")
    return call(PYTHON, "-m", "tests.bench.run", *arguments)


def drill(arguments: list[str]) -> int:
    """heavy checks on both databases: dev.py drill crash; dev.py drill list names them"""
    install("requirements.txt", "requirements-dev.txt")
    return call(PYTHON, "-m", "tests.drills", *(arguments or ["list"]), env=bare_environment())


def translate(arguments: list[str]) -> int:
    """bring the English catalogue up to the texts in code and templates"""
    install("requirements.txt")
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        update = babel(*UPDATE, "-d", CATALOGUES, "-i", template, "--init-missing")
        status = call(*babel(*EXTRACT, "-o", template, ".")) or call(*update)
    compile_catalogues()
    return status


COMMANDS = {
    command.__name__: command
    for command in (run, test, check, bench, drill, setup, serve, translate)
}


def main(arguments: list[str]) -> int:
    """Run the command named first, or print what there is."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an old Python meets first
        fail("Python 3.11 or newer is needed")
    # A console of another code page must not stop us.
    sys.stdout.reconfigure(errors="replace")
    name, *rest = arguments or ["help"]
    if name in COMMANDS:
        return COMMANDS[name](rest)
    print("python3 dev.py COMMAND\n")
    for command, function in COMMANDS.items():
        print(f"  {command:<10} {function.__doc__}")
    return 0 if name in {"help", "-h", "--help"} else 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
