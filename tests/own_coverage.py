"""Each pkg module by its own tests alone: at least 95 % of lines and branches.

`make cov` ends with it; `python -m tests.own_coverage jwt cache` looks at those two. What only
other modules' tests run is not tested: it is used.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
BAR = 95.0
EXEMPT: Mapping[str, str] = {}  # name -> reason
ALSO: Mapping[str, Sequence[str]] = {  # laws under another name, beside `tests/contract`
    "cache": ("test_locks.py",),
    "hub": ("test_bus.py", "test_messages.py", "../faults/test_bus.py"),
}


@dataclass(frozen=True)
class Covered:
    """What a module's own tests run of it."""

    name: str
    percent: float
    missing: tuple[str, ...]  # "path: lines"
    failed: str = ""

    @property
    def holds(self) -> bool:
        return not self.failed and (self.percent >= BAR or self.name in EXEMPT)


def main(names: Sequence[str]) -> int:
    """Measures *names*, or every module; answers the exit code."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [*pool.map(measure, names or modules())]
    for one in found:
        sys.stdout.write(told(one))
    idle = [one.name for one in found if one.name in EXEMPT and one.percent >= BAR]
    for name in idle:
        sys.stdout.write(f"{name} needs no exemption\n")
    return int(bool(idle) or not all(one.holds for one in found))


def modules() -> list[str]:
    """Answers every module below `pkg`, packages and single files."""
    return sorted(
        path.stem for path in (ROOT / "pkg").iterdir() if path.stem[0] not in "._" and owned(path)
    )


def owned(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").exists()


def tests_of(name: str) -> list[str]:
    """Answers the paths of the tests of *name*."""
    contract = ROOT / "tests" / "contract"
    paths = [ROOT / "tests" / "unit" / "pkg" / name]
    paths += [contract / f"test_{name}.py", *contract.glob(f"test_{name}_*.py")]
    paths += [contract / more for more in ALSO.get(name, ())]
    return [str(path) for path in paths if path.exists()]


def measure(name: str) -> Covered:
    """Runs the tests of *name* and answers what they cover of it."""
    tests = tests_of(name)
    if not tests:
        return Covered(name, 0, (), "it has no tests of its own")
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "COVERAGE_FILE": f"{folder}/data"}
        ran = _run(
            *("run", "--source=pkg", "-m", "pytest", "-q", "-n", "0", "-m", "not night", *tests),
            environment=environment,
        )
        if ran.returncode:
            return Covered(name, 0, (), ran.stdout[-2000:])
        _run("combine", "-q", environment=environment)
        _run(
            *("json", f"--include=pkg/{name}.py,pkg/{name}/*", "-o", f"{folder}/report.json"),
            environment=environment,
        )
        report = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))
    missing = tuple(
        f"{path}: {', '.join(map(str, file['missing_lines']))}"
        for path, file in report["files"].items()
        if file["missing_lines"]
    )
    return Covered(name, report["totals"]["percent_covered"], missing)


def told(one: Covered) -> str:
    """Answers the lines about *one*."""
    reason = f"  exempt: {EXEMPT[one.name]}" if one.name in EXEMPT else ""
    lines = [f"{one.name:<14}{one.percent:6.1f} %{reason}"]
    lines += [f"    {line}" for line in one.missing]
    if one.failed:
        lines.append(f"    {one.failed}")
    return "\n".join(lines) + "\n"


def _run(*words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "coverage", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
