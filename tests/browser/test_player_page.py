"""What a page does to a player: it changes theme and width, hides it, holds two of them.

In an empty page, where each of these can be done at a moment one chooses.
"""

from dataclasses import replace

import films
import pytest
from bare import show, text
from chart_samples import EVERY
from lab import texts

from helpers.charts.lanes import whole_lanes
from helpers.charts.player import Player
from helpers.timeline import Step, TaskSpan, Timeline

PLAYER, CHART, STORY = ".stl-player", ".stl-chart", ".stl-story"
LONG = "".join(f"line {number}\n" for number in range(1, 101))


def at_line(*lines, waiting=1):
    """A task that goes on at each of these lines, and others that all wait at line 3."""
    others = [TaskSpan(i, f"other {i}", created=0, ended=None) for i in range(1, waiting + 1)]
    first = [
        Step(i, "task", f"other {i}", 0, 0, 0, waiting_for="a lock", suspended_at=("cell", 3))
        for i in range(1, waiting + 1)
    ]
    steps = [
        Step(0, "task", "reader", n, n, n + 1, resumed_at=("cell", line))
        for n, line in enumerate(lines)
    ]
    return Timeline.of(
        [TaskSpan(0, "reader", created=0, ended=len(lines)), *others],
        first + steps,
        sources={"cell": LONG},
    )


@pytest.fixture
def quiet(page):
    """The page; at the end, nothing was thrown on it."""
    faults = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    assert faults == []


def go(page, frame):
    page.locator(CHART).first.focus()
    page.keyboard.press("Home")
    for _ in range(frame):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{PLAYER}[data-frame='{frame}']")


COLOURS = """() => {
  const canvas = document.querySelector(".stl-chart-view canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] === 255) seen.add(`rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`);
  return [...seen];
}"""

# JupyterLab lays the notebook out anew for a theme, and hides what is in it meanwhile.
CHANGE_THEME = """async (light) => {
  const root = document.querySelector(".stl-player");
  root.style.display = "none";
  document.body.dataset.jpThemeLight = light;
  document.body.dataset.jpThemeName = light;
  await Promise.resolve(); // by now, those who watch the theme have been told
  root.style.display = "";
  for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
}"""


@pytest.mark.parametrize("playing", [False, True])
def test_the_chart_takes_on_a_new_theme_though_it_was_hidden_meanwhile(quiet, playing):
    show(quiet, films.breakfast())
    running = {"true": "rgb(0, 114, 178)", "false": "rgb(61, 159, 220)"}
    quiet.locator(CHART).focus()
    if playing:
        quiet.keyboard.press(" ")
    for light, other in (("false", "true"), ("true", "false")):
        quiet.evaluate(CHANGE_THEME, light)
        colours = quiet.evaluate(COLOURS)
        assert running[light] in colours
        assert running[other] not in colours


IN_SIGHT = """() => {
  const box = document.querySelector(".stl-code").getBoundingClientRect();
  const line = document.querySelector(".stl-current").getBoundingClientRect();
  return line.top >= box.top - 1 && line.bottom <= box.bottom + 1; // where they are rounded
}"""


@pytest.mark.parametrize("width", [600, 850, 1000, 1600])
def test_the_current_line_of_a_long_source_is_scrolled_into_sight(quiet, width):
    quiet.set_viewport_size({"width": width, "height": 900})
    show(quiet, at_line(1, 50, 100, 30))
    for frame, line in ((3, 1), (5, 50), (7, 100), (9, 30)):
        go(quiet, frame)
        assert texts(quiet, ".stl-current .stl-number") == [str(line)]
        assert quiet.evaluate(IN_SIGHT)


def test_of_many_who_stand_at_one_line_the_first_few_are_named(quiet):
    show(quiet, at_line(1, waiting=4))
    go(quiet, 9)
    assert texts(quiet, ".stl-stander") == ["other 1", "other 2", "other 3", "other 4"]
    show(quiet, at_line(1, waiting=500))
    quiet.locator(CHART).focus()
    quiet.keyboard.press("End")
    assert texts(quiet, ".stl-stander") == ["other 1", "other 2", "other 3", "others"]


def test_a_broken_line_goes_on_further_in_than_it_began(quiet):
    quiet.set_viewport_size({"width": 600, "height": 900})
    wide = "        room(" + "a_long_argument, " * 20 + ")\n"
    show(quiet, replace(at_line(1), sources={"cell": wide}))
    lefts = quiet.evaluate(TEXT_LEFTS)
    assert len(lefts) > 1
    assert lefts[0] < lefts[1] == max(lefts)


TEXT_LEFTS = """() => {
  const range = document.createRange();
  const text = document.querySelector(".stl-line code").lastChild;
  range.setStart(text, 8);
  range.setEndAfter(text);
  return [...range.getClientRects()].map((box) => Math.round(box.left));
}"""


def test_before_anything_ran_the_source_is_the_one_that_will_run_first(quiet):
    timeline = Timeline.of(
        [],
        [
            Step(None, "callback", "bell", 0, 1, 2, resumed_at=("the learner's", 1)),
            Step(None, "timer", "closing", 3, 3, 3, resumed_at=("run", 1)),
        ],
        sources={"run": "def closing(): ...\n", "the learner's": "def bell(): ...\n"},
    )
    show(quiet, timeline)
    assert texts(quiet, ".stl-file") == ["the learner's"]


def test_keys_go_to_the_player_that_has_the_focus(quiet):
    show(quiet, films.breakfast(), films.held())
    frames = lambda: [  # noqa: E731
        player.get_attribute("data-frame") for player in quiet.locator(PLAYER).all()
    ]
    quiet.locator(CHART).nth(1).focus()
    for _ in range(3):
        quiet.keyboard.press("ArrowRight")
    assert frames() == ["0", "3"]
    quiet.locator(CHART).nth(0).focus()
    quiet.keyboard.press("ArrowRight")
    assert frames() == ["1", "3"]


def test_where_the_loop_itself_acts_its_own_row_is_told_of(quiet):
    show(quiet, films.breakfast())
    go(quiet, 7)
    assert quiet.locator(STORY).inner_text().startswith("Nothing is ready: the loop sleeps")
    assert quiet.locator(".stl-facts").inner_text() == "loop · asleep · 0.5 s to 2 s"


def test_of_a_step_of_no_length_it_is_said_when_not_from_when_to_when(quiet):
    show(quiet, films.breakfast())
    go(quiet, 9)
    assert quiet.locator(".stl-facts").inner_text() == "loop · running end of a sleep · at 2 s"


SEEN_WHILE_PLAYING = """async () => {
  const player = document.querySelector(".stl-player");
  performance.now = () => 1e12; // a tick bears the time at which its frame began: earlier
  const seen = new Set();
  document.querySelector("[aria-label='Play (space)']").click();
  for (let i = 0; i < 5; i++) {
    await new Promise(requestAnimationFrame);
    seen.add(player.dataset.frame).add(player.querySelector(".stl-clock").innerText);
  }
  return [...seen];
}"""


def test_playing_begins_where_one_was(quiet):
    show(quiet, films.breakfast())
    assert quiet.evaluate(SEEN_WHILE_PLAYING) == ["0", "0 s of 3 s, virtual time"]


TAKE_AWAY = """async ([source, packed]) => {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  const traits = { data: new DataView(bytes.buffer), live: false };
  const heard = new Set();
  const model = { get: (name) => traits[name], on: (name) => heard.add(name),
    off: (name) => heard.delete(name) };
  const takeAway = await widget.render({ model, el: document.body });
  const player = document.querySelector(".stl-player");
  player.querySelector("[aria-label='Play (space)']").click();
  await takeAway();
  const before = player.outerHTML;
  player.querySelector(".stl-chart").dispatchEvent(
    new KeyboardEvent("keydown", { key: "End", bubbles: true }));
  document.body.style.width = "500px";
  document.body.dataset.jpThemeName = "other";
  for (let i = 0; i < 5; i++) await new Promise(requestAnimationFrame);
  return [before === player.outerHTML, [...heard]];
}"""


def test_a_player_that_was_taken_away_hears_nothing_and_plays_no_more(quiet):
    given = [Player._esm, text(films.breakfast())]
    assert quiet.evaluate(TAKE_AWAY, given) == [True, []]


def test_it_fits_each_width_while_it_plays(quiet):
    show(quiet, films.breakfast())
    quiet.get_by_role("combobox", name="Moments").select_option("0.5")
    quiet.locator(CHART).focus()
    quiet.keyboard.press(" ")
    for width in (600, 1600, 700, 1000):
        quiet.set_viewport_size({"width": width, "height": 900})
        quiet.wait_for_function(
            "() => document.querySelector('.stl-chart canvas').clientWidth"
            " === document.querySelector('.stl-chart').clientWidth"
        )
        assert quiet.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert quiet.get_by_role("button", name="Pause (space)").is_visible()


def test_all_of_a_small_player_is_on_one_screen(quiet):
    """As wide as JupyterLab makes it on a screen of 1000 by 900, and as high as it shows."""
    quiet.set_viewport_size({"width": 836, "height": 900})
    show(quiet, films.breakfast())
    for frame in range(0, 21, 4):
        go(quiet, frame)
        assert quiet.locator(PLAYER).bounding_box()["height"] <= 779


def test_a_live_player_tells_how_long_the_loop_is_held_and_claims_no_empty_queue(quiet):
    show(quiet, films.still_running(), live=True)
    assert quiet.locator(STORY).inner_text() == (
        "'rude' is first in the queue: its first step begins. It has held the loop for 3 s."
    )
    assert texts(quiet, ".stl-queue li") == ["Known when the run is over."]


def pressed(page):
    return texts(page, ".stl-axes [aria-pressed=true]")


def test_where_most_steps_share_a_moment_the_axis_is_that_of_order(quiet):
    """Each press moves the playhead, though the clock stands still; a click goes to its place."""
    show(quiet, films.breakfast())
    assert pressed(quiet) == ["order"]
    go(quiet, 4)  # 'tea' suspends, at 0 s like all before it
    chart = quiet.locator(CHART).bounding_box()
    pictures = {quiet.locator(CHART).screenshot()}
    quiet.keyboard.press("ArrowLeft")
    pictures.add(quiet.locator(CHART).screenshot())
    assert len(pictures) == 2
    quiet.mouse.click(chart["x"] + chart["width"] - 3, chart["y"] + 40)
    quiet.wait_for_selector(f"{PLAYER}[data-frame='23']")


def test_one_turns_from_order_to_time_and_back(quiet):
    show(quiet, films.breakfast())
    go(quiet, 8)
    facts = quiet.locator(".stl-facts").inner_text()
    for key, axis in (("o", "time"), ("o", "order")):
        quiet.keyboard.press(key)
        assert pressed(quiet) == [axis]
        assert quiet.locator(PLAYER).get_attribute("data-frame") == "8"
        assert quiet.locator(".stl-facts").inner_text() == facts
    assert "ready: queued for its turn" in texts(quiet, ".stl-key")
    quiet.locator("button", has_text="time").first.click()
    assert "running, too short to draw to scale" in texts(quiet, ".stl-key")


def test_where_time_passes_in_the_steps_the_axis_is_that_of_time(quiet):
    show(quiet, at_line(1, 2, 3))
    assert pressed(quiet) == ["time"]


def test_a_click_on_what_was_found_goes_to_its_moment(quiet):
    tasks = [TaskSpan(0, "<i>rude</i>", ended=3.0, outcome="returned"), TaskSpan(1, "polite")]
    show(
        quiet,
        Timeline.of(
            tasks,
            [
                Step(1, "task", "polite", 0, 0, 0, waiting_for="sleep(1.5)", due=1.5),
                Step(0, "task", "rude", 1, 1, 3),
                Step(1, "task", "polite", 3, 3, 3),
            ],
        ),
    )
    (held,) = quiet.locator(".stl-found-one").all()  # with what it made late
    assert held.inner_text() == (
        "loop held: '<i>rude</i>' held the loop for 2 s. That kept 'polite' waiting for 1.5 s."
    )
    held.click()
    assert quiet.locator(".stl-clock").inner_text().startswith("1 s of 3 s")
    assert quiet.locator(".stl-facts").inner_text().startswith("<i>rude</i> · running")
    show(quiet, films.breakfast(), live=True)
    assert quiet.locator(".stl-found").is_hidden()


def test_callbacks_have_the_rows_that_the_chart_has_on_both_axes(quiet):
    show(quiet, EVERY["callbacks"])
    labels = [lane.label for lane in whole_lanes(EVERY["callbacks"])]
    quiet.locator(CHART).focus()
    for axis in ("time", "order"):
        quiet.get_by_role("button", name=f"Axis of {axis}").click()
        found = []
        quiet.locator(".stl-title").click()
        quiet.keyboard.press("Home")
        for _ in labels:
            quiet.keyboard.press("ArrowUp")
        for _ in labels:
            found.append(quiet.locator(".stl-facts").inner_text().split(" · ")[0])
            quiet.keyboard.press("ArrowDown")
        assert found == labels
        quiet.keyboard.press("Escape")


def test_the_line_that_holds_the_loop_is_named_or_only_where_it_was_resumed(quiet):
    held = [
        Step(0, "task", "t", 0, 0, 1, resumed_at=("cell", 3), held_at=("cell", 5, "time.sleep"))
    ]
    for steps, line, words in (
        (held, "5", "holds the loop at line 5, in time.sleep"),
        ([replace(held[0], held_at=None)], "3", "holds the loop after line 3"),
    ):
        show(quiet, Timeline.of([TaskSpan(0, "t", created=0)], steps, sources={"cell": LONG}))
        go(quiet, 1)
        assert texts(quiet, ".stl-current .stl-number") == [line]
        assert quiet.locator(".stl-now .stl-detail").inner_text() == words
        assert quiet.locator(".stl-facts").inner_text().endswith(words)
