"""Lesson 04, tasks: results in order, first steps, tasks that are lost, cancelled or fail."""
