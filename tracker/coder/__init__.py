"""The coder: reads the text of an official document and proposes what it does. It writes nothing and decides nothing."""

from tracker.coder.propose import UnknownKind, propose
from tracker.coder.reading import MeasureReading, Reading
from tracker.coder.steps import staged

__all__ = ["MeasureReading", "Reading", "UnknownKind", "propose", "staged"]
