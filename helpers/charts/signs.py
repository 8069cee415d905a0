"""Which signs occur: decided here, for legend, text chart, alt text and player alike."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.charts.layout import Layout
from helpers.charts.words import SIGNS


def signs_of(layout: Layout) -> tuple[str, ...]:
    """The signs that occur in a Gantt chart's lanes, in the legend's order."""
    bars = [bar for lane in layout.lanes for bar in lane.bars]
    found = {bar.state for bar in bars if not bar.thin}
    found |= layout.crowd_states & {"running", "ready"}
    found |= {lane.end.outcome for lane in layout.lanes if lane.end}
    thin = {bar.state for bar in bars if bar.thin}
    found |= {"tick"} if "running" in thin else set()
    found |= thin & {"callback", "overdue", "busy"}
    found |= {"blocking"} if any(lane.blocks for lane in layout.lanes) else set()
    found |= {"crowd"} if layout.crowd_states else set()
    found |= {"creates"} if layout.arrows else set()
    return in_order(found)


def in_order(signs: Iterable[str]) -> tuple[str, ...]:
    """Those signs in the legend's order."""
    wanted = set(signs)
    return tuple(sign for sign in SIGNS if sign in wanted)
