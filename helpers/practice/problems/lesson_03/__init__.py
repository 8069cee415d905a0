"""Lesson 03, the event loop: plain functions that plan calls, judged by what was called when."""
