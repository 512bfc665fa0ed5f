"""Every unit stands once on the page, and nothing lies on anything else."""

import itertools
import math

import pytest
import shapely

from maps import layout, regions
from maps.layout import Layout, Place

DRAWN = ["us", "us-counties", "world", "country:AU", "country:ES", "country:RU", "country:FJ"]


def shape(place: Place) -> shapely.Geometry:
    if place.rings:
        return shapely.union_all([shapely.make_valid(shapely.Polygon(ring)) for ring in place.rings])
    x, y, radius = place.disc or (0, 0, 0)
    return shapely.Point(x, y).buffer(radius)


@pytest.mark.parametrize("key", DRAWN)
def test_every_unit_is_drawn_once_or_declared_not_drawn(key: str) -> None:
    plan = layout.of(key)
    drawn = [place.code for place in plan.places] + [unit.code for unit in plan.not_drawn]
    assert sorted(drawn) == sorted(regions.load(key).units)
    assert all(place.rings or place.disc for place in plan.places)


@pytest.mark.parametrize("key", DRAWN)
def test_everything_lies_on_the_page(key: str) -> None:
    plan = layout.of(key)
    page = shapely.box(0, 0, layout.WIDTH, plan.height)
    assert [place.code for place in plan.places if not page.contains(shape(place))] == []


@pytest.mark.parametrize("key", ["us", "us-counties"])
def test_insets_touch_neither_each_other_nor_the_mainland(key: str) -> None:
    plan = layout.of(key)
    frames = {inset.label: shapely.box(*inset.box) for inset in plan.insets}
    assert len(frames) == 7
    for one, two in itertools.combinations(frames.values(), 2):
        assert one.distance(two) > 0
    inside = inset_codes(plan)
    mainland = shapely.union_all([shape(place) for place in plan.places if place.code not in inside])
    for label, frame in frames.items():
        assert mainland.distance(frame) > 20, label


def inset_codes(plan: Layout) -> set[str]:
    states = {code for panel in layout.US_INSETS for code in panel.members or ()}
    return {code for code, unit in plan.region.units.items() if code in states or unit.parent in states}


def test_each_inset_holds_its_own_state_and_nothing_else() -> None:
    plan = layout.of("us")
    inside = inset_codes(plan)
    for panel in layout.US_INSETS:
        frame = shapely.box(*panel.box)
        held = {place.code for place in plan.places if place.code in inside and frame.contains(shape(place))}
        assert held == panel.members


def test_callouts_lie_in_the_open_and_point_home() -> None:
    plan = layout.of("us")
    land = shapely.union_all([shape(place) for place in plan.places])
    boxes = {p.label: shapely.box(*p.callout) for p in plan.places if p.callout}
    assert {"DC", "RI", "DE", "CT", "NJ"} <= set(boxes)
    for box in boxes.values():
        assert box.distance(land) > 0
    for one, two in itertools.combinations(boxes.values(), 2):
        assert one.distance(two) > 0
    ends = [end for _, end in plan.leaders]
    assert sorted(ends) == sorted(plan.by_code[f"US-{label}"].anchor for label in boxes)


@pytest.mark.parametrize("key", ["world", "country:FJ", "country:MV"])
def test_discs_stand_apart(key: str) -> None:
    discs = [place.disc for place in layout.of(key).places if place.disc]
    for (ax, ay, ar), (bx, by, br) in itertools.combinations(discs, 2):
        assert math.hypot(bx - ax, by - ay) >= ar + br


def test_tiny_countries_are_discs_and_antarctica_is_left_out() -> None:
    plan = layout.of("world")
    assert {"VA", "MC", "TV", "NR", "SM"} <= {place.code for place in plan.places if place.disc}
    assert not plan.by_code["TH"].disc
    assert [unit.code for unit in plan.not_drawn] == ["AQ"]


def test_no_shape_is_smeared_across_the_world() -> None:
    """A ring that jumped over the edge of the map would have one very long step."""
    steps = [math.dist(a, b) for place in layout.of("world").places for ring in place.rings for a, b in itertools.pairwise(ring)]
    assert max(steps) < layout.WIDTH / 5


def test_far_islands_become_discs_with_a_caption() -> None:
    plan = layout.of("country:ES")
    assert plan.by_code["ES-CN"].disc
    assert plan.by_code["ES-MD"].rings
    assert [caption for _, caption in plan.captions] == ["Canarias (far off)"]


def test_counties_left_out_lie_on_far_islands_only() -> None:
    left_out = {unit.parent for unit in layout.of("us-counties").not_drawn}
    assert left_out == {"US-AS", "US-MP"}
