"""The errors of `maps`. Each message names the input and the remedy.

MapError
├── UnknownRegion         a region that cannot be drawn ("country:ZZ")
├── UnknownCode           a code that the region does not have
├── UnknownCategory       a category that the scale does not have
├── BadScale              a scale that contradicts itself
├── BoundariesUnreadable  the shipped boundaries are missing or damaged; no fault of whoever asked
└── BoundaryBuildError    the boundary files cannot be built from these sources
"""


class MapError(ValueError):
    """Any refusal of this package."""


class UnknownRegion(MapError):
    pass


class UnknownCode(MapError):
    pass


class UnknownCategory(MapError):
    pass


class BadScale(MapError):
    pass


class BoundariesUnreadable(MapError):
    pass


class BoundaryBuildError(MapError):
    pass
