"""A benchmark run as a page and a plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from eval.bench.growth import exponents
from eval.bench.types import Bench, Growth, Recipe
from indexer.types import Record

PER = 10_000


class Target(Record):
    """What was asked for, what was measured, and whether it holds."""

    target: str
    measured: float
    holds: str


class PerChunks(Record):
    """MiB for each 10,000 chunks."""

    n_chunks: int
    disk_mib: float
    index_peak_mib: float
    open_mib: float


def targets(bench: Bench) -> list[Target]:
    """The targets of the parts that were measured."""
    found = []
    if bench.indexing:
        ratio = bench.indexing.ratio
        found.append(_target("indexing ≥ 0.85 of the bare encoder's throughput", ratio, ratio >= 0.85))
    if bench.asking:
        asking, recipe = bench.asking, bench.recipes.get("asking")
        whole = f"median /v1/ask over {asking.n_chunks:,} chunks ≤ 150 ms"
        found.append(_target(whole, asking.ask_ms, asking.ask_ms <= 150, recipe))
        if asking.server_cpu_ms:
            cpu_ms = asking.server_cpu_ms
            found.append(_target("of that, CPU time of the server ≤ 150 ms, the mean", cpu_ms, cpu_ms <= 150))
        ratio = (asking.ask_ms - asking.steps_ms.get("read", 0.0)) / asking.bare_encoding_ms
        found.append(_target("all of it but reading ≤ 2 × bare encoding of the question", ratio, ratio <= 2, recipe))
        tail = asking.p99_over_median
        found.append(_target(f"p99 ≤ 3 × median with {asking.n_clients} clients", tail, tail <= 3))
    if bench.browser:
        seen, recipe = bench.browser, bench.recipes.get("browser")
        before, in_all = seen.bytes_before_click / 1000, seen.bytes_in_all / 1000
        found.append(_target("widget ≤ 5 kB before the first click", before, before <= 5))
        found.append(_target("widget ≤ 20 kB in all", in_all, in_all <= 20))
        opens_s, size = seen.report_opens_ms / 1000, f"{seen.report_bytes / 1e6:.1f} MB"
        opens = f"the page of a report of {size} opens at a quotation in ≤ 1 s"
        found.append(_target(opens, opens_s, opens_s <= 1, recipe))
        smooth = round(seen.frames_per_s) >= 60
        found.append(_target("it scrolls at 60 frames/s", seen.frames_per_s, smooth, recipe))
    if bench.listing:
        slowest = max(row.p99_ms for row in bench.listing)
        n = bench.listing[0].n_reports
        found.append(_target(f"a page of /v1/reports over {n:,} reports ≤ 20 ms", slowest, slowest <= 20))
    if bench.reading:
        share = bench.reading.read_over_encode
        found.append(_target(f"reading ≤ encoding, in {bench.reading.processes} processes", share, share <= 1))
    return found


def _target(target: str, measured: float, holds: bool, recipe: Recipe | None = None) -> Target:
    """With ``recipe`` where it is no ratio within a run: what was missed on a busy machine is told with its load."""
    busy = recipe is not None and recipe.load > recipe.n_cores
    missed = f"NO, at load {recipe.load} of {recipe.n_cores} cores" if recipe and busy else "NO"
    return Target(target=target, measured=measured, holds="yes" if holds else missed)


def as_markdown(bench: Bench) -> str:
    """The page that is kept beside the JSON."""
    parts = ["# Speed and size", "Made by `make bench`; what the columns mean stands in `eval/bench/types.py`."]
    sections: list[tuple[str, str, Sequence[Record]]] = [
        ("", "Targets", targets(bench)),
        ("indexing", "Indexing beside the bare encoder", [bench.indexing] if bench.indexing else []),
        ("asking", "`/v1/ask` beside the bare encoding of the question", [bench.asking] if bench.asking else []),
        ("growth", "Growth, with the vectors in the cache", bench.growth),
        ("", f"MiB per {PER:,} chunks", _per_chunks(bench.growth)),
        ("listing", "`/v1/reports` over many reports", bench.listing),
        ("settings", "Settings of the encoder", bench.settings),
        ("", "Reading, by format, beside the bare libraries", bench.reading.formats if bench.reading else []),
        ("reading", "Reading beside encoding", [bench.reading] if bench.reading else []),
        ("peers", "Beside Haystack, on the same files and questions, with the same encoder", bench.peers),
        (
            "browser",
            "In a browser: the widget, and the page of a long report",
            [bench.browser] if bench.browser else [],
        ),
    ]
    for part, title, rows in sections:
        if rows:
            parts += [f"## {title}", _table(rows)]
            if part == "growth" and len(bench.growth) > 1:
                slopes = ", ".join(f"{name} {slope}" for name, slope in exponents(bench.growth).items())
                parts.append(f"Exponents (1: in proportion to the chunks): {slopes}.\n\n![growth](bench_growth.png)")
            if part in bench.recipes:
                parts.append(_told(bench.recipes[part]))
    return "\n\n".join(parts) + "\n"


def _told(recipe: Recipe) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in recipe.versions.items())
    return (
        f"`{recipe.command}` at {recipe.commit}, {recipe.date}; {recipe.cpu}, {recipe.n_cores} cores, load "
        f"{recipe.load} at the start; encoder {recipe.encoder}, {recipe.precision}; {versions}."
    )


def _per_chunks(rows: Iterable[Growth]) -> list[PerChunks]:
    return [
        PerChunks(
            n_chunks=row.n_chunks,
            disk_mib=round(row.disk_mib * PER / row.n_chunks, 1),
            index_peak_mib=round(row.index_peak_mib * PER / row.n_chunks, 1),
            open_mib=round(row.open_mib * PER / row.n_chunks, 1),
        )
        for row in rows
    ]


def _table(rows: Sequence[Record]) -> str:
    """Rows below their names; a single row, with many columns, stands upright. Rows in a row have their own table."""
    names = [name for name in type(rows[0]).model_fields if not isinstance(getattr(rows[0], name), tuple)]
    if len(rows) == 1:
        return "\n".join(
            ["| measure | value |", "|---|---|", *(f"| {n} | {_cell(getattr(rows[0], n))} |" for n in names)]
        )
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_cell(getattr(row, name)) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return ", ".join(f"{name} {held}" for name, held in value.items()) if isinstance(value, dict) else str(value)


def plot_growth(rows: Sequence[Growth], path: Path) -> None:
    """Time, memory and disk over the number of chunks, both axes logarithmic; dotted: in proportion."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (times, sizes) = pyplot.subplots(1, 2, figsize=(10, 4.2))
    for axes, unit, lines in (
        (times, "ms", (("index_s", 1000, "index, vectors cached"), ("open_s", 1000, "open"), ("ask_ms", 1, "ask"))),
        (
            sizes,
            "MiB",
            (
                ("disk_mib", 1, "snapshot on disk"),
                ("index_peak_mib", 1, "peak memory of indexing"),
                ("open_mib", 1, "memory of an open snapshot"),
            ),
        ),
    ):
        for name, scale, label in lines:
            seen = [(row.n_chunks, getattr(row, name) * scale) for row in rows if getattr(row, name) > 0]
            axes.loglog(*zip(*seen, strict=True), "o-", label=label) if seen else None
        n = [row.n_chunks for row in rows]
        axes.loglog(n, n, ":", color="grey", label="in proportion")
        axes.set(xlabel="chunks", ylabel=unit)
        axes.legend()
        axes.grid(True, which="both", alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
