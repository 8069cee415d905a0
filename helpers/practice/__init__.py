"""What the learner does: predict, change, solve; and what judges it."""
