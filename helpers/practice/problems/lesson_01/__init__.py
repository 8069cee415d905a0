"""Lesson 01, waiting: reminders that let go, an interval measured, work done while waiting."""
