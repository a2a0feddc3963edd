"""The program over a hostile web, as a judge beside this repository sees it; a quick part, and the whole as a drill."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[2].parent / "shared" / "hostile_web"
ADAPTER = Path(__file__).with_name("adapter.py")
QUICK = "13,23,31,33,37,39,43,67,87,89,101,107,113,115,151,165,183,187,223,225"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.xdist_group("hostile"),
    pytest.mark.skipif(not WEB.is_dir(), reason="the hostile web lies beside the repository's folder; it is not there"),
]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Any]:
    """Starts the hostile web for some cases; answers the run folder."""
    started: list[subprocess.Popen[str]] = []

    def start(*wishes: str) -> Path:
        run = tmp_path / "run"
        argv = [sys.executable, "-B", str(WEB / "hostile_web.py"), "serve", "--run", str(run), *wishes]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"]
        return run

    yield start
    for process in started:
        with urllib.request.urlopen("http://127.0.0.1:8899/stop", timeout=10):
            pass
        process.communicate(timeout=30)


def judged(run: Path, *wishes: str, judge: tuple[str, ...] = ()) -> dict[str, Any]:
    """Drive the program, then let the judge compare; its verdict."""
    subprocess.run([sys.executable, str(ADAPTER), str(run), *wishes], check=True, timeout=3000)
    time.sleep(0.5)  # the server writes a line when a connection ends
    told = ("--results", "results.jsonl", "--log", "log.jsonl", "--artefacts", "artefacts", "--json", "verdict.json")
    subprocess.run([sys.executable, "-B", str(WEB / "judge.py"), *told, "--quiet", *judge], cwd=run, check=False)
    found: dict[str, Any] = json.loads((run / "verdict.json").read_text("utf-8"))
    return found


def bad(verdict: dict[str, Any]) -> list[str]:
    """What did not pass, a line a case."""
    return [
        f"{case['id']} {case['kind']} {case['state']}: {'; '.join(case['fails'] or case['missing'])[:300]}"
        for case in verdict["cases"]
        if case["state"] != "pass"
    ]


@pytest.mark.timeout(300)
def test_a_few_hostile_cases(serve: Any) -> None:
    run = serve("--ids", QUICK)
    verdict = judged(run, "--ids", QUICK, "--passes", "1,4", judge=("--ids", QUICK))
    assert verdict["private"] == []
    assert bad(verdict) == []


@pytest.mark.drill
@pytest.mark.timeout(3600)
def test_the_whole_hostile_web(serve: Any) -> None:
    verdict = judged(serve())
    assert verdict["private"] == []
    assert bad(verdict) == []
