"""A scale refuses what would mislead; of any scale it can be said which two of its colours are hardest to tell apart."""

import dataclasses

import pytest
import shapely

from maps import BadScale, Category, Mark, Scale, UnknownCategory, patterns
from maps.patterns import TILE, Tile
from tests.maps.soils import SCALE
from tests.maps.vision import hardest, pairs


def test_an_unknown_category_is_named_with_what_there_is() -> None:
    with pytest.raises(UnknownCategory, match=r"'chernozem'.*podzol"):
        SCALE["chernozem"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"missing": "nothing"}, "'nothing'"),
        ({"categories": (*SCALE.categories, SCALE.categories[0])}, "twice"),
        ({"categories": (*SCALE.categories, Category("x", "X", "green", "X"))}, "#rrggbb"),
        ({"categories": (*SCALE.categories, Category("x", "X", "#000000", "X", "stars"))}, "stars"),
        ({"categories": (*SCALE.categories, Category("x", "X", "#000000", "P"))}, "colour alone"),
    ],
)
def test_a_scale_that_contradicts_itself_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(BadScale, match=says):
        dataclasses.replace(SCALE, **change)


def test_an_unknown_symbol_is_refused() -> None:
    with pytest.raises(BadScale, match="smiley"):
        Mark("smiley", "A mark")


def test_the_check_finds_the_pair_that_a_colour_blind_reader_confuses() -> None:
    """Two colours far apart in normal sight and close under deuteranopia, beside two that anyone can tell apart."""
    red, green = Category("red", "Red", "#b0504a", "R"), Category("green", "Green", "#7a7a3a", "G")
    blue = Category("blue", "Blue", "#10205a", "B")
    scale = Scale("bad", (red, green, blue), "blue")
    normal = next(p for p in pairs(scale) if (p.first, p.second, p.vision) == ("red", "green", "normal"))
    blind = min((p for p in pairs(scale) if p.vision in {"deuteranopia", "protanopia"}), key=lambda p: p.distance)
    assert {blind.first, blind.second} == {"red", "green"}
    assert blind.distance < normal.distance / 2
    assert {hardest(scale).first, hardest(scale).second} == {"red", "green"}


def test_grey_distance_is_the_difference_of_lightness() -> None:
    black, white = Category("b", "Black", "#000000", "B"), Category("w", "White", "#ffffff", "W")
    grey = next(p for p in pairs(Scale("ends", (black, white), "b")) if p.vision == "grey")
    assert grey.distance == pytest.approx(100, abs=0.1)


def covered(tile: Tile) -> shapely.Geometry:
    lines = [shapely.LineString([(a, b), (c, d)]).buffer(tile.width / 2) for a, b, c, d in tile.lines]
    dots = [shapely.Point(x, y).buffer(r) for x, y, r in tile.dots]
    return shapely.union_all([*lines, *dots]).intersection(shapely.box(0, 0, TILE, TILE))


@pytest.mark.parametrize("name", patterns.CATEGORY_PATTERNS)
def test_all_overlays_together_leave_most_of_any_fill_in_sight(name: str) -> None:
    tiles = [patterns.CATEGORY_PATTERNS[name], *patterns.OVERLAY_TILES.values()]
    hidden = shapely.union_all([covered(tile) for tile in tiles]).area / TILE**2
    assert hidden < 0.5
