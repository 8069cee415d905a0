"""Lesson 07, whose loop: cells become a script, a run inside a run, a value from a thread."""
