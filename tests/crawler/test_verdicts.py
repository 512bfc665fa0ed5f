"""The table of verdicts: what a run is worth, by how its lists and its details ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from crawler.contract.fetches import Fetch, not_reached
from crawler.contract.items import Outcome, RequestKey
from crawler.contract.routes import Role
from crawler.contract.verdicts import Verdict, judge
from tests.crawler.localspider import LocalSpider

FACTS = replace(LocalSpider.facts, floor=0, ceiling=100_000)
Outcomes = Mapping[str, int]


@dataclass(frozen=True)
class Case:
    """How many lists and details ended how; `empty` is normal for so many of the lists. `tells` stands among the reasons."""

    verdict: Verdict
    lists: Outcomes
    details: Outcomes = ()  # type: ignore[assignment]
    normal: bool = False
    replay: bool = False
    unfinished: str | None = None
    floor: int = 0
    ceiling: int = 100_000
    tells: str = ""


HEALTHY, PARTIAL, HELD, FAILED = Verdict.HEALTHY, Verdict.PARTIAL, Verdict.HELD, Verdict.FAILED
CASES: dict[str, Case] = {
    "all read": Case(HEALTHY, {"ok": 1}, {"ok": 2}),
    "nothing changed": Case(HEALTHY, {"not_modified": 2}, {"not_modified": 40}),
    "the list alone": Case(HEALTHY, {"ok": 1}),
    "4,000 failures and one answer": Case(HELD, {"ok": 1}, {"failed": 4_000}, tells="4000 of 4000 details"),
    "4,000 failures": Case(FAILED, {"failed": 4_000}, tells="4000 of 4000 lists"),
    "44 empty searches out of session": Case(HEALTHY, {"empty": 44}, normal=True, floor=3),
    "one search failed": Case(HELD, {"empty": 43, "failed": 1}, normal=True, tells="1 of 44 lists"),
    "every search failed": Case(FAILED, {"failed": 44}, normal=True),
    "a blank list": Case(
        HELD, {"ok": 8, "empty": 1}, {"ok": 70}, tells="unobserved: what 1 of 9 lists tell: https://a.test/list"
    ),
    "nothing but a blank list": Case(HELD, {"empty": 1}),
    "a list of another shape": Case(HELD, {"ok": 8, "layout_changed": 1}, {"ok": 70}),
    "a list blocked": Case(HELD, {"ok": 8, "blocked": 1}, {"ok": 70}),
    "a parser that crashes on a list": Case(HELD, {"ok": 8, "parser_error": 1}, {"ok": 70}),
    "a list gone": Case(HELD, {"ok": 1, "gone": 1}),
    "a list that says wait": Case(HELD, {"ok": 1, "rate_limited": 1}),
    "nothing but wait": Case(FAILED, {"rate_limited": 1}),
    "every list blocked": Case(HELD, {"blocked": 3}),
    "one unreadable page of 5,000": Case(PARTIAL, {"ok": 1}, {"ok": 4_999, "layout_changed": 1}, tells="1 of 5000 details"),
    "one page of 5,000 crashes the parser": Case(PARTIAL, {"ok": 1}, {"ok": 4_999, "parser_error": 1}, tells="parser_error"),
    "one page of 5,000 blocked": Case(PARTIAL, {"ok": 1}, {"ok": 4_999, "blocked": 1}),
    "one page of 5,000 failed": Case(HEALTHY, {"ok": 1}, {"ok": 4_999, "failed": 1}, tells="1 of 5000 details"),
    "5 of 100 failed": Case(HEALTHY, {"ok": 1}, {"ok": 95, "failed": 3, "gone": 1, "rate_limited": 1}),
    "6 of 100 failed": Case(PARTIAL, {"ok": 1}, {"ok": 94, "failed": 5, "soft_error": 1}, tells="6 of 100 details"),
    "just half read": Case(PARTIAL, {"ok": 1}, {"ok": 1, "layout_changed": 1}),
    "more than half unread": Case(HELD, {"ok": 1}, {"ok": 2_499, "layout_changed": 2_501}),
    "a detail that is empty was read": Case(HEALTHY, {"ok": 1}, {"ok": 1, "empty": 1}),
    "below the floor": Case(HELD, {"ok": 1}, floor=2, tells="below the floor of 2"),
    "above the ceiling": Case(HELD, {"ok": 3}, ceiling=2, tells="above the ceiling of 2"),
    "nothing was asked": Case(FAILED, {}, tells="no list was asked"),
    "no key": Case(Verdict.SKIPPED, {"skipped_no_key": 2}),
    "robots.txt": Case(Verdict.SKIPPED, {"robots_denied": 1}, {}),
    "no key, and a failure": Case(FAILED, {"skipped_no_key": 1, "failed": 1}),
    "no network": Case(Verdict.NO_NETWORK, {"no_network": 1}),
    "cut off, all read": Case(
        PARTIAL, {"ok": 1}, {"ok": 9}, unfinished="the time limit", tells="the run was cut off: the time limit"
    ),
    "cut off, a page unread": Case(PARTIAL, {"ok": 1}, {"ok": 9, "layout_changed": 1}, unfinished="the time limit"),
    "cut off, most still to ask": Case(HELD, {"ok": 1}, {"ok": 9, "unasked": 10}, unfinished="the time limit"),
    "cut off, half still to ask": Case(
        PARTIAL, {"ok": 1}, {"ok": 9, "unasked": 9}, unfinished="the time limit", tells="cut off before"
    ),
    "cut off, a list still to ask": Case(FAILED, {"ok": 1, "unasked": 1}, {"ok": 9}, unfinished="the time limit"),
    "cut off with a key that is missing": Case(FAILED, {"skipped_no_key": 1}, unfinished="killed"),
    "replay of details": Case(HEALTHY, {}, {"ok": 1}, replay=True, floor=5),
    "replay, one bad record beside good ones": Case(
        PARTIAL, {}, {"ok": 2, "layout_changed": 1}, replay=True, tells="1 of 3 details"
    ),
    "replay, one bad record beside a good one": Case(PARTIAL, {}, {"ok": 1, "parser_error": 1}, replay=True),
    "replay of a bad record alone": Case(HELD, {}, {"layout_changed": 1}, replay=True),
    "replay of what is gone": Case(HEALTHY, {}, {"gone": 1}, replay=True, tells="1 of 1 details"),
    "replay, most of it failed": Case(HEALTHY, {"soft_error": 1}, {"ok": 2, "failed": 9}, replay=True, tells="10 of 12 details"),
    "replay, a list blocked": Case(HELD, {"ok": 9, "blocked": 1}, {"ok": 9}, replay=True),
    "replay, a blank list": Case(HELD, {"ok": 8, "empty": 1}, {"ok": 9}, replay=True),
    "replay, a list that failed once": Case(HEALTHY, {"ok": 9, "failed": 1}, {"ok": 19}, replay=True),
    "replay of what another archive holds": Case(HEALTHY, {}, {"ok": 1, "not_in_archive": 9}, replay=True),
}


def fetches(role: Role, outcomes: Outcomes, normal: bool = False) -> Sequence[Fetch]:
    """Exchanges that ended so; `unasked` are those that a run had still before it."""
    found: list[Fetch] = []
    for outcome, count in dict(outcomes).items():
        keys = [RequestKey("GET", f"https://a.test/{role}/{outcome}/{number}", "") for number in range(count)]
        if outcome == "unasked":
            found += not_reached("local", dict.fromkeys(keys, role), found)
            continue
        usual = normal and outcome == "empty"
        found += [
            Fetch(source="local", method="GET", url=key.url, outcome=Outcome(outcome), role=role, normal=usual) for key in keys
        ]
    return found


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    case = CASES[name]
    asked = [*fetches(Role.LIST, case.lists, case.normal), *fetches(Role.DETAIL, case.details)]
    facts = replace(FACTS, floor=case.floor, ceiling=case.ceiling)
    verdict, reasons = judge(asked, facts, unfinished=case.unfinished, replay=case.replay)
    assert verdict is case.verdict
    assert case.tells in " | ".join(reasons)
    unread = [fetch for fetch in asked if not fetch.usable and fetch.outcome not in (Outcome.EMPTY, Outcome.NOT_IN_ARCHIVE)]
    assert bool(reasons) >= bool(unread), "whatever was not read is told, whatever the verdict"


@pytest.mark.parametrize("name", ["no key", "robots.txt"])
def test_a_run_that_may_not_ask_says_what_to_do(name: str) -> None:
    asked = [replace(fetch, reason="set LOCAL_KEY") for fetch in fetches(Role.LIST, CASES[name].lists)]
    assert judge(asked, FACTS) == (Verdict.SKIPPED, ("set LOCAL_KEY",))


def test_where_there_is_no_list_the_first_addresses_are_lists() -> None:
    """Watched pages that no list names: each is needed."""
    good, found = (replace(one, first=first) for first in (True, False) for one in fetches(Role.DETAIL, {"ok": 1}))
    bad = fetches(Role.DETAIL, {"blocked": 1})[0]
    assert judge([good, found], FACTS).verdict is Verdict.HEALTHY
    assert judge([good, found, bad], FACTS).verdict is Verdict.PARTIAL
    assert judge([good, found, replace(bad, first=True)], FACTS).verdict is Verdict.HELD
    assert judge([found], FACTS).verdict is Verdict.FAILED


def test_a_page_of_which_a_record_was_left_out_makes_a_run_partial() -> None:
    page = replace(fetches(Role.LIST, {"ok": 1})[0], left_out=1, reason="1 left out: row 7 has no number")
    told = (f"{page.url}: 1 left out: row 7 has no number",)
    assert judge([replace(page, unread=1)], FACTS) == (Verdict.PARTIAL, told)
    assert judge([page], FACTS) == (Verdict.HEALTHY, told), "a link that is not the source's is no record of it"


def test_a_remark_alone_leaves_a_run_healthy() -> None:
    page = replace(fetches(Role.LIST, {"ok": 1})[0], remarks=("2099-01-01 lies ahead",))
    assert judge([page], FACTS) == (Verdict.HEALTHY, (f"{page.url}: 2099-01-01 lies ahead",))


def test_of_many_some_are_named() -> None:
    (told,) = judge([*fetches(Role.LIST, {"ok": 1}), *fetches(Role.DETAIL, {"ok": 60, "layout_changed": 40})], FACTS).reasons
    assert told.startswith("unobserved: 40 of 100 details: https://a.test/detail/layout_changed/0 (layout_changed), ")
    assert told.endswith("and 35 more")
