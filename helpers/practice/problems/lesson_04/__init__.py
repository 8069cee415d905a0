"""Lesson 04, tasks: results in order, the order of steps, tasks that nobody may lose."""
