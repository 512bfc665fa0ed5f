"""The coder: reads the text of an official document and proposes what it does. It writes nothing and decides nothing."""

from tracker.coding.propose import UnknownKind, propose
from tracker.coding.reading import MeasureReading, Proposal, Reading
from tracker.coding.subject import Subject, load_subject

__all__ = ["MeasureReading", "Proposal", "Reading", "Subject", "UnknownKind", "load_subject", "propose"]
