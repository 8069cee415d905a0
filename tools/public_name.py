"""The name under which the course is public: `python tools/public_name.py ada/loops`.

It is in links alone: where to get the course, its site, its Binder badge, the link for a class.
The badge in the README says what it is now; this puts another in its place in every
link, once, when the course is published or forked. Until then it is ORG/REPO, and those
links lead nowhere: the tests say so where the course runs on GitHub.

Limits: in these files every link to GitHub, to GitHub Pages or Binder is to the course itself.
The site's address is the one that GitHub Pages gives a repository, not a domain of one's own.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "HELP.md", "CITATION.cff")
UNKNOWN = "ORG/REPO"

# In one link within another, as for nbgitpuller, a slash is %2F.
_LINK = re.compile(
    r"(?P<site>github\.com|mybinder\.org/v2/gh)(?P<slash>/|%2F)[\w-]+(?P=slash)[\w.-]+"
)
_PAGES = re.compile(r"https://(?P<owner>[\w-]+)\.github\.io/(?P<name>[\w.-]+)")


def names_in(text: str) -> set[str]:
    """The names to which its links lead, as "owner/name"."""
    links = (match.group().replace("%2F", "/") for match in _LINK.finditer(text))
    sites = {f"{site['owner']}/{site['name']}" for site in _PAGES.finditer(text)}
    return {"/".join(link.split("/")[-2:]) for link in links} | sites


def renamed(text: str, name: str) -> str:
    """The text with every such link leading to that name."""
    text = _LINK.sub(
        lambda link: link["site"] + link["slash"] + name.replace("/", link["slash"]), text
    )
    return _PAGES.sub("https://{}.github.io/{}".format(*name.split("/")), text)


def current(root: Path = ROOT) -> str:
    """What the badge in the README says."""
    [badge] = re.findall(r"^\[!\[.+$", _read(root / "README.md"), re.MULTILINE)
    [name] = names_in(badge)
    return name


def trouble(name: str, repository: str | None) -> str:
    """Why that name will not do in that repository of GitHub's; a fork may keep the original's."""
    if repository and name == UNKNOWN:
        return f"links lead nowhere yet; run: python tools/public_name.py {repository}"
    return ""


def main(words: list[str], root: Path = ROOT) -> None:
    if len(words) != 1 or not re.fullmatch(r"[\w-]+/[\w.-]+", words[0]):
        sys.exit(f"{__doc__}\nIt is {current(root)} now.")
    for page in PAGES:
        text = renamed(_read(root / page), words[0])
        (root / page).write_text(text, encoding="utf-8")
    print(f"All links lead to {words[0]} now.")


def _read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
