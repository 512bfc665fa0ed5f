"""Cases 9 to 16, and 18."""

from __future__ import annotations

from tests.tracker.domain.build import assertion, finding, position, provision, relation, replaces, restores
from tests.tracker.domain.golden.spelling import Case, ask, at, change, write
from tracker.domain.entries import Statement
from tracker.domain.records import Key
from tracker.domain.vocabulary import FoodLaw, Level

UT, VA, VT, SD, MN, CA, VI, AZ, WV = (
    Key(f"US-{code}", "kratom") for code in ("UT", "VA", "VT", "SD", "MN", "CA", "VI", "AZ", "WV")
)
US, EU, CZ, CN, HK, IE, ID, TH = (Key(code, "kratom") for code in ("US", "EU", "CZ", "CN", "HK", "IE", "ID", "TH"))
UT7, UTX, US15, CA15 = Key("US-UT", "7-oh"), Key("US-UT", "kratom-extract"), Key("US", "mgm-15"), Key("US-CA", "mgm-15")
SAN_DIEGO = Key("ocd-division/country:us/state:ca/place:san_diego", "kratom")
TOWN = Key("ocd-division/country:us/state:wv/place:examplebury", "kratom")
NAVAJO = Key("ocd-division/country:us/tribe:navajo", "kratom")
ORDERED = tuple(Key("US", substance) for substance in ("mgm-15", "mgm-16", "mitragynine-pseudoindoxyl"))

PLACES: dict[str, tuple[Level, str]] = {
    "UN": (Level.INTERNATIONAL, ""),
    "EU": (Level.INTERNATIONAL, ""),
    "US": (Level.COUNTRY, ""),
    "CN": (Level.COUNTRY, ""),
    "HK": (Level.COUNTRY, "CN"),
    "CZ": (Level.COUNTRY, "EU"),
    "US-AZ": (Level.SUBDIVISION, "US"),
    "US-CA": (Level.SUBDIVISION, "US"),
    "US-VI": (Level.SUBDIVISION, "US"),
    "US-WV": (Level.SUBDIVISION, "US"),
    "ocd-division/country:us/state:ca/place:san_diego": (Level.PLACE, "US-CA"),
    "ocd-division/country:us/state:wv/place:examplebury": (Level.PLACE, "US-WV"),
    "ocd-division/country:us/tribe:navajo": (Level.TRIBAL, "US-AZ"),
}
"""Level and parent of the jurisdictions of case 11; the Navajo code and the town in West Virginia are constructed."""

# 9. A listing with a carve-out (Utah from 2026-05-06).
_UTAH = Case(
    "9 a listing with a carve-out",
    (
        write(
            "2026-06-01",
            "research",
            provision("P1", "possess prohibited", "2026-05-06", key=UT7, schedule="I", basis="controlled_substance_schedule"),
            provision(
                "P2",
                "sell conditional",
                "2026-05-06",
                key=UT,
                age=21,
                components="registration_or_licence place_limit form_limit",
                basis="consumer_protection",
            ),
            provision("P3", "possess excluded", "2026-05-06", key=UT7),
            relation("X", "except", "P1", "2026-05-06", by="P3", scope="part", carve_out="compliant pure leaf"),
            provision("P4", "sell prohibited", "2026-05-06", key=UTX),
        ),
    ),
    (
        ask("2026-06-01", "2026-05-06", "regulated", UT, min_age=21),
        ask("2026-06-01", "2026-05-06", "sale_prohibited", UTX),
        ask("2026-06-01", "2026-05-06", "banned", UT7, schedule="I", carve_outs=("compliant pure leaf",)),
        ask("2026-06-01", "2026-05-05", "unknown", UT7, carve_outs=()),
    ),
)

# 10. Same word, other terms (Virginia 2026-07-01).
_VIRGINIA = Case(
    "10 same word, other terms",
    (
        write("2026-06-01", "research", provision("P1", "sell conditional", "2023-07-01", key=VA, age=21, components="label")),
        write(
            "2026-06-15",
            "law",
            provision("P2", "sell conditional", "2026-07-01", key=VA, age=21, components="label potency_cap behind_counter"),
            replaces("P2", "P1", "2026-07-01"),
            made="2026-04-01",
        ),
    ),
    (ask("2026-06-15", "2026-06-30", "regulated", VA), ask("2026-06-15", "2026-07-01", "regulated", VA)),
    stored=(change(VA, "2026-07-01", "enacted_for_later", "regulated > regulated", "terms", known="2026-06-15"),),
    derived=(change(VA, "2026-07-01", "took_effect", "regulated > regulated", "terms"),),
)

# 11. Three levels.
_LEVELS = Case(
    "11 three levels",
    (
        write(
            "2026-06-01",
            "research",
            finding("US F", key=US),
            finding("CA F", key=CA),
            position("CA position", "actively_enforced", "2025-10", key=CA),
            provision("San Diego P", "possess prohibited", "2016-07-27", key=SAN_DIEGO),
            provision("US P", "possess prohibited", "2026-01-01", key=US15, schedule="I", binds_children=True),
            provision("CZ P", "sell conditional", "2025-07-01", key=CZ, age=18, components="registration_or_licence"),
            position("EU position", "agency_says_unlawful", "2020", key=EU),
            provision("CN P", "possess prohibited", "2020-01-01", key=CN, binds_children=True),
            provision("AZ P", "sell conditional", "2019-01-01", key=AZ, age=18, components="label", binds_children=True),
            provision("WV P", "sell conditional", "2023-07-01", key=WV, age=21, components="label local_preemption"),
            provision("town P", "possess prohibited", "2018-03-01", key=TOWN),
            relation("preemption", "end", "town P", "2024", by="WV P"),
        ),
    ),
    (
        ask("2026-06-01", "2026-06-01", "no_specific_law", US),
        ask("2026-06-01", "2025-09-30", "no_specific_law", CA, food_law_position=FoodLaw.NOT_ADDRESSED),
        ask("2026-06-01", "2025-10-15", "no_specific_law", CA, uncertain=True, food_law_position=FoodLaw.ACTIVELY_ENFORCED),
        ask("2026-06-01", "2026-06-01", "no_specific_law", CA, food_law_position=FoodLaw.ACTIVELY_ENFORCED),
        ask("2026-06-01", "2026-06-01", "banned", SAN_DIEGO, effective="banned"),
        ask("2026-06-01", "2026-06-01", "unknown", CA15, effective="banned"),
        ask("2026-06-01", "2025-12-31", "unknown", CA15, effective="unknown"),
        ask("2026-06-01", "2026-06-01", "unknown", VI, effective="unknown"),
        ask("2026-06-01", "2026-06-01", "regulated", CZ, effective="regulated", food_law_position=FoodLaw.NOT_ADDRESSED),
        ask("2026-06-01", "2026-06-01", "unknown", HK, effective="unknown"),
        ask("2026-06-01", "2026-06-01", "unknown", NAVAJO, effective="unknown"),
        ask("2026-06-01", "2023-12-31", "banned", TOWN, effective="banned"),
        ask("2026-06-01", "2024-06-01", "unknown", TOWN, uncertain=True),
        ask("2026-06-01", "2025-01-01", "unknown", TOWN, effective="unknown"),
    ),
    edition=at("2026-06-01"),
    retrospective=(
        change(CA, "2025-10-01", "took_effect", "no_specific_law > no_specific_law", "terms", latest="2025-10-31"),
        change(TOWN, "2018-03-01", "took_effect", "unknown > banned", "status"),
        change(TOWN, "2024-01-01", "took_effect", "banned > unknown", "status", latest="2024-12-31"),
    ),
)

# 12. Dates in doubt (Vermont).
_VERMONT = Case(
    "12 dates in doubt",
    (
        write(
            "2026-06-01", "research", finding("F", end="2016-01-01", key=VT), provision("P", "possess prohibited", "2016", key=VT)
        ),
    ),
    (
        ask("2026-06-01", "2015-12-31", "no_specific_law", VT),
        ask("2026-06-01", "2016-05-01", "banned", VT, uncertain=True),
        ask("2026-06-01", "2016-12-30", "banned", VT, uncertain=True),
        ask("2026-06-01", "2016-12-31", "banned", VT),
        ask("2026-06-01", "2017-01-01", "banned", VT),
    ),
    edition=at("2026-06-01"),
    retrospective=(change(VT, "2016-01-01", "took_effect", "no_specific_law > banned", "status", latest="2016-12-31"),),
)

# 13. A gap by judgment (Ireland).
_IE_LOAD = write("2015-01-05", "research", provision("P", "possess prohibited", "2011-11-01", key=IE))
_IE_END = relation("judgment", "end", "P", "2015-03-10")
_IE_LATER = (
    write("2015-03-13", "law", restores("statute", "judgment", "2015-03-12"), made="2015-03-12"),
    write("2016-06-22", "law", restores("Supreme Court", "judgment", "2015-03-10"), made="2016-06-22"),
)


def _ireland(name: str, between: str, *found: Statement) -> Case:
    return Case(
        name,
        (_IE_LOAD, write("2015-03-11", "law", _IE_END, *found, made="2015-03-10"), *_IE_LATER),
        (
            ask("2015-03-14", "2015-03-09", "banned", IE),
            ask("2015-03-14", "2015-03-11", between, IE),
            ask("2015-03-14", "2015-03-12", "banned", IE),
            ask("2015-03-11", "2015-03-12", between, IE),
            ask("2015-01-05", "2015-03-11", "banned", IE),
            ask("2017-01-01", "2015-03-11", "banned", IE),
        ),
        stored=(
            change(IE, "2015-03-10", "took_effect", f"banned > {between}", "status", late=1, known="2015-03-11"),
            change(IE, "2015-03-12", "took_effect", f"{between} > banned", "status", late=1, known="2015-03-13"),
            change(IE, "2015-03-10", "retroactive", f"{between} > banned", "status", known="2016-06-22"),
        ),
    )


_IRELAND = (
    _ireland("13 a gap by judgment", "no_specific_law", finding("F", "2015-03-10", key=IE)),
    _ireland("13 a gap by judgment, nobody looked", "unknown"),
)


# 14. Export is not retail (Indonesia 2024-09-28).
def _indonesia(name: str, first: Statement) -> Case:
    return Case(
        name,
        (write("2026-06-01", "research", first, provision("P2", "export conditional", "2024-09-28", key=ID)),),
        (
            ask("2026-06-01", "2024-09-27", "sale_prohibited", ID, badges=()),
            ask("2026-06-01", "2024-09-28", "sale_prohibited", ID, badges=("export:conditional",)),
        ),
        edition=at("2026-06-01"),
        retrospective=(
            change(ID, "2004-01-01", "took_effect", "unknown > sale_prohibited", "status", latest="2004-12-31"),
            change(ID, "2024-09-28", "took_effect", "sale_prohibited > sale_prohibited", "terms"),
        ),
    )


_INDONESIA = (
    _indonesia("14 export is not retail", provision("P1", "sell prohibited", "2004", key=ID)),
    _indonesia("14 export is not retail, over an assertion", assertion("P1", "sale_prohibited", "2004", key=ID)),
)

# 15. Possession of the young (South Dakota, Minnesota).
_YOUNG = Case(
    "15 possession of the young",
    (
        write(
            "2026-06-01",
            "research",
            provision("SD sell", "sell conditional", "2021-07-01", key=SD, age=21),
            provision("SD possess", "possess conditional", "2021-07-01", key=SD, age=21),
            provision("SD new", "sell conditional", "2025-07-01", key=SD, age=21, components="label potency_cap"),
            replaces("SD new", "SD sell", "2025-07-01"),
            provision("MN sell", "sell conditional", "2026-08-01", key=MN, age=21),
            provision("MN possess", "possess conditional", "2026-08-01", key=MN, age=21),
        ),
    ),
    (
        ask("2026-06-01", "2021-07-01", "age_restricted", SD, min_age=21),
        ask("2026-06-01", "2025-06-30", "age_restricted", SD),
        ask("2026-06-01", "2025-07-01", "regulated", SD, min_age=21),
        ask("2026-06-01", "2026-07-31", "unknown", MN),
        ask("2026-06-01", "2026-08-01", "age_restricted", MN, min_age=21),
    ),
    derived=(change(MN, "2026-08-01", "took_effect", "unknown > age_restricted", "status"),),
)

# 16. Medical exception (Thailand 2019-02-19).
_THAILAND = Case(
    "16 medical exception",
    (
        write(
            "2026-06-01",
            "research",
            provision("P1", "possess prohibited", "1979-01-01", key=TH, schedule="Category 5"),
            provision("P2", "use prescription", "2019-02-19", key=TH),
            relation("medical", "except", "P1", "2019-02-19", by="P2", scope="part", carve_out="medical use"),
        ),
    ),
    (
        ask("2026-06-01", "2019-02-18", "banned", TH, carve_outs=()),
        ask("2026-06-01", "2019-02-19", "banned", TH, schedule="Category 5", carve_outs=("medical use",)),
    ),
)

# 18. A proposal is not law: the order of 2026-08-24, once confirmed.
_ORDER = tuple(
    provision(f"P {key.substance}", "possess prohibited", "2026-08-26", "2028-08-26", key=key, basis="emergency_order")
    for key in ORDERED
)
_PROPOSAL = (
    Case(
        "18 an order confirmed on an empty record",
        (write("2026-08-27", "law", *_ORDER, made="2026-08-24"),),
        (
            *(ask("2026-08-27", "2026-08-26", "banned", key) for key in ORDERED),
            *(ask("2026-08-27", "2026-08-26", "unknown", Key("US", other)) for other in ("7-oh", "mitragynine")),
        ),
        stored=tuple(
            change(key, "2026-08-26", "took_effect", "unknown > banned", "status", late=1, known="2026-08-27") for key in ORDERED
        ),
        derived=tuple(change(key, "2028-08-26", "expired", "banned > unknown", "status") for key in ORDERED),
    ),
    Case(
        "18 an order confirmed over a baseline that says the same",
        (
            write("2026-08-26", "research", assertion("A", "banned", "2026-08-26", "2028-08-26", key=ORDERED[0])),
            write("2026-08-27", None, _ORDER[0], made="2026-08-24"),
        ),
        (ask("2026-08-27", "2026-08-26", "banned", ORDERED[0]),),
        stored=(change(ORDERED[0], "2026-08-26", "confirmed", "banned > banned", "none", known="2026-08-27"),),
        derived=(change(ORDERED[0], "2028-08-26", "expired", "banned > unknown", "status"),),
    ),
)

CASES: tuple[Case, ...] = (_UTAH, _VIRGINIA, _LEVELS, _VERMONT, *_IRELAND, *_INDONESIA, _YOUNG, _THAILAND, *_PROPOSAL)
