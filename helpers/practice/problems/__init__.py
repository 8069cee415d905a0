"""The exercises: a folder for each lesson, in it a file for each exercise, called by its id.

"03-night-watch" is in `lesson_03/night_watch.py`. What several exercises of a lesson share
stands beside them. How to write one: `helpers.practice.exercises`.
"""
