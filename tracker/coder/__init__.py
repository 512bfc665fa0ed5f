"""The coder: reads the text of an official document and proposes what it does. It writes nothing and decides nothing."""

from tracker.coder.propose import UnknownKind, propose
from tracker.coder.reading import MeasureReading, Proposal, Reading
from tracker.coder.subject import Subject, load_subject

__all__ = ["MeasureReading", "Proposal", "Reading", "Subject", "UnknownKind", "load_subject", "propose"]
