"""What the browser edition is made of. (That it runs is tried in tests/browser/test_lite.py.)"""

import hashlib
import json
import zipfile

import pytest
from browser_edition import build, contents, pyodide, wheels

from helpers.browser_cells import key_of


def test_the_courses_wheel_holds_the_package_and_what_is_made_for_it(tmp_path):
    wheel = wheels.of_the_course(tmp_path, {"given.json": "{}"}, ["numpy"])
    names = zipfile.ZipFile(wheel.path).namelist()
    assert {"helpers/__init__.py", "helpers/given.json", "helpers/practice/predict.js"} <= {*names}
    assert not [name for name in names if "__pycache__" in name]
    assert (wheel.imports, wheel.depends) == (("helpers",), ("numpy",))


@pytest.mark.parametrize("name", build.PURE)
def test_a_pure_package_is_packed_from_what_is_installed(tmp_path, name):
    wheel = wheels.of_installed(tmp_path, name)
    names = zipfile.ZipFile(wheel.path).namelist()
    assert any(each.endswith(".py") for each in names)
    assert not [each for each in names if each.endswith((".so", ".pyd")) or each.startswith("..")]
    assert name.replace("-", "_") in wheel.imports
    assert f"{name.replace('-', '_')}-{wheel.version}.dist-info/METADATA" in names


def test_the_same_files_make_the_same_wheel(tmp_path):
    made = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        made.append(wheels.of_installed(tmp_path / folder, "looptime").path.read_bytes())
    assert made[0] == made[1]


def test_the_lock_has_pyodides_packages_and_ours_each_with_all_it_depends_on(tmp_path):
    ours = [wheels.of_the_course(tmp_path, {}, build.NEEDS)]
    ours += [wheels.of_installed(tmp_path, name, needs) for name, needs in build.PURE.items()]
    packages = pyodide.lock(ours)["packages"]
    assert packages["see-the-loop"]["imports"] == ["helpers"]
    for name, about in packages.items():
        assert {*about["depends"]} <= {*packages}, name
        assert len(about["sha256"]) == 64


def test_only_the_file_that_is_pinned_is_taken(tmp_path, monkeypatch):
    data = b"what was released"
    pins = {"pyodide": "1", "core": {"a.zip": hashlib.sha256(data).hexdigest()}, "packages": {}}
    monkeypatch.setattr(pyodide, "PINS", pins)
    source, folder = tmp_path / "source", tmp_path / "folder"
    source.mkdir()
    (source / "a.zip").write_bytes(data)
    pyodide.bring(folder, source)
    assert (folder / "a.zip").read_bytes() == data
    (source / "a.zip").write_bytes(b"something else")
    with pytest.raises(pyodide.WrongFile, match=r"a\.zip is not the one"):
        pyodide.bring(folder, source)


def test_a_lessons_copy_has_its_cells_and_no_outputs(tmp_path):
    contents.write(tmp_path)
    for name, lesson in contents.lessons().items():
        copy = json.loads((tmp_path / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
        assert copy["metadata"]["kernelspec"] == contents.KERNEL
        assert [cell.get("outputs", []) for cell in copy["cells"]] == [[]] * len(lesson["cells"])
        changed = [
            old["source"]
            for new, old in zip(copy["cells"], lesson["cells"], strict=True)
            if new["source"] != old["source"]
        ]
        assert len(changed) == len(contents.WORDS.get(name, {})), name


def test_a_lessons_fingerprint_is_of_what_is_written_in_it(tmp_path):
    contents.write(tmp_path / "files")
    found = contents.fingerprints(tmp_path / "files")
    assert {*found} == {f"notebooks/{name}.ipynb" for name in contents.lessons()}
    path = tmp_path / "files" / "notebooks" / "02_coroutines.ipynb"
    lesson = json.loads(path.read_text("utf-8"))
    lesson["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "ran"}]
    assert contents.fingerprint(lesson) == found["notebooks/02_coroutines.ipynb"]
    lesson["cells"][2]["source"] += "\n1"
    assert contents.fingerprint(lesson) != found["notebooks/02_coroutines.ipynb"]


def test_each_page_runs_our_script_before_jupyterlite(tmp_path):
    for app in build.APPS:
        (tmp_path / app).mkdir()
        page = "<title>JupyterLite</title><script>await import('../config-utils.js')</script>"
        (tmp_path / app / "index.html").write_text(page)
    build._put_our_script(tmp_path, {"notebooks/00.ipynb": "1a"})
    said = (tmp_path / "lab" / "index.html").read_text()
    assert said.startswith("<title>See the Loop")
    assert said.index("../page.js?_=") < said.index("../config-utils.js")
    assert (tmp_path / "page.js").exists()
    assert json.loads((tmp_path / "lessons.json").read_text()) == {"notebooks/00.ipynb": "1a"}


def test_help_says_what_to_do_in_a_browser(tmp_path):
    contents.write(tmp_path)
    said = (tmp_path / "HELP.md").read_text("utf-8")
    assert "Restart Kernel" in said
    assert "start.py" in said


def test_every_cell_that_a_browser_cannot_run_is_in_its_lesson_and_has_a_reason():
    for name, reasons in contents.cannot().items():
        cells = contents.lessons()[name]["cells"]
        first = [c["source"].partition("\n")[0] for c in cells if c["cell_type"] == "code"]
        for line, reason in reasons.items():
            assert first.count(line) == 1, (name, line)
            assert reason.endswith(".")


def test_what_such_a_cell_gave_on_a_computer_goes_along():
    number = sum(len(reasons) for reasons in contents.cannot().values())
    given = contents.given_on_a_computer()
    assert len(given) == number
    assert {len(key) for key in given} <= {len(key_of(""))}
    kinds = {output["output_type"] for each in given.values() for output in each["outputs"]}
    assert kinds <= {"stream", "display_data"}
