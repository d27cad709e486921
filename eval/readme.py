"""Write the generated tables: settings, results, a language model's answers in the README, others in eval/README.md. ::

    python -m eval.readme

Tests fail when they differ from what this writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eval.bench.report import targets
from eval.bench.types import Bench
from eval.measures import MEASURES
from eval.quality import OF_ALL, OF_SCORED, QualityRun
from eval.studies import generated
from eval.studies.fuzz_readers import FuzzRun
from eval.studies.generated import GeneratedRun
from eval.studies.public import ANSWERS, RETRIEVAL, PublicRun
from eval.studies.soak.run import SoakRun
from service.settings import Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
MEASUREMENTS = ROOT / "eval" / "README.md"
RESULTS = ROOT / "eval" / "results"
QUALITY = RESULTS / "quality.json"


def main() -> None:
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
    MEASUREMENTS.write_text(filled_measurements(MEASUREMENTS.read_text(encoding="utf-8")), encoding="utf-8")


def filled(readme: str) -> str:
    """The README with its marked blocks generated anew."""
    return _filled(readme, {"settings": settings_table(), "generated": generated_table(), "results": results_table()})


def filled_measurements(readme: str) -> str:
    """eval/README.md with its marked blocks generated anew."""
    tables = {
        "measures": measures_table(),
        "public": public_table(),
        "fuzz": fuzz_table(),
        "soak": soak_table(),
        "speed": speed_table(),
    }
    return _filled(readme, tables)


def _filled(readme: str, blocks: Mapping[str, str]) -> str:
    for name, table in blocks.items():
        before, rest = readme.split(f"<!-- {name} -->\n")
        _, after = rest.split(f"<!-- /{name} -->")
        readme = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{after}"
    return readme


def fuzz_table() -> str:
    """The kept run of ``eval.studies.fuzz_readers``."""
    run = FuzzRun.model_validate_json((RESULTS / "fuzz_readers.json").read_text(encoding="utf-8"))
    ends = ", ".join(f"{n:,} {name}" for name, n in sorted(run.outcomes.items(), key=lambda item: -item[1]))
    return "\n".join(
        (
            "| inputs | from files | mean bytes | failures | slowest | ends |",
            "|---|---|---|---|---|---|",
            f"| {run.n:,} | {run.n_files} | {run.mean_bytes:,.0f} | {len(run.failures)} | {run.slowest_s} s | {ends} |",
            "",
            f"`{run.command}`, commit {run.commit}, {run.date}.",
        )
    )


def soak_table() -> str:
    """The kept run of ``eval.studies.soak``."""
    run = SoakRun.model_validate_json((RESULTS / "soak.json").read_text(encoding="utf-8"))
    lines = [
        "| route | requests | wrong or lost | lost with a killed worker | p50 ms | p99 ms |",
        "|---|---|---|---|---|---|",
    ]
    for name, route in sorted(run.routes.items()):
        lines.append(
            f"| {name} | {route.requests:,} | {route.errors} | {route.lost_with_workers} "
            f"| {route.p50_ms:g} | {route.p99_ms:g} |"
        )
    done = ", ".join(f"{n:,} {name}" for name, n in sorted(run.counts.items(), key=lambda item: -item[1]))
    lines += [
        f"| all | {run.requests:,} | {run.errors} | {run.lost_with_workers} | | |",
        "",
        f"{run.seconds:,.0f} s, {run.workers} workers, {run.n_cpus} cores, of which the older worker had "
        f"{run.cores:.2f}; {run.answers:,} answers compared, {run.wrong} wrong, {run.tracebacks} tracebacks; {done}. "
        f"Memory of the worker that was never killed: {run.rss_mib_settled:,.0f} MiB after five minutes, "
        f"{run.rss_mib_end:,.0f} MiB at the end ({run.growth:+.1%}).",
        "",
        f"`{run.command}`, commit {run.commit}, {run.date}.",
    ]
    return "\n".join(lines)


def measures_table() -> str:
    """Every measure that the harness knows."""
    lines = ["| measure | better | what |", "|---|---|---|"]
    lines += [f"| `{measure.name}` | {measure.better} | {measure.meaning} |" for measure in MEASURES]
    return "\n".join(lines)


def public_table() -> str:
    """The kept run of ``eval.studies.public``."""
    run = PublicRun.model_validate_json((RESULTS / "public.json").read_text(encoding="utf-8"))
    names = (*RETRIEVAL, *ANSWERS)
    lines = [
        "| set | system | questions | passages | " + " | ".join(names) + " |",
        "|---|---|---|---|" + "---|" * len(names),
    ]
    for row in run.rows:
        cells = (f"{row.values[name]:.3f}" if name in row.values else "" for name in names)
        lines.append(f"| {row.name} | {row.system} | {row.n} | {row.n_passages} | " + " | ".join(cells) + " |")
    return "\n".join((*lines, "", f"`{run.command}`, commit {run.commit}, {run.precision}, {run.date}."))


def speed_table() -> str:
    """The targets of the kept run of ``make bench``."""
    bench = Bench.model_validate_json((RESULTS / "bench.json").read_text(encoding="utf-8"))
    lines = ["| target | measured | holds |", "|---|---|---|"]
    lines += [f"| {found.target} | {found.measured:.2f} | {found.holds} |" for found in targets(bench)]
    lines += ["", "| setting of the encoder | texts/s | ms a question | R@1 |", "|---|---|---|---|"]
    lines += [
        f"| {row.name} | {row.texts_per_s:g} | {row.question_ms:g} | {row.r_at_1:.4f} |" for row in bench.settings
    ]
    lines += ["", "| CMRC 2018 | index s | ms a question | right at 1 |", "|---|---|---|---|"]
    lines += [f"| {row.name} | {row.index_s:g} | {row.query_ms:g} | {row.right_at_1:.4f} |" for row in bench.peers]
    return "\n".join(lines)


def settings_table() -> str:
    """Every setting: variable, default, meaning."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `JUDIAN_{name.upper()}` | `{field.default}` | {field.description} |")
    return "\n".join(lines)


def generated_table() -> str:
    """The kept run of ``eval.studies.generated``."""
    return generated.table(GeneratedRun.model_validate_json((RESULTS / "generated.json").read_text(encoding="utf-8")))


def results_table() -> str:
    """The kept run of ``make eval``."""
    run = QualityRun.model_validate_json(QUALITY.read_text(encoding="utf-8"))
    names = (*OF_SCORED, *OF_ALL)
    lines = ["| reports | system | " + " | ".join(names) + " |", "|---|---|" + "---|" * len(names)]
    for row in run.rows:
        cells = (f"{row.values[name]:.3f}" if name in row.values else "" for name in names)
        lines.append(f"| {row.pool} | {row.system} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
