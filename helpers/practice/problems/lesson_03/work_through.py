"""Long work, with a look at the timers between two jobs."""

from helpers.practice.checks import NotYet
from helpers.practice.exercises import Exercise
from helpers.practice.problems.lesson_03.diary import called
from helpers.practice.sentences import alike, in_seconds, times

JOBS, JOB, TICK = ("job 1", "job 2", "job 3", "job 4"), 0.5, 0.6  # names; seconds


def judge_work_through(work_through):
    diary, timeline = _worked(work_through, JOBS)
    names = [name for _, name, _ in diary.entries]
    _all_done_in_order(names, timeline)
    at = {name: moment for moment, name, _ in diary.entries}
    if names.index("timer") > names.index(JOBS[-1]):
        raise NotYet(
            _TIMER_LATE.format(due=in_seconds(TICK), called=in_seconds(at["timer"])),
            timeline,
        )
    if not alike(at["done"], len(JOBS) * JOB):
        raise NotYet(
            f"The jobs take {in_seconds(len(JOBS) * JOB)} together, and done was called at "
            f"{in_seconds(at['done'])}. Do not wait between two jobs: one turn of the loop is "
            "enough.",
            timeline,
        )
    diary, timeline = _worked(work_through, ())
    _called_once("done", [name for _, name, _ in diary.entries], timeline, " without any jobs")


_TIMER_LATE = (
    "A timer that was set for {due} was called at {called}, after all the jobs. The loop calls "
    "all that stands in its queue when an iteration begins, and looks at its timers only then: "
    "let each job ask for the next one, when it is done."
)


def _worked(work_through, jobs):
    def plan(loop, diary):
        loop.call_later(TICK, diary.lend("timer"))
        work_through(loop, [diary.lend(name, JOB) for name in jobs], diary.lend("done"))

    return called(plan, until=30)


def _all_done_in_order(names, timeline):
    jobs = [name for name in names if name in JOBS]
    if jobs != list(JOBS):
        raise NotYet(
            f"Called were {', '.join(jobs) or 'no jobs'}, and {', '.join(JOBS)} was wanted: each "
            "job once, in their order.",
            timeline,
        )
    _called_once("done", names, timeline)
    if names.index("done") < names.index(JOBS[-1]):
        raise NotYet(
            f"done was called before {JOBS[-1]} was. When your function returns, nothing that it "
            "queued has been called yet: the last job has to be followed by done.",
            timeline,
        )


def _called_once(name, names, timeline, when=""):
    if names.count(name) != 1:
        often = times(names.count(name))
        raise NotYet(f"{name} was called {often}{when}, and should be called once.", timeline)


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
        "calls them all in a row, and every timer of the program is late. Write it so that all "
        "jobs are called, in their order and without pauses, and between two of them the loop can "
        "look at its timers; `done()` is called after the last. With an empty list only `done()` "
        "is called."
    ),
    starter="""\
def work_through(loop, jobs, done):
    for job in jobs:
        job()
    done()
""",
    hints=(
        "The loop looks at its timers between two iterations. So each job needs an iteration of "
        "its own.",
        "What is queued while an iteration runs is called in the next one: who should ask for job "
        "2, and when?",
        "Write a callback that does one job and then asks for itself, `call_soon(work, number + "
        "1)`; when no job is left it calls `done()`.",
    ),
    judge=judge_work_through,
    solution=work_through,
    also=(work_through_an_iterator, work_through_a_shrinking_list),
    wrong=(
        (work_through_all_at_once, _TIMER_LATE.format(due="0.6 s", called="2 s")),
        (work_through_in_one_callback, _TIMER_LATE.format(due="0.6 s", called="2 s")),
        (
            work_through_and_be_done_too_soon,
            "done was called before job 4 was. When your function returns, nothing that it queued "
            "has been called yet: the last job has to be followed by done.",
        ),
        (
            work_through_with_pauses,
            "The jobs take 2 s together, and done was called at 4 s. Do not wait between two jobs: "
            "one turn of the loop is enough.",
        ),
    ),
)
