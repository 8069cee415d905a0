"""Lesson 05, how tasks end: errors in groups, a future by hand, tasks that are stopped."""
