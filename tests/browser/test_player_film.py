"""The browser's answers are Python's: the same states, the same words, the same stretches.

The player's modules are loaded into an empty page, without JupyterLab, and asked what `moments`,
`narration` and `Timeline.spans` are asked here: what was packed must arrive.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from random import Random

import films
import pytest
from any_recording import recordings
from bare import load, show, text
from hypothesis import assume, given, settings
from lab import texts

import helpers
from helpers.charts.film import Film
from helpers.charts.lanes import lay_out
from helpers.charts.moments import moment_of
from helpers.charts.narration import Narration
from helpers.charts.packing import first_steps, last_steps
from helpers.charts.signs import signs_in, signs_in_order
from helpers.charts.words import SIGNS, duration_text
from helpers.timeline import Step, TaskSpan, Timeline, nanoseconds

ASK = """async ([packed, positions, tasks]) => {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const film = await window.player.openFilm(bytes);
  const state = ([time, frame]) => {
    const at = frame === null ? film.atTime(time) : film.atFrame(frame);
    const m = film.stateAt(at);
    return {
      frame: at.frame, asleep: m.asleep, until: m.until, printed: m.printed,
      ready: m.ready.map((q) => [q.what, q.since, q.putBy, q.step, q.task]),
      timers: m.timers.map((t) => [t.what, t.due, t.left, t.setBy]),
      waiting: m.waiting.map((w) => [w.name, w.waitingFor, w.since, w.due, w.overdue, w.at]),
      running: m.running.map((r) => [r.step, r.what, r.since, r.at]),
      told: film.narrate(at.frame),
    };
  };
  const spans = (id) =>
    film.stretches(id).map((s) => [s.state, s.start, s.end, s.step, s.reason]);
  return { states: positions.map(state), spans: Array.from({ length: tasks }, (_, i) => spans(i)) };
}"""


@pytest.fixture(scope="module")
def film_page(browser):
    """An empty page that knows the player's film."""
    page = browser.new_page()
    load(page, "film", "order", "time")
    yield page
    page.close()


def positions(film):
    """Every frame, and some times, as [nanoseconds, frame or None]."""
    by_frame = [[0, frame] for frame in range(len(film))]
    return by_frame + [[film.timeline.length * part // 13, None] for part in range(14)]


def python_says(film, told, position):
    time, frame = position
    m = moment_of(film, film.at(time / 1e9) if frame is None else film.at_frame(frame))
    return {
        "frame": m.frame,
        "asleep": m.asleep,
        "until": _ns(m.until),
        "printed": m.printed,
        "ready": [
            [q.what, _ns(q.since), q.put_by, _number(q.step), _number(q.task)] for q in m.ready
        ],
        "timers": [[t.what, _ns(t.due), _ns(t.left), t.set_by] for t in m.timers],
        "waiting": [
            [w.name, w.waiting_for, _ns(w.since), _ns(w.due), w.overdue, w.at and list(w.at)]
            for w in m.waiting
        ],
        "running": [[r.step, r.what, _ns(r.since), r.at and list(r.at)] for r in m.running],
        "told": told.sentence(m.frame),
    }


def _ns(time):
    return None if time is None else nanoseconds(time)


def _number(index):
    return -1 if index is None else index


def spans_of(timeline):
    return [
        [
            [state, start, end, _number(step), why]
            for state, start, end, step, why in timeline.spans(id)
        ]
        for id in range(len(timeline.tasks))
    ]


def agree(page, timeline):
    film = Film(timeline)
    told, asked = Narration(film), positions(film)
    found = page.evaluate(ASK, [text(timeline), asked, len(timeline.tasks)])
    for position, state in zip(asked, found["states"], strict=True):
        assert state == python_says(film, told, position), f"at {position}"
    assert found["spans"] == spans_of(timeline)


@pytest.mark.parametrize("make", films.FILMS, ids=lambda make: make.__name__)
def test_hand_written_recordings(film_page, make):
    agree(film_page, make())


@pytest.mark.parametrize("name", ["{}", "{what}", "$&", "\u2028", "<b>"])
def test_names_that_look_like_something_else(film_page, name):
    tasks = [TaskSpan(n, name + str(n), ended=n, outcome="returned") for n in range(2)]
    steps = [Step(n, "task", name, 0, n, n, woken_by=None if n == 0 else 0) for n in range(2)]
    agree(film_page, Timeline.of(tasks, steps, duration=2))


@settings(max_examples=40)
@given(recordings())
def test_any_recording(film_page, timeline):
    agree(film_page, timeline)


# What each task does just after each frame: by its life on the axis of order, and by the panels.
IN_ORDER = """async (packed) => {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const film = await window.player.openFilm(bytes);
  const seen = window.player.inOrder(film);
  const place = (frame) => seen.placeOf(film.atFrame(frame));
  const drawn = (id, frame) => {
    const middle = (place(frame) + place(frame + 1)) / 2;
    const part = seen.stretches(id).find(({ state, start, end }) =>
      state !== "overdue" && start < middle && middle < end);
    return part ? part.state : "";
  };
  const known = (m, id) => {
    const [inner, ...outer] = m.running.map((r) => r.task);
    if (inner === id && !m.asleep) return "running";
    if (inner === id || outer.includes(id)) return "waiting";
    const { created, createdFrame } = film.tasks[id];
    if (created === m.time && m.frame < createdFrame) return ""; // not there, whatever is queued
    if (m.waiting.some((w) => w.task === id)) return "waiting";
    return m.ready.some((q) => q.task === id) ? "ready" : "";
  };
  const rows = [];
  for (let frame = 0; frame < film.frames - 1; frame++) {
    const m = film.stateAt(film.atFrame(frame));
    for (const { id } of film.tasks)
      rows.push([frame, id, drawn(id, frame), known(m, id)]);
  }
  for (const [i, row] of seen.rows.entries()) {
    if (row.kind !== "callback") continue;
    for (let frame = 0; frame < film.frames - 1; frame++) {
      const m = film.stateAt(film.atFrame(frame));
      const middle = (place(frame) + place(frame + 1)) / 2;
      const here = row.parts.filter((p) => p.start < middle && middle < p.end);
      const mine = (found) => found.some((one) => row.steps.includes(one.step));
      const known = mine(m.running) ? "running"
        : mine(m.ready) ? "ready" : "";
      const state = ["running", "ready"].find((s) => here.some((p) => p.state === s)) ?? "";
      rows.push([frame, `row ${i}`, state, known]);
    }
  }
  const back = rows.every(([frame]) => seen.positionAt(place(frame)).frame === frame);
  return { rows, back, stands: window.player.standsStill(film) };
}"""


def the_axis_of_order_agrees(page, timeline):
    """A task is drawn as what the panels say of it, at each frame."""
    found = page.evaluate(IN_ORDER, text(timeline))
    assert [row for row in found["rows"] if row[2] != row[3]] == []
    assert found["back"]
    return found["stands"]


@pytest.mark.parametrize("make", films.FILMS, ids=lambda make: make.__name__)
def test_on_the_axis_of_order_hand_written_recordings(film_page, make):
    stands = the_axis_of_order_agrees(film_page, make())
    assert stands == (make in (films.breakfast, films.late))


@settings(max_examples=40)
@given(recordings())
def test_on_the_axis_of_order_any_recording(film_page, timeline):
    timers = [t for t in timeline.timers if t.step is not None and t.made_by is not None]
    assume(all(t.made_by < t.step for t in timers))  # a step cannot have made its own timer
    the_axis_of_order_agrees(film_page, timeline)


ROWS = """async (packed) => {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  return (await window.player.openFilm(bytes)).rows.map((row) => row.label);
}"""


@pytest.mark.parametrize(
    "make",
    [make for make in films.FILMS if make is not films.empty],  # a chart of nothing has no lanes
    ids=lambda make: make.__name__,
)
def test_the_players_rows_are_called_as_the_charts_lanes(film_page, make):
    lanes = [lane.label for lane in lay_out(make()).lanes]
    assert film_page.evaluate(ROWS, text(make())) == lanes


@pytest.mark.parametrize("make", films.FILMS, ids=lambda make: make.__name__)
def test_the_legend_names_the_signs_that_occur(page, make):
    show(page, make())
    film = Film(make())
    keys = [signs_in(film.timeline), signs_in_order(film)]
    border = ["an iteration of the loop begins"] * (len(film.iterations) > 1)
    assert texts(page, ".stl-key") in [
        [*(SIGNS[n].words for n in names), *border] for names in keys
    ]


async def cafe():
    """Sleeps, queues, a group, a timeout that fires, a cancelled task, a callback, a thread."""
    orders = asyncio.Queue()

    async def barista():
        for _ in range(3):
            print("made", await orders.get())

    async def guest(number):
        await asyncio.sleep(number / 10)
        await orders.put(number)
        await asyncio.sleep(0)

    asyncio.get_running_loop().call_later(0.05, print, "bell")
    async with asyncio.TaskGroup() as group:
        group.create_task(barista(), name="barista")
        for number in range(3):
            group.create_task(guest(number), name=f"guest {number}")
    bored = asyncio.create_task(asyncio.sleep(60), name="bored")
    try:
        async with asyncio.timeout(0.2):
            await bored
    except TimeoutError:
        helpers.compute(0.3)
    await asyncio.to_thread(print, "from a thread")


def recorded():
    with helpers.record("cafe") as timeline:
        asyncio.run(cafe())
    return timeline


def test_a_real_recording(film_page):
    """In a thread of its own: Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        timeline = thread.submit(recorded).result()
    assert len(timeline.steps) > 20
    agree(film_page, timeline)


def test_a_simulation(film_page):
    agree(film_page, helpers.simulate(cafe()))


def test_the_first_and_the_last_part_of_a_recording(film_page):
    timeline = helpers.simulate(cafe())
    agree(film_page, first_steps(timeline, 12))
    agree(film_page, last_steps(timeline, 12))


def test_times_are_rounded_alike(film_page):
    """Many of every size, and around each number at which the words change."""
    chance = Random(7)
    anywhere = (round(10 ** chance.uniform(0, 15.5)) for _ in range(5_000))
    round_ones = (factor * 10**power for power in range(15) for factor in (1, 2, 5, 9.995, 99.95))
    minutes = (number * 60_000_000_000 for number in (1, 2, 3, 59, 60, 61, 1439, 1440, 3000))
    edges = (round(edge) + off for edge in (*round_ones, *minutes) for off in range(-6, 7))
    times = [0, *anywhere, *edges, 99_499_999, 99_500_000, 119_994_999_999, 119_995_000_000]
    times += [-time for time in times]
    found = film_page.evaluate("(times) => times.map(window.player.durationText)", times)
    assert found == [duration_text(time / 1e9) for time in times]


@pytest.mark.parametrize("make", films.FILMS, ids=lambda make: make.__name__)
def test_every_recording_can_be_walked_through(page, make):
    """Also an empty one, and one that is not complete: each frame shows, and none is an error."""
    faults = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    timeline = make()
    film = Film(timeline)
    told = Narration(film)
    show(page, timeline)
    page.locator(".stl-chart").focus()
    for frame in range(len(film)):
        page.wait_for_selector(f".stl-player[data-frame='{frame}']")
        assert page.locator(".stl-story").inner_text() == told.sentence(frame)
        for key in ("ArrowDown", "ArrowUp", "+", "ArrowRight"):
            page.keyboard.press(key)
    show(page, timeline, live=True)
    page.wait_for_selector(".stl-player.stl-live")
    assert faults == []
