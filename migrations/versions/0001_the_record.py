"""the record

Revision 0001, after nothing. Rules: additive first; no data rewritten that was once recorded;
up, down and up again must leave the same schema on SQLite and PostgreSQL; no import from tracker that may change later.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CLOSED = sa.text("belief_closed IS NOT NULL")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def _either(column: str, words: str) -> str:
    """One of the words. Comparisons, because SQLite would build a table from an IN list anew for every row that it checks."""
    return " OR ".join(f"{column} = '{word}'" for word in words.split(","))


def upgrade() -> None:
    op.create_table(
        "belief",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="instant of the transaction"),
        sa.Column("cause", sa.Text(), server_default="", nullable=False, comment="law, record, method or research"),
        sa.Column("actor", sa.Text(), server_default="", nullable=False, comment="who or what wrote it"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="why"),
        sa.Column("zone", sa.Text(), server_default="", nullable=False, comment="time zone of civil days"),
        sa.Column("codebook_version", sa.Text(), server_default="", nullable=False, comment="version of the codebook"),
        sa.Column("rule_version", sa.Text(), server_default="", nullable=False, comment="version of the status rules"),
        sa.Column(
            "seal",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="SHA-256 over the transaction's sorted rows and the seal before it",
        ),
        sa.CheckConstraint(_either("cause", "law,record,method,research"), name=op.f("ck_belief_cause_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_belief")),
        sa.UniqueConstraint("recorded_at", name=op.f("uq_belief_recorded_at")),
        comment="Transactions that changed what we hold",
    )
    op.create_table(
        "capture",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("method", sa.Text(), server_default="GET", nullable=False, comment="request method"),
        sa.Column("url", sa.Text(), server_default="", nullable=False, comment="address without keys"),
        sa.Column("captured_at", INSTANT, nullable=False, comment="when the response was received"),
        sa.Column("payload_digest", sa.Text(), server_default="", nullable=False, comment="sha256 of the payload"),
        sa.Column("http_status", sa.Integer(), nullable=True, comment="status code"),
        sa.Column("content_type", sa.Text(), server_default="", nullable=False, comment="as the server said"),
        sa.Column("warc_file", sa.Text(), server_default="", nullable=False, comment="archive file, relative to the archive"),
        sa.Column("warc_offset", sa.Integer(), nullable=True, comment="offset of the record"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture")),
        sa.UniqueConstraint(
            "method", "url", "captured_at", "payload_digest", name=op.f("uq_capture_method_url_captured_at_payload_digest")
        ),
        comment="Archived responses",
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.Text(), nullable=False, comment="name of the job"),
        sa.Column("due_at", INSTANT, nullable=False, comment="the tick that it answers"),
        sa.Column("started_at", INSTANT, nullable=False, comment="when it began"),
        sa.Column("finished_at", INSTANT, nullable=True, comment="when it ended; NULL: running or killed"),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False, comment="done, failed, missed or interrupted"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="what it says"),
        sa.PrimaryKeyConstraint("job", "due_at", name=op.f("pk_job_run")),
        comment="What the scheduler ran; a tick is answered once",
    )
    op.create_table(
        "jurisdiction",
        sa.Column("code", sa.Text(), nullable=False, comment="ISO 3166-1 alpha-2, ISO 3166-2 or OCD division id"),
        sa.Column("name", sa.Text(), server_default="", nullable=False, comment="name in English"),
        sa.Column(
            "level",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="international, country, subdivision, county, place or tribal",
        ),
        sa.Column(
            "kind",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="state, district, territory, country, county, place …: keeps 51 states and DC apart from 5 territories",
        ),
        sa.Column("parent", sa.Text(), nullable=True, comment="geographic parent; NULL at the top"),
        sa.CheckConstraint(
            _either("level", "international,country,subdivision,county,place,tribal"),
            name=op.f("ck_jurisdiction_level_known"),
        ),
        sa.ForeignKeyConstraint(["parent"], ["jurisdiction.code"], name=op.f("fk_jurisdiction_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_jurisdiction")),
        comment="Every jurisdiction, researched or not",
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False, comment="what is led"),
        sa.Column("holder", sa.Text(), server_default="", nullable=False, comment="who leads"),
        sa.Column("until", INSTANT, nullable=False, comment="when the lease lapses"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
        comment="One leader at a time",
    )
    op.create_table(
        "report_edition",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("name", sa.Text(), nullable=False, comment="kind and period"),
        sa.Column("period_start", sa.Date(), nullable=False, comment="first day"),
        sa.Column("period_end", sa.Date(), nullable=False, comment="first day after"),
        sa.Column("known_at", INSTANT, nullable=False, comment="the instant K whose knowledge it reports"),
        sa.Column("zone", sa.Text(), server_default="", nullable=False, comment="time zone of its days"),
        sa.Column("codebook_version", sa.Text(), server_default="", nullable=False, comment="version of the codebook"),
        sa.Column("rule_version", sa.Text(), server_default="", nullable=False, comment="version of the status rules"),
        sa.Column("program_version", sa.Text(), server_default="", nullable=False, comment="version of the program"),
        sa.Column(
            "files", sa.Text(), server_default="", nullable=False, comment="JSON object: file name to SHA-256 of its bytes"
        ),
        sa.Column("digest", sa.Text(), server_default="", nullable=False, comment="SHA-256 of the facts (JSON)"),
        sa.Column(
            "retrospective",
            sa.Boolean(),
            server_default="0",
            nullable=False,
            comment="K lies after the period because the record began later",
        ),
        sa.Column("created_at", INSTANT, nullable=False, comment="when it was rendered"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_edition")),
        sa.UniqueConstraint("name", name=op.f("uq_report_edition_name")),
        comment="Frozen editions of reports",
    )
    op.create_table(
        "substance",
        sa.Column("code", sa.Text(), nullable=False, comment="short name used everywhere"),
        sa.Column("name", sa.Text(), server_default="", nullable=False, comment="label for readers"),
        sa.Column("definition", sa.Text(), server_default="", nullable=False, comment="what products it covers"),
        sa.Column("rank", sa.Integer(), nullable=False, comment="order of display"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_substance")),
        comment="Product classes that a statute or an analyst would name",
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="where"),
        sa.Column("substance", sa.Text(), nullable=True, comment="of what"),
        sa.Column("status", sa.Text(), server_default="", nullable=False, comment="what they say"),
        sa.Column("valid_from", sa.Text(), server_default="", nullable=False, comment="since when, as written"),
        sa.Column("valid_to", sa.Text(), server_default="", nullable=False, comment="until when, as written"),
        sa.Column("instrument", sa.Text(), server_default="", nullable=False, comment="what they name as its ground"),
        sa.Column("claimant", sa.Text(), server_default="", nullable=False, comment="who says so"),
        sa.Column("evidence_url", sa.Text(), server_default="", nullable=False, comment="link"),
        sa.Column("evidence_url_2", sa.Text(), server_default="", nullable=False, comment="second link"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="remark"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="when we recorded it"),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_claim_jurisdiction")),
        sa.ForeignKeyConstraint(["substance"], ["substance.code"], name=op.f("fk_claim_substance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint(
            "jurisdiction",
            "substance",
            "claimant",
            "status",
            "note",
            name=op.f("uq_claim_jurisdiction_substance_claimant_status_note"),
        ),
        comment="What others claim, beside ours; never a status",
    )
    op.create_table(
        "instrument",
        sa.Column("key", sa.Text(), nullable=False, comment="ELI of the act, session law, rule or docket number"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="who made it"),
        sa.Column("title", sa.Text(), server_default="", nullable=False, comment="title"),
        sa.Column("kind", sa.Text(), server_default="", nullable=False, comment="act, rule, order, case, consolidated list …"),
        sa.Column("made_on", sa.Date(), nullable=True, comment="day on which it was made"),
        sa.Column("published_on", sa.Date(), nullable=True, comment="day of publication"),
        sa.Column("in_force_on", sa.Date(), nullable=True, comment="day on which it says it enters into force"),
        sa.Column(
            "consolidated", sa.Boolean(), server_default="0", nullable=False, comment="a codified list without its amending act"
        ),
        sa.Column("url", sa.Text(), server_default="", nullable=False, comment="official address, if known"),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_instrument_jurisdiction")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_instrument")),
        comment="Acts that make rules",
    )
    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="where"),
        sa.Column("session", sa.Text(), server_default="", nullable=False, comment="canonical session identifier"),
        sa.Column("identifier", sa.Text(), server_default="", nullable=False, comment="number in normal form"),
        sa.Column("title", sa.Text(), server_default="", nullable=False, comment="title or subject"),
        sa.Column("kind", sa.Text(), server_default="", nullable=False, comment="bill, resolution, rule, case"),
        sa.Column("direction_as_introduced", sa.Text(), server_default="", nullable=False, comment="what it set out to do"),
        sa.Column("effect_as_enacted", sa.Text(), server_default="", nullable=False, comment="what it did, if enacted"),
        sa.Column(
            "substances", sa.Text(), server_default="", nullable=False, comment="substances that it names, comma separated"
        ),
        sa.Column("stage", sa.Text(), server_default="", nullable=False, comment="where it stands"),
        sa.Column("stage_on", sa.Date(), nullable=True, comment="day on which it came to that stage"),
        sa.Column("effective_on", sa.Date(), nullable=True, comment="day on which it takes effect, as stated"),
        sa.Column("official_url", sa.Text(), server_default="", nullable=False, comment="official page"),
        sa.Column("source", sa.Text(), server_default="", nullable=False, comment="who told us"),
        sa.Column("first_recorded_at", INSTANT, nullable=False, comment="when we first knew of it"),
        sa.CheckConstraint(
            _either(
                "stage",
                "prefiled,introduced,in_committee,passed_first_chamber,passed_both_chambers,to_executive,enacted,vetoed,failed,withdrawn,carried_over,proposed_rule,final_rule,emergency_rule,notice_of_intent,temporary_order,rule_withdrawn,filed,tro,injunction_granted,injunction_denied,stayed,judgment,appealed,affirmed,reversed,settled,",
            ),
            name=op.f("ck_measure_stage_known"),
        ),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_measure_jurisdiction")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("jurisdiction", "session", "identifier", name=op.f("uq_measure_jurisdiction_session_identifier")),
        comment="Bills, rule makings and cases",
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="whose legislature"),
        sa.Column("identifier", sa.Text(), server_default="", nullable=False, comment="canonical identifier"),
        sa.Column("name", sa.Text(), server_default="", nullable=False, comment="name as the legislature writes it"),
        sa.Column("starts_on", sa.Date(), nullable=True, comment="first day"),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="last day"),
        sa.Column("aliases", sa.Text(), server_default="", nullable=False, comment="spellings of sources, one a line"),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_session_jurisdiction")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("jurisdiction", "identifier", name=op.f("uq_session_jurisdiction_identifier")),
        comment="Legislative sessions; part of a bill's identity",
    )
    op.create_table(
        "source",
        sa.Column("key", sa.Text(), nullable=False, comment="one word for spider, cases and commands"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="whose law it tells"),
        sa.Column("publisher", sa.Text(), server_default="", nullable=False, comment="who publishes it"),
        sa.Column("name", sa.Text(), server_default="", nullable=False, comment="name"),
        sa.Column("kind", sa.Text(), server_default="", nullable=False, comment="gazette, legislation_db, parliament_api …"),
        sa.Column("official", sa.Boolean(), nullable=False, comment="published by the state itself"),
        sa.Column("url", sa.Text(), server_default="", nullable=False, comment="address"),
        sa.Column("languages", sa.Text(), server_default="", nullable=False, comment="comma separated"),
        sa.Column("licence", sa.Text(), server_default="", nullable=False, comment="terms of reuse"),
        sa.Column(
            "cadence_hours",
            sa.Integer(),
            nullable=True,
            comment="how often it is asked; NULL: it is catalogued, no spider asks it",
        ),
        sa.Column("crawled", sa.Boolean(), server_default="0", nullable=False, comment="a spider of this program asks it"),
        sa.Column("verified_live_on", sa.Date(), nullable=True, comment="last day on which a person saw it work live"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="remark"),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_source_jurisdiction")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_source")),
        comment="Official sources and aggregators: those that are crawled and those that are only catalogued",
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("belief", sa.Integer(), nullable=True, comment="belief transaction; NULL for changes of measures and sources"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="when it was recorded"),
        sa.Column(
            "cause", sa.Text(), server_default="", nullable=False, comment="cause of the belief; empty for measures and sources"
        ),
        sa.Column("jurisdiction", sa.Text(), nullable=True, comment="where"),
        sa.Column("substance", sa.Text(), nullable=True, comment="of what; NULL for measures and sources"),
        sa.Column("measure", sa.Integer(), nullable=True, comment="measure that moved"),
        sa.Column("source", sa.Text(), nullable=True, comment="source that was lost or restored"),
        sa.Column("closes", sa.Text(), server_default="", nullable=False, comment="status rows that it closes, comma separated"),
        sa.Column("opens", sa.Text(), server_default="", nullable=False, comment="status rows that it opens, comma separated"),
        sa.Column("digest", sa.Text(), server_default="", nullable=False, comment="SHA-256 of the change and its boundaries"),
        sa.CheckConstraint(_either("cause", "law,record,method,research,"), name=op.f("ck_change_cause_known")),
        sa.ForeignKeyConstraint(["belief"], ["belief.id"], name=op.f("fk_change_belief"), initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_change_jurisdiction")),
        sa.ForeignKeyConstraint(["measure"], ["measure.id"], name=op.f("fk_change_measure")),
        sa.ForeignKeyConstraint(["source"], ["source.key"], name=op.f("fk_change_source")),
        sa.ForeignKeyConstraint(["substance"], ["substance.code"], name=op.f("fk_change_substance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint("belief", "jurisdiction", "substance", name=op.f("uq_change_belief_jurisdiction_substance")),
        comment="Stored changes: one a belief transaction, jurisdiction and substance; one a step of a measure or source",
    )
    op.create_index(op.f("ix_change_belief"), "change", ["belief"], unique=False)
    op.create_index("ix_change_recorded_at", "change", ["recorded_at"], unique=False)
    op.create_table(
        "crawl_run",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("source", sa.Text(), nullable=False, comment="what was asked"),
        sa.Column("mode", sa.Text(), server_default="", nullable=False, comment="live or replay"),
        sa.Column(
            "input",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="digest of what was read: replayed archives, or those a live run wrote",
        ),
        sa.Column("started_at", INSTANT, nullable=False, comment="when it began"),
        sa.Column("finished_at", INSTANT, nullable=True, comment="when it ended"),
        sa.Column("verdict", sa.Text(), server_default="", nullable=False, comment="healthy, held, failed or no_network"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False, comment="why, where it is not healthy"),
        sa.Column("seen", sa.Integer(), server_default="0", nullable=False, comment="answers that were ok or not modified"),
        sa.Column("outcomes", sa.Text(), server_default="", nullable=False, comment="JSON object: outcome to number of fetches"),
        sa.Column("accepted_by", sa.Text(), server_default="", nullable=False, comment="person who accepted a held run"),
        sa.Column("accepted_at", INSTANT, nullable=True, comment="when it was accepted"),
        sa.Column("seal", sa.Text(), server_default="", nullable=False, comment="SHA-256 over the run's sorted rows"),
        sa.ForeignKeyConstraint(["source"], ["source.key"], name=op.f("fk_crawl_run_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl_run")),
        comment="Runs of the crawler and replays, each with a verdict",
    )
    op.create_index(op.f("ix_crawl_run_source"), "crawl_run", ["source"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("source", sa.Text(), nullable=False, comment="who tells"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="whose document"),
        sa.Column("identifier", sa.Text(), server_default="", nullable=False, comment="identifier within the source"),
        sa.Column("language", sa.Text(), server_default="", nullable=False, comment="BCP 47 tag"),
        sa.Column("kind", sa.Text(), server_default="", nullable=False, comment="what sort of paper"),
        sa.Column("title", sa.Text(), server_default="", nullable=False, comment="title"),
        sa.Column("official_url", sa.Text(), server_default="", nullable=False, comment="official address"),
        sa.CheckConstraint(
            _either(
                "kind",
                "bill,enrolled_act,act,statute,codified_list,amending_decree,proposed_rule,final_rule,emergency_rule,notice,order,court_decision,gazette_item,status_page,other",
            ),
            name=op.f("ck_document_kind_known"),
        ),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_document_jurisdiction")),
        sa.ForeignKeyConstraint(["source"], ["source.key"], name=op.f("fk_document_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("source", "identifier", "language", "kind", name=op.f("uq_document_source_identifier_language_kind")),
        comment="Official documents",
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="where"),
        sa.Column("measure", sa.Integer(), nullable=True, comment="measure that it belongs to"),
        sa.Column(
            "kind",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="hearing, comment_deadline, signature_deadline, session_start, session_end",
        ),
        sa.Column("happens_on", sa.Date(), nullable=False, comment="civil day"),
        sa.Column("title", sa.Text(), server_default="", nullable=False, comment="what happens"),
        sa.Column("url", sa.Text(), server_default="", nullable=False, comment="official page"),
        sa.Column("source", sa.Text(), server_default="", nullable=False, comment="who told us"),
        sa.Column("capture", sa.Integer(), nullable=True, comment="archived response that says so"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="when we recorded it"),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_event_capture")),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_event_jurisdiction")),
        sa.ForeignKeyConstraint(["measure"], ["measure.id"], name=op.f("fk_event_measure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint(
            "jurisdiction", "kind", "happens_on", "title", name=op.f("uq_event_jurisdiction_kind_happens_on_title")
        ),
        comment="Dated announcements for the calendar",
    )
    op.create_table(
        "instrument_alias",
        sa.Column("instrument", sa.Text(), nullable=False, comment="the instrument"),
        sa.Column("alias", sa.Text(), nullable=False, comment="another name: code citation, bill number, chapter"),
        sa.ForeignKeyConstraint(["instrument"], ["instrument.key"], name=op.f("fk_instrument_alias_instrument")),
        sa.PrimaryKeyConstraint("instrument", "alias", name=op.f("pk_instrument_alias")),
        comment="Other names of an instrument",
    )
    op.create_table(
        "measure_action",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("measure", sa.Integer(), nullable=False, comment="the measure"),
        sa.Column("acted_on", sa.Date(), nullable=True, comment="first possible day of the action"),
        sa.Column("acted_on_latest", sa.Date(), nullable=True, comment="last possible day of the action"),
        sa.Column(
            "stage",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="stage that it reached; empty where the source's words are not in a code table",
        ),
        sa.Column("action", sa.Text(), server_default="", nullable=False, comment="words of the source"),
        sa.Column("source", sa.Text(), server_default="", nullable=False, comment="who told us"),
        sa.Column("capture", sa.Integer(), nullable=True, comment="archived response that says so"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="when we recorded it"),
        sa.CheckConstraint(
            _either(
                "stage",
                "prefiled,introduced,in_committee,passed_first_chamber,passed_both_chambers,to_executive,enacted,vetoed,failed,withdrawn,carried_over,proposed_rule,final_rule,emergency_rule,notice_of_intent,temporary_order,rule_withdrawn,filed,tro,injunction_granted,injunction_denied,stayed,judgment,appealed,affirmed,reversed,settled,",
            ),
            name=op.f("ck_measure_action_stage_known"),
        ),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_measure_action_capture")),
        sa.ForeignKeyConstraint(["measure"], ["measure.id"], name=op.f("fk_measure_action_measure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_action")),
        comment="Steps of a measure, never edited",
    )
    op.create_index(op.f("ix_measure_action_measure"), "measure_action", ["measure"], unique=False)
    op.create_table(
        "provision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="jurisdiction whose law it is"),
        sa.Column("substance", sa.Text(), nullable=False, comment="substance that it is about"),
        sa.Column("conduct", sa.Text(), server_default="", nullable=False, comment="what is done"),
        sa.Column("instrument", sa.Text(), nullable=False, comment="act that makes the rule"),
        sa.Column("pinpoint", sa.Text(), server_default="", nullable=False, comment="where in the act or code"),
        sa.CheckConstraint(
            _either("conduct", "possess,use,purchase,sell,give,manufacture,cultivate,import,export,transport,advertise"),
            name=op.f("ck_provision_conduct_known"),
        ),
        sa.ForeignKeyConstraint(["instrument"], ["instrument.key"], name=op.f("fk_provision_instrument")),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_provision_jurisdiction")),
        sa.ForeignKeyConstraint(["substance"], ["substance.code"], name=op.f("fk_provision_substance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provision")),
        sa.UniqueConstraint(
            "jurisdiction",
            "substance",
            "conduct",
            "instrument",
            "pinpoint",
            name=op.f("uq_provision_jurisdiction_substance_conduct_instrument_pinpoint"),
        ),
        comment="Identity of a coded rule; its dated versions are in provision_version",
    )
    op.create_table(
        "status_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="jurisdiction whose law it is"),
        sa.Column("substance", sa.Text(), nullable=False, comment="substance that it is about"),
        sa.Column("status", sa.Text(), server_default="", nullable=False, comment="the headline"),
        sa.Column("schedule", sa.Text(), server_default="", nullable=False, comment="schedule or list"),
        sa.Column("min_age", sa.Integer(), nullable=True, comment="minimum age"),
        sa.Column("threshold", sa.Text(), server_default="", nullable=False, comment="limits, in words"),
        sa.Column("components", sa.Text(), server_default="", nullable=False, comment="comma separated"),
        sa.Column(
            "badges", sa.Text(), server_default="", nullable=False, comment="other conducts and their effects, comma separated"
        ),
        sa.Column("carve_outs", sa.Text(), server_default="", nullable=False, comment="exceptions in part, one a line"),
        sa.Column(
            "food_law_position", sa.Text(), server_default="", nullable=False, comment="position of general food and medicine law"
        ),
        sa.Column(
            "contested",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="why a plain answer would mislead; empty: it does not",
        ),
        sa.Column(
            "binding_status",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="headline that binds subordinate units; empty: none",
        ),
        sa.Column(
            "valid_from", sa.Date(), nullable=True, comment="first possible day on which it holds; NULL: as far back as known"
        ),
        sa.Column(
            "valid_from_latest",
            sa.Date(),
            nullable=True,
            comment="last possible first day; equals valid_from where the day is known",
        ),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="first day on which it no longer holds; NULL: in force"),
        sa.Column("valid_to_latest", sa.Date(), nullable=True, comment="last possible day of valid_to"),
        sa.Column("date_basis", sa.Text(), server_default="", nullable=False, comment="what the dates are"),
        sa.Column("opened_by", sa.Text(), server_default="", nullable=False, comment="what makes the first day a boundary"),
        sa.Column(
            "comes_at",
            INSTANT,
            nullable=True,
            comment="instant at which the boundary counts as come: midnight of its last possible day",
        ),
        sa.Column("authority", sa.Text(), server_default="", nullable=False, comment="who made the rule"),
        sa.Column("instrument", sa.Text(), nullable=True, comment="instrument of the deciding statement"),
        sa.Column("citation", sa.Text(), server_default="", nullable=False, comment="citation"),
        sa.Column("evidence_url", sa.Text(), server_default="", nullable=False, comment="best link to the evidence"),
        sa.Column(
            "confidence",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="derived: high only with captured or quoted official text",
        ),
        sa.Column(
            "verified",
            sa.Boolean(),
            server_default="0",
            nullable=False,
            comment="rests on reviewed coded provisions, not on research",
        ),
        sa.Column("rule_version", sa.Text(), server_default="", nullable=False, comment="version of the status rules"),
        sa.Column("recorded_from", INSTANT, nullable=False, comment="instant since which we hold it"),
        sa.Column("recorded_to", INSTANT, nullable=True, comment="instant at which we ceased to hold it; NULL: we hold it now"),
        sa.Column("belief", sa.Integer(), nullable=False, comment="belief transaction that recorded it"),
        sa.Column("belief_closed", sa.Integer(), nullable=True, comment="belief transaction that closed it"),
        sa.Column(
            "digest",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="SHA-256 of what the row says, with its key and periods, and of what hangs on it",
        ),
        sa.CheckConstraint(
            _either(
                "binding_status", "banned,sale_prohibited,prescription_only,regulated,age_restricted,no_specific_law,unknown,"
            ),
            name=op.f("ck_status_version_binding_status_known"),
        ),
        sa.CheckConstraint("(recorded_to IS NULL) = (belief_closed IS NULL)", name=op.f("ck_status_version_closed_by_a_belief")),
        sa.CheckConstraint(_either("confidence", "high,medium,low"), name=op.f("ck_status_version_confidence_known")),
        sa.CheckConstraint(
            _either("date_basis", "in_force,applicable,adopted,published,enforcement_seen,computed,inferred"),
            name=op.f("ck_status_version_date_basis_known"),
        ),
        sa.CheckConstraint(
            _either("food_law_position", "not_addressed,agency_says_unlawful,actively_enforced,court_confirmed,authorised"),
            name=op.f("ck_status_version_food_law_position_known"),
        ),
        sa.CheckConstraint(
            _either("opened_by", "origin,law,stay,stay_lifted,own_end,check"),
            name=op.f("ck_status_version_opened_by_known"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to", name=op.f("ck_status_version_period_runs_forward")
        ),
        sa.CheckConstraint(
            "recorded_to IS NULL OR recorded_from < recorded_to", name=op.f("ck_status_version_recorded_runs_forward")
        ),
        sa.CheckConstraint(
            _either("status", "banned,sale_prohibited,prescription_only,regulated,age_restricted,no_specific_law,unknown"),
            name=op.f("ck_status_version_status_known"),
        ),
        sa.CheckConstraint(
            "(valid_from IS NULL) = (valid_from_latest IS NULL) AND (valid_from IS NULL OR valid_from <= valid_from_latest)",
            name=op.f("ck_status_version_valid_from_before_latest"),
        ),
        sa.CheckConstraint(
            "(valid_to IS NULL) = (valid_to_latest IS NULL) AND (valid_to IS NULL OR valid_to <= valid_to_latest)",
            name=op.f("ck_status_version_valid_to_before_latest"),
        ),
        sa.ForeignKeyConstraint(
            ["belief"], ["belief.id"], name=op.f("fk_status_version_belief"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["belief_closed"], ["belief.id"], name=op.f("fk_status_version_belief_closed"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["instrument"], ["instrument.key"], name=op.f("fk_status_version_instrument")),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_status_version_jurisdiction")),
        sa.ForeignKeyConstraint(["substance"], ["substance.code"], name=op.f("fk_status_version_substance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_version")),
        comment="Every version of every status row ever held, in both clocks",
    )
    op.create_index("ix_status_version_belief", "status_version", ["belief"], unique=False)
    op.create_index("ix_status_version_comes_at", "status_version", ["comes_at"], unique=False)
    op.create_index("ix_status_version_key", "status_version", ["jurisdiction", "substance", "recorded_from"], unique=False)
    op.create_table(
        "change_boundary",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("change", sa.Integer(), nullable=False, comment="the change"),
        sa.Column("kind", sa.Text(), server_default="", nullable=False, comment="kind of change"),
        sa.Column("significance", sa.Text(), server_default="", nullable=False, comment="status, terms, basis or none"),
        sa.Column("day", sa.Date(), nullable=True, comment="day on which the differing period begins; NULL: the open past"),
        sa.Column("day_latest", sa.Date(), nullable=True, comment="last possible day"),
        sa.Column("before", sa.Text(), server_default="", nullable=False, comment="headline, stage or state before"),
        sa.Column("after", sa.Text(), server_default="", nullable=False, comment="headline, stage or state after"),
        sa.Column("status_version", sa.Integer(), nullable=True, comment="row of the new record that covers the day"),
        sa.Column("before_terms", sa.Text(), server_default="", nullable=False, comment="conditions before, in words"),
        sa.Column("after_terms", sa.Text(), server_default="", nullable=False, comment="conditions after, in words"),
        sa.Column("found_late", sa.Integer(), nullable=True, comment="days between the day and our record"),
        sa.CheckConstraint(
            _either(
                "kind",
                "enacted_for_later,took_effect,expired,retroactive,stayed,stay_lifted,corrected,method_changed,first_recorded,confirmed,check_due,measure_introduced,measure_advanced,measure_enacted,measure_failed,rule_proposed,rule_finalised,rule_withdrawn,case_advanced,local_action,document_amended,source_lost,source_restored",
            ),
            name=op.f("ck_change_boundary_kind_known"),
        ),
        sa.CheckConstraint(
            _either("significance", "status,terms,basis,none"), name=op.f("ck_change_boundary_significance_known")
        ),
        sa.ForeignKeyConstraint(["change"], ["change.id"], name=op.f("fk_change_boundary_change")),
        sa.ForeignKeyConstraint(["status_version"], ["status_version.id"], name=op.f("fk_change_boundary_status_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_boundary")),
        comment="Where the old and the new record of a key differ",
    )
    op.create_index(op.f("ix_change_boundary_change"), "change_boundary", ["change"], unique=False)
    op.create_table(
        "document_version",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("document", sa.Integer(), nullable=False, comment="the document"),
        sa.Column("capture", sa.Integer(), nullable=False, comment="first capture that showed it"),
        sa.Column("captured_at", INSTANT, nullable=False, comment="when that was captured; orders the versions"),
        sa.Column("content_digest", sa.Text(), server_default="", nullable=False, comment="sha256 of what the parser read"),
        sa.Column("body", sa.Text(), server_default="", nullable=False, comment="normalised plain text"),
        sa.Column("stage", sa.Text(), server_default="", nullable=False, comment="stage, from the source's own code table"),
        sa.Column("dates", sa.Text(), server_default="", nullable=False, comment="JSON object of the document's dates"),
        sa.Column(
            "item", sa.Text(), server_default="", nullable=False, comment="JSON of the whole item as parsed, without its text"
        ),
        sa.CheckConstraint(
            _either(
                "stage",
                "prefiled,introduced,in_committee,passed_first_chamber,passed_both_chambers,to_executive,enacted,vetoed,failed,withdrawn,carried_over,proposed_rule,final_rule,emergency_rule,notice_of_intent,temporary_order,rule_withdrawn,filed,tro,injunction_granted,injunction_denied,stayed,judgment,appealed,affirmed,reversed,settled,",
            ),
            name=op.f("ck_document_version_stage_known"),
        ),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_document_version_capture")),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_document_version_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_version")),
        sa.UniqueConstraint("document", "content_digest", name=op.f("uq_document_version_document_content_digest")),
        comment="What a document said, version by version",
    )
    op.create_index(op.f("ix_document_version_document"), "document_version", ["document"], unique=False)
    op.create_table(
        "fetch",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("run", sa.Integer(), nullable=False, comment="the run"),
        sa.Column("method", sa.Text(), server_default="", nullable=False, comment="request method"),
        sa.Column("url", sa.Text(), server_default="", nullable=False, comment="address without keys"),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False, comment="how it ended"),
        sa.Column("http_status", sa.Integer(), nullable=True, comment="status code, where there was an answer"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False, comment="why, where it is not ok"),
        sa.Column("requested_at", INSTANT, nullable=False, comment="when it was asked; of a replay: the capture date"),
        sa.Column("capture", sa.Integer(), nullable=True, comment="archived response"),
        sa.CheckConstraint(
            _either(
                "outcome",
                "ok,not_modified,empty,blocked,soft_error,gone,layout_changed,failed,skipped_no_key,robots_denied,not_in_archive,no_network",
            ),
            name=op.f("ck_fetch_outcome_known"),
        ),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_fetch_capture")),
        sa.ForeignKeyConstraint(["run"], ["crawl_run.id"], name=op.f("fk_fetch_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch")),
        comment="Every exchange of every run, with its typed outcome",
    )
    op.create_index(op.f("ix_fetch_run"), "fetch", ["run"], unique=False)
    op.create_table(
        "fetch_memory",
        sa.Column("key", sa.Text(), nullable=False, comment="method and address, with body digest for POST"),
        sa.Column("source", sa.Text(), nullable=False, comment="whose address"),
        sa.Column(
            "entry",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="JSON: ETag, Last-Modified, payload digest, parser version, term digest, capture",
        ),
        sa.Column("run", sa.Integer(), nullable=False, comment="accepted run that committed it"),
        sa.ForeignKeyConstraint(["run"], ["crawl_run.id"], name=op.f("fk_fetch_memory_run")),
        sa.ForeignKeyConstraint(["source"], ["source.key"], name=op.f("fk_fetch_memory_source")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_fetch_memory")),
        comment="What we last saw of an address, for conditional requests",
    )
    op.create_table(
        "status_input",
        sa.Column("status_version", sa.Integer(), nullable=False, comment="status row"),
        sa.Column("kind", sa.Text(), nullable=False, comment="provision, assertion, finding or position"),
        sa.Column(
            "ref", sa.Integer(), autoincrement=False, nullable=False, comment="row of that kind (provision: provision_version)"
        ),
        sa.CheckConstraint(_either("kind", "provision,assertion,finding,position"), name=op.f("ck_status_input_kind_known")),
        sa.ForeignKeyConstraint(["status_version"], ["status_version.id"], name=op.f("fk_status_input_status_version")),
        sa.PrimaryKeyConstraint("status_version", "kind", "ref", name=op.f("pk_status_input")),
        comment="Statements from which a status row follows",
    )
    op.create_table(
        "assertion",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="jurisdiction whose law it is"),
        sa.Column("substance", sa.Text(), nullable=False, comment="substance that it is about"),
        sa.Column("status", sa.Text(), server_default="", nullable=False, comment="headline that it asserts"),
        sa.Column("schedule", sa.Text(), server_default="", nullable=False, comment="schedule or list"),
        sa.Column("min_age", sa.Integer(), nullable=True, comment="minimum age"),
        sa.Column("threshold", sa.Text(), server_default="", nullable=False, comment="threshold in words"),
        sa.Column("components", sa.Text(), server_default="", nullable=False, comment="comma separated"),
        sa.Column("contested", sa.Text(), server_default="", nullable=False, comment="why a plain answer would mislead"),
        sa.Column("instrument", sa.Text(), nullable=True, comment="act that it rests on"),
        sa.Column(
            "valid_from", sa.Date(), nullable=True, comment="first possible day on which it holds; NULL: as far back as known"
        ),
        sa.Column(
            "valid_from_latest",
            sa.Date(),
            nullable=True,
            comment="last possible first day; equals valid_from where the day is known",
        ),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="first day on which it no longer holds; NULL: in force"),
        sa.Column("valid_to_latest", sa.Date(), nullable=True, comment="last possible day of valid_to"),
        sa.Column("date_basis", sa.Text(), server_default="in_force", nullable=False, comment="what the dates are"),
        sa.Column("citation", sa.Text(), server_default="", nullable=False, comment="citation as a lawyer would write it"),
        sa.Column(
            "authority", sa.Text(), server_default="", nullable=False, comment="who made the rule: legislature, agency, court"
        ),
        sa.Column("evidence_url", sa.Text(), server_default="", nullable=False, comment="first link to the evidence"),
        sa.Column(
            "link_type",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="official, legal_database, press, advocacy, tracker or vendor, of the first link",
        ),
        sa.Column("evidence_url_2", sa.Text(), server_default="", nullable=False, comment="second link to the evidence"),
        sa.Column("link_type_2", sa.Text(), server_default="", nullable=False, comment="the same of the second link"),
        sa.Column("quote", sa.Text(), server_default="", nullable=False, comment="at most 40 words, verbatim from the document"),
        sa.Column("quote_start", sa.Integer(), nullable=True, comment="offset of the quote in the text of its document version"),
        sa.Column("capture", sa.Integer(), nullable=True, comment="archived response in which the quote stands"),
        sa.Column("document_version", sa.Integer(), nullable=True, comment="document version in which the quote stands"),
        sa.Column(
            "coder",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="who coded it: a person's name, or the coder and its version",
        ),
        sa.Column("reviewer", sa.Text(), server_default="", nullable=False, comment="who confirmed it; empty: nobody yet"),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="where the statement comes from: baseline, review, code",
        ),
        sa.Column("made_on", sa.Date(), nullable=True, comment="day on which the acting instrument or ruling was made"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="a remark for readers"),
        sa.Column("recorded_from", INSTANT, nullable=False, comment="instant since which we hold it"),
        sa.Column("recorded_to", INSTANT, nullable=True, comment="instant at which we ceased to hold it; NULL: we hold it now"),
        sa.Column("belief", sa.Integer(), nullable=False, comment="belief transaction that recorded it"),
        sa.Column("belief_closed", sa.Integer(), nullable=True, comment="belief transaction that closed it"),
        sa.Column(
            "digest",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="SHA-256 of what the row says, with its key and periods, and of what hangs on it",
        ),
        sa.CheckConstraint("status NOT IN ('no_specific_law', 'unknown')", name=op.f("ck_assertion_asserts_a_rule")),
        sa.CheckConstraint("(recorded_to IS NULL) = (belief_closed IS NULL)", name=op.f("ck_assertion_closed_by_a_belief")),
        sa.CheckConstraint(
            _either("date_basis", "in_force,applicable,adopted,published,enforcement_seen,computed,inferred"),
            name=op.f("ck_assertion_date_basis_known"),
        ),
        sa.CheckConstraint(
            _either("link_type_2", "official,legal_database,press,advocacy,tracker,vendor,"),
            name=op.f("ck_assertion_link_type_2_known"),
        ),
        sa.CheckConstraint(
            _either("link_type", "official,legal_database,press,advocacy,tracker,vendor,"),
            name=op.f("ck_assertion_link_type_known"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to", name=op.f("ck_assertion_period_runs_forward")
        ),
        sa.CheckConstraint("recorded_to IS NULL OR recorded_from < recorded_to", name=op.f("ck_assertion_recorded_runs_forward")),
        sa.CheckConstraint(
            _either("status", "banned,sale_prohibited,prescription_only,regulated,age_restricted,no_specific_law,unknown"),
            name=op.f("ck_assertion_status_known"),
        ),
        sa.CheckConstraint(
            "(valid_from IS NULL) = (valid_from_latest IS NULL) AND (valid_from IS NULL OR valid_from <= valid_from_latest)",
            name=op.f("ck_assertion_valid_from_before_latest"),
        ),
        sa.CheckConstraint(
            "(valid_to IS NULL) = (valid_to_latest IS NULL) AND (valid_to IS NULL OR valid_to <= valid_to_latest)",
            name=op.f("ck_assertion_valid_to_before_latest"),
        ),
        sa.ForeignKeyConstraint(
            ["belief"], ["belief.id"], name=op.f("fk_assertion_belief"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["belief_closed"], ["belief.id"], name=op.f("fk_assertion_belief_closed"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_assertion_capture")),
        sa.ForeignKeyConstraint(["document_version"], ["document_version.id"], name=op.f("fk_assertion_document_version")),
        sa.ForeignKeyConstraint(["instrument"], ["instrument.key"], name=op.f("fk_assertion_instrument")),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_assertion_jurisdiction")),
        sa.ForeignKeyConstraint(["substance"], ["substance.code"], name=op.f("fk_assertion_substance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assertion")),
        comment="Summary codings without conducts: researched, not verified",
    )
    op.create_index("ix_assertion_key", "assertion", ["jurisdiction", "substance"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="jurisdiction whose law it is"),
        sa.Column("substance", sa.Text(), nullable=False, comment="substance that it is about"),
        sa.Column("looked_in", sa.Text(), server_default="", nullable=False, comment="where it was looked for"),
        sa.Column("terms", sa.Text(), server_default="", nullable=False, comment="with which terms"),
        sa.Column("looked_on", sa.Date(), nullable=True, comment="when it was looked for"),
        sa.Column("contested", sa.Text(), server_default="", nullable=False, comment="why a plain answer would mislead"),
        sa.Column(
            "valid_from", sa.Date(), nullable=True, comment="first possible day on which it holds; NULL: as far back as known"
        ),
        sa.Column(
            "valid_from_latest",
            sa.Date(),
            nullable=True,
            comment="last possible first day; equals valid_from where the day is known",
        ),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="first day on which it no longer holds; NULL: in force"),
        sa.Column("valid_to_latest", sa.Date(), nullable=True, comment="last possible day of valid_to"),
        sa.Column("citation", sa.Text(), server_default="", nullable=False, comment="citation as a lawyer would write it"),
        sa.Column(
            "authority", sa.Text(), server_default="", nullable=False, comment="who made the rule: legislature, agency, court"
        ),
        sa.Column("evidence_url", sa.Text(), server_default="", nullable=False, comment="first link to the evidence"),
        sa.Column(
            "link_type",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="official, legal_database, press, advocacy, tracker or vendor, of the first link",
        ),
        sa.Column("evidence_url_2", sa.Text(), server_default="", nullable=False, comment="second link to the evidence"),
        sa.Column("link_type_2", sa.Text(), server_default="", nullable=False, comment="the same of the second link"),
        sa.Column("quote", sa.Text(), server_default="", nullable=False, comment="at most 40 words, verbatim from the document"),
        sa.Column("quote_start", sa.Integer(), nullable=True, comment="offset of the quote in the text of its document version"),
        sa.Column("capture", sa.Integer(), nullable=True, comment="archived response in which the quote stands"),
        sa.Column("document_version", sa.Integer(), nullable=True, comment="document version in which the quote stands"),
        sa.Column(
            "coder",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="who coded it: a person's name, or the coder and its version",
        ),
        sa.Column("reviewer", sa.Text(), server_default="", nullable=False, comment="who confirmed it; empty: nobody yet"),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="where the statement comes from: baseline, review, code",
        ),
        sa.Column("made_on", sa.Date(), nullable=True, comment="day on which the acting instrument or ruling was made"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="a remark for readers"),
        sa.Column("recorded_from", INSTANT, nullable=False, comment="instant since which we hold it"),
        sa.Column("recorded_to", INSTANT, nullable=True, comment="instant at which we ceased to hold it; NULL: we hold it now"),
        sa.Column("belief", sa.Integer(), nullable=False, comment="belief transaction that recorded it"),
        sa.Column("belief_closed", sa.Integer(), nullable=True, comment="belief transaction that closed it"),
        sa.Column(
            "digest",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="SHA-256 of what the row says, with its key and periods, and of what hangs on it",
        ),
        sa.CheckConstraint("(recorded_to IS NULL) = (belief_closed IS NULL)", name=op.f("ck_finding_closed_by_a_belief")),
        sa.CheckConstraint(
            _either("link_type_2", "official,legal_database,press,advocacy,tracker,vendor,"),
            name=op.f("ck_finding_link_type_2_known"),
        ),
        sa.CheckConstraint(
            _either("link_type", "official,legal_database,press,advocacy,tracker,vendor,"),
            name=op.f("ck_finding_link_type_known"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to", name=op.f("ck_finding_period_runs_forward")
        ),
        sa.CheckConstraint("recorded_to IS NULL OR recorded_from < recorded_to", name=op.f("ck_finding_recorded_runs_forward")),
        sa.CheckConstraint(
            "(valid_from IS NULL) = (valid_from_latest IS NULL) AND (valid_from IS NULL OR valid_from <= valid_from_latest)",
            name=op.f("ck_finding_valid_from_before_latest"),
        ),
        sa.CheckConstraint(
            "(valid_to IS NULL) = (valid_to_latest IS NULL) AND (valid_to IS NULL OR valid_to <= valid_to_latest)",
            name=op.f("ck_finding_valid_to_before_latest"),
        ),
        sa.ForeignKeyConstraint(["belief"], ["belief.id"], name=op.f("fk_finding_belief"), initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(
            ["belief_closed"], ["belief.id"], name=op.f("fk_finding_belief_closed"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_finding_capture")),
        sa.ForeignKeyConstraint(["document_version"], ["document_version.id"], name=op.f("fk_finding_document_version")),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_finding_jurisdiction")),
        sa.ForeignKeyConstraint(["substance"], ["substance.code"], name=op.f("fk_finding_substance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        comment="Nothing was found where it was looked for",
    )
    op.create_index("ix_finding_key", "finding", ["jurisdiction", "substance"], unique=False)
    op.create_table(
        "observation",
        sa.Column("run", sa.Integer(), nullable=False, comment="the run"),
        sa.Column("document_version", sa.Integer(), nullable=False, comment="what was seen"),
        sa.Column("capture", sa.Integer(), nullable=False, comment="in which response"),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_observation_capture")),
        sa.ForeignKeyConstraint(["document_version"], ["document_version.id"], name=op.f("fk_observation_document_version")),
        sa.ForeignKeyConstraint(["run"], ["crawl_run.id"], name=op.f("fk_observation_run")),
        sa.PrimaryKeyConstraint("run", "document_version", "capture", name=op.f("pk_observation")),
        comment="Which run saw which document version in which response",
    )
    op.create_table(
        "position",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("jurisdiction", sa.Text(), nullable=False, comment="jurisdiction whose law it is"),
        sa.Column("substance", sa.Text(), nullable=False, comment="substance that it is about"),
        sa.Column(
            "value", sa.Text(), server_default="", nullable=False, comment="position of general food, supplement or medicine law"
        ),
        sa.Column(
            "valid_from", sa.Date(), nullable=True, comment="first possible day on which it holds; NULL: as far back as known"
        ),
        sa.Column(
            "valid_from_latest",
            sa.Date(),
            nullable=True,
            comment="last possible first day; equals valid_from where the day is known",
        ),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="first day on which it no longer holds; NULL: in force"),
        sa.Column("valid_to_latest", sa.Date(), nullable=True, comment="last possible day of valid_to"),
        sa.Column("citation", sa.Text(), server_default="", nullable=False, comment="citation as a lawyer would write it"),
        sa.Column(
            "authority", sa.Text(), server_default="", nullable=False, comment="who made the rule: legislature, agency, court"
        ),
        sa.Column("evidence_url", sa.Text(), server_default="", nullable=False, comment="first link to the evidence"),
        sa.Column(
            "link_type",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="official, legal_database, press, advocacy, tracker or vendor, of the first link",
        ),
        sa.Column("evidence_url_2", sa.Text(), server_default="", nullable=False, comment="second link to the evidence"),
        sa.Column("link_type_2", sa.Text(), server_default="", nullable=False, comment="the same of the second link"),
        sa.Column("quote", sa.Text(), server_default="", nullable=False, comment="at most 40 words, verbatim from the document"),
        sa.Column("quote_start", sa.Integer(), nullable=True, comment="offset of the quote in the text of its document version"),
        sa.Column("capture", sa.Integer(), nullable=True, comment="archived response in which the quote stands"),
        sa.Column("document_version", sa.Integer(), nullable=True, comment="document version in which the quote stands"),
        sa.Column(
            "coder",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="who coded it: a person's name, or the coder and its version",
        ),
        sa.Column("reviewer", sa.Text(), server_default="", nullable=False, comment="who confirmed it; empty: nobody yet"),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="where the statement comes from: baseline, review, code",
        ),
        sa.Column("made_on", sa.Date(), nullable=True, comment="day on which the acting instrument or ruling was made"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="a remark for readers"),
        sa.Column("recorded_from", INSTANT, nullable=False, comment="instant since which we hold it"),
        sa.Column("recorded_to", INSTANT, nullable=True, comment="instant at which we ceased to hold it; NULL: we hold it now"),
        sa.Column("belief", sa.Integer(), nullable=False, comment="belief transaction that recorded it"),
        sa.Column("belief_closed", sa.Integer(), nullable=True, comment="belief transaction that closed it"),
        sa.Column(
            "digest",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="SHA-256 of what the row says, with its key and periods, and of what hangs on it",
        ),
        sa.CheckConstraint("(recorded_to IS NULL) = (belief_closed IS NULL)", name=op.f("ck_position_closed_by_a_belief")),
        sa.CheckConstraint(
            _either("link_type_2", "official,legal_database,press,advocacy,tracker,vendor,"),
            name=op.f("ck_position_link_type_2_known"),
        ),
        sa.CheckConstraint(
            _either("link_type", "official,legal_database,press,advocacy,tracker,vendor,"),
            name=op.f("ck_position_link_type_known"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to", name=op.f("ck_position_period_runs_forward")
        ),
        sa.CheckConstraint("recorded_to IS NULL OR recorded_from < recorded_to", name=op.f("ck_position_recorded_runs_forward")),
        sa.CheckConstraint(
            "(valid_from IS NULL) = (valid_from_latest IS NULL) AND (valid_from IS NULL OR valid_from <= valid_from_latest)",
            name=op.f("ck_position_valid_from_before_latest"),
        ),
        sa.CheckConstraint(
            "(valid_to IS NULL) = (valid_to_latest IS NULL) AND (valid_to IS NULL OR valid_to <= valid_to_latest)",
            name=op.f("ck_position_valid_to_before_latest"),
        ),
        sa.CheckConstraint(
            _either("value", "not_addressed,agency_says_unlawful,actively_enforced,court_confirmed,authorised"),
            name=op.f("ck_position_value_known"),
        ),
        sa.ForeignKeyConstraint(
            ["belief"], ["belief.id"], name=op.f("fk_position_belief"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["belief_closed"], ["belief.id"], name=op.f("fk_position_belief_closed"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_position_capture")),
        sa.ForeignKeyConstraint(["document_version"], ["document_version.id"], name=op.f("fk_position_document_version")),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_position_jurisdiction")),
        sa.ForeignKeyConstraint(["substance"], ["substance.code"], name=op.f("fk_position_substance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        comment="Positions of general food and medicine law, beside the status",
    )
    op.create_index("ix_position_key", "position", ["jurisdiction", "substance"], unique=False)
    op.create_table(
        "provision_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("provision", sa.Integer(), nullable=False, comment="the rule"),
        sa.Column(
            "effect",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="prohibited, prescription, conditional, permitted or excluded",
        ),
        sa.Column("basis", sa.Text(), server_default="", nullable=False, comment="kind of law that it rests on"),
        sa.Column("schedule", sa.Text(), server_default="", nullable=False, comment="schedule or list"),
        sa.Column("min_age", sa.Integer(), nullable=True, comment="minimum age"),
        sa.Column(
            "components", sa.Text(), server_default="", nullable=False, comment="what a regulation asks for, comma separated"
        ),
        sa.Column(
            "binds_children", sa.Boolean(), server_default="0", nullable=False, comment="has direct force in subordinate units"
        ),
        sa.Column("kind", sa.Text(), server_default="text", nullable=False, comment="text or interpretation"),
        sa.Column(
            "contested",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="why a plain answer would mislead; empty: it does not",
        ),
        sa.Column(
            "valid_from", sa.Date(), nullable=True, comment="first possible day on which it holds; NULL: as far back as known"
        ),
        sa.Column(
            "valid_from_latest",
            sa.Date(),
            nullable=True,
            comment="last possible first day; equals valid_from where the day is known",
        ),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="first day on which it no longer holds; NULL: in force"),
        sa.Column("valid_to_latest", sa.Date(), nullable=True, comment="last possible day of valid_to"),
        sa.Column("date_basis", sa.Text(), server_default="in_force", nullable=False, comment="what the dates are"),
        sa.Column("citation", sa.Text(), server_default="", nullable=False, comment="citation as a lawyer would write it"),
        sa.Column(
            "authority", sa.Text(), server_default="", nullable=False, comment="who made the rule: legislature, agency, court"
        ),
        sa.Column("evidence_url", sa.Text(), server_default="", nullable=False, comment="first link to the evidence"),
        sa.Column(
            "link_type",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="official, legal_database, press, advocacy, tracker or vendor, of the first link",
        ),
        sa.Column("evidence_url_2", sa.Text(), server_default="", nullable=False, comment="second link to the evidence"),
        sa.Column("link_type_2", sa.Text(), server_default="", nullable=False, comment="the same of the second link"),
        sa.Column("quote", sa.Text(), server_default="", nullable=False, comment="at most 40 words, verbatim from the document"),
        sa.Column("quote_start", sa.Integer(), nullable=True, comment="offset of the quote in the text of its document version"),
        sa.Column("capture", sa.Integer(), nullable=True, comment="archived response in which the quote stands"),
        sa.Column("document_version", sa.Integer(), nullable=True, comment="document version in which the quote stands"),
        sa.Column(
            "coder",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="who coded it: a person's name, or the coder and its version",
        ),
        sa.Column("reviewer", sa.Text(), server_default="", nullable=False, comment="who confirmed it; empty: nobody yet"),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="where the statement comes from: baseline, review, code",
        ),
        sa.Column("made_on", sa.Date(), nullable=True, comment="day on which the acting instrument or ruling was made"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="a remark for readers"),
        sa.Column("recorded_from", INSTANT, nullable=False, comment="instant since which we hold it"),
        sa.Column("recorded_to", INSTANT, nullable=True, comment="instant at which we ceased to hold it; NULL: we hold it now"),
        sa.Column("belief", sa.Integer(), nullable=False, comment="belief transaction that recorded it"),
        sa.Column("belief_closed", sa.Integer(), nullable=True, comment="belief transaction that closed it"),
        sa.Column(
            "digest",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="SHA-256 of what the row says, with its key and periods, and of what hangs on it",
        ),
        sa.CheckConstraint(
            _either(
                "basis",
                "controlled_substance_schedule,sale_ban,consumer_protection,age_limit,medicines_law,psychoactive_substances,emergency_order,court_order,food_law,other",
            ),
            name=op.f("ck_provision_version_basis_known"),
        ),
        sa.CheckConstraint(
            "(recorded_to IS NULL) = (belief_closed IS NULL)", name=op.f("ck_provision_version_closed_by_a_belief")
        ),
        sa.CheckConstraint(
            _either("date_basis", "in_force,applicable,adopted,published,enforcement_seen,computed,inferred"),
            name=op.f("ck_provision_version_date_basis_known"),
        ),
        sa.CheckConstraint(
            _either("effect", "prohibited,prescription,conditional,permitted,excluded"),
            name=op.f("ck_provision_version_effect_known"),
        ),
        sa.CheckConstraint(
            "basis <> 'emergency_order' OR valid_to IS NOT NULL", name=op.f("ck_provision_version_emergency_has_an_end")
        ),
        sa.CheckConstraint(_either("kind", "text,interpretation"), name=op.f("ck_provision_version_kind_known")),
        sa.CheckConstraint(
            _either("link_type_2", "official,legal_database,press,advocacy,tracker,vendor,"),
            name=op.f("ck_provision_version_link_type_2_known"),
        ),
        sa.CheckConstraint(
            _either("link_type", "official,legal_database,press,advocacy,tracker,vendor,"),
            name=op.f("ck_provision_version_link_type_known"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to",
            name=op.f("ck_provision_version_period_runs_forward"),
        ),
        sa.CheckConstraint(
            "effect <> 'prohibited' OR min_age IS NULL", name=op.f("ck_provision_version_prohibited_is_for_adults")
        ),
        sa.CheckConstraint(
            "recorded_to IS NULL OR recorded_from < recorded_to", name=op.f("ck_provision_version_recorded_runs_forward")
        ),
        sa.CheckConstraint(
            "(valid_from IS NULL) = (valid_from_latest IS NULL) AND (valid_from IS NULL OR valid_from <= valid_from_latest)",
            name=op.f("ck_provision_version_valid_from_before_latest"),
        ),
        sa.CheckConstraint(
            "(valid_to IS NULL) = (valid_to_latest IS NULL) AND (valid_to IS NULL OR valid_to <= valid_to_latest)",
            name=op.f("ck_provision_version_valid_to_before_latest"),
        ),
        sa.ForeignKeyConstraint(
            ["belief"], ["belief.id"], name=op.f("fk_provision_version_belief"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["belief_closed"],
            ["belief.id"],
            name=op.f("fk_provision_version_belief_closed"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_provision_version_capture")),
        sa.ForeignKeyConstraint(
            ["document_version"], ["document_version.id"], name=op.f("fk_provision_version_document_version")
        ),
        sa.ForeignKeyConstraint(["provision"], ["provision.id"], name=op.f("fk_provision_version_provision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provision_version")),
        comment="What a rule says, in both clocks",
    )
    op.create_index(op.f("ix_provision_version_provision"), "provision_version", ["provision"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("run", sa.Integer(), nullable=True, comment="run in which it was read"),
        sa.Column("document_version", sa.Integer(), nullable=False, comment="where it was read"),
        sa.Column("capture", sa.Integer(), nullable=False, comment="archived response"),
        sa.Column(
            "provision_key",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="jurisdiction, substance, conduct, instrument, pinpoint; joined by |",
        ),
        sa.Column("quote_digest", sa.Text(), server_default="", nullable=False, comment="sha256 of the quote"),
        sa.Column("proposal", sa.Text(), server_default="", nullable=False, comment="JSON of the proposed provision"),
        sa.Column(
            "decisive",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="name of the decisive rule; empty: a person must confirm",
        ),
        sa.Column("coder", sa.Text(), server_default="", nullable=False, comment="coder and version"),
        sa.Column("state", sa.Text(), server_default="open", nullable=False, comment="open, accepted, rejected, superseded"),
        sa.Column("proposed_at", INSTANT, nullable=False, comment="when it was proposed"),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False, comment="who decided"),
        sa.Column("decided_at", INSTANT, nullable=True, comment="when"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False, comment="why"),
        sa.Column("belief", sa.Integer(), nullable=True, comment="belief transaction of an acceptance"),
        sa.ForeignKeyConstraint(["belief"], ["belief.id"], name=op.f("fk_review_belief"), initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_review_capture")),
        sa.ForeignKeyConstraint(["document_version"], ["document_version.id"], name=op.f("fk_review_document_version")),
        sa.ForeignKeyConstraint(["run"], ["crawl_run.id"], name=op.f("fk_review_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("provision_key", "quote_digest", name=op.f("uq_review_provision_key_quote_digest")),
        comment="Proposed provisions and what a person decided",
    )
    op.create_index("ix_review_state", "review", ["state"], unique=False)
    op.create_table(
        "provision_limit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("provision_version", sa.Integer(), nullable=False, comment="the rule's version"),
        sa.Column("analyte", sa.Text(), server_default="", nullable=False, comment="what is measured"),
        sa.Column("value", sa.Text(), server_default="", nullable=False, comment="the cap"),
        sa.Column("unit", sa.Text(), server_default="", nullable=False, comment="unit of the value"),
        sa.Column(
            "per",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="of_alkaloids, per_g, per_ml, per_serving, per_container or ratio_to",
        ),
        sa.Column("consequence", sa.Text(), server_default="", nullable=False, comment="what a breach leads to"),
        sa.Column(
            "limit_group",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="limits of one group: a breach of any one suffices",
        ),
        sa.Column("reference", sa.Text(), server_default="", nullable=False, comment="other analyte of a ratio"),
        sa.CheckConstraint(
            _either("consequence", "unlawful_to_sell,scheduled,outside_definition"),
            name=op.f("ck_provision_limit_consequence_known"),
        ),
        sa.CheckConstraint(
            _either("per", "of_alkaloids,per_g,per_ml,per_serving,per_container,ratio_to"),
            name=op.f("ck_provision_limit_per_known"),
        ),
        sa.ForeignKeyConstraint(
            ["provision_version"], ["provision_version.id"], name=op.f("fk_provision_limit_provision_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provision_limit")),
        comment="Caps of a provision",
    )
    op.create_index(op.f("ix_provision_limit_provision_version"), "provision_limit", ["provision_version"], unique=False)
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("assertion", sa.Integer(), nullable=True, comment="contested assertion"),
        sa.Column("provision_version", sa.Integer(), nullable=True, comment="contested provision"),
        sa.Column("finding", sa.Integer(), nullable=True, comment="contested finding"),
        sa.Column("says", sa.Text(), server_default="", nullable=False, comment="the rival reading"),
        sa.Column("evidence_url", sa.Text(), server_default="", nullable=False, comment="who says so"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="when we recorded it"),
        sa.ForeignKeyConstraint(["assertion"], ["assertion.id"], name=op.f("fk_reading_assertion")),
        sa.ForeignKeyConstraint(["finding"], ["finding.id"], name=op.f("fk_reading_finding")),
        sa.ForeignKeyConstraint(["provision_version"], ["provision_version.id"], name=op.f("fk_reading_provision_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        comment="Rival readings of a contested row",
    )
    op.create_table(
        "relation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="row number"),
        sa.Column("kind", sa.Text(), server_default="", nullable=False, comment="replace, end, stay, except or restore"),
        sa.Column("target_provision", sa.Integer(), nullable=True, comment="provision that it acts on"),
        sa.Column("target_assertion", sa.Integer(), nullable=True, comment="assertion that it acts on"),
        sa.Column("target_relation", sa.Integer(), nullable=True, comment="relation that it undoes"),
        sa.Column("actor_provision", sa.Integer(), nullable=True, comment="provision of the acting instrument"),
        sa.Column("instrument", sa.Text(), nullable=True, comment="instrument or case that makes it"),
        sa.Column("scope", sa.Text(), server_default="whole", nullable=False, comment="whole or part, of an exception"),
        sa.Column("carve_out", sa.Text(), server_default="", nullable=False, comment="what an exception in part frees"),
        sa.Column(
            "valid_from", sa.Date(), nullable=True, comment="first possible day on which it holds; NULL: as far back as known"
        ),
        sa.Column(
            "valid_from_latest",
            sa.Date(),
            nullable=True,
            comment="last possible first day; equals valid_from where the day is known",
        ),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="first day on which it no longer holds; NULL: in force"),
        sa.Column("valid_to_latest", sa.Date(), nullable=True, comment="last possible day of valid_to"),
        sa.Column("citation", sa.Text(), server_default="", nullable=False, comment="citation as a lawyer would write it"),
        sa.Column(
            "authority", sa.Text(), server_default="", nullable=False, comment="who made the rule: legislature, agency, court"
        ),
        sa.Column("evidence_url", sa.Text(), server_default="", nullable=False, comment="first link to the evidence"),
        sa.Column(
            "link_type",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="official, legal_database, press, advocacy, tracker or vendor, of the first link",
        ),
        sa.Column("evidence_url_2", sa.Text(), server_default="", nullable=False, comment="second link to the evidence"),
        sa.Column("link_type_2", sa.Text(), server_default="", nullable=False, comment="the same of the second link"),
        sa.Column("quote", sa.Text(), server_default="", nullable=False, comment="at most 40 words, verbatim from the document"),
        sa.Column("quote_start", sa.Integer(), nullable=True, comment="offset of the quote in the text of its document version"),
        sa.Column("capture", sa.Integer(), nullable=True, comment="archived response in which the quote stands"),
        sa.Column("document_version", sa.Integer(), nullable=True, comment="document version in which the quote stands"),
        sa.Column(
            "coder",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="who coded it: a person's name, or the coder and its version",
        ),
        sa.Column("reviewer", sa.Text(), server_default="", nullable=False, comment="who confirmed it; empty: nobody yet"),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="where the statement comes from: baseline, review, code",
        ),
        sa.Column("made_on", sa.Date(), nullable=True, comment="day on which the acting instrument or ruling was made"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="a remark for readers"),
        sa.Column("recorded_from", INSTANT, nullable=False, comment="instant since which we hold it"),
        sa.Column("recorded_to", INSTANT, nullable=True, comment="instant at which we ceased to hold it; NULL: we hold it now"),
        sa.Column("belief", sa.Integer(), nullable=False, comment="belief transaction that recorded it"),
        sa.Column("belief_closed", sa.Integer(), nullable=True, comment="belief transaction that closed it"),
        sa.Column(
            "digest",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="SHA-256 of what the row says, with its key and periods, and of what hangs on it",
        ),
        sa.CheckConstraint("(recorded_to IS NULL) = (belief_closed IS NULL)", name=op.f("ck_relation_closed_by_a_belief")),
        sa.CheckConstraint(_either("kind", "replace,end,stay,except,restore"), name=op.f("ck_relation_kind_known")),
        sa.CheckConstraint(
            _either("link_type_2", "official,legal_database,press,advocacy,tracker,vendor,"),
            name=op.f("ck_relation_link_type_2_known"),
        ),
        sa.CheckConstraint(
            _either("link_type", "official,legal_database,press,advocacy,tracker,vendor,"),
            name=op.f("ck_relation_link_type_known"),
        ),
        sa.CheckConstraint(
            "(CASE WHEN target_provision IS NULL THEN 0 ELSE 1 END + CASE WHEN target_assertion IS NULL THEN 0 ELSE 1 END + CASE WHEN target_relation IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_relation_one_target"),
        ),
        sa.CheckConstraint("kind = 'stay' OR valid_to IS NULL", name=op.f("ck_relation_only_a_stay_ends")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to", name=op.f("ck_relation_period_runs_forward")
        ),
        sa.CheckConstraint("recorded_to IS NULL OR recorded_from < recorded_to", name=op.f("ck_relation_recorded_runs_forward")),
        sa.CheckConstraint(
            "(kind = 'restore') = (target_relation IS NOT NULL)", name=op.f("ck_relation_restore_names_a_relation")
        ),
        sa.CheckConstraint(_either("scope", "whole,part"), name=op.f("ck_relation_scope_known")),
        sa.CheckConstraint(
            "(valid_from IS NULL) = (valid_from_latest IS NULL) AND (valid_from IS NULL OR valid_from <= valid_from_latest)",
            name=op.f("ck_relation_valid_from_before_latest"),
        ),
        sa.CheckConstraint(
            "(valid_to IS NULL) = (valid_to_latest IS NULL) AND (valid_to IS NULL OR valid_to <= valid_to_latest)",
            name=op.f("ck_relation_valid_to_before_latest"),
        ),
        sa.ForeignKeyConstraint(["actor_provision"], ["provision_version.id"], name=op.f("fk_relation_actor_provision")),
        sa.ForeignKeyConstraint(
            ["belief"], ["belief.id"], name=op.f("fk_relation_belief"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["belief_closed"], ["belief.id"], name=op.f("fk_relation_belief_closed"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["capture"], ["capture.id"], name=op.f("fk_relation_capture")),
        sa.ForeignKeyConstraint(["document_version"], ["document_version.id"], name=op.f("fk_relation_document_version")),
        sa.ForeignKeyConstraint(["instrument"], ["instrument.key"], name=op.f("fk_relation_instrument")),
        sa.ForeignKeyConstraint(["target_assertion"], ["assertion.id"], name=op.f("fk_relation_target_assertion")),
        sa.ForeignKeyConstraint(["target_provision"], ["provision_version.id"], name=op.f("fk_relation_target_provision")),
        sa.ForeignKeyConstraint(["target_relation"], ["relation.id"], name=op.f("fk_relation_target_relation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        comment="What one instrument or case does to a rule",
    )
    op.create_index(op.f("ix_relation_actor_provision"), "relation", ["actor_provision"], unique=False)
    op.create_index(op.f("ix_relation_target_assertion"), "relation", ["target_assertion"], unique=False)
    op.create_index(op.f("ix_relation_target_provision"), "relation", ["target_provision"], unique=False)
    op.create_index(op.f("ix_relation_target_relation"), "relation", ["target_relation"], unique=False)
    op.create_index(op.f("ix_assertion_belief"), "assertion", ["belief"], unique=False)
    op.create_index(
        op.f("ix_assertion_belief_closed"),
        "assertion",
        ["belief_closed"],
        unique=False,
        sqlite_where=CLOSED,
        postgresql_where=CLOSED,
    )
    op.create_index(op.f("ix_finding_belief"), "finding", ["belief"], unique=False)
    op.create_index(
        op.f("ix_finding_belief_closed"),
        "finding",
        ["belief_closed"],
        unique=False,
        sqlite_where=CLOSED,
        postgresql_where=CLOSED,
    )
    op.create_index(op.f("ix_position_belief"), "position", ["belief"], unique=False)
    op.create_index(
        op.f("ix_position_belief_closed"),
        "position",
        ["belief_closed"],
        unique=False,
        sqlite_where=CLOSED,
        postgresql_where=CLOSED,
    )
    op.create_index(op.f("ix_provision_version_belief"), "provision_version", ["belief"], unique=False)
    op.create_index(
        op.f("ix_provision_version_belief_closed"),
        "provision_version",
        ["belief_closed"],
        unique=False,
        sqlite_where=CLOSED,
        postgresql_where=CLOSED,
    )
    op.create_index(op.f("ix_relation_belief"), "relation", ["belief"], unique=False)
    op.create_index(
        op.f("ix_relation_belief_closed"),
        "relation",
        ["belief_closed"],
        unique=False,
        sqlite_where=CLOSED,
        postgresql_where=CLOSED,
    )
    op.create_index(
        op.f("ix_status_version_belief_closed"),
        "status_version",
        ["belief_closed"],
        unique=False,
        sqlite_where=CLOSED,
        postgresql_where=CLOSED,
    )
    op.create_index(op.f("ix_review_belief"), "review", ["belief"], unique=False)
    _guard()


def downgrade() -> None:
    op.drop_index(op.f("ix_review_belief"), table_name="review")
    op.drop_index(op.f("ix_status_version_belief_closed"), table_name="status_version")
    op.drop_index(op.f("ix_relation_belief_closed"), table_name="relation")
    op.drop_index(op.f("ix_relation_belief"), table_name="relation")
    op.drop_index(op.f("ix_provision_version_belief_closed"), table_name="provision_version")
    op.drop_index(op.f("ix_provision_version_belief"), table_name="provision_version")
    op.drop_index(op.f("ix_position_belief_closed"), table_name="position")
    op.drop_index(op.f("ix_position_belief"), table_name="position")
    op.drop_index(op.f("ix_finding_belief_closed"), table_name="finding")
    op.drop_index(op.f("ix_finding_belief"), table_name="finding")
    op.drop_index(op.f("ix_assertion_belief_closed"), table_name="assertion")
    op.drop_index(op.f("ix_assertion_belief"), table_name="assertion")
    op.drop_index(op.f("ix_relation_target_relation"), table_name="relation")
    op.drop_index(op.f("ix_relation_target_provision"), table_name="relation")
    op.drop_index(op.f("ix_relation_target_assertion"), table_name="relation")
    op.drop_index(op.f("ix_relation_actor_provision"), table_name="relation")
    op.drop_table("relation")
    op.drop_table("reading")
    op.drop_index(op.f("ix_provision_limit_provision_version"), table_name="provision_limit")
    op.drop_table("provision_limit")
    op.drop_index("ix_review_state", table_name="review")
    op.drop_table("review")
    op.drop_index(op.f("ix_provision_version_provision"), table_name="provision_version")
    op.drop_table("provision_version")
    op.drop_index("ix_position_key", table_name="position")
    op.drop_table("position")
    op.drop_table("observation")
    op.drop_index("ix_finding_key", table_name="finding")
    op.drop_table("finding")
    op.drop_index("ix_assertion_key", table_name="assertion")
    op.drop_table("assertion")
    op.drop_table("status_input")
    op.drop_table("fetch_memory")
    op.drop_index(op.f("ix_fetch_run"), table_name="fetch")
    op.drop_table("fetch")
    op.drop_index(op.f("ix_document_version_document"), table_name="document_version")
    op.drop_table("document_version")
    op.drop_index(op.f("ix_change_boundary_change"), table_name="change_boundary")
    op.drop_table("change_boundary")
    op.drop_index("ix_status_version_key", table_name="status_version")
    op.drop_index("ix_status_version_comes_at", table_name="status_version")
    op.drop_index("ix_status_version_belief", table_name="status_version")
    op.drop_table("status_version")
    op.drop_table("provision")
    op.drop_index(op.f("ix_measure_action_measure"), table_name="measure_action")
    op.drop_table("measure_action")
    op.drop_table("instrument_alias")
    op.drop_table("event")
    op.drop_table("document")
    op.drop_index(op.f("ix_crawl_run_source"), table_name="crawl_run")
    op.drop_table("crawl_run")
    op.drop_index("ix_change_recorded_at", table_name="change")
    op.drop_index(op.f("ix_change_belief"), table_name="change")
    op.drop_table("change")
    op.drop_table("source")
    op.drop_table("session")
    op.drop_table("measure")
    op.drop_table("instrument")
    op.drop_table("claim")
    op.drop_table("substance")
    op.drop_table("report_edition")
    op.drop_table("lease")
    op.drop_table("jurisdiction")
    op.drop_table("job_run")
    op.drop_table("capture")
    op.drop_table("belief")
    for statement in guards.removals(op.get_bind().dialect.name):
        op.execute(statement)


def _guard() -> None:
    seen = sa.inspect(op.get_bind())
    columns = {table: [column["name"] for column in seen.get_columns(table)] for table in guards.APPEND_ONLY}
    for statement in guards.statements(op.get_bind().dialect.name, columns):
        op.execute(statement)
