"""Whether a known fault is in a version that constraints.txt pins, by pip-audit and the OSV database. ::

    python -m supply.audit [ADDRESS OF A DATABASE]

Ends with 1 where one is, and where pip-audit fails. Where no database can be reached nothing is known: a line says so,
and it ends with 0, since a machine without internet must be able to build, too.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PINS = Path(__file__).parents[1] / "constraints.txt"
TIMEOUT_S = 15
# How the last line of what pip-audit says begins where there was no answer at all.
_NO_ANSWER = re.compile(
    r"(?:requests|urllib3)\.exceptions\.(?:\w*Timeout|ConnectionError|ProxyError|SSLError|\w*Retry\w*)"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "audit.json"
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINS), "--disable-pip"]
        command += ["--vulnerability-service", "osv", *(f"--osv-url={address}" for address in sys.argv[1:])]
        command += ["--timeout", str(TIMEOUT_S), "--progress-spinner", "off", "--format", "json", "--output", str(out)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if out.exists():
            found = faults(json.loads(out.read_text(encoding="utf-8")))
            print(*found or ["audit: no known fault in what constraints.txt pins"], sep="\n")
            sys.exit(1 if found else 0)
    said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode} and said nothing"]
    if not _NO_ANSWER.match(said[-1]):
        sys.exit("\n".join(["audit: pip-audit failed:", *said]))
    print(f"audit: SKIPPED, no database of known faults can be reached, so nothing is known of any: {said[-1][:300]}")


def faults(audited: dict[str, Any]) -> list[str]:
    """A line for each fault that pip-audit found, and for each package that it could not look up."""
    lines = []
    for package in audited["dependencies"]:
        if reason := package.get("skip_reason"):
            lines.append(f"audit: {package['name']} was not looked up: {reason}")
        for fault in package.get("vulns", ()):
            mended = ", ".join(fault["fix_versions"]) or "no version yet"
            known = ", ".join([fault["id"], *fault.get("aliases", ())])
            lines.append(f"audit: {package['name']} {package['version']} has {known}, mended in {mended}")
    return lines


if __name__ == "__main__":
    main()
