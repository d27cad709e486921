"""The ``judian-eval`` command."""

from __future__ import annotations

import importlib.util
import io
import os
import re
import shlex
import sys
from enum import StrEnum
from importlib.metadata import requires
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.errors import EvaluationError
from indexer.errors import JudianError
from service.settings import Settings

if TYPE_CHECKING:
    from eval.runs.stored import Run

app = typer.Typer(
    help="Measure a question answering system on a gold set, compare two runs honestly, and stop a release that got "
    "worse.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# Tables keep their columns where there is no terminal to say how wide it is.
out = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)

Gold = Annotated[Path, typer.Argument(help="A gold set, JSON Lines.")]
IndexFolder = Annotated[Path, typer.Option("--index", help="The index folder that `judian index` made.")]
RunFolder = Annotated[Path, typer.Argument(help="A folder that `judian-eval run` made.")]


# What the extra `eval` brings, and which commands are nothing without it: said before a question is asked.
NEEDED = ("ir_measures", "scipy", "jinja2", "matplotlib", "httpx")
WITH_EXTRA = frozenset(("run", "compare", "report", "gate", "store", "judge"))
HERE = Path(__file__).parents[1]
_OF_EXTRA = re.compile(r"^(?!judian\b).*extra == ['\"](?:eval|client)['\"]")


@app.callback()
def look_for_the_extra(context: typer.Context) -> None:
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if absent and context.invoked_subcommand in WITH_EXTRA and not {"-h", "--help"} & set(sys.argv):
        raise EvaluationError(f"{', '.join(absent)} not installed; install what is missing with: {how_to_install()}")


def how_to_install() -> str:
    """The one command that brings the extra into this environment: of the checkout that this is, or of the package."""
    pip = f"{shlex.quote(sys.executable)} -m pip install"
    if (HERE / "pyproject.toml").is_file():
        asked = [line.partition(";")[0].strip() for line in requires("judian") or () if _OF_EXTRA.search(line)]
        return f"{pip} --constraint {shlex.quote(str(HERE / 'constraints.txt'))} {shlex.join(asked)}"
    return f"{pip} 'judian[eval]'"


class Format(StrEnum):
    """What `judian-eval convert` reads."""

    SQUAD = "squad"
    BEIR = "beir"
    TREC = "trec"
    CSV = "csv"
    XLSX = "xlsx"


@app.command()
def check(gold: Gold, index: IndexFolder) -> None:
    """Find broken items of GOLD: evidence that stands in no report of the index, duplicates, answers that the evidence
    does not hold. Ends with 1 when there are any."""
    from eval.gold.check import check as faults_of
    from eval.gold.load import read_lines
    from indexer.store.snapshot import open_published

    lines = read_lines(gold)
    faults = faults_of(lines, open_published(index).reports)
    for fault in faults:
        err.print(f"{gold}, {fault}")
    if faults:
        err.print(f"{len(faults)} faults in {len(lines)} items")
        raise typer.Exit(1)
    out.print(f"{gold}: no fault in {len(lines)} items", markup=False)


@app.command()
def run(
    gold: Gold,
    system: Annotated[
        str,
        typer.Option(
            help="judian, judian-generated, http:URL, openai:URL, top-passage, first-sentences, bm25, dense, "
            "always-abstain or never-abstain."
        ),
    ],
    index: IndexFolder,
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the run; an interrupted one goes on there.")],
    model: Annotated[str | None, typer.Option(help="Which model of an openai:URL.")] = None,
    seed: Annotated[int, typer.Option(help="For systems that draw lots; kept in the stamp.")] = 0,
) -> None:
    """Ask SYSTEM every question of GOLD and score what it gives against the reports of the index."""
    from eval.gold.load import load_gold
    from eval.runs.run import run as run_gold
    from eval.systems.in_process import GENERATED, IN_PROCESS
    from eval.systems.named import open_system, precision_of
    from indexer.store.snapshot import open_published
    from service.open import open_encoder

    settings = Settings.from_environment()
    load_gold(gold)  # what is wrong with it is said before anything slow begins
    encoder = None
    if system in IN_PROCESS or system == GENERATED:
        encoder = open_encoder(settings)
    snapshot = open_published(index, encoder.fingerprint if encoder else None)
    asked = open_system(system, snapshot, encoder, settings, model)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as bars:
        task = bars.add_task(asked.name)
        # Written anew, not taken from the command line: an address may hold a password, a folder the name of a user.
        gold_name, index_name, out_name = (Path(os.path.relpath(path)) for path in (gold, index, out_folder))
        made = run_gold(
            gold,
            asked,
            snapshot,
            out_folder,
            command=f"judian-eval run {gold_name} --system {asked.name} --index {index_name} --out {out_name}",
            precision=precision_of(encoder, settings.backend),
            seed=seed,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    _print_summary(made)


@app.command()
def compare(
    run_a: RunFolder,
    run_b: RunFolder,
    json: Annotated[bool, typer.Option("--json", help="Print every difference as JSON.")] = False,
) -> None:
    """How RUN_B differs from RUN_A: intervals by paired bootstrap, McNemar or randomisation tests, per measure and type
    of question, and which questions got better and worse."""
    from eval.compare.differences import as_tables
    from eval.compare.differences import compare as compare_runs
    from eval.runs.stored import read_run

    comparison = compare_runs(read_run(run_a), read_run(run_b))
    if json:
        sys.stdout.write(comparison.model_dump_json(indent=1) + "\n")
        return
    for table in as_tables(comparison):
        out.print(table)


@app.command()
def report(
    runs: Annotated[list[Path], typer.Argument(help="Folders that `judian-eval run` made.")],
    out_file: Annotated[Path, typer.Option("--out", help="The HTML file to write.")],
) -> None:
    """Write one HTML file, which needs no network: measures with intervals, plots, and every question with its answer,
    its citations against the evidence, and why it scored so."""
    from eval.page.write import write_report
    from eval.runs.stored import read_run

    write_report([read_run(folder) for folder in runs], out_file)
    out.print(f"wrote {out_file}", markup=False)


@app.command()
def gate(
    run: RunFolder,
    expected: Annotated[
        Path, typer.Option("--expected", help="A stored run with its tolerances, as in eval/expected.")
    ],
) -> None:
    """Compare RUN with a stored one. Ends with 1 on a significant drop, or on one beyond the tolerance."""
    from eval.compare.gate import gate as hold
    from eval.compare.gate import read_tolerances
    from eval.runs.stored import read_run

    verdicts = hold(read_run(run), read_run(expected), read_tolerances(expected))
    for verdict in verdicts:
        values = "" if verdict.now is None else f" {verdict.stored:.3f} → {verdict.now:.3f}"
        out.print(f"{'FAILS' if verdict.faults else 'holds'}  {verdict.name}{values}", markup=False)
        for fault in verdict.faults:
            out.print(f"       {fault}", markup=False)
    if any(verdict.faults for verdict in verdicts):
        raise typer.Exit(1)


@app.command()
def store(
    run: RunFolder,
    out_folder: Annotated[Path, typer.Option("--out", help="Where to keep it, such as eval/expected/samples.")],
) -> None:
    """Keep the scores of RUN, without any text of the reports, for `judian-eval gate` to compare with."""
    from eval.compare.gate import TOLERANCES, write_default_tolerances
    from eval.runs.stored import read_run
    from eval.runs.stored import store as keep

    keep(read_run(run), out_folder)
    out.print(f"stored {run} in {out_folder}", markup=False)
    if write_default_tolerances(out_folder):
        out.print(f"wrote {out_folder / TOLERANCES}; set there what a release may lose", markup=False)


@app.command()
def judge(
    run: RunFolder,
    model: Annotated[
        str, typer.Option(help="A LangChain chat model, as `openai:qwen-plus`; its key is in its own variable.")
    ],
    out_file: Annotated[Path, typer.Option("--out", help="The JSON file to write.")],
) -> None:
    """Let a language model judge the answers and citations of RUN, and say how far it agrees with the measures that
    need none. Needs `pip install 'judian[judge]'` and the package of the model's provider."""
    from langchain.chat_models import init_chat_model

    from eval.measures.judges import Judge, judge_run
    from eval.runs.stored import read_run

    try:
        chat = init_chat_model(model, temperature=0)
    except ValueError as error:
        raise EvaluationError(f"{model!r} is no chat model: {error}") from error
    judged = judge_run(read_run(run), Judge(chat), model)
    out_file.write_text(judged.model_dump_json(indent=1) + "\n", encoding="utf-8")
    for found in judged.agreement:
        kappa = "" if found.kappa is None else f", kappa {found.kappa:.2f}"
        out.print(f"{found.judged} and {found.measure}: {found.agreement:.1%} of {found.n} alike{kappa}", markup=False)


@app.command()
def convert(
    form: Annotated[Format, typer.Argument(metavar="FORMAT", help="squad, beir, trec, csv or xlsx.")],
    file: Annotated[Path, typer.Argument(help="The file, or for beir and trec the folder, to convert.")],
    gold: Annotated[Path, typer.Option("--out", help="The gold set to write.")],
    reports: Annotated[Path | None, typer.Option(help="Folder for the texts asked about, one report each.")] = None,
) -> None:
    """Make a gold set of a question set in another form; with --reports also the reports to index."""
    from eval.gold.convert import convert as convert_to_gold

    converted = convert_to_gold(form.value, file, gold, reports)
    for note in converted.notes:
        out.print(note, markup=False)
    out.print(f"{len(converted.items)} questions in {gold}", markup=False)


@app.command(name="import-feedback")
def import_feedback(
    file: Annotated[Path, typer.Argument(help="What `judian feedback export` printed.")],
    candidates: Annotated[Path, typer.Option("--out", help="The candidates to write; a new file.")],
) -> None:
    """Make candidates for a gold set of what people said of answers. Each has a field `unconfirmed`; a person checks it
    and removes the field, and no run takes it before."""
    from eval.gold.feedback import candidates as made_of
    from eval.gold.feedback import read_feedback
    from eval.gold.load import write_gold

    if candidates.exists():
        raise EvaluationError(f"{candidates} is there already, and may hold what somebody confirmed; name a new file")
    imported = made_of(read_feedback(file))
    write_gold(imported.items, candidates)
    out.print(f"{len(imported.items)} candidates in {candidates}; look at each and remove `unconfirmed`", markup=False)
    if imported.n_superseded:
        out.print(f"{imported.n_superseded} left out: the same question was rated again later", markup=False)


def main() -> None:
    """Run the command; errors go to standard error in one line, with what to do, and the exit status is then 1."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character gets the rest
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except JudianError as error:
        err.print(f"judian-eval: {error}")
        raise SystemExit(1) from None
    except ImportError as error:
        err.print(f"judian-eval: {error}; install what is missing with: {how_to_install()}")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        err.print("judian-eval: interrupted; a run goes on where it stopped when the same command is given again")
        raise SystemExit(130) from None
    except OSError as error:  # a full disk, a folder that may not be written
        err.print(f"judian-eval: {error}")
        raise SystemExit(1) from None


def _print_summary(made: Run) -> None:
    from rich.table import Table

    from eval.compare.bootstrap import interval
    from eval.measures import MEASURES

    table = Table("measure", "value", "95 %", "questions", title=made.name)
    values = [scores.values for scores in made.scores.values()]
    for measure in MEASURES:
        value = measure.over(values)
        if value is None:
            continue
        low, high = interval(values, measure) or (value, value)
        n = sum(measure.name in scores for scores in values) if measure.per_question else len(values)
        table.add_row(measure.name, f"{value:.3f}", f"{low:.3f} … {high:.3f}", str(n))
    out.print(table)
    failed = [name for name, output in made.outputs.items() if output.error]
    if failed:
        raise EvaluationError(
            f"{len(failed)} questions got no answer ({' '.join(failed)}); run again to ask them again"
        )
