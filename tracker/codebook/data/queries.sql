-- Questions that analysts ask of the record, with answers in SQL. Each runs as it stands on SQLite and PostgreSQL, but where a second
-- text is marked `on: postgresql`. `:word` is filled with the value given in the head. docs/queries.md shows them with their results.

-- name: as_of
-- title: The status of every state on a day, as known at an instant
-- text: Two pairs of columns, two plain filters: `valid_from`, `valid_to` say when the law holds, `recorded_from`, `recorded_to` when we knew. Both periods are half-open, NULL is an open end.
-- :substance = kratom
-- :day = 2026-11-25
-- :known = 2026-11-25T12:00:00.000000Z
SELECT jurisdiction, jurisdiction_name, status, min_age, valid_from, citation, confidence, verified
FROM status_history
WHERE substance = :substance AND parent = 'US'
  AND (valid_from IS NULL OR valid_from <= :day) AND (valid_to IS NULL OR valid_to > :day)
  AND recorded_from <= :known AND (recorded_to IS NULL OR recorded_to > :known)
ORDER BY jurisdiction;

-- name: counts
-- title: How many stand where, states and DC apart from territories
-- text: The 51 states and DC and the 5 territories never share a denominator. A jurisdiction without a row is unknown, so it is counted from the list of jurisdictions.
-- :substance = kratom
-- :day = 2026-11-25
-- :known = 2026-11-25T12:00:00.000000Z
SELECT CASE j.kind WHEN 'territory' THEN 'territories' ELSE 'states and DC' END AS unit_group,
  coalesce(h.status, 'unknown') AS status, count(*) AS jurisdictions
FROM jurisdiction j LEFT JOIN status_history h ON h.jurisdiction = j.code AND h.substance = :substance
  AND (h.valid_from IS NULL OR h.valid_from <= :day) AND (h.valid_to IS NULL OR h.valid_to > :day)
  AND h.recorded_from <= :known AND (h.recorded_to IS NULL OR h.recorded_to > :known)
WHERE j.parent = 'US' AND j.level = 'subdivision'
GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2;

-- name: changed_in_year
-- title: Which states changed in 2025?
-- text: Law that came into force, ended, was stayed or reached back, and moved the headline. `takes_effect_latest` differs where the day is not known.
-- :since = 2025-01-01
-- :until = 2026-01-01
SELECT c.takes_effect_on, c.takes_effect_latest, c.jurisdiction, c.substance, c.kind, c.before, c.after, c.citation
FROM change_log c JOIN jurisdiction j ON j.code = c.jurisdiction
WHERE c.significance = 'status' AND c.kind IN ('took_effect', 'expired', 'stayed', 'stay_lifted', 'retroactive')
  AND c.takes_effect_on >= :since AND c.takes_effect_on < :until AND j.parent = 'US'
ORDER BY c.takes_effect_on, c.jurisdiction, c.substance;

-- name: said_then
-- title: What did we say on 1 June about 1 July, and what do we say now?
-- text: The first clock asks about one day of law, the second about two moments of our knowledge. `said_then` is NULL where nothing was recorded yet: the shipped record begins on 25 November 2026.
-- :substance = kratom
-- :day = 2026-07-01
-- :then = 2026-06-01T00:00:00.000000Z
-- :now = 2026-11-25T12:00:00.000000Z
WITH about_the_day AS (
  SELECT * FROM status_history
  WHERE substance = :substance AND parent = 'US'
    AND (valid_from IS NULL OR valid_from <= :day) AND (valid_to IS NULL OR valid_to > :day))
SELECT n.jurisdiction, t.status AS said_then, n.status AS say_now, n.cause, n.recorded_from AS known_since, n.citation
FROM about_the_day n LEFT JOIN about_the_day t ON t.jurisdiction = n.jurisdiction
  AND t.recorded_from <= :then AND (t.recorded_to IS NULL OR t.recorded_to > :then)
WHERE n.recorded_from <= :now AND (n.recorded_to IS NULL OR n.recorded_to > :now)
  AND (t.status IS NULL OR t.status <> n.status)
ORDER BY n.jurisdiction;

-- name: enactment_to_effect
-- title: How many days lie between enactment and effect?
-- text: Measures that became law and instruments, where both days are known. A day before enactment is a rule that reaches back, or one that took the place of an emergency rule already in force.
WITH dated AS (
  SELECT jurisdiction, identifier AS name, stage_on AS made_on, effective_on AS in_force_on FROM measure_current
  WHERE stage IN ('enacted', 'final_rule', 'emergency_rule', 'temporary_order')
  UNION ALL SELECT jurisdiction, key, made_on, in_force_on FROM instrument)
SELECT jurisdiction, name, made_on, in_force_on, CAST(julianday(in_force_on) - julianday(made_on) AS INTEGER) AS days
FROM dated WHERE made_on IS NOT NULL AND in_force_on IS NOT NULL
ORDER BY days DESC, jurisdiction, name;
-- on: postgresql
WITH dated AS (
  SELECT jurisdiction, identifier AS name, stage_on AS made_on, effective_on AS in_force_on FROM measure_current
  WHERE stage IN ('enacted', 'final_rule', 'emergency_rule', 'temporary_order')
  UNION ALL SELECT jurisdiction, key, made_on, in_force_on FROM instrument)
SELECT jurisdiction, name, made_on, in_force_on, in_force_on - made_on AS days
FROM dated WHERE made_on IS NOT NULL AND in_force_on IS NOT NULL
ORDER BY days DESC, jurisdiction, name;

-- name: concentrate_not_leaf
-- title: Where may a concentrated 7-OH tablet not be sold while leaf may?
-- text: Two substances of one jurisdiction on one day. Leaf counts as saleable where law regulates it, limits it by age, or was looked for and not found; the threshold is the law's own.
-- :leaf = kratom
-- :concentrate = 7-oh
-- :day = 2026-11-25
WITH held AS (
  SELECT * FROM status_history
  WHERE recorded_to IS NULL AND (valid_from IS NULL OR valid_from <= :day) AND (valid_to IS NULL OR valid_to > :day))
SELECT c.jurisdiction, c.level, c.status AS concentrate, c.threshold, l.status AS leaf, l.min_age, c.valid_from, c.citation
FROM held c JOIN held l ON l.jurisdiction = c.jurisdiction AND l.substance = :leaf
WHERE c.substance = :concentrate AND c.status IN ('banned', 'sale_prohibited')
  AND l.status IN ('regulated', 'age_restricted', 'no_specific_law')
ORDER BY c.jurisdiction;

-- name: no_official_text
-- title: Which of our rows rest on no official text?
-- text: Confidence is high only where an official text is captured or quoted. The shipped baseline is research: every row of it waits for its text.
-- :day = 2026-11-25
SELECT jurisdiction, substance, status, confidence, authority, citation, evidence_url
FROM status_history
WHERE confidence <> 'high' AND status <> 'unknown' AND recorded_to IS NULL
  AND (valid_from IS NULL OR valid_from <= :day) AND (valid_to IS NULL OR valid_to > :day)
ORDER BY confidence, jurisdiction, substance;

-- name: corrections
-- title: Which corrections did we ever make?
-- text: A correction says that our record was wrong; it is never news about the law. The shipped record has made none.
SELECT recorded_at, jurisdiction, substance, takes_effect_on, before, after, citation
FROM change_log WHERE kind = 'corrected' ORDER BY recorded_at, jurisdiction, substance, takes_effect_on;

-- name: contested
-- title: Which answers are contested?
-- text: The reason says why a plain answer would mislead; the rival readings are in the table `reading`.
-- :day = 2026-11-25
SELECT jurisdiction, substance, status, contested FROM status_history
WHERE contested <> '' AND recorded_to IS NULL
  AND (valid_from IS NULL OR valid_from <= :day) AND (valid_to IS NULL OR valid_to > :day)
ORDER BY jurisdiction, substance;

-- name: local_below
-- title: Which local laws are known below a state?
-- text: Counties and places, also places within counties. A city never repaints its state: these are "at least so many".
-- :jurisdiction = US-CA
-- :day = 2026-11-25
WITH RECURSIVE below(code) AS (
  SELECT code FROM jurisdiction WHERE parent = :jurisdiction
  UNION SELECT j.code FROM jurisdiction j JOIN below b ON j.parent = b.code)
SELECT h.jurisdiction_name, h.level, h.substance, h.status, h.valid_from, h.citation
FROM below b JOIN status_history h ON h.jurisdiction = b.code
WHERE h.status NOT IN ('unknown', 'no_specific_law') AND h.recorded_to IS NULL
  AND (h.valid_from IS NULL OR h.valid_from <= :day) AND (h.valid_to IS NULL OR h.valid_to > :day)
ORDER BY h.jurisdiction_name, h.substance;

-- name: next_effect
-- title: What takes effect, expires or must be checked next?
-- text: Law already made, whose day has not come. `check_due` is no law: a finding or summary runs out and somebody must look again.
-- :day = 2026-11-25
SELECT happens_on, happens_on_latest, kind, jurisdiction, substance, title
FROM calendar
WHERE happens_on > :day AND kind IN ('takes_effect', 'expires', 'stayed', 'stay_lifted', 'check_due', 'measure_takes_effect')
ORDER BY happens_on, jurisdiction, kind, substance, title;

-- name: overdue
-- title: Which sources of a place are overdue?
-- text: A source is overdue where no live run was healthy within its own cadence. On the shipped record none was asked yet.
-- :jurisdiction = FI
SELECT source, jurisdiction, name, verdict, last_ok_at, overdue FROM coverage WHERE overdue AND jurisdiction = :jurisdiction ORDER BY source;

-- name: session_by_stage
-- title: Where do the measures of a session stand?
-- :session = 2025-2026
SELECT stage, direction_as_introduced, count(*) AS measures
FROM measure_current WHERE session = :session GROUP BY stage, direction_as_introduced
ORDER BY measures DESC, stage, direction_as_introduced;

-- name: one_history
-- title: The history of one state in both clocks
-- text: Read down the rows for the law as time passes, and `recorded_from` for when we knew it. A row is never edited; one that no longer counts has a `recorded_to`.
-- :jurisdiction = US-KY
-- :substance = kratom
SELECT status, min_age, components, valid_from, valid_to, recorded_from, recorded_to, cause, citation
FROM status_history WHERE jurisdiction = :jurisdiction AND substance = :substance
ORDER BY recorded_from, coalesce(valid_from, '0001-01-01');
