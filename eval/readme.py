"""Write the generated tables of the README: settings and results. ::

    python -m eval.readme

A test fails when the README differs from what this writes.
"""

from __future__ import annotations

from pathlib import Path

from eval.types import QualityRun
from service.settings import Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
QUALITY = ROOT / "eval" / "results" / "quality.json"


def main() -> None:
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")


def filled(readme: str) -> str:
    """The README with its marked blocks generated anew."""
    for name, table in (("settings", settings_table()), ("results", results_table())):
        before, rest = readme.split(f"<!-- {name} -->\n")
        _, after = rest.split(f"<!-- /{name} -->")
        readme = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{after}"
    return readme


def settings_table() -> str:
    """Every setting: variable, default, meaning."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `JUDIAN_{name.upper()}` | `{field.default}` | {field.description} |")
    return "\n".join(lines)


def results_table() -> str:
    """The kept run of ``make eval``."""
    run = QualityRun.model_validate_json(QUALITY.read_text(encoding="utf-8"))
    lines = [
        "| reports | system | questions | in the first | in one of ≤ 3 | not answered | characters | all types |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in run.rows:
        counts = (row.n, row.first, row.any, row.abstained, round(row.mean_chars), f"{row.points:.3f} of {row.n_all}")
        lines.append(f"| {row.pool} | {row.system} | " + " | ".join(map(str, counts)) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
