"""Set everything up and begin: the two commands of the README.

    python3 start.py                  open the course in JupyterLab
    python3 start.py test             run all tests; more words go to pytest
    python3 start.py fresh 04_tasks   a fresh copy of a lesson; yours is kept beside it
    python3 start.py copies           your copies of the lessons and nothing more (for Binder)

All that is installed goes into the folder .venv beside this file, nothing outside it;
delete that folder to start over. What is there already is not installed again, so the
second run starts immediately, also without a network. Settings that would lead Python or
pip elsewhere (PYTHONPATH, PIP_USER, PIP_TARGET and their like) are left out of what is
started here; those that say where packages come from stay.

You work in my_notebooks/, on copies of the lessons. They come without outputs, so that no
answer stands on the screen before you have predicted it. An update of the course brings a
copy up to date only while you have not changed a word in it; a copy you have edited is yours.

Limits: this file uses nothing but Python's own library, and must be readable even to a
Python 2.7, which could not tell its user what is wrong otherwise.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = os.path.join(ROOT, ".venv")
LESSONS = os.path.join(ROOT, "notebooks")
COPIES = os.path.join(ROOT, "my_notebooks")
HANDED_OUT = os.path.join(COPIES, ".handed_out.json")
FIRST_LESSON = "00_start_here.ipynb"
FOR_TEACHERS = ("classroom", "teachers_guide.md")  # in notebooks/, and not handed out
FOR_LEARNERS, FOR_TESTS = "requirements.txt", os.path.join("tests", "requirements.txt")
LEAD_ASTRAY = (
    ("PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONUSERBASE")  # to other packages
    + ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON")  # to another place
    + ("PIP_DRY_RUN", "PIP_NO_DEPS", "PIP_IGNORE_INSTALLED")  # to not installing all
)
OF_A_HOME = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")


def main(words):
    stop_if_python_is_too_old()
    try:
        carry_out(words)
    except KeyboardInterrupt:
        sys.exit("Stopped. The same line again goes on from here.")
    except EnvironmentError as error:  # OSError, in a Python 2.7, too
        sys.exit(
            "%s: %s. The course must lie where you may write, on a disk that has room: copy its "
            "folder there if need be." % (error.filename or ROOT, error.strerror or error)
        )


def carry_out(words):
    if not words or words[0].startswith("-"):
        set_up(FOR_LEARNERS)
        hand_out_copies()
        open_jupyterlab(words)
    elif words[0] == "test":
        set_up(FOR_LEARNERS, FOR_TESTS)
        become([environment_python(), "-m", "pytest"] + words[1:])
    elif words[0] == "fresh" and len(words) == 2:
        print(fresh_copy(words[1]))
    elif words == ["copies"]:
        hand_out_copies()
    else:
        sys.exit(__doc__)


# -- an environment of its own -----------------------------------------------------------


def stop_if_python_is_too_old():
    if sys.version_info < (3, 11):
        sys.exit(
            "This course needs Python 3.11 or newer, and this is Python %d.%d: install a newer "
            "one, then run the same line with it, for example `python3.13 start.py`."
            % sys.version_info[:2]
        )


def set_up(*lists):
    """Make .venv if there is none that works; install the lists of packages not yet in it."""
    if not environment_works():
        make_environment()
    missing = [name for name in lists if read(receipt(name)) != wanted(name)]
    if missing:
        install(missing)
    let_our_helpers_win()


def surroundings():
    """The environment variables for what is started here."""
    kept = {name: os.environ[name] for name in os.environ if name not in LEAD_ASTRAY}
    if not os.access(os.path.expanduser("~"), os.W_OK):  # usual in a container
        for name in OF_A_HOME:
            kept.setdefault(name, os.path.join(ENVIRONMENT, "home", name.lower()))
    return kept


def environment_works():
    return ask_environment("import pip, sys; print(sys.version_info >= (3, 11))") == "True"


def folder_of_packages():
    """Where .venv keeps its packages."""
    return ask_environment("import sysconfig; print(sysconfig.get_path('purelib'))")


def ask_environment(program):
    """What that program prints, run by the Python in .venv; empty if it cannot be run."""
    command = [environment_python(), "-I", "-X", "utf8", "-c", program]
    try:
        said = subprocess.check_output(command, stderr=subprocess.DEVNULL, env=surroundings())
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.decode("utf-8").strip()


def environment_python():
    if os.name == "nt":
        return os.path.join(ENVIRONMENT, "Scripts", "python.exe")
    return os.path.join(ENVIRONMENT, "bin", "python")


def make_environment():
    try:
        import ensurepip  # noqa: F401  # what Debian leaves out
    except ImportError:
        sys.exit(
            "This Python cannot make an environment, because its `venv` package is not "
            "installed: on Debian and Ubuntu run `sudo apt install python%d.%d-venv`, then the "
            "same line again." % sys.version_info[:2]
        )
    command = [sys.executable, "-m", "venv", "--clear", ENVIRONMENT]
    if subprocess.call(command, env=surroundings()) != 0:
        sys.exit("Python could not make the folder %s; the reason is above." % ENVIRONMENT)


def install(lists):
    print("Installing packages into .venv: only this once, one to five minutes ...")
    sys.stdout.flush()
    command = [environment_python(), "-m", "pip", "install", "--quiet"]
    command += ["--disable-pip-version-check", "--no-user"]  # whatever pip.conf says
    for name in lists:
        command += ["-r", name]
    if subprocess.call(command, cwd=ROOT, env=surroundings()) != 0:
        sys.exit(
            "pip could not install everything; the reason is above. Most often there is no "
            "network, or a firewall between: once that is mended, run the same line again."
        )
    not_there = missing_packages(lists)
    if not_there:
        sys.exit(
            "pip says that it has installed everything, but %s cannot be found in .venv. Some "
            "setting of pip leads it elsewhere; this shows them:\n%s -m pip config list"
            % (", ".join(not_there), environment_python())
        )
    for name in lists:
        write(receipt(name), wanted(name))


def missing_packages(lists):
    """Those packages of the lists that .venv does not have, in the version they are pinned to.

    One that only some systems need (its line has a `;`) is left to pip.
    """
    lines = [line.partition("#")[0] for name in lists for line in wanted(name).split("\n")]
    pinned = [line.strip() for line in lines if "==" in line and ";" not in line]
    there = ask_environment(LIST_PACKAGES).split()
    return [package for package in pinned if plain(package) not in there]


def plain(package):
    """nest-asyncio==1.6.0 as nest_asyncio==1.6.0, by which all ways to write it are one."""
    return package.lower().replace("-", "_").replace(".", "_")


LIST_PACKAGES = """
import sysconfig
from importlib.metadata import distributions

for package in distributions(path=[sysconfig.get_path("purelib")]):
    written = package.metadata["Name"] + "==" + package.version
    print(written.lower().replace("-", "_").replace(".", "_"))
"""


def receipt(name):
    """The file in .venv that says a list of packages was installed, and in which words."""
    return os.path.join(ENVIRONMENT, "installed-" + name.replace(os.sep, "-"))


def wanted(name):
    """What its receipt must say: the list itself, and where the course is (it is moved, too)."""
    return ROOT + "\n" + read(os.path.join(ROOT, name))


def read(path):
    """The text of that file, empty if there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def write(path, text):
    """Make that the text of that file; one that has it already may lie where nobody may write."""
    if read(path) != text:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def let_our_helpers_win():
    """See to it that `helpers` is the course's package in a notebook, and in `python -m helpers`
    anywhere, also where a helpers.py of the learner's own lies nearer. A plain script that
    imports its own is left alone.
    """
    folder = folder_of_packages()
    write(os.path.join(folder, "see_the_loop_first.py"), OURS_FIRST % ascii(ROOT))
    # Python runs the lines of such a file whenever it starts.
    write(os.path.join(folder, "see_the_loop_first.pth"), "import see_the_loop_first\n")


OURS_FIRST = '''"""Written by start.py: what `helpers` means in this environment's notebooks."""

import sys
from importlib.machinery import PathFinder


class OursFirst:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return PathFinder.find_spec(name, [%s]) if name == "helpers" else None


STARTED = {("-m", "helpers"), ("-m", "ipykernel_launcher")}
if STARTED.intersection(zip(sys.orig_argv, sys.orig_argv[1:])):
    sys.meta_path.insert(0, OursFirst)
'''


# -- the learner's copies ----------------------------------------------------------------


def hand_out_copies():
    """Bring my_notebooks/ up to date without touching what the learner wrote."""
    handed_out = what_was_handed_out()
    for name in files_of_the_lessons():
        lesson, copy = os.path.join(LESSONS, name), os.path.join(COPIES, name)
        current, theirs = digest(lesson), digest(copy)
        if theirs is None or (theirs == handed_out.get(name) and theirs != current):
            copy_to_work_on(lesson, copy)
            handed_out[name] = current
        elif theirs != current and handed_out.get(name) != current:
            tell_about_a_newer_lesson(name)
    remember_handed_out(handed_out)


def tell_about_a_newer_lesson(name):
    if name.endswith(".ipynb"):
        lesson = name[: -len(".ipynb")]
        print("%s has a newer version; your copy, which you changed, stays as it is." % lesson)
        print("To get the new one and keep yours beside it: python3 start.py fresh " + lesson)


def fresh_copy(lesson):
    """Put the lesson as the course has it in place of the learner's copy, which is kept.

    Returns a sentence that says under which name.
    """
    name = os.path.splitext(os.path.basename(lesson))[0] + ".ipynb"
    if name not in files_of_the_lessons():
        there = [n[: -len(".ipynb")] for n in files_of_the_lessons() if n.endswith(".ipynb")]
        sys.exit("No lesson is called %s. There are: %s." % (lesson, ", ".join(there) or "none"))
    copy, said = os.path.join(COPIES, name), "my_notebooks/%s is fresh" % name
    if os.path.exists(copy):
        kept = free_name(copy)
        os.rename(copy, kept)
        said += "; what you had is kept as my_notebooks/%s" % os.path.basename(kept)
    copy_to_work_on(os.path.join(LESSONS, name), copy)
    remember_handed_out(dict(what_was_handed_out(), **{name: digest(copy)}))
    return said + "."


def free_name(path):
    """04_tasks.ipynb -> 04_tasks_mine_1.ipynb, or the next number not taken."""
    stem, ending = os.path.splitext(path)
    number = 1
    while os.path.exists("%s_mine_%d%s" % (stem, number, ending)):
        number += 1
    return "%s_mine_%d%s" % (stem, number, ending)


def files_of_the_lessons():
    """Paths below notebooks/: the lessons, and what they show. Not the teacher's, not caches."""
    names = []
    for folder, folders, files in os.walk(LESSONS):
        folders[:] = [f for f in folders if not f.startswith((".", "__")) and f not in FOR_TEACHERS]
        inside = os.path.relpath(folder, LESSONS)
        names += [
            os.path.normpath(os.path.join(inside, f))
            for f in files
            if not f.startswith(".") and not f.endswith(".py") and f not in FOR_TEACHERS
        ]
    return sorted(names)


def digest(path):
    """A fingerprint of the file; of a notebook, of what is written in it, not of its output.

    None if there is no such file.
    """
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return None
    if path.endswith(".ipynb"):
        content = what_is_written(content)
    return hashlib.sha256(content).hexdigest()


def what_is_written(content):
    try:
        cells = json.loads(content.decode("utf-8"))["cells"]
        written = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except (ValueError, KeyError, TypeError):  # not a notebook any more: all of it counts
        return content
    return json.dumps(written).encode("utf-8")


def what_was_handed_out():
    """{path: fingerprint}; empty if the record is missing or broken: then every copy is theirs."""
    try:
        record = json.loads(read(HANDED_OUT) or "{}")
    except ValueError:
        record = {}
    return record if isinstance(record, dict) else {}


def remember_handed_out(record):
    if os.path.isdir(COPIES):
        write(HANDED_OUT, json.dumps(record, indent=1, sort_keys=True))


def copy_to_work_on(source, target):
    """The file as it is; a lesson as nobody has run it yet."""
    with open(source, "rb") as file:
        content = file.read()
    if source.endswith(".ipynb"):
        content = not_run_yet(content)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(content)


def not_run_yet(content):
    """The notebook without outputs and execution counts, written as Jupyter writes it."""
    notebook = json.loads(content.decode("utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


# -- JupyterLab --------------------------------------------------------------------------


def open_jupyterlab(more):
    """Become a JupyterLab that opens the first lesson. It prints its address, and takes the
    next free port by itself where 8888 is taken."""
    ask_nothing_before_the_first_lesson()
    command = [environment_python(), "-m", "jupyterlab"]
    command += ["--ServerApp.root_dir=" + ROOT]
    command += ["--LabApp.default_url=/lab/tree/my_notebooks/" + FIRST_LESSON]
    if is_root():
        command += ["--allow-root"]  # usual in a container; nobody else's setting is changed
    if not has_screen():
        command += ["--no-browser"]
    become(command + more)


def ask_nothing_before_the_first_lesson():
    """Answer JupyterLab's question about news with no, for this environment alone."""
    folder = os.path.join(ENVIRONMENT, "share", "jupyter", "lab", "settings")
    os.makedirs(folder, exist_ok=True)
    answers = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
    write(os.path.join(folder, "overrides.json"), json.dumps(answers))


def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_screen():
    if os.environ.get("SSH_CONNECTION"):
        return False
    if os.name == "nt" or sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def become(command):
    """Run that command in place of this one; Ctrl+C reaches it and it alone."""
    os.chdir(ROOT)
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, surroundings())
    signal.signal(signal.SIGINT, lambda *_: None)
    sys.exit(subprocess.call(command, env=surroundings()))


if __name__ == "__main__":
    main(sys.argv[1:])
