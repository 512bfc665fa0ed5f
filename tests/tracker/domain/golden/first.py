"""Cases 1 to 8."""

from __future__ import annotations

from tests.tracker.domain.build import assertion, cap, finding, provision, relation, replaces, restores
from tests.tracker.domain.golden.spelling import Case, ask, at, change, write
from tracker.domain.entries import Statement
from tracker.domain.records import Key, Limit
from tracker.domain.vocabulary import Component

KY, MA, ND, RI, KS = (Key(f"US-{state}", "kratom") for state in ("KY", "MA", "ND", "RI", "KS"))
RI7, FL7, LATE = Key("US-RI", "7-oh"), Key("US-FL", "7-oh"), Key("XX", "kratom")

# 1. A law signed for later (Kentucky).
_KY_1 = write(
    "2026-06-01",
    "research",
    finding("F", end="2024-07-15", key=KY),
    provision("P1", "sell conditional", "2024-07-15", key=KY, age=21, components="label potency_cap", instrument="HB 293 (2024)"),
)
_KY_2 = write(
    "2026-11-22",
    "law",
    provision("P2", "sell prohibited", "2027-01-01", key=KY, basis="sale_ban", instrument="HB 757 (2026)", pinpoint="ch. 161"),
    replaces("P2", "P1", "2027-01-01"),
    made="2026-04-14",
)
_KY_3 = write(
    "2026-11-23",
    "law",
    provision("P3", "sell conditional", "2026-07-15", key=KY, age=21, components="potency_cap", instrument="HB 757 (2026)"),
    replaces("P3", "P1", "2026-07-15"),
    replaces("P2", "P3", "2027-01-01"),
    made="2026-04-14",
)
_KY_STAY = write("2027-01-12", "law", relation("S", "stay", "P2", "2027-01-10"), made="2027-01-10")
_KY_ASKED = (
    ask("2026-06-01", "2027-02-01", "regulated", KY, min_age=21),
    ask("2026-11-22", "2026-12-31", "regulated", KY),
    ask("2026-11-22", "2027-01-01", "sale_prohibited", KY, min_age=None),
    ask("2026-06-01", "2024-07-14", "no_specific_law", KY),
)
_KY_LATER = change(KY, "2027-01-01", "enacted_for_later", "regulated > sale_prohibited", "status", known="2026-11-22")
_KY_COMES = change(KY, "2027-01-01", "took_effect", "regulated > sale_prohibited", "status")
_KENTUCKY = (
    Case(
        "1 a law signed for later",
        (_KY_1, _KY_2),
        _KY_ASKED,
        stored=(_KY_LATER,),
        derived=(_KY_COMES,),
        edition=at("2026-06-01"),
        retrospective=(change(KY, "2024-07-15", "took_effect", "no_specific_law > regulated", "status"),),
    ),
    Case(
        "1 the same act also changes terms at once",
        (_KY_1, _KY_2, _KY_3),
        (*_KY_ASKED, ask("2026-11-23", "2026-07-15", "regulated", KY, components={Component.AGE, Component.POTENCY_CAP})),
        stored=(
            _KY_LATER,
            change(KY, "2026-07-15", "took_effect", "regulated > regulated", "terms", late=131, known="2026-11-23"),
        ),
        derived=(_KY_COMES,),
    ),
    Case(
        "1 a case stays the new law",
        (_KY_1, _KY_2, _KY_STAY),
        (*_KY_ASKED, ask("2027-01-12", "2027-01-05", "sale_prohibited", KY), ask("2027-01-12", "2027-01-10", "regulated", KY)),
        stored=(
            _KY_LATER,
            change(KY, "2027-01-10", "stayed", "sale_prohibited > regulated", "status", late=2, known="2027-01-12"),
        ),
        derived=(_KY_COMES,),
    ),
)

# 2. A temporary order (Massachusetts). 3. An expiry long past (North Dakota).
_TEMPORARY = (
    Case(
        "2 a temporary order",
        (
            write("2026-06-01", "research", finding("F", key=MA)),
            write(
                "2026-09-02",
                "law",
                provision("P", "possess prohibited", "2026-08-28", "2027-08-28", key=MA, basis="emergency_order"),
                made="2026-08-28",
            ),
        ),
        (
            ask("2026-09-02", "2026-08-27", "no_specific_law", MA),
            ask("2026-09-02", "2026-08-28", "banned", MA),
            ask("2026-09-02", "2027-08-27", "banned", MA),
            ask("2026-09-02", "2027-08-28", "unknown", MA),
            ask("2026-06-01", "2026-08-28", "no_specific_law", MA),
        ),
        stored=(change(MA, "2026-08-28", "took_effect", "no_specific_law > banned", "status", late=5, known="2026-09-02"),),
        derived=(change(MA, "2027-08-28", "expired", "banned > unknown", "status"),),
    ),
    Case(
        "3 an expiry long past",
        (
            write(
                "2026-10-01",
                "research",
                finding("F", key=ND),
                provision("P", "possess prohibited", "2026-08-05", "2026-09-04", key=ND, basis="emergency_order"),
            ),
            write("2026-11-22", None, finding("F again", "2026-11-22", key=ND)),
        ),
        (
            ask("2026-10-01", "2026-08-04", "no_specific_law", ND),
            ask("2026-10-01", "2026-09-03", "banned", ND),
            ask("2026-10-01", "2026-09-04", "unknown", ND),
            ask("2026-10-01", "2030-01-01", "unknown", ND),
            ask("2026-11-22", "2026-11-21", "unknown", ND),
            ask("2026-11-22", "2026-11-22", "no_specific_law", ND),
        ),
        stored=(change(ND, "2026-11-22", "first_recorded", "unknown > no_specific_law", "status", known="2026-11-22"),),
        edition=at("2026-10-01"),
        retrospective=(
            change(ND, "2026-08-05", "took_effect", "no_specific_law > banned", "status"),
            change(ND, "2026-09-04", "expired", "banned > unknown", "status"),
        ),
    ),
)

# 4. A ban undone (Rhode Island).
_OVER_CAPS = (cap("1", "mg", "per_serving"), cap("2", "%"))
_RHODE_ISLAND = Case(
    "4 a ban undone",
    (
        write("2026-02-01", "research", assertion("A", "banned", "2017", key=RI), assertion("A7", "banned", "2017", key=RI7)),
        write(
            "2026-03-01",
            "law",
            provision("P", "sell conditional", "2026-04-01", key=RI, age=21, components="registration_or_licence potency_cap"),
            replaces("P", "A", "2026-04-01", on="assertion"),
            provision("P7", "sell prohibited", "2026-04-01", key=RI7, limits=_OVER_CAPS),
            replaces("P7", "A7", "2026-04-01", on="assertion"),
            made="2025-06-30",
        ),
    ),
    (
        ask("2026-03-01", "2016-12-31", "unknown", RI),
        ask("2026-03-01", "2017-05-01", "banned", RI, uncertain=True),
        ask("2026-03-01", "2026-03-31", "banned", RI),
        ask("2026-03-01", "2026-04-01", "regulated", RI, min_age=21),
        ask("2026-03-01", "2026-03-31", "banned", RI7, threshold=""),
        ask(
            "2026-03-01", "2026-04-01", "sale_prohibited", RI7, threshold="7-OH over 1 mg per serving; 7-OH over 2 % of alkaloids"
        ),
        ask("2026-02-01", "2026-04-01", "banned", RI),
    ),
    stored=(
        change(RI, "2026-04-01", "enacted_for_later", "banned > regulated", "status", known="2026-03-01"),
        change(RI7, "2026-04-01", "enacted_for_later", "banned > sale_prohibited", "status", known="2026-03-01"),
    ),
    derived=(
        change(RI, "2026-04-01", "took_effect", "banned > regulated", "status"),
        change(RI7, "2026-04-01", "took_effect", "banned > sale_prohibited", "status"),
    ),
    edition=at("2026-03-01"),
    retrospective=(
        change(RI, "2017-01-01", "took_effect", "unknown > banned", "status", latest="2017-12-31"),
        change(RI7, "2017-01-01", "took_effect", "unknown > banned", "status", latest="2017-12-31"),
    ),
)

# 5. We were wrong (Kansas). The cause is asked for in the first, and the default in the others.
_KS_BAN = provision("P", "possess prohibited", "2026-07-01", key=KS, instrument="HB 2365 (2026)", pinpoint="SB 430")


def _kansas(name: str, cause: str | None, end: str, then: str, kind: str) -> Case:
    return Case(
        name,
        (write("2026-06-07", None, finding("F", end=end, key=KS)), write("2026-11-22", cause, _KS_BAN, made="2026-04-09")),
        (
            ask("2026-06-07", "2026-06-07", "no_specific_law", KS),
            ask("2026-06-07", "2026-07-15", then, KS),
            ask("2026-11-22", "2026-07-15", "banned", KS),
        ),
        stored=(change(KS, "2026-07-01", kind, f"{then} > banned", "status", known="2026-11-22"),),
        derived=(change(KS, end, "check_due", "no_specific_law > unknown", "none"),) if end else (),
    )


_KANSAS = (
    _kansas("5 we were wrong", "record", "", "no_specific_law", "corrected"),
    _kansas("5 we were wrong, by default", None, "", "no_specific_law", "corrected"),
    _kansas("5 we did not know any more", "research", "2026-06-08", "unknown", "first_recorded"),
    _kansas("5 we did not know any more, by default", None, "2026-06-08", "unknown", "first_recorded"),
)

# 6. We were late (constructed).
_LATE = Case(
    "6 we were late",
    (
        write("2026-06-01", "research", finding("F", key=LATE)),
        write("2026-12-03", "law", provision("P", "sell prohibited", "2026-12-01", key=LATE), made="2026-11-20"),
    ),
    (ask("2026-12-03", "2026-11-30", "no_specific_law", LATE), ask("2026-12-03", "2026-12-01", "sale_prohibited", LATE)),
    stored=(
        change(LATE, "2026-12-01", "took_effect", "no_specific_law > sale_prohibited", "status", late=2, known="2026-12-03"),
    ),
)

# 7. The law itself reaches back (Florida 2ER26-1).
_FL_EARLIER = provision("P0", "possess prohibited", "2025-12-08", "2026-06-30", key=FL7, basis="emergency_order")
_FL_RULE = provision(
    "P", "possess prohibited", "2026-06-22", "2027-06-30", key=FL7, basis="emergency_order", instrument="2ER26-1"
)
_FL_VOID = write("2026-12-10", "law", relation("E", "end", "P", "2026-06-22"), made="2026-12-10")
_FL_REVERSED = write("2027-03-01", "law", restores("reversal", "E", "2026-06-22"), made="2027-03-01")
_REACHES_BACK = (
    Case(
        "7 the law itself reaches back, and is restored",
        (write("2026-06-23", "research", _FL_RULE), _FL_VOID, _FL_REVERSED),
        (
            ask("2026-06-23", "2026-08-01", "banned", FL7),
            ask("2026-12-10", "2026-08-01", "unknown", FL7),
            ask("2027-03-01", "2026-08-01", "banned", FL7),
            ask("2027-03-01", "2027-06-30", "unknown", FL7),
        ),
        stored=(
            change(FL7, "2026-06-22", "retroactive", "banned > unknown", "status", known="2026-12-10"),
            change(FL7, "2026-06-22", "retroactive", "unknown > banned", "status", known="2027-03-01"),
        ),
        derived=(change(FL7, "2027-06-30", "expired", "banned > unknown", "status"),),
    ),
    Case(
        "7 what it replaced stands again, to its own end",
        (
            write("2026-06-23", "research", _FL_EARLIER, _FL_RULE, replaces("P", "P0", "2026-06-22")),
            write("2026-12-10", "law", relation("E", "end", "P"), made="2026-12-10"),
        ),
        (
            ask("2026-06-23", "2026-08-01", "banned", FL7),
            ask("2026-12-10", "2026-06-25", "banned", FL7),
            ask("2026-12-10", "2026-06-30", "unknown", FL7),
            ask("2026-12-10", "2026-08-01", "unknown", FL7),
        ),
        stored=(
            change(FL7, "2026-06-22", "retroactive", "banned > banned", "basis", known="2026-12-10"),
            change(FL7, "2026-06-30", "retroactive", "banned > unknown", "status", known="2026-12-10"),
        ),
    ),
)

# 8. Rules that replace each other (Florida, 7-oh).
_PPM, _PERCENT = (cap("400", "ppm", "per_g"),), (cap("1", "%"),)
_NEWEST = (cap("1", "mg", "per_g"), cap("100", "ratio", "ratio_to", analyte="mitragynine", reference="7-OH"))


def _rule(label: str, start: str, end: str, limits: tuple[Limit, ...]) -> Statement:
    return provision(label, "possess prohibited", start, end, key=FL7, basis="emergency_order", limits=limits)


_FLORIDA = Case(
    "8 rules that replace each other",
    (
        write(
            "2026-11-22",
            "research",
            _rule("R1", "2025-08-13", "2026-06-30", _PERCENT),
            _rule("R2", "2025-08-19", "2026-06-30", _PPM),
            _rule("R3", "2025-12-08", "2026-06-30", _PPM),
            _rule("R4", "2026-06-22", "2027-06-30", _NEWEST),
            replaces("R2", "R1", "2025-08-19"),
            replaces("R3", "R2", "2025-12-08"),
            replaces("R4", "R3", "2026-06-22"),
        ),
    ),
    (
        ask("2026-11-22", "2025-08-12", "unknown", FL7),
        ask("2026-11-22", "2025-08-18", "banned", FL7, threshold="7-OH over 1 % of alkaloids"),
        ask("2026-11-22", "2025-08-19", "banned", FL7, threshold="7-OH over 400 ppm per g"),
        ask("2026-11-22", "2026-06-21", "banned", FL7, threshold="7-OH over 400 ppm per g"),
        ask("2026-11-22", "2026-07-01", "banned", FL7, threshold="7-OH over 1 mg per g; mitragynine under 100 to 7-OH"),
        ask("2026-11-22", "2027-06-30", "unknown", FL7),
    ),
    derived=(change(FL7, "2027-06-30", "expired", "banned > unknown", "status"),),
    edition=at("2026-11-22"),
    retrospective=(
        change(FL7, "2025-08-13", "took_effect", "unknown > banned", "status"),
        change(FL7, "2025-08-19", "took_effect", "banned > banned", "terms"),
        change(FL7, "2025-12-08", "took_effect", "banned > banned", "basis"),
        change(FL7, "2026-06-22", "took_effect", "banned > banned", "terms"),
    ),
)

CASES: tuple[Case, ...] = (*_KENTUCKY, *_TEMPORARY, _RHODE_ISLAND, *_KANSAS, _LATE, *_REACHES_BACK, _FLORIDA)
