"""The exercises, a file for each lesson. How to write one: `helpers.practice.exercises`."""
