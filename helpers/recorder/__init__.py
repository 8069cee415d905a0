"""How it is seen: the only room that touches a loop's insides or a clock.

    recording           the public face: `record`, and how a recording begins and ends
      hooks             what is put in place while something is recorded, and taken back
        shared_hooks    what is heard of queues, locks and their like
        stand_ins       handles and methods that say what they do
        workers         what runs in threads and processes, as far as it can be known
        held            which line holds the loop, looked up while it does
        let_go          where Python lets others look, and what may have kept it before
        processor       who uses the processor: one thread, or others
        hot             the closures that each step pays for
          journal       what one thread writes: steps, timers, sleeps, output
            eager       eager tasks that are made by hand
            unheard     whether somebody asked for what a task raised
            unawaited   coroutine objects that were dropped
            present     what is under way, and who is ready, at a moment
            waits       what a suspended task waits for, and where
            shared      what tasks share: values, and who waits
            task_book   its tasks, by number
            vocabulary  its labels, words and code objects, by number
      cutting           one recording's share of a journal
      assemble          rows to a `Timeline`; it knows nothing of those above
        steps, people, places
        limits            waits that a timeout ends
        worker_spans      what ran in workers
        resources         what tasks share: sizes, holders, lines
    variables           what the learner calls a thing that was made
    awaits              the chain of awaits: which code hangs in which
    misses              what could not be understood
    rows                what one step is in numbers, and what a journal hands over
    written             which call the learner wrote at a place
    naming              words for what is seen, and whose code it is
    timing              where every moment is read
    asyncio_internals   every private name of asyncio

Each imports from those below it. `assemble` is loaded when the first recording ends.

What cannot be seen, all of it; the file in brackets says more:

1. the steps of a loop that keeps its handles to itself, such as uvloop: a note names it (hooks)
2. from Python 3.14 on, how long the first step was of an eager task that is made by hand and
   goes on to wait: a note says so (eager)
3. output that does not go through `sys.stdout`: of C code, of a child process (stand_ins)
4. who made a plain future: a wait for one is just "future" (waits)
5. what hangs below an object that keeps what it awaits where the garbage collector does not
   see it (awaits)
6. in which process of a pool a call ran, and when it began there (workers)
7. who holds a semaphore that somebody releases who did not hold it (resources)
"""

from helpers.recorder.recording import Recording, record, record_virtual

__all__ = ["Recording", "record", "record_virtual"]
