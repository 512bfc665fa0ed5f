"""The views for analysts (DESIGN §6), in SQL that SQLite and PostgreSQL read alike but for a few marked words.

Views hold no data: they are dropped before a migration and made anew after it. `_current` and `upcoming` use the server's UTC
date and are for people; the program itself asks by day and instant.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from crawler.contract.verdicts import STOPPED, cut_off
from tracker.store.schema import change_log
from tracker.store.schema.columns import instant_text

BUILT_ON = "2BP01"  # PostgreSQL: something else depends on it

_WORDS = {
    "sqlite": {
        "TODAY": "date('now')",
        "NOW": "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
        "HOURS_SINCE_OK": "(julianday('now') - julianday(last_ok_at)) * 24",
        "HOURS_SINCE_ANSWER": "(julianday('now') - julianday(n.finished_at)) * 24",
        "TRUE": "1",
        "FALSE": "0",
        "JOIN": "group_concat",
        "DAY": "b.day",
        "LEAST": "min",
    },
    "postgresql": {
        "TODAY": "(now() AT TIME ZONE 'UTC')::date",
        "NOW": "now()",
        "HOURS_SINCE_OK": "extract(epoch FROM now() - last_ok_at) / 3600",
        "HOURS_SINCE_ANSWER": "extract(epoch FROM now() - n.finished_at) / 3600",
        "TRUE": "true",
        "FALSE": "false",
        "JOIN": "string_agg",
        "DAY": "to_char(b.day, 'YYYY-MM-DD')",
        "LEAST": "least",
    },
}

_ROW = """s.jurisdiction, j.name AS jurisdiction_name, j.level, j.parent, s.substance, s.status, s.schedule, s.min_age, s.threshold,
    s.components, s.food_law_position, s.contested, s.authority, s.badges, s.carve_outs, s.valid_from, s.valid_from_latest,
    s.valid_to, s.valid_to_latest, s.date_basis, s.instrument, s.citation, s.evidence_url, s.confidence, s.verified"""

_OK = "(r.verdict = 'healthy' OR r.accepted_at IS NOT NULL)"
_SILENT = f"(r.accepted_at IS NULL AND (r.verdict = 'no_network' OR r.reason LIKE '{cut_off(STOPPED)}%'))"

_CHECKED = f"""LEFT JOIN (SELECT o.jurisdiction, max(r.finished_at) AS checked_at FROM crawl_run r JOIN source o ON o.key = r.source
        WHERE o.official AND r.mode = 'live' AND {_OK} GROUP BY o.jurisdiction) k ON k.jurisdiction = j.code"""

_HOLDS_TODAY = """s.recorded_to IS NULL AND (s.valid_from IS NULL OR s.valid_from <= {TODAY})
    AND (s.valid_to IS NULL OR s.valid_to > {TODAY})"""

# The latest row, up to this one, before which the headline was another, or there was a gap.
_HEADLINE = """(SELECT p.{0} FROM status_version p
        WHERE p.jurisdiction = s.jurisdiction AND p.substance = s.substance AND p.recorded_to IS NULL
            AND (p.valid_from IS NULL OR p.valid_from <= s.valid_from)
            AND NOT EXISTS (SELECT 1 FROM status_version q WHERE q.jurisdiction = p.jurisdiction AND q.substance = p.substance
                AND q.recorded_to IS NULL AND q.valid_to = p.valid_from AND q.status = p.status)
        ORDER BY p.valid_from DESC NULLS LAST LIMIT 1)"""
_SINCE = f"""{_HEADLINE.format("valid_from")} AS headline_since,
    {_HEADLINE.format("valid_from_latest")} AS headline_since_latest"""

_RANK = (
    "CASE {0} WHEN 'banned' THEN 0 WHEN 'sale_prohibited' THEN 1 WHEN 'prescription_only' THEN 2 WHEN 'regulated' THEN 3 "
    "WHEN 'age_restricted' THEN 4 WHEN 'no_specific_law' THEN 5 ELSE 6 END"
)

_PROVISION = """p.jurisdiction, p.substance, p.conduct, v.effect, v.basis, v.schedule, v.min_age, v.components,
    coalesce((SELECT {JOIN}(x.words, '; ') FROM (
        SELECT l.analyte || ' ' || l.value || ' ' || l.unit || ' ' || l.per || CASE l.reference WHEN '' THEN '' ELSE ' ' || l.reference END
            || ' ' || l.consequence || CASE l.limit_group WHEN '' THEN '' ELSE ' (' || l.limit_group || ')' END AS words
        FROM provision_limit l WHERE l.provision_version = v.id ORDER BY l.id) x), '') AS limits,
    p.instrument, i.title AS instrument_title, p.pinpoint, v.kind, v.contested, v.binds_children, v.valid_from,
    v.valid_from_latest, v.valid_to, v.valid_to_latest, v.date_basis, v.made_on, v.citation, v.authority, v.evidence_url,
    v.link_type, v.evidence_url_2, v.link_type_2, v.quote, v.quote_start, v.coder, v.reviewer, v.origin, v.note,
    v.id AS provision_version"""

VIEWS: dict[str, str] = {
    "status_current": f"""
SELECT {_ROW}, k.checked_at AS last_checked_at, {_SINCE}
FROM status_version s JOIN jurisdiction j ON j.code = s.jurisdiction {_CHECKED}
WHERE {_HOLDS_TODAY}
UNION ALL
SELECT j.code, j.name, j.level, j.parent, b.code, 'unknown', '', NULL, '', '', 'not_addressed', '', '', '', '', NULL, NULL, NULL,
    NULL, 'in_force', NULL, '', '', 'low', {{FALSE}}, k.checked_at, NULL, NULL
FROM jurisdiction j CROSS JOIN substance b {_CHECKED}
WHERE NOT EXISTS (SELECT 1 FROM status_version s WHERE s.jurisdiction = j.code AND s.substance = b.code AND {_HOLDS_TODAY})""",
    "status_history": f"""
SELECT {_ROW}, k.checked_at AS last_checked_at, s.recorded_from, s.recorded_to, s.belief, b.cause, s.rule_version
FROM status_version s JOIN jurisdiction j ON j.code = s.jurisdiction JOIN belief b ON b.id = s.belief {_CHECKED}""",
    "status_effective": f"""
WITH RECURSIVE above(code, child_level, ancestor, ancestor_level, steps) AS (
    SELECT j.code, j.level, p.code, p.level, 1 FROM jurisdiction j JOIN jurisdiction p ON p.code = j.parent
    UNION ALL
    SELECT a.code, a.child_level, p.code, p.level, a.steps + 1 FROM above a JOIN jurisdiction j ON j.code = a.ancestor
        JOIN jurisdiction p ON p.code = j.parent),
held AS (
    SELECT s.jurisdiction, s.substance, s.status, s.binding_status FROM status_version s WHERE {_HOLDS_TODAY}),
binding AS (
    SELECT a.code AS jurisdiction, h.substance, h.binding_status, h.jurisdiction AS binding_from,
        row_number() OVER (PARTITION BY a.code, h.substance ORDER BY {_RANK.format("h.binding_status")}, a.steps) AS place
    FROM above a JOIN held h ON h.jurisdiction = a.ancestor
    WHERE h.binding_status <> '' AND (
        (a.ancestor_level = 'country' AND (substr(a.code, 1, length(a.ancestor) + 1) = a.ancestor || '-'
            OR substr(a.code, 1, length(a.ancestor) + 22) = 'ocd-division/country:' || lower(a.ancestor) || '/'))
        OR (a.ancestor_level = 'subdivision' AND a.child_level IN ('county', 'place')))),
local AS (
    SELECT a.ancestor AS jurisdiction, h.substance, count(*) AS known FROM above a JOIN held h ON h.jurisdiction = a.code
    WHERE a.child_level IN ('county', 'place') AND h.status NOT IN ('unknown', 'no_specific_law')
    GROUP BY a.ancestor, h.substance)
SELECT c.jurisdiction, c.substance, c.status AS own_status, coalesce(b.binding_status, '') AS binding_status,
    b.binding_from,
    CASE WHEN b.binding_status IS NULL OR {_RANK.format("c.status")} <= {_RANK.format("b.binding_status")}
        THEN c.status ELSE b.binding_status END AS effective_status,
    coalesce(l.known, 0) AS local_known
FROM status_current c
    LEFT JOIN binding b ON b.jurisdiction = c.jurisdiction AND b.substance = c.substance AND b.place = 1
    LEFT JOIN local l ON l.jurisdiction = c.jurisdiction AND l.substance = c.substance""",
    "provision_current": f"""
SELECT {_PROVISION},
    EXISTS (SELECT 1 FROM status_version s JOIN status_input n ON n.status_version = s.id AND n.kind = 'provision' AND n.ref = v.id
        WHERE s.jurisdiction = p.jurisdiction AND s.substance = p.substance AND {_HOLDS_TODAY}) AS standing
FROM provision_version v JOIN provision p ON p.id = v.provision JOIN instrument i ON i.key = p.instrument
WHERE v.recorded_to IS NULL AND (v.valid_from IS NULL OR v.valid_from <= {{TODAY}}) AND (v.valid_to IS NULL OR v.valid_to > {{TODAY}})""",
    "provision_history": f"""
SELECT {_PROVISION}, v.recorded_from, v.recorded_to, v.belief, b.cause
FROM provision_version v JOIN provision p ON p.id = v.provision JOIN instrument i ON i.key = p.instrument
    JOIN belief b ON b.id = v.belief""",
    "status_by_conduct": """
WITH conducts(conduct) AS (SELECT 'possess' UNION ALL SELECT 'use' UNION ALL SELECT 'purchase' UNION ALL SELECT 'sell'
    UNION ALL SELECT 'give' UNION ALL SELECT 'manufacture' UNION ALL SELECT 'cultivate' UNION ALL SELECT 'import'
    UNION ALL SELECT 'export' UNION ALL SELECT 'transport' UNION ALL SELECT 'advertise')
SELECT c.jurisdiction, c.substance, k.conduct, p.effect, p.basis, p.schedule, p.min_age, p.components, p.limits, p.instrument,
    p.pinpoint, p.kind, p.valid_from, p.valid_to, p.quote, p.reviewer,
    CASE WHEN p.effect IS NOT NULL THEN '' WHEN c.level = 'international' THEN 'not_applicable'
        WHEN c.contested <> '' THEN 'contested' WHEN c.status = 'no_specific_law' THEN 'not_found'
        ELSE 'not_researched' END AS missing_reason
FROM status_current c CROSS JOIN conducts k
    LEFT JOIN provision_current p ON p.jurisdiction = c.jurisdiction AND p.substance = c.substance
        AND p.conduct = k.conduct AND p.standing""",
    "measure_current": """
SELECT m.jurisdiction, m.session, m.identifier, m.title, m.kind, m.stage, m.stage_on, m.direction_as_introduced,
    m.effect_as_enacted, m.substances, m.effective_on, m.official_url, m.source
FROM measure m""",
    "measure_timeline": """
SELECT m.jurisdiction, m.session, m.identifier, m.title, m.kind, a.acted_on, a.acted_on_latest, a.stage, a.acted_on AS stage_on,
    a.action, m.direction_as_introduced, m.effect_as_enacted, m.substances, m.official_url, a.source, a.recorded_at,
    c.url AS capture_url, c.payload_digest
FROM measure_action a JOIN measure m ON m.id = a.measure LEFT JOIN capture c ON c.id = a.capture
WHERE a.recorded_to IS NULL""",
    "calendar": """
SELECT s.valid_from AS happens_on, s.valid_from_latest AS happens_on_latest,
    CASE s.opened_by WHEN 'own_end' THEN 'expires' WHEN 'check' THEN 'check_due' WHEN 'stay' THEN 'stayed'
        WHEN 'stay_lifted' THEN 'stay_lifted' ELSE 'takes_effect' END AS kind,
    s.jurisdiction, s.substance, s.status AS title, s.evidence_url AS url
FROM status_version s WHERE s.recorded_to IS NULL AND s.valid_from IS NOT NULL
UNION ALL SELECT e.happens_on, e.happens_on, e.kind, e.jurisdiction, NULL, e.title, e.url FROM event e
UNION ALL SELECT m.effective_on, m.effective_on, 'measure_takes_effect', m.jurisdiction, NULL, m.identifier || ' ' || m.title,
    m.official_url FROM measure m WHERE m.effective_on IS NOT NULL AND m.stage = 'enacted'
UNION ALL SELECT a.acted_on, a.acted_on_latest, 'measure_step', m.jurisdiction, NULL, m.identifier || ' ' || a.action, m.official_url
    FROM measure_action a JOIN measure m ON m.id = a.measure WHERE a.recorded_to IS NULL AND a.acted_on >= {TODAY}
UNION ALL SELECT x.starts_on, x.starts_on, 'session_start', x.jurisdiction, NULL, x.name, '' FROM session x
    WHERE x.starts_on IS NOT NULL
UNION ALL SELECT x.ends_on, x.ends_on, 'session_end', x.jurisdiction, NULL, x.name, '' FROM session x
    WHERE x.ends_on IS NOT NULL""",
    "upcoming": "SELECT * FROM calendar WHERE happens_on_latest >= {TODAY}",
    "change_log": "{CHANGE_LOG}",
    "coverage": f"""
WITH ended AS (
    SELECT r.*, {_SILENT} AS silent, CASE WHEN {_OK} THEN r.finished_at END AS ok_at,
        row_number() OVER (PARTITION BY r.source ORDER BY r.finished_at DESC, r.id DESC) AS place,
        row_number() OVER (PARTITION BY r.source, {_SILENT} ORDER BY r.finished_at DESC, r.id DESC) AS answer
    FROM crawl_run r WHERE r.mode = 'live' AND r.finished_at IS NOT NULL),
checked AS (SELECT source, max(ok_at) AS last_ok_at FROM ended GROUP BY source)
SELECT o.key AS source, o.jurisdiction, o.name, x.started_at AS last_run_at, c.last_ok_at,
    coalesce(x.verdict, 'never run') AS verdict, coalesce(x.reason, '') AS reason, coalesce(x.outcomes, '{{{{}}}}') AS outcomes,
    coalesce(x.seen, 0) AS seen,
    CASE WHEN c.last_ok_at IS NULL OR {{HOURS_SINCE_OK}} > o.cadence_hours THEN {{TRUE}} ELSE {{FALSE}} END AS overdue,
    CASE WHEN (n.verdict IN ('healthy', 'partial') OR n.accepted_at IS NOT NULL) AND {{HOURS_SINCE_OK}} <= 30 * 24
        AND ({{HOURS_SINCE_ANSWER}} <= 7 * 24 OR {{HOURS_SINCE_ANSWER}} <= o.cadence_hours) THEN {{TRUE}} ELSE {{FALSE}} END AS works,
    o.verified_live_on AS verified_live
FROM source o LEFT JOIN checked c ON c.source = o.key LEFT JOIN ended x ON x.source = o.key AND x.place = 1
    LEFT JOIN ended n ON n.source = o.key AND NOT n.silent AND n.answer = 1
WHERE o.crawled""",
    "evidence": """
SELECT p.id AS provision, v.id AS provision_version, p.jurisdiction, p.substance, p.conduct, p.instrument, p.pinpoint, v.quote, v.quote_start,
    c.payload_digest AS capture_digest, c.captured_at, c.warc_file, c.warc_offset, coalesce(c.url, v.evidence_url) AS url,
    CASE WHEN o.official THEN 'official' ELSE v.link_type END AS link_type
FROM provision_version v JOIN provision p ON p.id = v.provision LEFT JOIN capture c ON c.id = v.capture
    LEFT JOIN document_version d ON d.id = v.document_version LEFT JOIN document t ON t.id = d.document
    LEFT JOIN source o ON o.key = t.source""",
}


def create(connection: Connection, at: datetime | None = None, *, temporary: bool = False) -> None:
    """Make all views, in the order in which they build on each other; with `at` (SQLite), their clock stands at that instant.

    On PostgreSQL a view that `drop` had to leave is replaced, which it refuses where columns were to go or to change their place.
    """
    verb = "CREATE OR REPLACE" if connection.dialect.name == "postgresql" else "CREATE"
    kind = "TEMPORARY VIEW" if temporary else "VIEW"
    for name, query in queries(connection, at).items():
        connection.exec_driver_sql(f"{verb} {kind} {name} AS {query}".replace("%", _percent(connection)))


def queries(connection: Connection, at: datetime | None = None) -> dict[str, str]:
    """The query of each view in the words of the database."""
    words = _WORDS[connection.dialect.name] | (_standing(at) if at else {})
    words["CHANGE_LOG"] = change_log.QUERIES[connection.dialect.name].format(**words)
    return {name: query.format(**words) for name, query in VIEWS.items()}


def _standing(at: datetime) -> dict[str, str]:
    now = f"'{instant_text(at)}'"
    sqlite = {name: words.replace("'now'", now) for name, words in _WORDS["sqlite"].items() if name.startswith("HOURS")}
    return {"NOW": now, "TODAY": f"date({now})"} | sqlite


def drop(connection: Connection) -> None:
    """Drop all views that exist, but on PostgreSQL those on which others built views of their own."""
    for name in reversed(VIEWS):
        try:
            with connection.begin_nested():
                connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") != BUILT_ON:
                raise


def _percent(connection: Connection) -> str:
    return "%%" if connection.dialect.paramstyle in ("format", "pyformat") else "%"
