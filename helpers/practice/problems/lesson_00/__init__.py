"""Lesson 00, how to read the charts: a breakfast, made in less time."""
