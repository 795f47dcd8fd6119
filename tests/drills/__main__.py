"""`python -m tests.drills NAME …`: run a drill; `list` names them."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
SHARED = {"__main__", "common"}
USAGE = "dev.py drill NAME [--seed N] [--database sqlite|postgresql|both]; dev.py drill list"


def drills() -> dict[str, ModuleType]:
    """Every drill by its name: the modules of this folder."""
    names = sorted(m.name for m in pkgutil.iter_modules([str(HERE)]) if not m.ispkg)
    modules = [importlib.import_module(f"drills.{name}") for name in names if name not in SHARED]
    return {module.NAME: module for module in modules}


def main(arguments: list[str]) -> int:
    """Run what is asked for. Returns the exit status: 0 good, 1 something was found, 2 misuse."""
    found = drills()
    if arguments[:1] == ["list"]:
        for name, module in sorted(found.items()):
            print(f"{name:<14}{module.HELP}")  # noqa: T201 - for people
        return 0
    if not arguments or arguments[0] not in found:
        print(f"{USAGE}\n{', '.join(sorted(found))}", file=sys.stderr)  # noqa: T201
        return 2
    return found[arguments[0]].main(arguments[1:])


if __name__ == "__main__":
    sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]
    sys.exit(main(sys.argv[1:]))
