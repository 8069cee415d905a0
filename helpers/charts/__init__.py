"""A timeline goes in, a picture comes out. Nothing here imports the recorder or practice.

Every chart

- chart: what a chart is, and how it is shown; to add one, begin there
- words: what every state, end and mark is called and looks like; how a duration is written
- signs: which of them occur
- canvas: what a chart is drawn on; picture does it with matplotlib, svg in SVG
- frame, axis, legend: the parts that every chart has
- style: paper, ink, sizes and lettering
- page: how charts follow the theme of the page they are on
- arriving: what a cell shows comes into view

The Gantt chart

- layout: where everything goes, as plain data; lanes works it out
- view: what is in sight; crowd: many tasks together; callbacks: lanes where there is no task
- shared_lanes: what tasks share, and workers; shared_drawing and shared_text draw and write it
- gantt draws the lanes, text writes them in characters, alt says what is to be seen;
  overlap: whose waits overlap, and whose lives

Other charts

- order: the steps one after the other, and the ready queue after each; strip works it out
- load: how many tasks run, are ready and wait, over time

A recording step by step

- film: its frames; moments: what the loop looked like at each; narration: what happened, in words
- sleeps: what ended each sleep of the loop
- player: steps through it in the browser; packing: what travels there;
  shared_panel: what tasks share, at each frame
- live: the player of a recording that goes on; stopped: the chart of one that Stop has ended
- trace_events: for Perfetto
"""

from helpers.charts.chart import show_as

__all__ = ["show_as"]
