"""Long work, with a look at the timers between two jobs."""

from helpers.practice.checks import NotYet
from helpers.practice.exercises import Exercise
from helpers.practice.problems.lesson_03.diary import called
from helpers.practice.sentences import alike, in_seconds, times

JOBS = {"job 1": 0.5, "job 2": 0.3, "job 3": 0.6, "job 4": 0.4}  # how long each takes, in seconds
TIMERS = (0.1, 0.6, 0.9)  # seconds; each is due while the first, second, third job runs
TOGETHER = sum(JOBS.values())


def judge_work_through(work_through):
    diary, timeline = _worked(work_through, JOBS)
    names = [name for _, name, _ in diary.entries]
    _all_done_in_order(names, timeline)
    _timers_in_time(diary.entries, timeline)
    done = next(moment for moment, name, _ in diary.entries if name == "done")
    if not alike(done, TOGETHER):
        raise NotYet(
            f"The jobs take {in_seconds(TOGETHER)} together, but done was called at "
            f"{in_seconds(done)}. Don't let time pass between two jobs: all the loop needs there "
            "is a new iteration.",
            timeline,
        )
    diary, timeline = _worked(work_through, {})
    _called_once("done", [name for _, name, _ in diary.entries], timeline, " without any jobs")


def _timers_in_time(entries, timeline):
    """A timer due in one job may have to let the next one pass, which is queued already."""
    names = [name for _, name, _ in entries]
    for due, too_late in zip(TIMERS, [*JOBS][2:], strict=False):
        timer = names.index(f"timer {due}")
        if timer > names.index(too_late):
            before = [name for name in names[:timer] if name in JOBS][-1]
            at = in_seconds(entries[timer][0])
            raise NotYet(_TIMER_LATE.format(due=in_seconds(due), at=at, job=before), timeline)


_TIMER_LATE = (
    "A timer that was set for {due} was called only at {at}, after {job}. In one iteration the "
    "loop calls everything that was queued when it began, and only then does it look at its timers "
    "again: queue each job when the one before it is done."
)


def _worked(work_through, jobs):
    def plan(loop, diary):
        for due in TIMERS:
            loop.call_later(due, diary.lend(f"timer {due}"))
        lent = [diary.lend(name, seconds) for name, seconds in jobs.items()]
        work_through(loop, lent, diary.lend("done"))

    return called("work_through", plan, until=30)


def _all_done_in_order(names, timeline):
    jobs = [name for name in names if name in JOBS]
    if jobs != list(JOBS):
        raise NotYet(
            f"The jobs called were {', '.join(jobs) or 'none'}, and should be {', '.join(JOBS)}: "
            "each of them once, in that order.",
            timeline,
        )
    _called_once("done", names, timeline)
    last = [*JOBS][-1]
    if names.index("done") < names.index(last):
        raise NotYet(
            f"done was called before {last}. When your function returns, nothing that it queued "
            "has been called yet: call done when the last job is over.",
            timeline,
        )


def _called_once(name, names, timeline, when=""):
    if names.count(name) != 1:
        called = "never called" if name not in names else f"called {times(names.count(name))}"
        raise NotYet(f"{name} was {called}{when}, and should be called once.", timeline)


def work_through(loop, jobs, done):
    def work(number):
        if number == len(jobs):
            done()
        else:
            jobs[number]()
            loop.call_soon(work, number + 1)

    loop.call_soon(work, 0)


def work_through_an_iterator(loop, jobs, done):
    left = iter(jobs)

    def work():
        for job in left:
            job()
            loop.call_later(0, work)
            return
        done()

    work()


def work_through_a_shrinking_list(loop, jobs, done):
    if not jobs:
        done()
        return
    first, *rest = jobs
    first()
    loop.call_soon(work_through_a_shrinking_list, loop, rest, done)


def work_through_all_at_once(loop, jobs, done):
    for job in jobs:
        loop.call_soon(job)
    loop.call_soon(done)


def work_through_in_pairs(loop, jobs, done):
    def work(number):
        for job in jobs[number : number + 2]:
            job()
        if number + 2 < len(jobs):
            loop.call_soon(work, number + 2)
        else:
            done()

    loop.call_soon(work, 0)


def work_through_two_and_then_each(loop, jobs, done):
    left = list(jobs)
    for job in (left.pop(0), left.pop(0)) if jobs else ():
        job()

    def work():
        if left:
            left.pop(0)()
            loop.call_soon(work)
        else:
            done()

    loop.call_soon(work)


def work_through_by_the_clock(loop, jobs, done):
    for number, job in enumerate(jobs):
        loop.call_later(0.5 * number, job)
    loop.call_later(0.5 * len(jobs), done)


def work_through_in_one_callback(loop, jobs, done):
    def work():
        for job in jobs:
            job()
        done()

    loop.call_soon(work)


def work_through_and_be_done_too_soon(loop, jobs, done):
    def work(number):
        jobs[number]()
        if number + 1 < len(jobs):
            loop.call_soon(work, number + 1)

    if jobs:
        loop.call_soon(work, 0)
    done()


def work_through_with_pauses(loop, jobs, done):
    for number, job in enumerate(jobs):
        loop.call_later(number, job)
    loop.call_later(len(jobs), done)


WORK_THROUGH = Exercise(
    id="03-work-through",
    title="Work that lets others through",
    prompt=(
        "`jobs` is a list of functions; each of them holds the loop for a while. The version below "
        "calls them all in a row, which makes every timer in the program late. Rewrite it: all "
        "jobs are still called, in order and without pauses, but between two jobs the loop gets to "
        "look at its timers. `done()` is called after the last job; with an empty list, only "
        "`done()` is called."
    ),
    starter="""\
def work_through(loop, jobs, done):
    for job in jobs:
        job()
    done()
""",
    hints=(
        "The loop looks at its timers once in each iteration, so each job needs an iteration of "
        "its own.",
        "What is queued during an iteration is called in the next one. So what should ask for job "
        "2, and when?",
        "Write a callback that does one job and then asks to be called again, with "
        "`call_soon(work, number + 1)`; when no job is left, it calls `done()`.",
    ),
    why=(
        "Each job is queued only when the one before it is done, so each has an iteration of its "
        "own, and between two jobs the loop looks at its timers."
    ),
    judge=judge_work_through,
    solution=work_through,
    also=(work_through_an_iterator, work_through_a_shrinking_list),
    wrong=(
        (work_through_all_at_once, _TIMER_LATE.format(due="0.1 s", at="1.8 s", job="job 4")),
        (work_through_in_one_callback, _TIMER_LATE.format(due="0.1 s", at="1.8 s", job="job 4")),
        (work_through_in_pairs, _TIMER_LATE.format(due="0.1 s", at="1.8 s", job="job 4")),
        (work_through_two_and_then_each, _TIMER_LATE.format(due="0.1 s", at="1.4 s", job="job 3")),
        (
            work_through_and_be_done_too_soon,
            "done was called before job 4. When your function returns, nothing that it queued has "
            "been called yet: call done when the last job is over.",
        ),
        (
            work_through_with_pauses,
            "The jobs take 1.8 s together, but done was called at 4 s. Don't let time pass between "
            "two jobs: all the loop needs there is a new iteration.",
        ),
        (
            work_through_by_the_clock,
            "The jobs take 1.8 s together, but done was called at 2 s. Don't let time pass between "
            "two jobs: all the loop needs there is a new iteration.",
        ),
    ),
)
