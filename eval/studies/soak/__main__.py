"""An hour of questions while snapshots are published, keys changed, workers killed, and bad clients connect. ::

    python -m eval.studies.soak --minutes 60 --out FILE

Starts ``judian serve`` with two workers on 127.0.0.1 over a copy of the sample reports, and ends what it started. Every
answer is compared with the texts of the snapshot that it names. What was found so far is kept every minute. Linux only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from eval.studies.soak.run import MAX_GROWTH, Plan, SoakRun, soak

MAX_MINUTES = 24 * 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--readers", type=int, default=Plan.readers, help="clients that ask and compare")
    parser.add_argument("--rate", type=float, default=Plan.rate, help="what all of them do in a second")
    parser.add_argument("--out", type=Path, default=None, help="keep the run here, as JSON")
    arguments = parser.parse_args()
    if not (0 < arguments.minutes <= MAX_MINUTES and arguments.readers > 0 and arguments.rate > 0):
        parser.error(f"--minutes is at most {MAX_MINUTES}, and all are more than 0")

    def keep(run: SoakRun) -> None:
        if arguments.out:
            arguments.out.write_text(run.model_dump_json(indent=1) + "\n", encoding="utf-8")

    plan = Plan(arguments.minutes * 60, arguments.readers, arguments.rate)
    options = f"--minutes {arguments.minutes:g} --readers {arguments.readers} --rate {arguments.rate:g}"
    with tempfile.TemporaryDirectory(prefix="judian-soak-") as folder:
        run = soak(plan, Path(folder), f"python -m eval.studies.soak {options}", keep)
    keep(run)
    sys.stdout.write(run.model_dump_json(indent=1) + "\n")
    sys.exit(1 if run.errors or run.growth > MAX_GROWTH else 0)


if __name__ == "__main__":
    main()
