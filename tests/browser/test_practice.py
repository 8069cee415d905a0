"""Practice in real JupyterLab: predict, drag, solve, and see the map, by mouse and keyboard.

Each test is a learner at a notebook. Screenshots of what they see, in both themes, are left
in artifacts/.
"""

import json

import pytest

SET_UP = """
import asyncio, os, tempfile
os.environ["SEE_THE_LOOP_PROGRESS"] = os.path.join(tempfile.mkdtemp(), "progress.json")
from helpers import check, compare, compute, hint, predict, progress, record, what_if
"""

ASK = 'predict("04-on-a-stream")'

ANSWER = 'compare("04-on-a-stream")'  # reads off `timeline` what was printed, and no more

RUN = """
with record("a task is lost") as timeline:
    print("Task was destroyed but it is pending!")
"""

WHAT_IF = """
async def jobs(delay=1.0, workers=3):
    moves.append(workers)
    async with asyncio.TaskGroup() as group:
        for k in range(workers):
            group.create_task(asyncio.sleep(delay), name=f"job {k + 1}")

moves = []
what_if(jobs, delay=(0.0, 3.0), workers=(1, 50))
"""

STARTER = """
async def breakfast(brew, toast, boil):
    return [await brew(), await toast(), await boil()]
"""
FORGOT_AWAIT = STARTER.replace("await ", "")
SOLVED = """
async def breakfast(brew, toast, boil):
    return list(await asyncio.gather(brew(), toast(), boil()))
"""

pytestmark = pytest.mark.slow

NOTEBOOK = "window.jupyterapp.shell.currentWidget.content"


@pytest.fixture
def notebook(screen, lab):
    """Opens a notebook of these cells, 1000 pixels wide, and runs the set-up cell."""

    def open_it(name, *cells):
        screen.page.set_viewport_size({"width": 1000, "height": 900})
        screen.open(lab.write(f"practice_{name}.ipynb", SET_UP, *cells))
        run(screen, 0)
        return screen.page

    return open_it


def run(screen, index, source=None):
    """Run one cell, after putting another text in it if one is given."""
    if source is not None:
        screen.page.evaluate(
            f"([i, text]) => {NOTEBOOK}.widgets[i].model.sharedModel.setSource(text)",
            [index, source],
        )
    screen.page.evaluate(f"i => {{ {NOTEBOOK}.activeCellIndex = i; }}", index)
    screen.command("notebook:run-cell")
    screen.wait_idle()


def cells(page):
    return page.evaluate(f"() => {NOTEBOOK}.widgets.length")


def wait_for_text(page, selector, text):
    page.locator(selector, has_text=text).first.wait_for()


def answer_of_kernel(page, code):
    """What the kernel prints for that code."""
    return page.evaluate(
        """async (code) => {
            const panel = window.jupyterapp.shell.currentWidget;
            const kernel = panel.context.sessionContext.session.kernel;
            const printed = [];
            const future = kernel.requestExecute({ code });
            future.onIOPub = (message) => {
                if (message.content.text) printed.push(message.content.text);
            };
            await future.done;
            return printed.join("");
        }""",
        code,
    )


CONTRAST = """(element) => {
    const numbers = (colour) => colour.match(/[0-9.]+/g).map(Number);
    const light = ([r, g, b]) => {
        const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    let behind = element;
    const paper = () => numbers(getComputedStyle(behind).backgroundColor);
    while (paper()[3] === 0 && behind.parentElement) behind = behind.parentElement;
    const pair = [light(numbers(getComputedStyle(element).color)), light(paper())];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""


def both_themes(screen, name):
    """The light theme, then the dark one, with a screenshot of each."""
    for theme in ("Light", "Dark"):
        screen.theme(f"JupyterLab {theme}")
        screen.page.locator("#jupyterlab-splash").wait_for(state="detached")
        screen.picture(f"{name} {theme.lower()}")
        yield theme


def assert_readable(page, selector):
    """Contrast as WCAG 2.2 asks for (AA, 4.5 to 1), and nothing wider than its output area."""
    for element in page.locator(selector).all():
        assert element.evaluate(CONTRAST) >= 4.5, element.inner_text()
    wide = page.evaluate(
        """() => [...document.querySelectorAll(".jp-OutputArea-output")]
            .filter((area) => area.scrollWidth > area.clientWidth + 1).length"""
    )
    assert wide == 0, f"something is cut off at {page.viewport_size}"


# -- predictions -----------------------------------------------------------------------------


# The whole question, and the program in the same cell.
IN_VIEW = f"""() => {{
    const {{ node, widgets }} = {NOTEBOOK};
    const view = node.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect();
    const program = widgets[1].node.getBoundingClientRect();
    const form = widgets[1].node.querySelector(".loop-predict").getBoundingClientRect();
    return program.top >= view.top && form.bottom <= view.bottom;
}}"""


def active_cell(page):
    return page.evaluate(f"() => {NOTEBOOK}.activeCellIndex")


def test_a_prediction_is_locked_in_by_keyboard_and_revealed(screen, notebook):
    page = notebook("keyboard", ASK, RUN, ANSWER)
    run(screen, 1)
    page.locator(".loop-predict input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    for key in ("a", "b", "d", "d"):  # to JupyterLab: insert above, insert below, delete
        page.keyboard.press(key)
    assert cells(page) == 4
    run(screen, 3)
    wait_for_text(page, ".jp-OutputArea-output", "Run the cells between the question and this one")
    page.locator(".loop-predict input").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for_text(page, ".loop-predict p", "Locked in: A. Shift+Enter goes on.")
    assert active_cell(page) == 2
    for _ in range(2):  # the program, and the answer
        page.keyboard.press("Shift+Enter")
    wait_for_text(page, ".loop-answer", "from there to the task, one link is weak.")
    predicted, measured = page.locator(".loop-answer .pair > div").all_inner_texts()
    assert predicted.split() == ["You", "predicted", "A.", "yes"]
    assert measured.split() == ["Measured", "B.", "no,", "it", "is", "destroyed"]
    wait_for_text(page, ".loop-predict p", "You locked in A.")
    for _ in both_themes(screen, "predict"):
        assert_readable(page, ".loop-predict legend, .loop-predict label, .loop-predict p")
        assert_readable(page, ".loop-answer h4, .loop-answer p, .loop-answer .pair > div")


def test_one_shift_enter_too_many_loses_nothing_and_a_choice_counts_without_the_button(
    screen, notebook
):
    program = "# a line of the program\n" * 31
    page = notebook("again", program + ASK, RUN, ANSWER, *[program] * 3)
    page.evaluate(f"() => {{ {NOTEBOOK}.activeCellIndex = 1; }}")
    screen.command("notebook:run-cell-and-select-next")
    page.locator(".loop-predict").wait_for()
    page.wait_for_function(IN_VIEW)
    page.locator(".loop-predict label", has_text="destroyed").click()
    page.get_by_role("button", name="Lock in").click()
    wait_for_text(page, ".loop-predict p", "Locked in: B.")
    run(screen, 1)
    wait_for_text(page, ".loop-predict p", "Locked in: B.")
    page.get_by_role("button", name="Change my mind").click()
    page.get_by_role("button", name="Lock in").wait_for()
    assert page.locator(".loop-predict input:enabled").count() == 2
    run(screen, 2)
    run(screen, 3)
    wait_for_text(page, ".loop-answer", "You had chosen this, and not locked it in: it counts.")


def test_under_run_all_nothing_waits_and_a_late_answer_is_shown(screen, notebook):
    page = notebook("run_all", ASK, RUN, ANSWER)
    assert screen.run_all() == "true"
    wait_for_text(page, ".loop-answer", "Next time, choose before you run")
    assert "You predicted" not in page.locator(".loop-answer").inner_text()
    page.locator(".loop-predict label", has_text="yes").click()
    page.get_by_role("button", name="Lock in").click()
    wait_for_text(page, ".loop-answer", "You chose after the run.")
    run(screen, 1)
    page.get_by_role("button", name="Lock in").wait_for()
    assert page.locator(".loop-predict input:checked").count() == 0
    page.get_by_role("button", name="Lock in").click()
    wait_for_text(page, ".loop-predict p", "Choose an option first.")


@pytest.mark.parametrize(("width", "height"), [(700, 800), (1024, 640)], ids=["700", "125 %"])
def test_nothing_is_cut_off_on_a_narrow_screen_or_at_125_percent(screen, notebook, width, height):
    """1280x800 at 125 % is a screen of 1024x640."""
    page = notebook(f"narrow_{width}", 'predict("03-timers")', WHAT_IF, 'check("00-breakfast")')
    page.set_viewport_size({"width": width, "height": height})
    for index in (1, 2, 3):
        run(screen, index)
    page.get_by_role("slider", name="workers").wait_for()
    for _ in both_themes(screen, f"practice {width}"):
        assert_readable(page, ".loop-predict legend, .loop-predict label, .loop-what-if dd")
    assert page.locator(".loop-what-if-chart svg").bounding_box()["width"] >= 690  # it scrolls


# -- sliders -----------------------------------------------------------------------------------


def drag(page, handle, by, moves):
    """Drag that many pixels to the right, in that many moves of the mouse."""
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=moves)
    page.mouse.up()


def test_the_chart_follows_a_dragged_slider_to_where_it_ends(screen, notebook):
    page = notebook("drag", WHAT_IF)
    run(screen, 1)
    workers = page.get_by_role("slider", name="workers")
    workers.wait_for()
    page.wait_for_selector("[data-see-the-loop='arrived']")  # from then on nothing moves
    workers.scroll_into_view_if_needed()
    before = page.locator(".jp-OutputArea-output svg").last.get_attribute("aria-label")
    drag(page, workers, by=120, moves=100)
    last = page.locator(".widget-readout").nth(1).inner_text()
    assert int(last) > 20
    wait_for_text(page, ".loop-what-if", f"{last} tasks")
    chart = page.locator(".jp-OutputArea-output svg").last
    assert chart.get_attribute("aria-label") != before
    ends = [3, 3, 3, 1, 50]  # as it starts, and at the ends of both sliders
    moves = json.loads(answer_of_kernel(page, "print(moves)"))
    assert moves[: len(ends)] == ends
    moves = moves[len(ends) :]
    assert moves[-1] == int(last), "the last position is the one that counts"
    assert moves == sorted(moves), "and no old position comes after it"
    for _ in both_themes(screen, "what if"):
        assert_readable(page, ".loop-what-if dt, .loop-what-if dd")


RESTART = """() => window.jupyterapp.shell.currentWidget.context.sessionContext
    .session.kernel.restart()"""


def test_a_slider_moves_by_keyboard_until_the_kernel_is_restarted(screen, notebook):
    page = notebook("slider_keys", WHAT_IF, ASK)
    run(screen, 2)
    run(screen, 1)
    delay = page.get_by_role("slider", name="delay")
    delay.wait_for()
    delay.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("b")
    wait_for_text(page, ".loop-what-if", "1.2 s")
    wait_for_text(page, ".loop-what-if", "0.2 s more")
    assert cells(page) == 3
    page.get_by_role("button", name="Back to the start").click()
    wait_for_text(page, ".widget-readout", "1.0")
    wait_for_text(page, ".loop-what-if", "1 s")
    page.evaluate(RESTART)
    wait_for_text(page, ".loop-what-if", "Run this cell again to bring the sliders to life.")
    assert page.locator("[inert] [role='slider'], [inert] input").count() >= 2
    wait_for_text(page, ".loop-predict p", "Run this cell again to be asked again.")
    assert page.locator(".loop-predict input:enabled").count() == 0


# -- an exercise, and the map ---------------------------------------------------------------


def test_an_exercise_from_not_attempted_through_a_wrong_answer_and_a_hint_to_correct(
    screen, notebook
):
    verdict, output = 2, ".jp-OutputArea-output"
    page = notebook("exercise", STARTER, 'check("00-breakfast", breakfast)', 'hint("00-breakfast")')
    run(screen, 1)
    run(screen, verdict)
    wait_for_text(page, output, "Not attempted")
    run(screen, 1, FORGOT_AWAIT)
    run(screen, verdict)
    wait_for_text(page, output, "Not yet")
    run(screen, 3)
    wait_for_text(page, output, "Hint 1")
    for _ in both_themes(screen, "exercise"):
        assert_readable(page, ".jp-OutputArea-output strong, .jp-OutputArea-output p")
    run(screen, 1, SOLVED)
    run(screen, verdict)
    wait_for_text(page, output, "Correct")
    assert "Not yet" not in "".join(page.locator(output).all_inner_texts())


def test_the_map_shows_what_was_done_lets_one_keep_it_and_leads_on(screen, notebook, lab):
    page = notebook("map", SOLVED, 'check("00-breakfast", breakfast)', "progress()")
    for index in (1, 2, 3):
        run(screen, index)
    page.locator(".loop-progress").wait_for()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download it").click()
    assert started.value.suggested_filename == "see-the-loop-progress.json"
    with open(started.value.path(), encoding="utf-8") as file:
        assert json.load(file)["solved"] == ["00-breakfast"]
    page.locator(".loop-progress summary").first.click()
    for _ in both_themes(screen, "progress"):
        assert_readable(page, ".loop-progress th, .loop-progress td, .loop-progress ~ p")
    lab.write("00_start_here.ipynb", "'the first lesson'")
    page.locator(".loop-progress a").first.click()
    page.locator(".jp-mod-current", has_text="00_start_here.ipynb").first.wait_for()
