"""What a learner's own documents ask of today, sittings, dates: a test a row of the list, named after it, on the seeds."""

from __future__ import annotations

import pytest

from tests.e2e.learner import PLAN, SEEDS, Person

pytestmark = pytest.mark.shared


def test_row_01_today_shows_the_entry_of_the_day_and_one_thing_to_begin_with(seeded: Person) -> None:
    (today,) = seeded.rows("today")
    (entry,) = (one for one in seeded.rows("journal") if one["date"] == "2026-01-12")
    assert (today["day"], [one["id"] for one in today["noted"]]) == ("2026-01-12", [entry["id"]])
    assert (today["pick"]["key"], today["pick"]["title"]) == ("talk", entry["title"])
    assert "begin     Manus" in seeded("today")
    seeded("triage", str(today["talk"]["resource"]), "done")
    seeded("plan", "schedule", PLAN, "--start", "2026-01-12", "--tracks", "app")
    (today,) = seeded.rows("today")
    assert (today["talk"], today["pick"]["title"]) == (None, "Python类型系统与类型提示")


def test_row_02_sittings_of_a_talk_have_positions(seeded: Person) -> None:
    talk = next(one for one in seeded.rows("journal") if one["date"] == "2026-01-02")["resource"]
    seeded("session", "start", str(talk))
    seeded.at("2026-01-12T08:30:00+08:00")
    seeded("session", "stop", "--at", "20:31")
    (session,) = seeded.rows("session")
    assert (session["resource"], session["minutes"], session["to_seconds"]) == (talk, 30, 1231)
    assert "20:31" in seeded("session")


def test_row_03_a_talk_opens_at_the_second_of_its_note(seeded: Person) -> None:
    talk = next(one for one in seeded.rows("journal") if one["start_seconds"])
    seeded.at("2026-01-14T20:00:00+08:00")
    (begun,) = seeded.rows("session", "start", str(talk["resource"]))[-1:]
    assert begun["from_seconds"] == 1231
    assert begun["url"].endswith("t=1231s")


def test_row_06_days_and_gaps_without_blame(seeded: Person) -> None:
    seeded.at("2026-02-01T08:00:00+08:00")
    streak = seeded.rows("today")[0]["streak"]
    assert (streak["days"], streak["longest"]) == (26, 16)
    assert streak["gaps"] == [f"2026-01-{day}" for day in (17, 21, 22, 24, 28)]


def test_row_07_a_typed_date_that_is_wrong_is_reported_with_its_line_and_kept(person: Person) -> None:
    for number, line in (("004", 470), ("002", 16)):
        path = next(SEEDS.glob(f"{number}_*"))
        (report,) = person.rows("import", str(path))
        (found,) = (one for one in report["findings"] if one["line"] == line)
        assert "2026-01-06" in found["message"]
    (entry,) = (one for one in person.rows("journal") if one["date"] == "2026-01-06")
    assert entry["date_as_written"] == "20250106"


def test_row_08_a_day_is_a_day_in_the_persons_zone(seeded: Person) -> None:
    seeded.at("2026-01-05T23:17:00+00:00")
    seeded("note", "1", "a word")
    assert max(seeded.rows("journal"), key=lambda one: one["id"])["date"] == "2026-01-06"


def test_row_09_a_second_import_changes_nothing(seeded: Person) -> None:
    before = [len(seeded.rows(*words)) for words in (("resources",), ("journal",), ("plan", "show", "--all"))]
    for report in seeded.rows("import", *sorted(map(str, SEEDS.glob("*.txt")))):
        assert (report["created"], report["updated"]) == (0, 0)
    assert [len(seeded.rows(*words)) for words in (("resources",), ("journal",), ("plan", "show", "--all"))] == before
