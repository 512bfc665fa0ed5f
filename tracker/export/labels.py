"""Scripts that read the CSV files into Stata and R, with variable labels, dates and value labels from the codebook.

Each script stands for one file and runs in the folder of the export. Stata keeps at most 32 letters of a variable's name and 80 of its
label: longer names are cut and numbered, and the script says which is which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from tracker.codebook import Codebook
from tracker.domain import vocabulary as v
from tracker.store.schema.view_columns import Column, Kind

_NAME, _LABEL = 32, 80

_VOCABULARIES: dict[str, type[StrEnum]] = {
    **dict.fromkeys(("status", "own_status", "binding_status", "effective_status", "status_first", "status_last"), v.Status),
    "food_law_position": v.FoodLaw,
    "level": v.Level,
    "confidence": v.Confidence,
    "cause": v.Cause,
    "significance": v.Significance,
    "conduct": v.Conduct,
    "effect": v.Effect,
    "basis": v.Basis,
    "date_basis": v.DateBasis,
    "stage": v.Stage,
    "link_type": v.LinkType,
    **dict.fromkeys(("missing_reason", "min_age_missing", "threshold_missing", "components_missing"), v.MissingReason),
}
_KINDS: dict[str, type[StrEnum]] = {
    "change_log": v.ChangeKind,
    **dict.fromkeys(("provision_current", "provision_history", "status_by_conduct"), v.ProvisionKind),
}


def vocabulary(table: str, column: str) -> type[StrEnum] | None:
    """The closed vocabulary of a column of an exported file, if it has one; `__substance` of a wide panel is left aside."""
    name = column.partition("__")[0]
    return _KINDS.get(table) if name == "kind" else _VOCABULARIES.get(name)


def _labelled(codebook: Codebook, table: str, column: Column) -> Mapping[str, str]:
    kind = vocabulary(table, column.name)
    return {} if kind is None else {term.value: codebook.label(term).label for term in kind}


def stata(codebook: Codebook, table: str, file: str, columns: Sequence[Column]) -> str:
    """A `.do` file for the CSV `file`."""
    return "\n".join(_stata(codebook, table, file, columns)) + "\n"


def _stata(codebook: Codebook, table: str, file: str, columns: Sequence[Column]) -> Iterator[str]:
    yield f"* {file}: names, dates, variable labels and value labels. Run in the folder of the export."
    yield f'import delimited using "{file}", varnames(nonames) rowrange(2) stringcols(_all) encoding("utf-8") bindquotes(strict) clear'
    names = stata_names([column.name for column in columns])
    sets: dict[type[StrEnum], str] = {}
    for number, (column, name) in enumerate(zip(columns, names, strict=True), 1):
        if name != column.name:
            yield f"* {name} is {column.name}"
        yield f"rename v{number} {name}"
        yield from _stata_kind(column, name)
        if kind := vocabulary(table, column.name):
            if kind not in sets:
                sets[kind] = f"{kind.__name__.lower()}_words"
                yield from _stata_set(sets[kind], _labelled(codebook, table, column))
            yield from _stata_values(name, sets[kind], _labelled(codebook, table, column))
        yield f'label variable {name} "{_quoted(column.meaning)[:_LABEL]}"'


def stata_names(names: Sequence[str]) -> list[str]:
    """Names that Stata takes: no longer than 32 letters, no two alike."""
    return [name if len(name) <= _NAME else f"{name[: _NAME - 5]}_{number:04}" for number, name in enumerate(names, 1)]


def _stata_kind(column: Column, name: str) -> Iterator[str]:
    if column.kind in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN):
        yield f"destring {name}, replace"
    elif column.kind is Kind.DAY:
        yield f'generate long day_ = daily({name}, "YMD")'
        yield f"drop {name}"
        yield f"rename day_ {name}"
        yield f"format {name} %td"
    elif column.kind is Kind.INSTANT:
        yield f'generate double instant_ = clock(subinstr(substr({name}, 1, 19), "T", " ", 1), "YMDhms")'
        yield f"drop {name}"
        yield f"rename instant_ {name}"
        yield f"format {name} %tc"


def _stata_set(words: str, labels: Mapping[str, str]) -> Iterator[str]:
    values = " ".join(f'{number} "{_quoted(label)}"' for number, label in enumerate(labels.values(), 1))
    yield f"label define {words} {values}"


def _stata_values(name: str, words: str, labels: Mapping[str, str]) -> Iterator[str]:
    yield "generate byte term_ = ."
    for number, term in enumerate(labels, 1):
        yield f'replace term_ = {number} if {name} == "{term}"'
    yield f"drop {name}"
    yield f"rename term_ {name}"
    yield f"label values {name} {words}"


def _quoted(text: str) -> str:
    return text.replace('"', "'").replace("`", "'")


def r(codebook: Codebook, table: str, file: str, columns: Sequence[Column]) -> str:
    """An R script for the CSV `file`; it makes a data frame of the file's name."""
    return "\n".join(_r(codebook, table, file, columns)) + "\n"


def _r(codebook: Codebook, table: str, file: str, columns: Sequence[Column]) -> Iterator[str]:
    frame = table.replace("-", "_")
    kinds = {
        Kind.TEXT: "character",
        Kind.INSTANT: "character",
        Kind.DAY: "Date",
        Kind.INTEGER: "integer",
        Kind.BOOLEAN: "integer",
        Kind.NUMBER: "numeric",
    }
    classes = ", ".join(f'"{kinds[column.kind]}"' for column in columns)
    yield f"# {file}: classes, variable labels and factors. Run in the folder of the export."
    yield f'{frame} <- read.csv("{file}", check.names = FALSE, na.strings = "", encoding = "UTF-8", colClasses = c({classes}))'
    for column in columns:
        name = f'{frame}[["{column.name}"]]'
        if column.kind is Kind.INSTANT:
            yield f'{name} <- as.POSIXct({name}, format = "%Y-%m-%dT%H:%M:%OSZ", tz = "UTC")'
        if labels := _labelled(codebook, table, column):
            yield f"{name} <- factor({name}, levels = {_vector(labels)}, labels = {_vector(labels.values())})"
        yield f'attr({name}, "label") <- {_text(column.meaning)}'


def _vector(words: Iterable[str]) -> str:
    return f"c({', '.join(_text(word) for word in words)})"


def _text(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
