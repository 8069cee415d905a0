"""A program on a clock that jumps: `simulate` runs it, `compute` stands for work.

The idea: an asyncio program spends nearly all its time waiting, and an event loop knows,
whenever it has nothing to run, which timer comes next. So instead of sleeping until then
it may set its clock to that moment and go on. The `looptime` library does this; here it
is put on a private loop, in a thread of its own (a notebook cell's loop is busy running
the cell), watched by the same recorder as everything else. Times come out exact, to the
nanosecond, and a year passes in milliseconds.

    run         `simulate`: one run, in a thread of its own, that always comes to an end
    interrupts  ends a program that does not notice that it should
    clocks      what `time.monotonic` and its like tell the program meanwhile
    loop        the loop whose clock jumps, and `compute`, which moves it within a step
    sentences   what is said when a program had to be stopped, or when it is none

What is real: the program, asyncio, the order of steps, exceptions, cancellation, output.
What is not: the clock that `asyncio.sleep`, `asyncio.timeout`, `loop.time` and the program's
own `time.monotonic` read. Python code costs nothing on it; `compute` says how long work would
have held the loop.

What to know:

- Threads and sockets live in real time. While `asyncio.to_thread` runs, the virtual clock
  moves no faster than the real one; a thread started by hand, or a server elsewhere, is
  not waited for when a timer is due: the clock jumps there first.
- `time.monotonic`, `perf_counter` and `time`, asked by the program, follow the virtual clock;
  of real time only what passes between two looks at one virtual moment. `datetime.now` stays
  real, and a note says that it was asked. See `clocks`.
- `time.sleep` stays real, and takes no virtual time. What a step really took is kept in
  `Step.real_seconds`, which is how a `time.sleep` is found out.
- Sets have no order: which of several tasks a failing `TaskGroup` cancels first can vary.
- A program that never ends is ended here, with a sentence. One that sits in
  `time.sleep(60)` cannot be: Python has no way to stop it, so it is left behind in its
  daemon thread. One call into C that neither returns nor lets other threads run
  (`10 ** 10 ** 10`) stops the whole process, here as anywhere.
"""

from helpers.virtual_time.clocks import put_forward
from helpers.virtual_time.loop import MOST_TASKS, VirtualLoop, compute
from helpers.virtual_time.run import own_traceback, simulate
from helpers.virtual_time.sentences import SimulationStopped

__all__ = [
    "MOST_TASKS", "SimulationStopped", "VirtualLoop", "compute", "own_traceback", "put_forward",
    "simulate",
]  # fmt: skip
