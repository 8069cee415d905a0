"""What lesson 02 asks before it runs: coroutines, driven by hand."""

from helpers.practice.predictions import Question


def got_from_pour(timeline):
    got = timeline.output[0].text
    return "coroutine, and nothing has run yet" if "coroutine" in got else got


WHEN_WARNED = (
    "when it is called without `await`: before `ordered`",
    "when the object is thrown away: before `cleared`",
    "when the program ends: after `cleared`",
)


def place_of(timeline, beginning):
    """Which line that was printed begins so, counted from 0."""
    return [printed.text.startswith(beginning) for printed in timeline.output].index(True)


def what_print_gave(timeline):
    said = [printed.text.strip() for printed in timeline.output[:2]]
    if said == ["hello", "TypeError"]:
        return "`hello` is printed, and then comes a TypeError"
    return "something else"


CALL = Question(
    id="02-call",
    ask="What does the line `order = make_tea('green')` print?",
    options=("water on", "water on\ntea is ready", "nothing"),
    measured=lambda timeline: [printed.text for printed in timeline.output] or "nothing",
    because=(
        "The call made an object, which keeps the argument, and ran no line of the body. Running "
        "the body is another matter."
    ),
    replies={
        "A": (
            "`water on` is the first thing the body prints. But calling `make_tea` hasn't begun "
            "its body."
        ),
        "B": (
            "Calling an ordinary function runs it to its end. Calling a coroutine function runs "
            "none of it."
        ),
    },
)

TWICE = Question(
    id="02-twice",
    ask="What does the second `await order` give?",
    options=(
        "the same cup",
        "a second cup",
        "RuntimeError: cannot reuse already awaited coroutine",
    ),
    measured=lambda timeline: timeline.result,
    because=(
        "A coroutine object runs once, and doesn't keep its result. For a second cup, call the "
        "function again. What keeps a result and gives it out twice is a task: lesson 05."
    ),
    replies={
        "A": (
            "Nothing in the object remembers the first cup: it was handed out, and that was that."
        ),
        "B": "The code of `order` has run to its end, and can't go back to the beginning.",
    },
)

SEND = Question(
    id="02-send",
    ask="What does `answer().send(None)` do?",
    options=(
        "It returns 42",
        "It raises RuntimeError: no running event loop",
        "It raises StopIteration, with 42 inside",
    ),
    measured=lambda outcome: outcome,
    because=(
        "`send` returns when a coroutine suspends. This one came to its end instead, and says so "
        "with StopIteration, which carries the result."
    ),
    replies={
        "A": "`send` returns something only when the body suspends, and this body never does.",
        "B": "`answer` doesn't need a loop, and neither does `send`.",
    },
)

COMES_OUT = Question(
    id="02-comes-out",
    ask="After `pot = brew()`: what does the first `pot.send(None)` give back?",
    options=("None", "wake me when it boils", "tea"),
    measured=lambda first_out: first_out,
    because=(
        "`brew` ran to its `await`, and on into `pause`, which yielded the message. It came out at "
        "the other end, from your `send`."
    ),
    replies={
        "A": "`None` is what you put in. What comes out is whatever was yielded at the bottom.",
        "C": "`tea` is what `brew` returns in the end. It hasn't got there yet.",
    },
)

CHAIN = Question(
    id="02-chain",
    ask="How many calls of `send(None)` does it take to bring a `breakfast()` to its end?",
    options=(1, 2, 3, 4),
    measured=lambda count: count,
    because=(
        "Once to reach the `yield` in `pause`, and once more from there to the end. An `await` of "
        "a coroutine is a pipe: `send` goes straight through to the innermost one, and what that "
        "one yields comes straight back."
    ),
    replies={
        "A": "One is enough if nothing suspends. Here `pause` does, once.",
        "C": "There are three `await`s, but two of them only pass things on.",
        "D": "There are four functions in the chain, but one `send` goes through them all.",
    },
)

KNOWN_WORD = Question(
    id="02-known-word",
    ask="`reader('tea')`: in which order are the three lines printed?",
    options=(
        "reader: before\nother: hello\nreader: after",
        "reader: before\nreader: after\nother: hello",
        "other: hello\nreader: before\nreader: after",
    ),
    measured=lambda timeline: [printed.text for printed in timeline.output],
    because=(
        "Nothing in `look_up` suspends, so `reader` ran straight through its `await`, all in one "
        "step. It let go of the loop only at `await other`."
    ),
    replies={
        "A": (
            "The `await` in `reader` doesn't suspend by itself. Only what it awaits could, and "
            "`look_up` knew the word."
        ),
        "C": "Making a task runs none of its code: it only queues the first step.",
    },
)

UNKNOWN_WORD = Question(
    id="02-unknown-word",
    ask="And in which order now, with `reader('scone')`?",
    options=(
        "reader: before\nother: hello\nreader: after",
        "reader: before\nreader: after\nother: hello",
    ),
    measured=lambda timeline: [printed.text for printed in timeline.output],
    because=(
        "Now the `sleep` at the bottom suspends, and with it the whole chain: `look_up`, and "
        "`reader`, which awaits it. Next in the queue is `other`."
    ),
    replies={
        "B": "With a known word nothing suspended, but this word takes a second.",
    },
)

PLAIN_MIDDLE = Question(
    id="02-plain-middle",
    ask="`serve` calls `pour()` without an `await`. What does it get?",
    options=("str, `hot water`, after 2 s", "coroutine, and nothing has run yet", "NoneType"),
    measured=got_from_pour,
    because=(
        "A plain function can't wait: it has to run to its end before its caller continues. So all "
        "`pour` could do was hand the object on, for `serve` to await."
    ),
    replies={
        "A": "`pour` is a plain function: it can't be suspended for those two seconds.",
        "C": "`pour` does return something: the object that it got by calling `kettle`.",
    },
)

TURNS = Question(
    id="02-turns",
    ask="In which order does `take_turns(cook('rice'), cook('fish'))` print?",
    options=(
        "rice chop\nrice fry\nfish chop\nfish fry",
        "rice chop\nfish chop\nrice fry\nfish fry",
        "rice chop\nfish chop\nfish fry\nrice fry",
    ),
    measured=lambda timeline: [printed.text for printed in timeline.output],
    because=(
        "Each `send` runs one dish to its pause, and then the dish goes to the end of the queue. "
        "First in, first out: nobody chooses."
    ),
    replies={
        "A": "Dishes that never pause would go like that. Here the pause lets the other one begin.",
        "C": "When `fish` pauses, `rice` is already in the queue, so `rice` comes first.",
    },
)

WARNING = Question(
    id="02-warning",
    ask="When does Python warn that `make_tea` was never awaited?",
    options=WHEN_WARNED,
    measured=lambda timeline: WHEN_WARNED[place_of(timeline, "warning")],
    because=(
        "A call without `await` is no mistake in itself: the object might be awaited later. Only "
        "when it is thrown away before it has begun is it certain that nobody will."
    ),
    replies={
        "A": "At that moment Python can't know what you will do with the object.",
        "C": "`clear` threw the last reference away, and Python noticed there and then.",
    },
)

AWAIT_NONE = Question(
    id="02-await-none",
    ask="What happens at `await print('hello')`?",
    options=(
        "a TypeError, and `hello` is not printed",
        "`hello` is printed, and then comes a TypeError",
        "`hello` is printed, and all is well",
    ),
    measured=what_print_gave,
    because=(
        "First the call runs, as always; then `await` looks at what it returned. That's `None`, "
        "which can't be awaited."
    ),
    replies={
        "A": "`await` comes last: it needs something to look at, so the call runs first.",
        "C": "`print` returns `None`, which isn't awaitable, and Python says so.",
    },
)
