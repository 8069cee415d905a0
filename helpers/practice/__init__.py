"""What the learner does: predict, change, solve; and what judges it.

The verbs are at the front door of `helpers`. What is where:

- predict: commit to an answer before the run, and compare; predictions: all of them, and how to
  write one; matching: which answer the measurement says
- what_if: sliders that run the program again at each move
- exercises: check, hint and solution, and how to write an exercise; problems: all of both
- attempts: the learner's function, run where it can do no harm
- checks: judge what it did in time; sentences: what they say; drawing: "draw this chart"
- notes: an answer as it is shown; markup: the little Markdown in it
- progress: what was done, and the map of the course (course.json); renamed: older ids
- server: a web server on this machine that is slow, or fails, as one wishes

Everything here may import charts and virtual_time; nothing but the lessons imports this.
"""
