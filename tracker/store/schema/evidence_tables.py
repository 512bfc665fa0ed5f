"""The tables of evidence: sources, runs, fetches, captures, documents, the review of what was read in them, and the roots that seal rows."""

from __future__ import annotations

from sqlalchemy import Boolean, Date, Index, Integer, Table, UniqueConstraint

from tracker.domain.vocabulary import DocumentKind, Outcome, RootKind, RunStage, Stage
from tracker.store.schema.columns import UtcDateTime, col, given_key, key, metadata, one_of, refers, text

source = Table(
    "source",
    metadata,
    text("key", "one word for spider, cases and commands", primary_key=True, server_default=None, example="fi_finlex"),
    refers("jurisdiction", "jurisdiction.code", "whose law it tells"),
    text("publisher", "who publishes it", example="Office of the Federal Register"),
    text("name", "name", example="Federal Register (API v1)"),
    text("kind", "gazette, legislation_db, parliament_api …", example="gazette"),
    col("official", Boolean, "published by the state itself", nullable=False),
    text("url", "address", example="https://www.federalregister.gov/api/v1"),
    text("languages", "comma separated", example="en"),
    text("licence", "terms of reuse", example="public domain"),
    col("cadence_hours", Integer, "how often it is asked; NULL: it is catalogued, no spider asks it", unit="hours", example="24"),
    col("crawled", Boolean, "a spider of this program asks it", nullable=False, server_default="0"),
    col("verified_live_on", Date, "last day on which a person saw it work live"),
    text("note", "remark", example="URL pattern from general knowledge"),
    comment="Official sources and aggregators: those that are crawled and those that are only catalogued",
    sqlite_with_rowid=False,
)

crawl_run = Table(
    "crawl_run",
    metadata,
    key(),
    refers("source", "source.key", "what was asked", index=True),
    text("mode", "live or replay", example="live"),
    text("input", "digest of what was read: replayed archives, or those a live run wrote", example="9f86d081…"),
    col("started_at", UtcDateTime, "when it began", nullable=False),
    col("finished_at", UtcDateTime, "when it ended"),
    text("verdict", "healthy, partial, held, failed, skipped or no_network", example="healthy"),
    text("reason", "why, and what was not observed", example="3 seen, below the floor of 10"),
    col("seen", Integer, "answers that say what was asked", nullable=False, server_default="0", example="12"),
    text("outcomes", "JSON object: outcome to number of fetches", example='{"ok": 12, "not_modified": 3}'),
    text("accepted_by", "person who accepted a held run", example="Jane Doe"),
    col("accepted_at", UtcDateTime, "when it was accepted"),
    text("seal", "SHA-256 over the run's sorted rows", example="9f86d081…"),
    text(
        "stage", "how far we have come with it: crawled, taken_in, followed_up", server_default="taken_in", example="followed_up"
    ),
    one_of("stage", RunStage),
    comment="Runs of the crawler and replays, each with a verdict",
)

capture = Table(
    "capture",
    metadata,
    key(),
    text("method", "request method", server_default="GET", example="GET"),
    text("url", "address without keys", example="https://www.ecfr.gov/api/versioner/v1/titles"),
    col("captured_at", UtcDateTime, "when the response was received", nullable=False),
    text("payload_digest", "sha256 of the payload", example="sha256:9f86…"),
    col("http_status", Integer, "status code", example="200"),
    text("content_type", "as the server said", example="application/json"),
    text("warc_file", "archive file, relative to the archive", example="2026/11/us_ecfr-20261125.warc.gz"),
    col("warc_offset", Integer, "offset of the record", unit="bytes", example="20480"),
    text("request_digest", "sha256 of the request's body without keys; empty where there was none", example="sha256:60303…"),
    UniqueConstraint("payload_digest", "url", "captured_at", "method", "request_digest"),
    comment="Archived responses",
)

fetch = Table(
    "fetch",
    metadata,
    key(),
    refers("run", "crawl_run.id", "the run", index=True),
    text("method", "request method", example="GET"),
    text("url", "address without keys", example="https://www.ecfr.gov/api/versioner/v1/titles"),
    text("outcome", "how it ended", example="ok"),
    col("http_status", Integer, "status code, where there was an answer", example="200"),
    text("reason", "why, where it is not ok", example="a page that asks whether you are human"),
    col("requested_at", UtcDateTime, "when it was asked; of a replay: the capture date", nullable=False),
    refers("capture", "capture.id", "archived response", nullable=True),
    text("request_digest", "sha256 of the request's body without keys; empty where there was none", example="sha256:60303…"),
    one_of("outcome", Outcome),
    comment="Every exchange of every run, with its typed outcome",
)

document = Table(
    "document",
    metadata,
    key(),
    refers("source", "source.key", "who tells"),
    refers("jurisdiction", "jurisdiction.code", "whose document"),
    text("identifier", "identifier within the source", example="166/2016"),
    text("language", "BCP 47 tag", example="fi"),
    text("kind", "what sort of paper", example="amending_decree"),
    text("title", "title", example="Valtioneuvoston asetus"),
    text("official_url", "official address", example="https://www.finlex.fi/fi/laki/alkup/2016/20160166"),
    UniqueConstraint("source", "identifier", "language", "kind"),
    one_of("kind", DocumentKind),
    comment="Official documents",
)

document_version = Table(
    "document_version",
    metadata,
    key(),
    refers("document", "document.id", "the document"),
    refers("capture", "capture.id", "first capture that showed it"),
    col("captured_at", UtcDateTime, "when that was captured; orders the versions", nullable=False),
    text("content_digest", "sha256 of what the parser read", example="9f86d081…"),
    text("body", "normalised plain text", example="Section 1. …"),
    text("stage", "stage, from the source's own code table", example="enacted"),
    text("dates", "JSON object of the document's dates", example='{"in_force": "2026-07-01"}'),
    text("item", "JSON of the whole item as parsed, without its text", example='{"identifier": "166/2016"}'),
    UniqueConstraint("document", "content_digest"),
    one_of("stage", Stage, or_empty=True),
    comment="What a document said, version by version",
)

observation = Table(
    "observation",
    metadata,
    refers("run", "crawl_run.id", "the run", primary_key=True),
    refers("document_version", "document_version.id", "what was seen", primary_key=True, index=True),
    refers("capture", "capture.id", "in which response", primary_key=True),
    comment="Which run saw which document version in which response",
    sqlite_with_rowid=False,
)

fetch_memory = Table(
    "fetch_memory",
    metadata,
    text(
        "key",
        "method and address, with body digest for POST",
        primary_key=True,
        server_default=None,
        example="GET https://www.ecfr.gov/api/versioner/v1/titles",
    ),
    refers("source", "source.key", "whose address"),
    text("entry", "JSON: ETag, Last-Modified, payload digest, parser version, term digest, capture", example='{"etag": "W/abc"}'),
    refers("run", "crawl_run.id", "accepted run that committed it"),
    comment="What we last saw of an address, for conditional requests",
)

review = Table(
    "review",
    metadata,
    key(),
    refers("run", "crawl_run.id", "run in which it was read", nullable=True),
    refers("document_version", "document_version.id", "where it was read"),
    refers("capture", "capture.id", "archived response"),
    text(
        "provision_key",
        "jurisdiction, substance, conduct, instrument, pinpoint; joined by |",
        example="US-TN|{product}|sell|US-TN Acts 2026 ch. 800|T.C.A. 39-17-452",
    ),
    text("quote_digest", "sha256 of the quote", example="9f86d081…"),
    text("proposal", "JSON of the proposed provision", example='{"effect": "prohibited"}'),
    text("decisive", "name of the decisive rule; empty: a person must confirm", example="codified_list"),
    text("coder", "coder and version", example="coder 1"),
    text("state", "open, accepted, rejected, superseded", server_default="open", example="open"),
    col("proposed_at", UtcDateTime, "when it was proposed", nullable=False),
    text("decided_by", "who decided", example="Jane Doe"),
    col("decided_at", UtcDateTime, "when"),
    text("reason", "why", example="the clause is about synthetic products"),
    refers("belief", "belief.id", "belief transaction of an acceptance", nullable=True, index=True),
    UniqueConstraint("provision_key", "quote_digest"),
    Index("ix_review_state", "state"),
    comment="Proposed provisions and what a person decided",
)

root = Table(
    "root",
    metadata,
    given_key(),
    text("kind", "run, belief, edition or deed: what wrote the rows", example="run"),
    text("name", "number of the run or belief, name of the edition; of a deed the tables that it wrote in", example="12"),
    col("recorded_at", UtcDateTime, "when the rows were written; NULL: sealed by an upgrade, after they were written"),
    text(
        "digests",
        "JSON object: table to primary key to digest of what the row then said; of numbers in a row the digests stand one behind the other",
        example='{"capture": {"17-18": "n4bQgYhMfWWaL-qgxVrQFAbTOR_ZjAKr9JtVmx2N"}}',
    ),
    text(
        "digests_before",
        "the same of rows that were there, before they were written anew",
        example='{"measure": {"3": "n4bQgYhMfWWaL-qgxVrQFA"}}',
    ),
    text("seal", "SHA-256 over this root and the seal before it", example="9f86d081…"),
    one_of("kind", RootKind),
    comment="What was written in one go, sealed as one and chained; of a row that may change the last root that names it counts",
)

lease = Table(
    "lease",
    metadata,
    text("name", "what is led", primary_key=True, server_default=None, example="scheduler"),
    text("holder", "who leads", example="host-1:4711"),
    col("until", UtcDateTime, "when the lease lapses", nullable=False),
    comment="One leader at a time",
    sqlite_with_rowid=False,
)

job_run = Table(
    "job_run",
    metadata,
    text("job", "name of the job", primary_key=True, server_default=None, example="crawl"),
    col("due_at", UtcDateTime, "the tick that it answers", primary_key=True),
    col("started_at", UtcDateTime, "when it began", nullable=False),
    col("finished_at", UtcDateTime, "when it ended; NULL: running or killed"),
    text("outcome", "done, failed, missed or interrupted", example="done"),
    text("note", "what it says", example="6 sources asked"),
    comment="What the scheduler ran; a tick is answered once",
    sqlite_with_rowid=False,
)
