"""The browser edition as the tests drive it: one page, and one Python in it for all lessons.

Starting Python in a page takes longer than a lesson, so a notebook is put in the place of the one
that is open, and the kernel's variables are cleared. What is there is JupyterLite's own page, and
its own Run All. Nothing here sleeps: each method waits for the condition it needs.
"""

from __future__ import annotations

from typing import Any

import nbformat

PATIENCE = 600_000  # milliseconds for a page on a busy machine: it only guards against hanging
PANEL = "window.jupyterapp?.shell.currentWidget"
NOTEBOOK = "window.jupyterapp.shell.currentWidget.content"
KERNEL = f"{PANEL}?.context?.sessionContext?.session?.kernel"
BEGIN_AGAIN = """
import helpers
get_ipython().cells_in_a_browser.begin_again()
%reset -f
"""


class Desk:
    """A visitor's page of the browser edition."""

    def __init__(self, page, edition: str):
        self.page, self._edition = page, edition
        page.set_default_timeout(PATIENCE)
        page.on("dialog", lambda dialog: dialog.accept())  # leave, though something is not saved

    def open(self, name: str) -> None:
        """Visit a lesson; comes back when Python is there."""
        self.look_at(name)
        self.page.wait_for_function(f"{KERNEL}?.status === 'idle'", polling=200)

    def look_at(self, name: str) -> None:
        """Visit a lesson, and do not wait for Python."""
        self.page.goto(f"{self._edition}/lab/index.html?path=notebooks/{name}.ipynb")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")

    def file(self, path: str) -> str:
        """The text of a file of Python's in this visitor's store."""
        return self.page.evaluate(
            """async (path) => {
                const { contents } = window.jupyterapp.serviceManager;
                const file = await contents.get(path, { content: true, format: "base64" });
                return file.format === "base64" ? atob(file.content) : JSON.stringify(file.content);
            }""",
            path,
        )

    def delete(self, name: str) -> None:
        """Delete a lesson, as the list of files does."""
        self.page.evaluate(
            "path => window.jupyterapp.serviceManager.contents.delete(path)",
            f"notebooks/{name}.ipynb",
        )

    def put(self, notebook: dict[str, Any]) -> None:
        """Have the open notebook be that one, for a kernel that has no variables."""
        self.page.evaluate(
            f"""async ([notebook, code]) => {{ {PANEL}.context.model.fromJSON(notebook);
            await {KERNEL}.requestExecute({{ code }}).done; }}""",
            [notebook, BEGIN_AGAIN],
        )

    def put_lesson(self, name: str) -> None:
        """The same with a lesson as the edition hands it out."""
        address = f"{self._edition}/files/notebooks/{name}.ipynb"
        self.put(self.page.request.get(address, timeout=PATIENCE).json())

    def put_cells(self, *sources: str) -> None:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        self.put(nbformat.v4.new_notebook(cells=cells))

    def run_all(self) -> str:
        """Run All: "true", or "false" where a cell failed."""
        self.page.evaluate(
            """() => { window.ranAll = null;
            window.jupyterapp.commands.execute("notebook:run-all-cells")
            .then((done) => { window.ranAll = String(done); }); }"""
        )
        self.page.wait_for_function("window.ranAll !== null", polling=200)
        return self.page.evaluate("window.ranAll")

    def run(self, index: int, source: str | None = None) -> None:
        """Run one cell, after putting another text in it if one is given."""
        if source is not None:
            self.page.evaluate(
                f"([i, text]) => {NOTEBOOK}.widgets[i].model.sharedModel.setSource(text)",
                [index, source],
            )
        self.page.evaluate(f"i => {{ {NOTEBOOK}.activeCellIndex = i; }}", index)
        self.command("notebook:run-cell")

    def command(self, name: str) -> None:
        """Run one of JupyterLab's commands, and wait until it is done."""
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    def outputs(self) -> list[list[dict[str, Any]]]:
        """What each cell gave."""
        return self.page.evaluate(
            f"""() => [...{NOTEBOOK}.model.cells]
            .map((cell) => cell.type === "code" ? cell.outputs.toJSON() : [])"""
        )

    def source(self, index: int) -> str:
        return self.page.evaluate(
            f"i => {NOTEBOOK}.model.cells.get(i).sharedModel.getSource()", index
        )

    def wait_for_text(self, selector: str, text: str) -> None:
        self.page.locator(selector, has_text=text).first.wait_for()
