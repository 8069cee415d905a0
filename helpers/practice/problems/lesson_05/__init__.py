"""Lesson 05, how tasks end: one that fails among others, one that takes too long."""
