"""The view `change_log`: what beliefs stored, and what days brought by themselves, of which a reader mostly asks for the newest.

The newest are read from the indexes of `change` and `status_version`, whatever the size of the record. SQLite does so of itself where
each column has one type in all parts, and where the order of joins is said. PostgreSQL merges indexes only of bare tables: there the
parts are put in order first, and each row is worked out after.
"""

from __future__ import annotations

_NAMES = (
    *("id", "recorded_at", "kind", "cause", "significance", "jurisdiction", "substance", "before", "after", "before_terms"),
    *(
        "after_terms",
        "takes_effect_on",
        "takes_effect_latest",
        "found_late",
        "retrospective",
        "derived",
        "instrument",
        "citation",
    ),
    "evidence_url",
)

_STORED = """
SELECT substr(c.digest, 1, 20) || CASE WHEN c.belief IS NULL THEN '' ELSE ':' || coalesce({DAY}, 'open') END AS id, c.recorded_at,
    b.kind, c.cause, b.significance, CAST(coalesce(c.jurisdiction, m.jurisdiction, o.jurisdiction) AS TEXT) AS jurisdiction,
    c.substance, b.before, b.after, b.before_terms, b.after_terms, b.day AS takes_effect_on, b.day_latest AS takes_effect_latest,
    b.found_late, {FALSE} AS retrospective, {FALSE} AS derived,
    CAST(coalesce(s.instrument, m.session || ' ' || m.identifier) AS TEXT) AS instrument,
    CAST(coalesce(s.citation, m.title, o.name, '') AS TEXT) AS citation,
    CAST(coalesce(s.evidence_url, m.official_url, o.url, '') AS TEXT) AS evidence_url
FROM change c CROSS JOIN change_boundary b LEFT JOIN status_version s ON s.id = b.status_version
    LEFT JOIN measure m ON m.id = c.measure LEFT JOIN source o ON o.key = c.source
WHERE b.change = c.id"""

_ON_ITS_DAY = """CASE s.opened_by WHEN 'own_end' THEN 'expired' WHEN 'check' THEN 'check_due' WHEN 'stay' THEN 'stayed'
    WHEN 'stay_lifted' THEN 'stay_lifted' ELSE 'took_effect' END"""


def _derived(retrospective: str) -> str:
    """The changes at the first days of rows `s`; `p` is the row before."""
    return f"""
SELECT substr(s.digest, 1, 20) || ':' || {_ON_ITS_DAY}, s.comes_at, CAST({_ON_ITS_DAY} AS TEXT), CAST('' AS TEXT),
    CAST(CASE WHEN s.opened_by = 'check' THEN 'none' WHEN p.status <> s.status THEN 'status'
        WHEN p.schedule <> s.schedule OR coalesce(p.min_age, 0) <> coalesce(s.min_age, 0) OR p.threshold <> s.threshold
            OR p.components <> s.components OR p.badges <> s.badges OR p.carve_outs <> s.carve_outs
            OR p.food_law_position <> s.food_law_position OR p.contested <> s.contested THEN 'terms' ELSE 'basis' END AS TEXT),
    s.jurisdiction, s.substance, p.status, s.status, CAST('' AS TEXT), CAST('' AS TEXT), s.valid_from, s.valid_from_latest,
    CAST(NULL AS INTEGER), {retrospective}, {{TRUE}}, s.instrument, s.citation, s.evidence_url
FROM status_version s CROSS JOIN status_version p
WHERE p.jurisdiction = s.jurisdiction AND p.substance = s.substance AND p.valid_to = s.valid_from"""


_CAME = "{0}.comes_at <= {{NOW}} AND {0}.recorded_from < {0}.comes_at AND ({0}.recorded_to IS NULL OR {0}.recorded_to >= {0}.comes_at)"
"""Rows that were held as their day came."""

_BEFORE_THEM = "p.recorded_from < s.comes_at AND (p.recorded_to IS NULL OR p.recorded_to >= s.comes_at)"

_IN_RETROSPECT = "{0}.comes_at <= {{LEAST}}({{NOW}}, (SELECT min(recorded_at) FROM belief)) AND {0}.recorded_to IS NULL"
"""Rows held now, whose day came before anything was recorded."""

_NOT_TOLD = """p.recorded_to IS NULL AND NOT EXISTS (SELECT 1 FROM change c CROSS JOIN change_boundary b WHERE b.change = c.id
    AND c.jurisdiction = s.jurisdiction AND c.substance = s.substance AND c.cause = 'law' AND b.day = s.valid_from)"""

_ON_SQLITE = f"""{_STORED}
UNION ALL{_derived("{FALSE}")} AND {_CAME.format("s")} AND {_BEFORE_THEM}
UNION ALL{_derived("{TRUE}")} AND {_IN_RETROSPECT.format("s")} AND {_NOT_TOLD}"""

_ON_POSTGRESQL = f"""
SELECT {", ".join(f"{'x' if name == 'recorded_at' else 'd'}.{name}" for name in _NAMES)}
FROM (SELECT 'stored' AS part, id, recorded_at, NULL::timestamptz AS comes_at, NULL::timestamptz AS recorded_from,
        NULL::timestamptz AS recorded_to FROM change
    UNION ALL SELECT 'came', id, comes_at, comes_at, recorded_from, recorded_to FROM status_version
    UNION ALL SELECT 'in retrospect', id, comes_at, comes_at, recorded_from, recorded_to FROM status_version) x
CROSS JOIN LATERAL ({_STORED} AND x.part = 'stored' AND c.id = x.id
    UNION ALL{_derived("{FALSE}")} AND x.part = 'came' AND s.id = x.id AND {_BEFORE_THEM}
    UNION ALL{_derived("{TRUE}")} AND x.part = 'in retrospect' AND s.id = x.id AND {_NOT_TOLD}) d
WHERE x.part = 'stored' OR x.part = 'came' AND {_CAME.format("x")} OR x.part = 'in retrospect' AND {_IN_RETROSPECT.format("x")}"""

QUERIES = {"sqlite": _ON_SQLITE, "postgresql": _ON_POSTGRESQL}
"""The view's query for each database, in which the words of `views` are still to be put."""
