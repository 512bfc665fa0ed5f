"""A codebook of another subject, an invented plant: the tables that know no subject are those shipped, the others hold a few rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tracker.codebook.tables import DATA

_NEUTRAL = ("jurisdictions.csv", "link_hosts.csv", "sessions.csv", "status_rules.csv", "outcomes.csv", "official_sources.csv")
_EMPTY = ("local.csv", "measures.csv", "claims.csv", "disagreements.csv")

_SUBSTANCES = (
    "moonwort,Moonwort,1,The leaf of the moonwort.",
    "lunarine,Lunarine,2,Its alkaloid.",
    "9-oxo,9-oxo,3,A product with more 9-oxolunarine than leaf holds.",
    "lunaroids,Other lunaroids,4,Synthetic and derived compounds as a class.",
)
_TERMS = (
    "moonwort,moonwort,*,word,,,*",
    "Lunaria testa,moonwort,*,word,,,",
    "kuuruoho,moonwort,fi,word,,,fi",
    "lunarine,lunarine,*,word,,,en",
    "9-oxolunarine,9-oxo,*,word,,,en",
    "lunaroid,lunaroids,en,word,,,",
)
_ROLES = ("product,moonwort,", "concentrate,9-oxo,", "class,lunaroids,")
_LISTS = (
    "fi-list,FI,fi,kuluttajamarkkinoilta kielletyistä psykoaktiivisista aineista,sell|import,prohibited,other,,Only for this test",
)


def write(folder: Path) -> Path:
    """The codebook's files in a new folder."""
    folder.mkdir()
    for name in _NEUTRAL:
        (folder / name).write_text((DATA / name).read_text("utf-8"), "utf-8")
    head = (DATA / "codebook.toml").read_text("utf-8")
    (folder / "codebook.toml").write_text(head.replace('subject = "Kratom"', 'subject = "Moonwort"'), "utf-8")
    questions = (DATA / "queries.sql").read_text("utf-8")
    (folder / "queries.sql").write_text(questions.replace("= kratom", "= moonwort"), "utf-8")
    for name, rows in (("substances", _SUBSTANCES), ("terms", _TERMS), ("roles", _ROLES), ("lists", _LISTS)):
        _table(folder, f"{name}.csv", rows)
    columns = _header("status.csv").split(",")
    cells = {"jurisdiction": "US-OR", "substance": "moonwort", "status": "banned", "valid_from": "2020-01-01"}
    cells |= {"instrument": "Acts 2019 ch. 1", "date_basis": "in_force", "evidence_url": "https://www.congress.gov/x"}
    _table(folder, "status.csv", [",".join(cells.get(column, "") for column in columns)])
    for name in _EMPTY:
        _table(folder, name, ())
    return folder


def _table(folder: Path, name: str, rows: Iterable[str]) -> None:
    (folder / name).write_text("\n".join((_header(name), *rows)) + "\n", "utf-8")


def _header(name: str) -> str:
    return (DATA / name).read_text("utf-8").splitlines()[0]
