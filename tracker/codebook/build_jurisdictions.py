"""Rebuild `data/jurisdictions.csv` from ISO 3166 (pycountry) and the divisions that the other tables name.

Run by hand: `python -m tracker.codebook.build_jurisdictions`. The committed CSV is what the program reads; pycountry is a seed,
not the truth, so a name that it spells oddly is mended in `NAMES` here and never in the CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import pycountry

DATA = Path(__file__).parent / "data"
COLUMNS = ("code", "name", "level", "kind", "parent", "aliases")
Row = tuple[str, str, str, str, str, str]

# US territories that ISO 3166-1 lists too: the first code is ours, the second an alias.
TERRITORIES = {"US-PR": "PR", "US-GU": "GU", "US-VI": "VI", "US-AS": "AS", "US-MP": "MP"}
NAMES = {
    "CD": "Democratic Republic of the Congo",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "LA": "Laos",
    "PS": "Palestine",
    "PT-20": "Azores",
    "PT-30": "Madeira",
    "US-VI": "U.S. Virgin Islands",
    "VA": "Holy See",
    "VG": "British Virgin Islands",
}
ALIASES = {
    "CZ": ("Czech Republic",),
    "EU": ("European Union",),
    "GB": ("UK", "Great Britain"),
    "TR": ("Turkey",),
    "US": ("United States of America", "USA"),
}
BODIES: tuple[Row, ...] = (
    ("EU", "European Union", "international", "union", "", ""),
    ("UN", "United Nations", "international", "organisation", "", ""),
)
KINDS = {"State": "state", "District": "district", "Outlying area": "territory", "Territory": "territory"}


def main() -> None:
    """Write the table anew, ordered by level and code."""
    named = set(_named_in_tables())
    rows = [*BODIES, *_countries(), *_subdivisions(named), *_divisions(named)]
    with (DATA / "jurisdictions.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def _named_in_tables() -> Iterator[str]:
    for name in ("status.csv", "local.csv", "measures.csv", "claims.csv", "official_sources.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as table:
            yield from (row["jurisdiction"] for row in csv.DictReader(table))


def _countries() -> Iterator[Row]:
    """Every ISO 3166-1 entry but the five that are aliases of US territories. None has a parent: it inherits nothing."""
    for country in sorted(pycountry.countries, key=lambda entry: entry.alpha_2):
        if country.alpha_2 in TERRITORIES.values():
            continue
        name = NAMES.get(country.alpha_2) or str(getattr(country, "common_name", country.name))
        formal = {country.name, getattr(country, "official_name", country.name)} - {name}
        yield _row(country.alpha_2, name, "country", "country", "", (country.alpha_3, *sorted(formal)))


def _subdivisions(named: set[str]) -> Iterator[Row]:
    """US states, DC and territories, and every other ISO 3166-2 unit that a table names."""
    for unit in sorted(pycountry.subdivisions, key=lambda entry: entry.code):
        if unit.code == "US-UM" or not (unit.country_code == "US" or unit.code in named):
            continue
        kind = KINDS.get(unit.type, "region")
        aliases = [TERRITORIES[unit.code], unit.name] if unit.code in TERRITORIES else [unit.name]
        if unit.country_code == "US":
            aliases.append(f"ocd-division/country:us/{kind}:{unit.code[3:].lower()}")
        name = NAMES.get(unit.code, unit.name)
        yield _row(unit.code, name, "subdivision", kind, unit.country_code, [word for word in aliases if word != name])


def _divisions(named: set[str]) -> Iterator[Row]:
    """The OCD divisions below a state that a table names, and the counties they lie in."""
    codes = {code for name in named if name.startswith("ocd-division/") for code in _upwards(name)}
    for code in sorted(codes):
        above, _, last = code.rpartition("/")
        kind, _, slug = last.partition(":")
        state = f"US-{code.split('state:')[1][:2].upper()}"
        title = slug.replace("_", " ").title().replace("St ", "St. ") + (" County" if kind == "county" else "")
        yield _row(code, f"{title}, {state[3:]}", kind, kind, above if "/county:" in above else state, ())


def _upwards(code: str) -> Iterator[str]:
    yield code
    above = code.rpartition("/")[0]
    if "/county:" in above:
        yield above


def _row(code: str, name: str, level: str, kind: str, parent: str, aliases: Iterable[str]) -> Row:
    return code, name, level, kind, parent, "; ".join((*aliases, *ALIASES.get(code, ())))


if __name__ == "__main__":
    main()
