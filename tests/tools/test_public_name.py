"""The course's public name: one command changes it in every link, and nothing else does."""

import re
import shutil

import public_name
import pytest

ROOT = public_name.ROOT


def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "repository", "trouble"),
    [
        ("ORG/REPO", None, ""),  # at home nobody knows better
        ("ORG/REPO", "ada/loops", "run: python tools/public_name.py ada/loops"),
        ("ada/loops", "ada/loops", ""),
        ("ada/loops", "grace/loops", ""),  # a fork
    ],
)
def test_a_public_course_must_have_a_name(name, repository, trouble):
    assert public_name.trouble(name, repository).endswith(trouble)
    assert bool(public_name.trouble(name, repository)) == bool(trouble)


def test_one_command_changes_the_public_name_everywhere(tmp_path):
    for file in public_name.PAGES:
        shutil.copy(ROOT / file, tmp_path)
    before = {file: page(file) for file in public_name.PAGES}
    public_name.main(["ada-l/loops.2"], tmp_path)
    now = {file: (tmp_path / file).read_text(encoding="utf-8") for file in public_name.PAGES}
    owner, name = public_name.current().split("/")
    for text in now.values():
        assert public_name.names_in(text) == {"ada-l/loops.2"}
        assert not re.search(rf"\b({owner}|{name})\b", text)
    assert public_name.current(tmp_path) == "ada-l/loops.2"
    assert {f: public_name.renamed(t, f"{owner}/{name}") for f, t in now.items()} == before


@pytest.mark.parametrize("words", [[], ["loops"], ["https://github.com/ada/loops"], ["a/b", "c"]])
def test_what_is_no_public_name_changes_nothing(tmp_path, words):
    shutil.copy(ROOT / "README.md", tmp_path)
    with pytest.raises(SystemExit, match=f"It is {public_name.current()} now"):
        public_name.main(words, tmp_path)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == page("README.md")
