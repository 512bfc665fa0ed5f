"""The tables of law and belief (DESIGN §6). The tables of evidence, from request to document, are in `evidence_tables`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    and_,
    column,
    literal_column,
    or_,
)

from tracker.domain.vocabulary import (
    Basis,
    Cause,
    ChangeKind,
    Conduct,
    Confidence,
    Consequence,
    DateBasis,
    Effect,
    FoodLaw,
    Level,
    LimitPer,
    OpenedBy,
    ProvisionKind,
    RelationKind,
    Scope,
    Significance,
    Stage,
    Status,
)
from tracker.store.schema.columns import (
    UtcDateTime,
    col,
    either,
    evidence,
    given_key,
    key,
    metadata,
    one_of,
    recorded_time,
    refers,
    text,
    valid_time,
)


def _statement() -> list[Column[Any]]:
    """What every statement about a jurisdiction and substance has."""
    return [
        given_key(),
        refers("jurisdiction", "jurisdiction.code", "jurisdiction whose law it is", example="US-TN"),
        refers("substance", "substance.code", "substance that it is about", example="{product}"),
    ]


jurisdiction = Table(
    "jurisdiction",
    metadata,
    text("code", "ISO 3166-1 alpha-2, ISO 3166-2 or OCD division id", primary_key=True, server_default=None, example="US-AL"),
    text("name", "name in English", example="Alabama"),
    text("level", "international, country, subdivision, county, place or tribal", example="subdivision"),
    text(
        "kind",
        "state, district, territory, country, county, place …: keeps 51 states and DC apart from 5 territories",
        example="state",
    ),
    refers("parent", "jurisdiction.code", "geographic parent; NULL at the top", nullable=True, index=True, example="US"),
    one_of("level", Level),
    comment="Every jurisdiction, researched or not",
    sqlite_with_rowid=False,
)

substance = Table(
    "substance",
    metadata,
    text("code", "short name used everywhere", primary_key=True, server_default=None, example="{product}"),
    text("name", "label for readers", example="{subject} (natural leaf)"),
    text("definition", "what products it covers", example="Natural leaf and plain leaf powder"),
    col("rank", Integer, "order of display", nullable=False, example="1"),
    comment="Product classes that a statute or an analyst would name",
    sqlite_with_rowid=False,
)

session = Table(
    "session",
    metadata,
    key(),
    refers("jurisdiction", "jurisdiction.code", "whose legislature"),
    text("identifier", "canonical identifier", example="119"),
    text("name", "name as the legislature writes it", example="119th Congress"),
    col("starts_on", Date, "first day"),
    col("ends_on", Date, "last day"),
    text("aliases", "spellings of sources, one a line", example="119th Congress"),
    UniqueConstraint("jurisdiction", "identifier"),
    comment="Legislative sessions; part of a bill's identity",
)

instrument = Table(
    "instrument",
    metadata,
    text(
        "key",
        "ELI of the act, session law, rule or docket number",
        primary_key=True,
        server_default=None,
        example="US-KY Acts 2024 ch. 44",
    ),
    refers("jurisdiction", "jurisdiction.code", "who made it"),
    text("title", "title", example="HB 293 (2024)"),
    text("kind", "act, rule, order, case, consolidated list …", example="session_law"),
    col("made_on", Date, "day on which it was made"),
    col("published_on", Date, "day of publication"),
    col("in_force_on", Date, "day on which it says it enters into force"),
    col("consolidated", Boolean, "a codified list without its amending act", nullable=False, server_default="0"),
    text("url", "official address, if known", example="https://apps.legislature.ky.gov/record/24rs/hb293.html"),
    comment="Acts that make rules",
    sqlite_with_rowid=False,
)

instrument_alias = Table(
    "instrument_alias",
    metadata,
    refers("instrument", "instrument.key", "the instrument", primary_key=True),
    text("alias", "another name: code citation, bill number, chapter", primary_key=True, server_default=None, example="HB 293"),
    comment="Other names of an instrument",
    sqlite_with_rowid=False,
)

measure = Table(
    "measure",
    metadata,
    key(),
    refers("jurisdiction", "jurisdiction.code", "where"),
    text("session", "canonical session identifier", example="119"),
    text("identifier", "number in normal form", example="HR 8000"),
    text("title", "title or subject", example="An act relating to {product} products"),
    text("kind", "bill, resolution, rule, case", example="bill"),
    text("direction_as_introduced", "what it set out to do", example="ban"),
    text("effect_as_enacted", "what it did, if enacted", example="regulate"),
    text("substances", "substances that it names, comma separated", example="{concentrate},{product}"),
    text("stage", "where it stands", example="in_committee"),
    col("stage_on", Date, "day on which it came to that stage"),
    col("effective_on", Date, "day on which it takes effect, as stated"),
    text("official_url", "official page", example="https://apps.legislature.ky.gov/record/26RS/hb757.html"),
    text("source", "who told us", example="us_congress"),
    col("first_recorded_at", UtcDateTime, "when we first knew of it", nullable=False),
    UniqueConstraint("jurisdiction", "session", "identifier"),
    one_of("stage", Stage, or_empty=True),
    comment="Bills, rule makings and cases",
)

measure_action = Table(
    "measure_action",
    metadata,
    key(),
    refers("measure", "measure.id", "the measure", index=True),
    col("acted_on", Date, "first possible day of the action"),
    col("acted_on_latest", Date, "last possible day of the action"),
    text("stage", "stage that it reached; empty where the source's words are not in a code table", example="enacted"),
    text("action", "words of the source", example="signed by Governor"),
    text("source", "who told us", example="us_congress"),
    refers("capture", "capture.id", "archived response that says so", nullable=True),
    col("recorded_at", UtcDateTime, "when we recorded it", nullable=False),
    col("recorded_to", UtcDateTime, "when its publisher had taken it back; NULL: it stands"),
    one_of("stage", Stage, or_empty=True),
    comment="Steps of a measure, closed and never edited",
)

measure_statement = Table(
    "measure_statement",
    metadata,
    key(),
    refers("measure", "measure.id", "the measure", index=True),
    refers("document", "document.id", "the document that states it; NULL: a person or the research", nullable=True),
    refers("capture", "capture.id", "archived response that says so", nullable=True),
    text("source", "who states it", example="us_congress"),
    col("captured_at", UtcDateTime, "when it was captured; orders what is stated", nullable=False),
    col("whole", Boolean, "the document gives the whole history of the measure", nullable=False, example="1"),
    text("says", "JSON object of what is stated of the measure, steps included", example='{"title": "An act"}'),
    col("recorded_at", UtcDateTime, "when we recorded it", nullable=False),
    comment="What each document states of its measure, version by version: the measure is a fold over them",
)

event = Table(
    "event",
    metadata,
    key(),
    refers("jurisdiction", "jurisdiction.code", "where"),
    refers("measure", "measure.id", "measure that it belongs to", nullable=True),
    text("kind", "hearing, comment_deadline, signature_deadline, session_start, session_end", example="hearing"),
    col("happens_on", Date, "civil day", nullable=False),
    text("title", "what happens", example="Hearing of HB 757"),
    text("url", "official page", example="https://apps.legislature.ky.gov/record/26RS/hb757.html"),
    text("source", "who told us", example="us_congress"),
    refers("capture", "capture.id", "archived response that says so", nullable=True),
    col("recorded_at", UtcDateTime, "when we recorded it", nullable=False),
    UniqueConstraint("jurisdiction", "kind", "happens_on", "title"),
    comment="Dated announcements for the calendar",
)

belief = Table(
    "belief",
    metadata,
    given_key(),
    col("recorded_at", UtcDateTime, "instant of the transaction", nullable=False, unique=True),
    text("cause", "law, record, method or research", example="law"),
    text("actor", "who or what wrote it", example="baseline"),
    text("note", "why", example="the researched baseline of 2026.1"),
    text("zone", "time zone of civil days", example="America/New_York"),
    text("codebook_version", "version of the codebook", example="2026.1"),
    text("rule_version", "version of the status rules", example="1"),
    text("seal", "SHA-256 over the transaction's sorted rows and the seal before it", example="9f86d081…"),
    one_of("cause", Cause),
    comment="Transactions that changed what we hold",
)

provision = Table(
    "provision",
    metadata,
    *_statement(),
    text("conduct", "what is done", example="sell"),
    refers("instrument", "instrument.key", "act that makes the rule"),
    text("pinpoint", "where in the act or code", example="K.S.A. 65-4105(d)(31)"),
    UniqueConstraint("jurisdiction", "substance", "conduct", "instrument", "pinpoint"),
    one_of("conduct", Conduct),
    comment="Identity of a coded rule; its dated versions are in provision_version",
)

provision_version = Table(
    "provision_version",
    metadata,
    given_key(),
    refers("provision", "provision.id", "the rule", index=True),
    text("effect", "prohibited, prescription, conditional, permitted or excluded", example="conditional"),
    text("basis", "kind of law that it rests on", example="consumer_protection"),
    text("schedule", "schedule or list", example="Schedule I"),
    col("min_age", Integer, "minimum age", unit="years", example="21"),
    text("components", "what a regulation asks for, comma separated", example="age,label"),
    col("binds_children", Boolean, "has direct force in subordinate units", nullable=False, server_default="0"),
    text("kind", "text or interpretation", server_default="text", example="text"),
    text("contested", "why a plain answer would mislead; empty: it does not", example="two offices read it differently"),
    *valid_time(),
    text("date_basis", "what the dates are", server_default="in_force", example="in_force"),
    *evidence(),
    *recorded_time(),
    one_of("effect", Effect),
    one_of("basis", Basis),
    one_of("kind", ProvisionKind),
    one_of("date_basis", DateBasis),
    CheckConstraint("effect <> 'prohibited' OR min_age IS NULL", name="prohibited_is_for_adults"),
    CheckConstraint("basis <> 'emergency_order' OR valid_to IS NOT NULL", name="emergency_has_an_end"),
    comment="What a rule says, in both clocks",
)

provision_limit = Table(
    "provision_limit",
    metadata,
    given_key(),
    refers("provision_version", "provision_version.id", "the rule's version", index=True),
    text("analyte", "what is measured", example="{concentrate}"),
    text("value", "the cap", example="2"),
    text("unit", "unit of the value", example="%"),
    text("per", "of_alkaloids, per_g, per_ml, per_serving, per_container or ratio_to", example="of_alkaloids"),
    text("consequence", "what a breach leads to", example="unlawful_to_sell"),
    text("limit_group", "limits of one group: a breach of any one suffices", example="a"),
    text("reference", "other analyte of a ratio", example="{product}"),
    one_of("per", LimitPer),
    one_of("consequence", Consequence),
    comment="Caps of a provision",
)

assertion = Table(
    "assertion",
    metadata,
    *_statement(),
    text("status", "headline that it asserts", example="banned"),
    text("schedule", "schedule or list", example="Schedule I"),
    col("min_age", Integer, "minimum age", unit="years", example="21"),
    text("threshold", "threshold in words", example="isolated or concentrated"),
    text("components", "comma separated", example="age,label"),
    text("contested", "why a plain answer would mislead", example="the code section is unread"),
    refers("instrument", "instrument.key", "act that it rests on", nullable=True),
    *valid_time(),
    text("date_basis", "what the dates are", server_default="in_force", example="inferred"),
    *evidence(),
    *recorded_time(),
    CheckConstraint("status NOT IN ('no_specific_law', 'unknown')", name="asserts_a_rule"),
    one_of("status", Status),
    one_of("date_basis", DateBasis),
    Index("ix_assertion_key", "jurisdiction", "substance"),
    comment="Summary codings without conducts: researched, not verified",
)

finding = Table(
    "finding",
    metadata,
    *_statement(),
    text("looked_in", "where it was looked for", example="researched baseline; sources as cited"),
    text("terms", "with which terms", example="{product}; its botanical name"),
    col("looked_on", Date, "when it was looked for"),
    text("contested", "why a plain answer would mislead", example="a vendor's table says otherwise"),
    *valid_time(),
    *evidence(),
    *recorded_time(),
    Index("ix_finding_key", "jurisdiction", "substance"),
    comment="Nothing was found where it was looked for",
)

position = Table(
    "position",
    metadata,
    *_statement(),
    text("value", "position of general food, supplement or medicine law", example="agency_says_unlawful"),
    *valid_time(),
    *evidence(),
    *recorded_time(),
    one_of("value", FoodLaw),
    Index("ix_position_key", "jurisdiction", "substance"),
    comment="Positions of general food and medicine law, beside the status",
)

relation = Table(
    "relation",
    metadata,
    given_key(),
    text("kind", "replace, end, stay, except or restore", example="replace"),
    refers("target_provision", "provision_version.id", "provision that it acts on", nullable=True, index=True),
    refers("target_assertion", "assertion.id", "assertion that it acts on", nullable=True, index=True),
    refers("target_relation", "relation.id", "relation that it undoes", nullable=True, index=True),
    refers("actor_provision", "provision_version.id", "provision of the acting instrument", nullable=True, index=True),
    refers("instrument", "instrument.key", "instrument or case that makes it", nullable=True),
    text("scope", "whole or part, of an exception", server_default="whole", example="whole"),
    text("carve_out", "what an exception in part frees", example="compliant pure leaf"),
    *valid_time(),
    *evidence(),
    *recorded_time(),
    one_of("kind", RelationKind),
    one_of("scope", Scope),
    CheckConstraint(
        "(CASE WHEN target_provision IS NULL THEN 0 ELSE 1 END + CASE WHEN target_assertion IS NULL THEN 0 ELSE 1 END"
        " + CASE WHEN target_relation IS NULL THEN 0 ELSE 1 END) = 1",
        name="one_target",
    ),
    CheckConstraint("(kind = 'restore') = (target_relation IS NOT NULL)", name="restore_names_a_relation"),
    CheckConstraint("kind = 'stay' OR valid_to IS NULL", name="only_a_stay_ends"),
    comment="What one instrument or case does to a rule",
)

reading = Table(
    "reading",
    metadata,
    key(),
    refers("assertion", "assertion.id", "contested assertion", nullable=True),
    refers("provision_version", "provision_version.id", "contested provision", nullable=True),
    refers("finding", "finding.id", "contested finding", nullable=True),
    text("says", "the rival reading", example="The act schedules only the extract and leaves the leaf lawful."),
    text("evidence_url", "who says so", example="https://example.org/reading"),
    col("recorded_at", UtcDateTime, "when we recorded it", nullable=False),
    comment="Rival readings of a contested row",
)

_COMES = column("comes_at").is_not(None)
_OPEN = column("recorded_to").is_(None)
_CAME = and_(
    column("recorded_from") < column("comes_at"),
    or_(column("recorded_to").is_(None), column("recorded_to") >= column("comes_at")),
)

status_version = Table(
    "status_version",
    metadata,
    *_statement(),
    text("status", "the headline", example="regulated"),
    text("schedule", "schedule or list", example="Schedule I"),
    col("min_age", Integer, "minimum age", unit="years", example="21"),
    text("threshold", "limits, in words", example="{concentrate} 2 % of alkaloids"),
    text("components", "comma separated", example="age,label"),
    text("badges", "other conducts and their effects, comma separated", example="export:conditional"),
    text("carve_outs", "exceptions in part, one a line", example="compliant pure leaf"),
    text("food_law_position", "position of general food and medicine law", example="agency_says_unlawful"),
    text("contested", "why a plain answer would mislead; empty: it does not", example="the code section is unread"),
    text("binding_status", "headline that binds subordinate units; empty: none", example="banned"),
    *valid_time(),
    text("date_basis", "what the dates are", example="in_force"),
    text("opened_by", "what makes the first day a boundary", example="law"),
    col("comes_at", UtcDateTime, "instant at which the boundary counts as come: midnight of its last possible day"),
    text("authority", "who made the rule", example="legislature"),
    refers("instrument", "instrument.key", "instrument of the deciding statement", nullable=True),
    text("citation", "citation", example="KRS 217.2201 to 217.2203"),
    text("evidence_url", "best link to the evidence", example="https://apps.legislature.ky.gov/record/24rs/hb293.html"),
    text("confidence", "derived: high only with captured or quoted official text", example="medium"),
    col("verified", Boolean, "rests on reviewed coded provisions, not on research", nullable=False, server_default="0"),
    text("rule_version", "version of the status rules", example="1"),
    *recorded_time(),
    one_of("status", Status),
    one_of("food_law_position", FoodLaw),
    one_of("binding_status", Status, or_empty=True),
    one_of("date_basis", DateBasis),
    one_of("opened_by", OpenedBy),
    one_of("confidence", Confidence),
    # LIKE 'US-%' reads an index of PostgreSQL only in the order of bytes
    Index(
        "ix_status_version_key",
        *("jurisdiction", "substance", "recorded_to"),
        postgresql_ops={"jurisdiction": "text_pattern_ops"},
    ),
    Index("ix_status_version_open", "valid_from_latest", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_status_version_comes_at", "comes_at", sqlite_where=_COMES, postgresql_where=_COMES),
    Index("ix_status_version_came", "comes_at", sqlite_where=_CAME, postgresql_where=_CAME),
    comment="Every version of every status row ever held, in both clocks",
)

status_input = Table(
    "status_input",
    metadata,
    refers("status_version", "status_version.id", "status row", primary_key=True),
    text("kind", "provision, assertion, finding or position", primary_key=True, server_default=None, example="assertion"),
    col("ref", Integer, "row of that kind (provision: provision_version)", primary_key=True, autoincrement=False),
    either("kind", ("provision", "assertion", "finding", "position")),
    comment="Statements from which a status row follows",
    sqlite_with_rowid=False,
)

_OF_LAW = column("cause") == literal_column("'law'")
_OF_SOURCE = column("source").is_not(None)

change = Table(
    "change",
    metadata,
    given_key(),
    refers("belief", "belief.id", "belief transaction; NULL for changes of measures and sources", nullable=True),
    col("recorded_at", UtcDateTime, "when it was recorded", nullable=False),
    text("cause", "cause of the belief; empty for measures and sources", example="law"),
    refers("jurisdiction", "jurisdiction.code", "where", nullable=True),
    refers("substance", "substance.code", "of what; NULL for measures and sources", nullable=True),
    refers("measure", "measure.id", "measure that moved", nullable=True),
    refers("source", "source.key", "source that was lost or restored", nullable=True),
    text("closes", "status rows that it closes, comma separated", example="17"),
    text("opens", "status rows that it opens, comma separated", example="498,499"),
    text("digest", "SHA-256 of the change and its boundaries", example="9f86d081…"),
    UniqueConstraint("belief", "jurisdiction", "substance"),
    one_of("cause", Cause, or_empty=True),
    Index("ix_change_recorded_at", "recorded_at"),
    Index("ix_change_of_law", "jurisdiction", "substance", sqlite_where=_OF_LAW, postgresql_where=_OF_LAW),
    Index("ix_change_source", "source", sqlite_where=_OF_SOURCE, postgresql_where=_OF_SOURCE),
    comment="Stored changes: one a belief transaction, jurisdiction and substance; one a step of a measure or source",
)

change_boundary = Table(
    "change_boundary",
    metadata,
    given_key(),
    refers("change", "change.id", "the change", index=True),
    text("kind", "kind of change", example="took_effect"),
    text("significance", "status, terms, basis or none", example="status"),
    col("day", Date, "day on which the differing period begins; NULL: the open past"),
    col("day_latest", Date, "last possible day"),
    text("before", "headline, stage or state before", example="regulated"),
    text("after", "headline, stage or state after", example="sale_prohibited"),
    refers("status_version", "status_version.id", "row of the new record that covers the day", nullable=True),
    text("before_terms", "conditions before, in words", example="21+, label"),
    text("after_terms", "conditions after, in words", example="21+, label, potency cap"),
    col("found_late", Integer, "days between the day and our record", unit="days", example="2"),
    one_of("kind", ChangeKind),
    one_of("significance", Significance),
    comment="Where the old and the new record of a key differ",
)

claim = Table(
    "claim",
    metadata,
    key(),
    refers("jurisdiction", "jurisdiction.code", "where"),
    refers("substance", "substance.code", "of what", nullable=True),
    text("status", "what they say", example="banned"),
    text("valid_from", "since when, as written", example="2026"),
    text("valid_to", "until when, as written", example="2028-08-26"),
    text("instrument", "what they name as its ground", example="HB 5537"),
    text("claimant", "who says so", example="a list of another tracker"),
    text("evidence_url", "link", example="https://example.org/legality"),
    text("evidence_url_2", "second link", example="https://example.org/map"),
    text("note", "remark", example="the bill only passed the House"),
    col("recorded_at", UtcDateTime, "when we recorded it", nullable=False),
    UniqueConstraint("jurisdiction", "substance", "claimant", "status", "note"),
    comment="What others claim, beside ours; never a status",
)

report_edition = Table(
    "report_edition",
    metadata,
    key(),
    text("name", "kind and period", unique=True, server_default=None, example="week-2026-W47"),
    col("period_start", Date, "first day", nullable=False),
    col("period_end", Date, "first day after", nullable=False),
    col("known_at", UtcDateTime, "the instant K whose knowledge it reports", nullable=False),
    text("zone", "time zone of its days", example="America/New_York"),
    text("codebook_version", "version of the codebook", example="2026.1"),
    text("rule_version", "version of the status rules", example="1"),
    text("program_version", "version of the program", example="0.1.0"),
    text("files", "JSON object: file name to SHA-256 of its bytes", example='{"report.json": "9f86d081…"}'),
    text("digest", "SHA-256 of the facts (JSON)", example="9f86d081…"),
    col("retrospective", Boolean, "K lies after the period because the record began later", nullable=False, server_default="0"),
    col("created_at", UtcDateTime, "when it was rendered", nullable=False),
    comment="Frozen editions of reports",
)
