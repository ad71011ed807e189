#!/usr/bin/env python3
"""Checks a run's folder from outside: with Frictionless, PyArrow and BLAKE3.

    python3 -m venv venv && venv/bin/pip install -r scripts/outside/requirements.txt
    article5 run scripts/outside/every-table.toml --out run
    venv/bin/python scripts/outside/check_tables.py run

Every file has the checksum that the manifest gives it; every table is described in the data
package, with unit and meaning, and is what the description says; every Parquet file has the cells
of its CSV.
"""

import csv
import json
import sys
from pathlib import Path

import pyarrow.parquet
from blake3 import blake3
from frictionless import Package

TYPES = {"string": "string", "integer": "int64", "number": "double"}
READ = {"string": str, "integer": int, "number": float}

# Tables whose rows are told apart by columns that may be empty, as keys may not.
WITHOUT_KEY = {"sensitivity", "screening", "responses", "boxes", "trace_events"}


def check_sums(run: Path) -> int:
    files = json.loads((run / "manifest.json").read_text())["files"]
    there = {str(path.relative_to(run)) for path in run.rglob("*") if path.is_file()}
    assert there == {*files, "manifest.json"}, there ^ {*files, "manifest.json"}
    for name, given in files.items():
        assert blake3((run / name).read_bytes()).hexdigest() == given, f"{name}: another checksum"
    return len(files)


def check_package(run: Path) -> dict:
    """The schema of each table by name."""
    report = Package(str(run / "datapackage.json")).validate()
    assert report.valid, report.to_summary()
    resources = json.loads((run / "datapackage.json").read_text())["resources"]
    listed = {resource["path"] for resource in resources}
    there = {str(path.relative_to(run)) for path in run.rglob("*") if path.is_file()}
    assert listed == there - {"datapackage.json"}, f"listed and there differ by {listed ^ there}"
    described = [resource for resource in resources if "schema" in resource]
    schemas = {table["path"]: table["schema"]["fields"] for table in described}
    tables = {str(path.relative_to(run)) for path in run.rglob("*.csv")}
    assert set(schemas) == tables, f"described and there differ by {set(schemas) ^ tables}"
    unkeyed = {table["path"] for table in described if "primaryKey" not in table["schema"]}
    assert {Path(name).stem.removesuffix("-data") for name in unkeyed} <= WITHOUT_KEY, f"no primary key: {unkeyed}"
    for name, fields in schemas.items():
        for field in fields:
            assert field["description"], f"{name}: {field['name']} is not explained"
            # Whole numbers that are labels, such as quarters and design points, have no unit.
            if field["type"] == "number":
                assert field["unit"], f"{name}: {field['name']} has no unit"
    return schemas


def check_parquet(run: Path, schemas: dict) -> int:
    """Compares each Parquet file with its CSV, cell by cell: numbers by their bits."""
    cells = 0
    for path in sorted(run.glob("*.parquet")):
        fields = schemas[f"{path.stem}.csv"]
        table = pyarrow.parquet.read_table(path)
        assert table.column_names == [field["name"] for field in fields], path
        with open(path.with_suffix(".csv"), newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))[1:]
        assert table.num_rows == len(rows), path
        for place, field in enumerate(fields):
            column = table.column(place)
            assert str(column.type) == TYPES[field["type"]], f"{path}: {field['name']} is {column.type}"
            read = READ[field["type"]]
            optional = not field["constraints"]["required"]
            expected = [
                None if optional and row[place] == "" else read(row[place]) for row in rows
            ]
            assert column.to_pylist() == expected, f"{path}: {field['name']} differs from the CSV"
            cells += len(rows)
    return cells


for run in map(Path, sys.argv[1:]):
    files = check_sums(run)
    schemas = check_package(run)
    cells = check_parquet(run, schemas)
    print(f"{run}: {files} checksums, {len(schemas)} tables, {cells} Parquet cells are as described")
