"""The files of the page and the widget: what they weigh, what they may not hold, how they are sent."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from service.http.assets import load

STATIC = Path(__file__).parents[3] / "service" / "http" / "static"
ASSETS = load(STATIC)
SCRIPTS = sorted(name for name in ASSETS if name.endswith(".js"))
MAX_LINES = 350
# In bytes, compressed, as they go over the network: before the first click, and all that a page loads.
MAX_BEFORE, MAX_ALL = 5_000, 20_000
# What could make markup or code of text, or leave something behind.
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc|document\.cookie|localStorage"
    r"|DOMParser|createContextualFragment|setHTML|scrollIntoView"
)


WORDS = {"words.zh.js", "words.en.js"}  # of which a page loads its own
LOADED = {"widget.js", "chat.css", "chat.js", *WORDS}
IMPORT = re.compile(r'^import [^"]*"\./([\w.]+)";\n', re.MULTILINE)


def _modules(name: str) -> list[str]:
    """The scripts that ``name`` is sent with, each behind what it imports; itself the last."""
    found: list[str] = []
    for imported in IMPORT.findall((STATIC / name).read_text(encoding="utf-8")):
        found += [one for one in _modules(imported) if one not in found]
    return [*found, name]


def test_the_widget_is_light() -> None:
    weights = {name: len(ASSETS[name].compressed) for name in LOADED}
    assert weights["widget.js"] <= MAX_BEFORE
    lighter = min(weights[name] for name in WORDS)
    assert sum(weights.values()) - lighter <= MAX_ALL, weights


def test_no_file_lies_there_unused() -> None:
    page = {
        "index.html",
        "page.css",
        "given.css",
        "viewer.css",
        "list.css",
        "list.js",
        "icon.svg",
        "docs.html",
        "docs.js",
    }
    assert LOADED | set(_modules("chat.js")) | set(_modules("viewer.js")) | page == set(ASSETS)


def test_both_languages_say_the_same_things() -> None:
    chinese, english = (
        re.findall(r"^( *)(\w+):", (STATIC / name).read_text(encoding="utf-8"), re.MULTILINE) for name in sorted(WORDS)
    )
    assert len(chinese) > 50
    assert chinese == english


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_makes_no_markup_and_names_no_other_host(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    assert FORBIDDEN.findall(text) == []
    assert re.findall(r"(?<!HOST/widget\.)https?://(?!HOST)", text) == []
    assert len(text.splitlines()) <= MAX_LINES
    assert max(map(len, text.splitlines())) <= 160


@pytest.fixture(scope="module")
def client(sample_asker: Any, client_of: Any) -> Any:
    return client_of(sample_asker)


def test_a_script_is_sent_with_what_it_imports() -> None:
    assert len(_modules("chat.js")) > 5
    for name in SCRIPTS:
        sent = ASSETS[name].body.decode()
        assert IMPORT.findall(sent) == []
        of_its_own = re.findall(r"^export .*", (STATIC / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert re.findall(r"^export .*", sent, re.MULTILINE) == of_its_own


@pytest.mark.parametrize("script", ["chat.js", "viewer.js"])
def test_no_two_modules_use_a_name_for_two_things(script: str) -> None:
    named = r"^(?:export )?(?:async )?(?:const|let|class|function\*?) (\w+)"
    texts = [(STATIC / name).read_text(encoding="utf-8") for name in _modules(script)]
    names = [name for text in texts for name in re.findall(named, text, re.MULTILINE)]
    assert len(names) > 15
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", [*SCRIPTS, "chat.css", "page.css", "viewer.css", "list.css"])
def test_only_comments_imports_and_indentation_stay_behind(name: str) -> None:
    texts = [(STATIC / one).read_text(encoding="utf-8") for one in _modules(name)]
    whole = [IMPORT.sub(lambda found: "\n" * found[0].count("\n"), text) for text in texts]
    written = [line for text in whole for line in text.splitlines()]
    sent = ASSETS[name].body.decode().splitlines()
    assert len(sent) == len(written)
    changed = [
        (before.strip(), after)
        for before, after in zip(written, sent, strict=True)
        if after != before.lstrip() and after != before.removeprefix("export ")
    ]
    assert [after for _, after in changed if after] == []
    assert [line for line, _ in changed if not re.match(r"//|/\*|\*|[^\"'`{};]*\*/$", line)] == []
    assert not any(line.startswith("//") for line in sent)


@pytest.mark.parametrize(("name", "kind"), [("chat.js", "text/javascript"), ("chat.css", "text/css")])
def test_other_origins_may_load_a_file_and_ask_whether_it_changed(client: Any, name: str, kind: str) -> None:
    response = client.get(f"/static/{name}", headers={"accept-encoding": "gzip"})
    assert (response.status_code, response.headers["content-encoding"]) == (200, "gzip")
    assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "no-cache"
    assert response.content == ASSETS[name].body == gzip.decompress(ASSETS[name].compressed)
    assert client.get(f"/static/{name}", headers={"accept-encoding": "identity"}).content == ASSETS[name].body
    again = client.get(f"/static/{name}", headers={"if-none-match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_widget_is_one_line_from_the_root(client: Any) -> None:
    assert client.get("/widget.js").content == ASSETS["widget.js"].body
    assert client.get("/").content == ASSETS["index.html"].body
