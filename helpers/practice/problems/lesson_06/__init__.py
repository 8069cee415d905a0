"""Lesson 06, all three together: here is a chart, write the program that draws it."""
