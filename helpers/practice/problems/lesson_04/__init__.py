"""Lesson 04, tasks: results in order, first steps, tasks that nobody may lose."""
