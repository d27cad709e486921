"""The bill of a wheelhouse: it fits CycloneDX's schema, and tells of the files as they lie there."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from supply.sbom import bill_of

APACHE = "Classifier: License :: OSI Approved :: Apache Software License"


def wheel(folder: Path, name: str, version: str, *lines: str) -> str:
    """A wheel that holds nothing but its metadata, and its hash."""
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        held = "\n".join(["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *lines, "", "Read me."])
        archive.writestr(f"{name.replace('-', '_')}-{version}.dist-info/METADATA", held)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def wheelhouse(tmp_path: Path) -> Path:
    needed = ["Part_One>=1", "part-two; python_version < '3'", "part-three; extra == 'more'", "not-there"]
    requires = [f"Requires-Dist: {one}" for one in needed]
    wheel(tmp_path, "judian", "0.1.0", "Summary: 据典", "License-Expression: Apache-2.0", *requires)
    wheel(tmp_path, "Part-One", "1.0+cpu", "License: MIT", "Requires-Dist: part-two")
    wheel(tmp_path, "part-two", "2.0", "License: UNKNOWN", APACHE)
    wheel(tmp_path, "part-three", "3.0", "License: Copyright " + "x" * 200, APACHE)
    return tmp_path


def test_it_fits_the_schema_and_tells_of_each_wheel(wheelhouse: Path) -> None:
    written = bill_of(wheelhouse)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    bill: dict[str, Any] = json.loads(written)
    own, parts = bill["metadata"]["component"], {one["name"]: one for one in bill["components"]}
    assert (own["name"], own["version"], own["type"], own["description"]) == ("judian", "0.1.0", "application", "据典")
    assert set(parts) == {"part-one", "part-two", "part-three"}
    assert parts["part-one"]["purl"] == "pkg:pypi/part-one@1.0%2Bcpu"
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in wheelhouse.glob("*.whl")}
    told = [{"alg": "SHA-256", "content": hashes["Part_One-1.0+cpu-py3-none-any.whl"]}]
    assert parts["part-one"]["hashes"] == told
    licences = {name: [next(iter(one.values())) for one in part["licenses"]] for name, part in parts.items()}
    assert licences["part-one"] == [{"id": "MIT", "acknowledgement": "declared"}] or "MIT" in str(licences["part-one"])
    assert "Apache" in str(licences["part-two"])
    assert "xxx" not in str(licences["part-three"])


def test_it_says_what_needs_what(wheelhouse: Path) -> None:
    bill = json.loads(bill_of(wheelhouse))
    needed = {one["ref"]: one.get("dependsOn", []) for one in bill["dependencies"]}
    assert needed == {
        "judian==0.1.0": ["part-one==1.0+cpu"],
        "part-one==1.0+cpu": ["part-two==2.0"],
        "part-two==2.0": [],
        "part-three==3.0": [],
    }


def test_another_file_is_another_bill(wheelhouse: Path) -> None:
    first, again = (json.loads(bill_of(wheelhouse))["serialNumber"] for _ in range(2))
    wheel(wheelhouse, "part-two", "2.0", "License: UNKNOWN", APACHE, "Summary: changed")
    assert first == again != json.loads(bill_of(wheelhouse))["serialNumber"]


def test_a_folder_that_is_no_wheelhouse_is_said(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="make wheelhouse"):
        bill_of(tmp_path)
