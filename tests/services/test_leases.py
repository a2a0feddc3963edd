"""Leases of sources, links and talks: who holds what is told, and the dead hold nothing."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import leases as rows
from db.tables import link
from tracker.cli.main import run as command
from tracker.services import leases
from tracker.services.checkup import bury_dead
from tracker.wiring import House, house_of


@pytest.fixture
def house(tmp_path: Path) -> House:
    listed = tmp_path / "list.md"
    listed.write_text("# L\n\n- [One](https://example.org/1)\n- [Two](https://example.org/2)\n")
    assert command(["--home", str(tmp_path), "import", str(listed)]) == 0
    return house_of({"home": str(tmp_path)})


def lease(house: House, owner: str, count: int) -> None:
    with house.store.write() as tx:
        tx.execute(link.delete())
        for id_ in range(1, count + 1):
            tx.execute(
                link.insert().values(
                    resource_id=id_, lease_owner=owner, lease_until=datetime.now(UTC) + timedelta(minutes=5)
                )
            )


def dead_owner() -> str:
    """The word of a process that has ended."""
    program = "from tracker.services.leases import new_owner; print(new_owner())"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_a_round_lives_until_it_ends() -> None:
    owner = leases.new_owner()
    other = f"elsewhere/{owner.partition('/')[2]}"
    assert leases.dead([owner, other, "a word of before"]) == []
    leases.end(owner)
    assert leases.dead([owner, other]) == [owner]
    assert leases.described(owner).endswith("(gone)")


def test_status_says_who_is_at_what(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    owner = leases.new_owner()
    lease(house, owner, 2)
    house.close()
    capsys.readouterr()
    assert command(["--home", str(house.home), "status", "--json"]) == 0
    (held,) = json.loads(capsys.readouterr().out)["held"]
    assert (held["what"], held["count"]) == ("links", 2)
    assert held["by"] == f"pid {owner.split('/')[-3]} on {platform.node()}"
    assert command(["--home", str(house.home), "status"]) == 0
    assert f"at work  2 links: {held['by']}, until" in capsys.readouterr().out
    leases.end(owner)


def test_what_a_dead_process_held_is_free_at_once(house: House) -> None:
    lease(house, dead_owner(), 2)
    assert bury_dead(house.store, datetime.now(UTC)) == 1
    with house.store.read() as tx:
        assert rows.held(tx, datetime.now(UTC)) == []
        assert rows.owners(tx) == set()
    house.close()
