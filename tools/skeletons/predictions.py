"""What lesson NN asks before it runs: FILL IN: in a few words."""

from helpers.practice.predictions import Question

FIRST = Question(
    id="NN-first",
    ask="How long does it take?",
    options=(1.0, 2.0, 3.0),
    unit="s",
    measured=lambda timeline: timeline.duration,
    because="Both wait at the same time: the longer wait decides.",
    replies={"A": "`photos` takes longer than that.", "C": "3 s is the sum of both."},
)

SECOND = Question(
    id="NN-second",
    ask="And with three parts?",
    options=(2.0, 3.0, 4.0),
    unit="s",
    measured=lambda timeline: timeline.duration,
    because="The longest wait decides again.",
    replies={"A": "`sound` takes longer.", "C": "Nothing here is added up."},
)

THIRD = Question(
    id="NN-third",
    ask="FILL IN: your own question. And if each part computes for a second?",
    options=(1.0, 2.0),
    unit="s",
    measured=lambda timeline: timeline.duration,
    because="Work holds the loop, so it adds up.",
    replies={"A": "Only waits overlap."},
)
