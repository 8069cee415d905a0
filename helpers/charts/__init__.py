"""A timeline goes in, a picture comes out. Nothing here imports the recorder or practice.

What is where:

- words: what every state, end and mark is called, and looks like; how a duration is written
- signs: which of them occur in a recording
- lanes, crowd: where everything goes in the Gantt chart, as numbers
- moments, narration: what the loop looked like at a moment, and what happened there
- gantt: draws the lanes; text: writes them in characters; alt: says what is to be seen
- chart: what every chart is, and how it is shown; to add one, begin there
- canvas: what a chart is drawn on; picture: with matplotlib; svg: as SVG
- frame, axis, legend: the parts that every chart has
- style: paper, ink, sizes and lettering
- player: steps through a recording in the browser; packing: what travels there
- live: the player of a recording that goes on
- trace_events: a recording for Perfetto
"""

from helpers.charts.chart import show_as

__all__ = ["show_as"]
