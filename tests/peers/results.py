"""Reads the tables of a run with DuckDB, Polars and pandas: every column has the statistics that summary.json gives, the CSV
files say the same as the Parquet files, and the queries of docs/results.md give the output that stands there.

Usage: python tests/peers/results.py SHORTFALL [--renew]; with --renew the output in docs/results.md is written anew.
"""

import contextlib
import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "results.md"
SCENARIO = "scenarios/japan-rare-earths-uncertain.toml"
# A query and the output below it.
BLOCKS = re.compile(r"(```(sql|python)\n(.*?)```\n\n```text\n)(.*?)```", re.DOTALL)


def near(a, b):
    return a == b or math.isclose(a, b, rel_tol=1e-12)


def expect(holds, what):
    if not holds:
        sys.exit(f"failed: {what}")


def statistics(summary):
    """Every metric has the same count, mean, extremes and median for all readers and in the summary."""
    polars, pandas = pl.read_parquet("trials.parquet"), pd.read_parquet("trials.parquet")
    expect(polars.shape == pandas.shape, f"shapes {polars.shape} and {pandas.shape}")
    for name, metric in summary["metrics"].items():
        defined = round(metric["defined"]["value"] * summary["trials"])
        quoted = '"' + name.replace('"', '""') + '"'
        figures = f"count({quoted}), avg({quoted}), min({quoted}), max({quoted}), quantile_disc({quoted}, 0.5)"
        sql = duckdb.sql(f"select {figures} from 'trials.parquet'").fetchall()[0]
        a, b = polars[name], pandas[name]
        middle = a.drop_nulls().sort()[(defined + 1) // 2 - 1] if defined else None
        found = {
            "DuckDB": sql,
            "Polars": (a.count(), a.mean(), a.min(), a.max(), middle),
            "pandas": (b.count(), b.mean(), b.min(), b.max(), middle),
        }
        for reader, (count, *figures) in found.items():
            expect(count == defined, f"{reader}: {name} is defined in {count} trials, not {defined}")
            if not defined:
                continue
            known = (metric["mean"]["value"], metric["min"], metric["max"], metric["quantiles"]["0.5"]["value"])
            expect(all(map(near, figures, known)), f"{reader}: {name} is {figures}, not {known}")
    print(f"{len(summary['metrics'])} metrics, the same by DuckDB, Polars and pandas")


def metadata(summary):
    """The facts of the run, and a unit or description for every column."""
    for table in ["trials", "timeline"]:
        facts = pl.read_parquet_metadata(f"{table}.parquet")
        for key in ["scenario", "fingerprint", "version", "seed", "sampling", "command"]:
            expect(facts[key] == str(summary[key]), f"{table}: {key} is {facts[key]}")
        columns = json.loads(facts["columns"])
        expect(list(columns) == pl.read_parquet_schema(f"{table}.parquet").names(), f"{table}: columns {list(columns)}")
        for name, metric in summary["metrics"].items():
            expect(table != "trials" or columns[name]["unit"] == metric["unit"], f"the unit of {name}")
        for name, column in columns.items():
            expect(column["description"] or name.startswith("draw."), f"{name} is not described")


def csv():
    """The CSV files have the very same values."""
    for table in ["trials", "timeline"]:
        parquet = pl.read_parquet(f"{table}.parquet")
        text = pl.read_csv(f"{table}.csv", schema=parquet.schema, try_parse_dates=False)
        for name in parquet.columns:
            expect(parquet[name].equals(text[name], null_equal=True), f"{table}.csv: column {name}")


def run(kind, code):
    """What a query says."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        if kind == "sql":
            duckdb.sql(code).show(max_width=120)
        else:
            exec(code, {})
    return "\n".join(line.rstrip() for line in out.getvalue().strip("\n").split("\n")) + "\n"


def queries(renew):
    page = PAGE.read_text()
    found = BLOCKS.findall(page)
    expect(len(found) >= 5, f"{len(found)} queries in {PAGE.name}")
    for _, kind, code, output in found:
        said = run(kind, code)
        if renew:
            page = page.replace(f"{code}```\n\n```text\n{output}```", f"{code}```\n\n```text\n{said}```")
        else:
            expect(said == output, f"the query\n{code}\ngives\n{said}\nnot\n{output}")
    if renew:
        PAGE.write_text(page)
    print(f"{len(found)} queries of {PAGE.name} give what stands there")


def main():
    shortfall = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as out:
        command = [shortfall, "run", SCENARIO, "--quiet", "--csv", "--out", out]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        os.chdir(out)
        summary = json.loads(Path("summary.json").read_text())
        statistics(summary)
        metadata(summary)
        csv()
        queries("--renew" in sys.argv[2:])
        os.chdir(ROOT)


if __name__ == "__main__":
    main()
