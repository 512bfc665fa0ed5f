"""Where a measure stands: histories, captions, certificates, rules and ordinances."""

from datetime import date

import pytest

from tracker.coder.languages import DEFAULT
from tracker.coder.stages import enacted_on, read_stage
from tracker.coder.view import View


def stage(text: str, kind: str = "bill") -> str | None:
    stage = read_stage(text, View(text, DEFAULT.marks).text, kind, DEFAULT.stages)
    return stage.value if stage else None


HISTORY = "HB1 (2026)\nA title.\nHistory:\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["2026-01-02 Introduced"], "introduced"),
        (["2026-01-02 Introduced", "2026-01-09 Referred to Committee on Health"], "in_committee"),
        (["2026-01-09 Referred to committee", "2026-02-01 Read third time and sent to Senate"], "passed_first_chamber"),
        (["2026-02-01 Senate passed Sub A", "2026-02-02 Referred to House Corporations"], "passed_first_chamber"),
        (["2026-05-01 Enrolled", "2026-05-02 Presented to Governor 05/02/2026"], "to_executive"),
        (
            [
                "2026-05-04 Presented to Governor",
                "2026-05-05 Governor approval 05/05/2026",
                "2026-05-05 Chapter 63, Secretary of State, Filed",
            ],
            "enacted",
        ),
        (["2026-04-27 Approved by Governor", "2026-04-10 Conference Committee Report was adopted"], "enacted"),
        (["2026-05-22 Becomes law without Governor's signature"], "enacted"),
        (["2026-05-05 Vetoed by Governor"], "vetoed"),
        (["2026-04-07 Read the third time and passed.", "2026-05-05 Died in House at Sine Die adjournment."], "failed"),
        (["2026-02-03 House of Representatives Do Pass, Passed, YEAS 27, NAYS 39"], "failed"),
        (["2026-02-03 Read third time in full as amended - FAILED - 15-20-0"], "failed"),
        (["2026-02-03 Introduced", "2026-02-05 floor amendment failed"], "introduced"),
        (["2026-02-03 Referred to Judiciary", "2026-03-03 Withdrawn."], "withdrawn"),
        (["2026-02-03 Referred to Judiciary", "2026-03-03 Carried over to 2027 Regular Session."], "carried_over"),
    ],
)
def test_the_stage_of_a_history(lines: list[str], expected: str) -> None:
    assert stage(HISTORY + "\n".join(lines)) == expected


def test_a_dated_line_in_a_long_text_is_no_history() -> None:
    assert stage("A bill\n" * 20 + "April 21, 2026 H. 4641 died\n" + "text\n" * 20) == "introduced"


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("House File 2133 - Introduced. A BILL FOR an Act.", "bill", "introduced"),
        ("89(2) SB 6 - Engrossed version - Bill Text", "bill", "passed_first_chamber"),
        ("PROPOSED\nSENATE AMENDMENTS TO S.B. 1285", "bill", "in_committee"),
        ("HB360, Virginia Consumer Protection Act, Acts of Assembly Chapter text (CHAP0595), 4/13/2026, N, Y", "bill", "enacted"),
        ("SB821, Crime Commission, Continued to next session in Courts of Justice (15-Y 0-N), 2/11/2026", "bill", "carried_over"),
        ("PRE-FILED FOR INTRODUCTION. Prefiled version.", "bill", "prefiled"),
        ("ENROLLED ACT No. 231 2019 Regular Session", "enrolled_act", "enacted"),
        ("CHAPTER 161 ( HB 757 ) Vetoed in Part and Overridden April 14, 2026.", "enrolled_act", "enacted"),
        (
            "Enrolled House Bill 4010. Passed by House March 2, 2022. Approved: ........ M., ........, 2022",
            "enrolled_act",
            "passed_both_chambers",
        ),
        ("Withdrawal of Notice of Intent to Temporarily Place X", "notice", "rule_withdrawn"),
        ("is issuing this notice of intent to temporarily schedule X. Any final order will impose", "notice", "notice_of_intent"),
        ("This temporary scheduling order is effective now.", "final_rule", "temporary_order"),
        ("The rule is hereby made.", "final_rule", "final_rule"),
        ("An Emergency Filing is currently in effect for this rule.", "emergency_rule", "emergency_rule"),
        ("ORDINANCE NO. 5. It shall be unlawful.", "ordinance", "enacted"),
        ("Ordinance No. 5, which, if adopted, would add chapter 2", "ordinance", "introduced"),
        ("Sec. 444.001. In this chapter:", "statute", "enacted"),
        ("Just a moment... checking your browser", "other", None),
    ],
)
def test_the_stage_of_a_text(text: str, kind: str, expected: str | None) -> None:
    assert stage(text, kind) == expected


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (HISTORY + "2026-04-10 Approved by Governor on Monday, April 27, 2026", date(2026, 4, 27)),
        (HISTORY + "2026-05-05 Governor approval\n2026-08-01 Effective date 08/01/2026", date(2026, 5, 5)),
        ("[Adopted 12-6-2016 by L.L. No. 37-2016]", date(2016, 12, 6)),
        ("GIVEN under my Hand,\n1 November 2011.", date(2011, 11, 1)),
        ("Approved: ......... 2022", None),
    ],
)
def test_the_day_of_signing(text: str, day: date | None) -> None:
    assert enacted_on(text, View(text, DEFAULT.marks).text, DEFAULT.stages) == day
