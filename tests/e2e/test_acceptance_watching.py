"""What a learner's own documents ask of links, watched pages and noise: a test a row of the list, named after it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.learner import PLAN, SEEDS, Person

pytestmark = pytest.mark.shared
PARKED = b"<title>kiln.example</title><h1>This domain is for sale</h1><p>Buy this domain today.</p>"
GONE = b"<title>404 - Page not found</title><h1>Page not found</h1>"


@pytest.fixture
def online(person: Person, web: Any) -> Person:
    """The learner, with a network that is this machine alone."""
    person("init")
    said = f'[network]\nallow_private = ["{web.base.removeprefix("http://")}"]\nhost_spacing = 0.0\n'
    (person.home / "config.toml").write_text(said)
    return person


def page(title: str) -> bytes:
    return f"<title>{title}</title><h1>{title}</h1><p>{'Words about it. ' * 40}</p>".encode()


def watch(person: Person, *entries: str) -> None:
    (person.home / "sources.yaml").write_text("version: 1\nsources:\n" + "".join(entries))


def test_row_25_links_that_do_not_do_what_they_promise(online: Person, web: Any, answer: Any) -> None:
    web.routes |= {
        "/fine": answer(body=page("Paged attention")), "/parked": answer(body=PARKED), "/soft": answer(body=GONE),
        "/moved": answer(301, headers={"Location": "/fine"}), "/": answer(body=page("Welcome to Kiln")),
        "/deep/page": answer(302, headers={"Location": "/"}),
    }  # fmt: skip
    wanted = {"fine": "ok", "none": "failing", "parked": "soft404", "soft": "soft404", "moved": "moved"}
    file = online.home / "list.md"
    listed = "".join(f"- [Paged attention]({web.base}/{path})\n" for path in (*wanted, "deep/page"))
    file.write_text(f"# Papers\n\n## Cache\n{listed}")
    found = {one["url"].removeprefix(f"{web.base}/"): one for one in online.rows("check", str(file), codes=(1,))}
    assert {path: found[path]["verdict"] for path in wanted} == wanted
    assert "for sale" in found["parked"]["reason"]
    assert found["moved"]["replacement"] == f"{web.base}/fine"
    assert found["deep/page"]["verdict"] in ("soft404", "moved")
    assert "front page" in found["deep/page"]["reason"] or "home" in found["deep/page"]["reason"]


def test_row_25_a_paper_that_is_another_than_its_label_says(person: Person) -> None:
    (report,) = person.rows("import", str(SEEDS / PLAN))
    told = {one["line"]: one["message"] for one in report["findings"] if "arXiv" in one["message"]}
    assert {208, 247} <= told.keys()
    assert "Layer Normalization" in told[208]
    assert "Mixtral" in told[247]


def test_row_26_front_pages_and_beginnings_of_documentation_are_told(person: Person) -> None:
    (report,) = person.rows("import", str(SEEDS / PLAN))
    front = [one["line"] for one in report["findings"] if "leads to the front page" in one["message"]]
    roots = [one["line"] for one in report["findings"] if "the start of a documentation" in one["message"]]
    assert len({*front, *roots}) == 14 + 28  # a front page may be that of a documentation: some are told as the other
    homes = {178, 199, 224, 300, 324, 325, 340, 381, 384, 385, 386, 387, 389}  # 390 is a page below: /advice/
    assert homes <= {*front}
    assert not {*front} & {*roots}


def test_row_26_a_better_page_is_asked_for_and_taken_when_a_person_says_so(
    online: Person, web: Any, answer: Any
) -> None:
    base = web.base
    pages = ("charts/helm-values", "workloads/deployment", "blog/2024", "reference/kubectl")
    listed = "".join(f"<url><loc>{base}/docs/{one}/</loc></url>" for one in pages)
    web.routes |= {
        "/robots.txt": answer(body=f"Sitemap: {base}/map.xml".encode()),
        "/map.xml": answer(body=f"<urlset>{listed}<url><loc>{base}/other/deployment</loc></url></urlset>".encode()),
    }
    plan = online.home / "plan.md"
    plan.write_text(
        "# Plan\n\n| Day | 主题 | 资料 |\n|---|---|---|\n"
        f"| **1** | Deployment与Service | [K8s]({base}/docs/) |\n| **2** | 数学基础 | [数学]({base}/) |\n"
        f"| **3** | Scaling | [Autoscaling deployment]({base}/docs/guide/scaling.html) |\n"
    )
    (report,) = online.rows("import", str(plan), "--as", "plan")
    told = [one for one in report["findings"] if "tracker resolve pages" in one["what_to_do"]]
    assert len(told) == 2
    before = online.rows("resources")
    found = {one["name"]: one["found"] for one in online.rows("resolve", "pages")}
    assert [one["url"] for one in found["K8s"]] == [
        f"{base}/docs/workloads/deployment/",
        f"{base}/docs/guide/scaling.html",
    ]
    assert "site map" in found["K8s"][0]["why"]
    assert "library" in found["K8s"][1]["why"]
    assert found["数学"] == []
    assert online.rows("resources") == before
    (offer,) = (one for one in online.rows("proposals") if one["kind"] == "page")  # the other page is a work already
    online("proposals", "accept", str(offer["id"]))
    assert f"[K8s]({base}/docs/workloads/deployment/)" in online("export", "document", "plan.md", "--out", "-")
    assert {one["name"] for one in online.rows("resolve", "pages")} == {"数学"}
    (online.home / "config.toml").write_text("[network]\nhost_spacing = 0.0\n")  # the host is out of reach now
    (out_of_reach,) = online.rows("resolve", "pages", codes=(1,))
    assert "127.0.0.1 gave no answer (refused-private" in out_of_reach["problem"]
    online("undo")
    assert online.rows("resources") == before


def test_row_29_a_page_without_a_feed_gives_one_item_a_change(online: Person, web: Any, answer: Any) -> None:
    def docs(limit: str) -> bytes:
        text = "".join(
            f"<h2>Part {n}</h2><p>How part {n} of the interface is asked, and what it answers.</p>" for n in range(5)
        )
        return f"<title>Limits</title><main>{text}<h2>Limits</h2><p>At most {limit} a minute.</p></main>".encode()

    watch(online, f"  - name: API docs\n    url: {web.base}/docs\n    kind: docs\n")
    web.routes["/docs"] = answer(body=docs("10 requests"))
    online("crawl", "--all")
    before = len(online.rows("inbox"))
    online.at("2026-01-14T08:00:00+08:00")
    online("crawl", "--all")
    assert len(online.rows("inbox")) == before
    web.routes["/docs"] = answer(body=docs("50 requests"))
    for day in (16, 18):
        online.at(f"2026-01-{day}T08:00:00+08:00")
        online("crawl", "--all")
        (new,) = online.rows("inbox")[: len(online.rows("inbox")) - before]
        assert "API docs" in str(new["sources"]) or "Limits" in new["title"]


def test_row_38_five_hundred_new_items_fill_no_inbox(online: Person, web: Any, answer: Any) -> None:
    def feed(first: int, last: int) -> bytes:
        items = "".join(
            f"<item><guid>{n}</guid><title>Item {n}</title><link>https://a.example/{n}</link></item>"
            for n in range(last, first, -1)
        )
        return f'<rss version="2.0"><channel><title>Flood</title>{items}</channel></rss>'.encode()

    watch(online, f"  - name: Flood\n    url: {web.base}/feed\n    kind: feed\n    max_items_first_fetch: 5\n")
    web.routes["/feed"] = answer(body=feed(0, 5))
    online("crawl", "--all")
    online.at("2026-01-13T08:00:00+08:00")
    web.routes["/feed"] = answer(body=feed(5, 505))
    online("crawl", "--all")
    assert len(online.rows("inbox", "--limit", "1000")) == 5 + 30
    assert "470 more came" in online.told("inbox")
    (queue,) = (one for one in online.rows("noise") if "source" in one)
    assert (queue["waiting"], queue["held_back"]) == (35, 470)
    assert len(online.rows("resources", "--limit", "1000")) == 505
    newest = online.rows("inbox")[0]["id"]
    online("triage", str(newest), "snooze", "2026-01-15")
    online("sources", "mute", "Flood")
    assert len(online.rows("inbox")) == 34
    online.at("2026-01-15T08:00:00+08:00")
    assert newest in [one["id"] for one in online.rows("inbox")]
    web.routes["/feed"] = answer(body=feed(505, 520))
    online("crawl", "--all", "--force")
    assert len(online.rows("inbox")) == 35
    online("plan", "new", "mine")
    online("plan", "add", "mine", "Read it", "--days", "3")
    row = next(one for one in online.rows("plan", "show", "mine.md")[0]["children"] if one["day_from"] == 3)
    online("plan", "attach", f"#{row['id']}", str(newest))
    (found,) = (one for one in online.rows("plan", "show", "mine.md")[0]["children"] if one["id"] == row["id"])
    assert found["resources"] == [newest]
