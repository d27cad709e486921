"""A benchmark run as a page and a plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from eval.bench.types import Bench, Growth
from indexer.types import Record


def as_markdown(bench: Bench) -> str:
    """The page that is kept beside the JSON."""
    recipe = bench.recipe
    machine = f"{recipe.cpu}, {recipe.n_cores} cores, {recipe.precision}"
    parts = ["# Speed and size", f"`{recipe.command}` at {recipe.commit}, {recipe.date}; {machine}."]
    sections: list[tuple[str, Sequence[Record]]] = [
        ("Indexing beside the bare encoder", [bench.indexing] if bench.indexing else []),
        ("`/v1/ask` beside the bare encoding of the question", [bench.asking] if bench.asking else []),
        ("Growth (hashing encoder: without the encoding)", bench.growth),
        ("Growth per 10,000 chunks", _per_10k(bench.growth)),
        ("Settings of the encoder", bench.encoder_settings),
        ("Peers", bench.peers),
    ]
    for title, rows in sections:
        if rows:
            parts += [f"## {title}", _table(rows)]
    return "\n\n".join(parts) + "\n"


class _PerChunks(Record):
    n_chunks: int
    disk_mib_per_10k: float
    index_peak_mib_per_10k: float
    open_mib_per_10k: float


def _per_10k(rows: Iterable[Growth]) -> list[_PerChunks]:
    return [
        _PerChunks(
            n_chunks=row.n_chunks,
            disk_mib_per_10k=round(row.disk_mib * 10_000 / row.n_chunks, 1),
            index_peak_mib_per_10k=round(row.index_peak_mib * 10_000 / row.n_chunks, 1),
            open_mib_per_10k=round(row.open_mib * 10_000 / row.n_chunks, 1),
        )
        for row in rows
    ]


def _table(rows: Sequence[Record]) -> str:
    names = list(type(rows[0]).model_fields)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(getattr(row, name)) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def plot_growth(rows: Sequence[Growth], path: Path) -> None:
    """Time, memory and disk over the number of chunks, both axes logarithmic."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (times, sizes) = pyplot.subplots(1, 2, figsize=(10, 4.2))
    n = [row.n_chunks for row in rows]
    times.loglog(n, [row.index_s * 1000 for row in rows], "o-", label="index, without encoding")
    times.loglog(n, [row.open_s * 1000 for row in rows], "s-", label="open")
    times.loglog(n, [row.ask_ms for row in rows], "^-", label="ask, without encoding (median)")
    times.set(xlabel="chunks", ylabel="ms")
    sizes.loglog(n, [row.disk_mib for row in rows], "o-", label="snapshot on disk")
    sizes.loglog(n, [row.index_peak_mib for row in rows], "s-", label="peak memory of indexing")
    sizes.loglog(n, [row.open_mib for row in rows], "^-", label="memory of an open snapshot")
    sizes.set(xlabel="chunks", ylabel="MiB")
    for axes in (times, sizes):
        axes.legend()
        axes.grid(True, which="both", alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
