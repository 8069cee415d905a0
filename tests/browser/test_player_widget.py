"""The player in a real JupyterLab: by keyboard and mouse, light and dark, without a kernel."""

from pathlib import Path

import films
import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import Screen, texts

from helpers.charts.film import Film
from helpers.charts.moments import moment
from helpers.charts.narration import Narration
from helpers.charts.words import duration_text

TESTS = Path(__file__).parents[1]
SHOW = f"import sys; sys.path.insert(0, {str(TESTS)!r})\nimport films\nfilms.{{}}().player()"
ODD = """
from helpers.timeline import Step, TaskSpan, Timeline, Printed
Timeline.of(
    [TaskSpan(0, "<b id='sneaky'>bold</b>", created=0),
     TaskSpan(1, "red \\x1b[31m\\nline", created=0)],
    [Step(0, "task", "x", 0, 0, 1, waiting_for="<img src=x onerror=alert(1)>"),
     Step(1, "task", "y", 0, 1, 2)],
    output=(Printed(0.5, "<script>alert(1)</script>\\x1b[0m", 0),),
).player()
"""
PLAYER, CHART, STORY = ".stl-player", ".stl-chart", ".stl-story"


@pytest.fixture(scope="module")
def lab_page(browser, lab):
    """One page with a player of the breakfast, for the tests of this file."""
    context = browser.new_context(viewport={"width": 1300, "height": 1400})
    screen = Screen(context.new_page(), lab)
    screen.open(lab.write("breakfast.ipynb", SHOW.format("breakfast")))
    assert screen.run_all() == "true"
    screen.page.wait_for_selector(STORY)
    yield screen
    context.close()
    assert screen.errors == []


@pytest.fixture
def shown(lab_page):
    """The same page with the player at its first frame, all of it in view."""
    lab_page.page.locator(CHART).focus()
    for key in ("0", "Home", "Escape"):
        lab_page.page.keyboard.press(key)
    lab_page.page.locator(CHART).focus()
    wait_for_frame(lab_page.page, 0)
    return lab_page.page


def wait_for_frame(page, frame):
    page.wait_for_selector(f"{PLAYER}[data-frame='{frame}']")


def press(page, key, times=1):
    for _ in range(times):
        page.keyboard.press(key)


def on_screen(page):
    """The state a reader sees, as lists of lines."""
    lines = {name: texts(page, f".stl-{name} {tag}") for name, tag in PARTS.items()}
    return {name: [" ".join(text.split()) for text in found] for name, found in lines.items()}


PARTS = {
    "now": ".stl-card",
    "queue": ".stl-chip",
    "timers": "li:not(.stl-empty)",
    "waiting": "li:not(.stl-empty)",
    "printed": "pre:not(.stl-empty)",
}


def python_says(timeline, frame):
    """The same lines from `moments`."""
    m = moment(timeline, frame=frame)
    return {
        "now": [r.what for r in m.running[:1]],
        "queue": [q.what for q in m.ready],
        "timers": [
            f"{t.what} in {duration_text(t.left)} set by {t.set_by}, due at {duration_text(t.due)}"
            for t in m.timers
        ],
        "waiting": [
            f"{w.name} for {w.waiting_for}" + (f" line {w.at[1]}" if w.at else "")
            for w in m.waiting
        ],
        "printed": [" ".join(m.printed.split())] if m.printed else [],
    }


@pytest.mark.parametrize("frame", [2, 4, 7, 10, 20])
def test_the_state_on_screen_is_pythons(shown, frame):
    timeline = films.breakfast()
    press(shown, "ArrowRight", frame)
    wait_for_frame(shown, frame)
    assert on_screen(shown) == python_says(timeline, frame)
    assert shown.locator(STORY).inner_text() == Narration(Film(timeline)).sentence(frame)


def test_by_keyboard(shown):
    last = len(Film(films.breakfast())) - 1
    for key, frame in [
        *[("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", last), ("Home", 0)],
        *[("ArrowRight", 1), ("ArrowRight", 2), ("ArrowRight", 3)],  # tea's first step
        *[("n", 11), ("p", 3), ("n", 11)],  # tea's second, and back, and again
    ]:
        press(shown, key)
        wait_for_frame(shown, frame)


def test_by_mouse(shown):
    button = lambda name: shown.get_by_role("button", name=name)  # noqa: E731
    last = len(Film(films.breakfast())) - 1
    for name, frame in [
        *[("Next moment", 1), ("Next moment", 2), ("Previous moment", 1)],
        *[("To the end", last), ("To the beginning", 0)],
    ]:
        button(name).click()
        wait_for_frame(shown, frame)


def test_dragging_on_the_chart_goes_to_that_time(shown):
    box = shown.locator(CHART).bounding_box()
    gutter, plot, y = geometry(box)
    shown.mouse.move(box["x"] + gutter + plot / 6, box["y"] + y)
    shown.mouse.down()
    shown.mouse.move(box["x"] + gutter + plot / 3, box["y"] + y, steps=4)
    shown.mouse.up()
    wait_for_frame(shown, Film(films.breakfast()).at(1.0).frame)  # a third of 3 s: asleep
    assert shown.locator(".stl-now").inner_text().endswith("Asleep until 2 s.")


def geometry(box):
    """Where the plot begins, how wide it is, and the middle of the second lane."""
    gutter = round(min(max(box["width"] * 0.16, 96), 200))
    return gutter, box["width"] - gutter - 22, 42


def test_hovering_gives_the_facts_of_a_bar(shown):
    box = shown.locator(CHART).bounding_box()
    gutter, plot, y = geometry(box)
    shown.mouse.move(box["x"] + gutter + plot / 3, box["y"] + y)
    tip = shown.locator(".stl-tip")
    tip.wait_for(state="visible")
    assert tip.inner_text() == "tea · waiting · 0 s to 2 s · waits for sleep(2)"


def test_up_and_down_choose_a_lane_and_tell_its_facts(shown):
    press(shown, "ArrowRight", 5)  # toast runs
    press(shown, "ArrowUp")
    facts = shown.locator(".stl-facts")
    assert facts.inner_text() == "tea · waiting · 0 s to 2 s · waits for sleep(2)"
    press(shown, "ArrowDown")
    assert facts.inner_text().startswith("toast · running · 0 s to 0.5 s · made by this cell")
    assert "toast" in shown.locator(CHART).get_attribute("aria-valuetext")


def test_zooming_by_keys_and_wheel(shown):
    axis = lambda: shown.evaluate("document.querySelector('.stl-chart-view canvas').toDataURL()")  # noqa: E731
    whole = axis()
    press(shown, "+", 2)
    closer = axis()
    assert closer != whole
    press(shown, "0")
    assert axis() == whole
    box = shown.locator(CHART).bounding_box()
    shown.mouse.move(box["x"] + 300, box["y"] + 40)
    shown.mouse.wheel(0, -200)
    shown.wait_for_function(
        "(before) => document.querySelector('.stl-chart-view canvas').toDataURL() !== before",
        arg=whole,
    )


def test_it_plays_and_pauses(shown):
    shown.get_by_role("combobox", name="Moments").select_option("20")
    shown.locator(CHART).focus()
    press(shown, " ")
    shown.wait_for_function("Number(document.querySelector('.stl-player').dataset.frame) >= 3")
    press(shown, " ")
    shown.get_by_role("button", name="Play (space)").wait_for()
    press(shown, " ")
    wait_for_frame(shown, len(Film(films.breakfast())) - 1)
    shown.get_by_role("button", name="Play (space)").wait_for()


FOCUS = "document.activeElement.className"


def test_a_click_anywhere_takes_the_keyboard_and_escape_gives_it_back(shown):
    """In JupyterLab "a" makes a cell, "0 0" restarts the kernel, and the arrows leave the cell."""
    cells = shown.locator(".jp-Cell").count()
    for frame, part in enumerate(("title", "story", "legend", "panel-title", "code"), start=1):
        shown.locator(f".stl-{part}").first.click()
        for key in ("a", "b", "0", "0", "Enter", "ArrowRight"):
            press(shown, key)
        wait_for_frame(shown, frame)
    assert shown.locator(".jp-Cell").count() == cells
    assert shown.locator(".jp-Dialog").count() == 0
    press(shown, "Escape")
    assert "jp-Cell" in shown.evaluate(FOCUS)
    press(shown, "b")
    assert shown.locator(".jp-Cell").count() == cells + 1
    press(shown, "z")  # undo


def test_keys_of_the_whole_page_go_on_to_it(shown):
    asked = """() => { window.asked = 0;
      window.jupyterapp.commands.commandExecuted.connect((_, { id }) => {
        window.asked += id === "docmanager:save"; }); }"""
    shown.evaluate(asked)
    shown.locator(".stl-title").click()
    press(shown, "Control+s")
    shown.wait_for_function("window.asked === 1")


def test_nothing_changes_its_height_while_one_steps(shown):
    heights = """() => [...document.querySelectorAll(".stl-player > *, .stl-panel")]
      .map((part) => Math.round(part.getBoundingClientRect().height)).join()"""
    seen = set()
    for _ in range(len(Film(films.breakfast()))):
        seen.add(shown.evaluate(heights))
        press(shown, "ArrowRight")
    assert len(seen) == 1


ONE_SCREEN = """() => {
  const { top } = document.querySelector(".stl-player").getBoundingClientRect();
  const bottom = Math.max(...["now", "queue", "selector", "timers"].map((name) =>
    document.querySelector(`.stl-${name}`).getBoundingClientRect().bottom));
  return bottom - top <= document.querySelector(".jp-WindowedPanel-outer").clientHeight; }"""
LETTERS = "parseFloat(getComputedStyle(document.querySelector('.stl-player')).fontSize)"
ROWS = "document.querySelector('.stl-chart').clientHeight"


def test_it_fits_on_a_small_screen_and_grows_with_the_letters(shown):
    usual = shown.viewport_size
    for width, height in ((1280, 720), (1000, 800)):
        shown.set_viewport_size({"width": width, "height": height})
        assert shown.evaluate(ONE_SCREEN)
    shown.set_viewport_size(usual)
    letters, rows = shown.evaluate(LETTERS), shown.evaluate(ROWS)
    toggle = "window.jupyterapp.commands.execute('application:toggle-presentation-mode')"
    shown.evaluate(toggle)
    shown.wait_for_function(f"{ROWS} > {rows} && {LETTERS} > {letters}")
    shown.evaluate(toggle)
    shown.wait_for_function(f"{ROWS} === {rows} && {LETTERS} === {letters}")


def test_the_selector_tells_of_its_sleeps(shown):
    selector = shown.locator(".stl-selector .stl-body")
    for frame, words in (
        (0, "The loop has not slept yet."),
        (7, "asleep since 0.5 s\nuntil 2 s, when a timer is due, or something wakes it before"),
        (8, "The loop is awake.\nIt slept from 0.5 s to 2 s, woken by a timer."),
    ):
        press(shown, "Home")
        press(shown, "ArrowRight", frame)
        wait_for_frame(shown, frame)
        assert selector.inner_text() == words


def test_the_source_shows_the_line_and_who_stands_where(shown):
    press(shown, "ArrowRight", 5)
    assert texts(shown, ".stl-current code") == ["async def make(name, wait):"]
    stood = shown.locator(".stl-stood")
    assert stood.locator(".stl-number").inner_text() == "3"
    assert texts(shown, ".stl-stood .stl-stander") == ["tea"]


def test_calm_where_motion_is_not_wanted(shown):
    """The clock jumps from frame to frame with the steps; in between it stands still."""
    last = len(Film(films.breakfast())) - 1
    shown.emulate_media(reduced_motion="reduce")
    try:
        shown.get_by_role("combobox", name="Moments").select_option("5")
        shown.locator(CHART).focus()
        shown.evaluate(WATCH_THE_CLOCK)
        press(shown, " ")
        wait_for_frame(shown, last)
        seen = {frame: set(clocks) for frame, clocks in shown.evaluate("window.seen").items()}
    finally:
        shown.emulate_media(reduced_motion="no-preference")
    assert {len(clocks) for clocks in seen.values()} == {1}
    assert seen["4"] == {"0 s of 3 s, virtual time"}


WATCH_THE_CLOCK = """() => {
  const player = document.querySelector('.stl-player');
  window.seen = {};
  const look = () => (window.seen[player.dataset.frame] ??= []).push(
    player.querySelector('.stl-clock').innerText);
  new MutationObserver(look).observe(player, {
    attributes: true, childList: true, characterData: true, subtree: true });
}"""


def test_no_finding_of_the_accessibility_check(lab_page):
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        lab_page.theme(theme)
        found = Axe().run(lab_page.page, context=PLAYER).response["violations"]
        assert [v["id"] for v in found] == [], [n["html"] for v in found for n in v["nodes"]]
    lab_page.theme("JupyterLab Light")


def test_a_stored_picture_follows_the_theme_also_when_it_is_switched(lab_page):
    filter = "getComputedStyle(document.querySelector('.see-the-loop-still img')).filter"
    for theme, seen in (("Dark", "invert(0.93) hue-rotate(180deg)"), ("Light", "none")):
        lab_page.theme(f"JupyterLab {theme}")
        assert lab_page.page.evaluate(filter) == seen


def test_names_are_text_never_markup(screen):
    screen.open(screen.lab.write("odd.ipynb", ODD))
    assert screen.run_all() == "true"
    page = screen.page
    page.wait_for_selector(STORY)
    page.locator(CHART).focus()
    press(page, "ArrowRight", 2)
    wait_for_frame(page, 2)
    assert texts(page, ".stl-waiting b") == ["<b id='sneaky'>bold</b>"]
    assert texts(page, ".stl-chip") == [r"red \x1b[31m\x0aline"]
    assert "<script>alert(1)</script>\\x1b[0m" in page.locator(".stl-output").inner_text()
    assert page.locator("#sneaky, .stl-player img, .stl-player script").count() == 0


@pytest.mark.parametrize("width", [600, 1000, 1600])
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_pictures(browser, lab, width, theme):
    """Nothing sticks out at any width; three moments are kept to be looked at."""
    context = browser.new_context(viewport={"width": width, "height": 1400})
    screen = Screen(context.new_page(), lab)
    screen.open(lab.write(f"pictures-{width}.ipynb", SHOW.format("breakfast")))
    screen.theme(f"JupyterLab {theme}")
    screen.command("application:toggle-left-area")
    assert screen.run_all() == "true"
    page = screen.page
    page.wait_for_selector(STORY)
    page.locator(CHART).focus()
    for frame, key, times in ((2, "ArrowRight", 2), (5, "ArrowRight", 3), (10, "ArrowRight", 5)):
        press(page, key, times)
        wait_for_frame(page, frame)
        screen.picture(f"player-{width}-{theme.lower()}-{frame}", PLAYER)
    sticks_out = page.evaluate(
        """() => { const root = document.querySelector(".stl-player");
        const right = root.getBoundingClientRect().right;
        return [...root.querySelectorAll(".stl-panel, .stl-controls *, .stl-chart, .stl-facts")]
          .filter((e) => e.getBoundingClientRect().right > right + 1).map((e) => e.className); }"""
    )
    context.close()
    assert sticks_out == []
    assert screen.errors == []


def test_after_a_restart_and_a_reload_it_says_what_to_do(screen):
    """JupyterLab has "model not found" in its place: that text gives way."""
    screen.open(screen.lab.write("restarted.ipynb", SHOW.format("breakfast")))
    assert screen.run_all() == "true"
    screen.page.wait_for_selector(STORY)
    screen.command("docmanager:save")
    screen.page.evaluate("window.jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
    screen.open("restarted.ipynb")
    screen.page.wait_for_function(GONE)
    assert screen.page.locator(".see-the-loop-still img").is_visible()
    assert all("model not found" in error for error in screen.errors)
    screen.errors.clear()


GONE = """() => {
  const gone = document.querySelector(".jupyter-widgets.jp-OutputArea-output");
  return gone && getComputedStyle(gone).fontSize === "0px"
    && getComputedStyle(gone, "::after").content.includes("Run this cell again");
}"""


# -- without the kernel that made it ----------------------------------------------------------


@pytest.fixture(scope="module")
def saved(lab):
    """An executed and trusted notebook with a player, its widget state saved."""
    path = lab.folder / lab.write("saved.ipynb", SHOW.format("breakfast"))
    lab.jupyter("nbconvert", "--to", "notebook", "--execute", "--inplace", path)
    lab.jupyter("trust", path)
    return path


def steps(page):
    page.wait_for_selector(STORY)
    page.locator(CHART).focus()
    press(page, "Home")
    press(page, "ArrowRight", 4)
    wait_for_frame(page, 4)
    return on_screen(page)


def test_a_saved_player_steps_beside_a_kernel_that_never_ran_it_and_when_that_is_gone(
    screen, saved
):
    screen.open(saved.name)
    page = screen.page
    assert steps(page) == python_says(films.breakfast(), 4)
    assert page.locator(".see-the-loop-still").is_hidden()
    page.evaluate("window.jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
    assert steps(page) == python_says(films.breakfast(), 4)
    screen.picture("player-kernel-gone", PLAYER)


FROM_STATE = """async ([state, buffers]) => {
  for (const { path, data } of buffers)
    state[path[0]] = new DataView(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer);
  const url = URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  const style = document.createElement("style");
  style.textContent = state._css;
  document.head.append(style);
  const model = { get: (name) => state[name], on() {}, off() {} };
  await widget.render({ model, el: document.body });
}"""


def test_all_that_a_player_needs_is_in_the_saved_notebook(page, saved):
    """An empty page, no Jupyter, no kernel, no network: the notebook's widget state is enough."""
    book = nbformat.read(saved, as_version=4)
    states = book.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    (model,) = [m for m in states.values() if "live" in m["state"]]
    page.evaluate(FROM_STATE, [dict(model["state"]), [dict(b) for b in model["buffers"]]])
    assert steps(page) == python_says(films.breakfast(), 4)


def test_where_no_widget_can_run_the_static_chart_shows(screen, saved):
    """JupyterLab shows no widget at all in a notebook without a kernel, whatever is saved."""
    book = nbformat.read(saved, as_version=4)
    book.metadata.pop("language_info")
    book.metadata["kernelspec"] = {"name": "gone", "display_name": "Gone", "language": "none"}
    nbformat.write(book, saved.with_name("gone.ipynb"))
    screen.lab.jupyter("trust", saved.with_name("gone.ipynb"))
    screen.open("gone.ipynb", kernel=False)
    dialog = screen.page.locator(".jp-Dialog")
    dialog.locator("select").select_option(label="No Kernel")
    dialog.locator("button.jp-mod-accept").click()
    image = screen.page.locator(".see-the-loop-still img")
    image.wait_for(state="visible")
    assert "tea" in image.get_attribute("alt")
