"""What a wheelhouse holds, as a CycloneDX bill of materials: each wheel with version, licence, hash and needs. ::

    python -m supply.sbom WHEELHOUSE        # writes WHEELHOUSE/sbom.cdx.json

It tells of the wheels as they lie there, not of what was asked for. The only door to ``cyclonedx``.
"""

from __future__ import annotations

import hashlib
import sys
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NAME = "sbom.cdx.json"
OWN = "judian"
MAX_NAME_CHARS = 100  # a longer `License` is a text


@dataclass(frozen=True)
class Wheel:
    """A wheel as it lies there: its metadata, and the SHA-256 of the file."""

    metadata: Message
    sha256: str

    @property
    def name(self) -> str:
        return canonicalize_name(str(self.metadata["Name"]))


def bill_of(wheelhouse: Path) -> str:
    """The JSON of the bill, for the same wheels the same but for its date. Raises SystemExit without one of Judian."""
    wheels = {wheel.name: wheel for wheel in map(_read, sorted(wheelhouse.glob("*.whl")))}
    if OWN not in wheels:
        sys.exit(f"{wheelhouse} holds no wheel of Judian; run `make wheelhouse`")
    components = {name: _component(wheel) for name, wheel in wheels.items()}
    bom = Bom(components=[component for name, component in components.items() if name != OWN])
    bom.metadata.component = components[OWN]
    digest = hashlib.sha256("".join(wheel.sha256 for wheel in wheels.values()).encode()).hexdigest()
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, digest)
    for name, wheel in wheels.items():
        bom.register_dependency(components[name], [components[needed] for needed in _needed(wheel, wheels)])
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"


def _read(path: Path) -> Wheel:
    with zipfile.ZipFile(path) as archive:
        (name,) = [name for name in archive.namelist() if name.count("/") == 1 and name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode("utf-8"))
    with path.open("rb") as file:
        return Wheel(metadata, hashlib.file_digest(file, "sha256").hexdigest())


def _component(wheel: Wheel) -> Component:
    version = str(wheel.metadata["Version"])
    return Component(
        type=ComponentType.APPLICATION if wheel.name == OWN else ComponentType.LIBRARY,
        name=wheel.name,
        version=version,
        bom_ref=f"{wheel.name}=={version}",
        purl=PackageURL("pypi", name=wheel.name, version=version),
        description=wheel.metadata.get("Summary"),
        licenses=_licenses(wheel.metadata),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=wheel.sha256)],
    )


def _licenses(metadata: Message) -> list[License]:
    """As the package says it: an SPDX expression stands for all else, then a name, then the classifiers."""
    make = LicenseFactory()
    if expression := metadata.get("License-Expression"):
        return [make.make_from_string(str(expression))]
    written = str(metadata.get("License", "")).strip()
    if written and len(written) <= MAX_NAME_CHARS and written.upper() != "UNKNOWN":
        return [make.make_from_string(written)]
    told = [str(one).rpartition(" :: ")[2] for one in metadata.get_all("Classifier", ()) if str(one).startswith("Lic")]
    return [make.make_with_name(name) for name in told if name != "OSI Approved"]


def _needed(wheel: Wheel, wheels: Mapping[str, Wheel]) -> Iterator[str]:
    """What it needs here, of those that are there. A package's extras are left out: somebody else's need."""
    for line in wheel.metadata.get_all("Requires-Dist", ()):
        requirement = Requirement(str(line))
        name = canonicalize_name(requirement.name)
        if name in wheels and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            yield name


def main() -> None:
    (folder,) = map(Path, sys.argv[1:])
    (folder / NAME).write_text(bill_of(folder), encoding="utf-8")


if __name__ == "__main__":
    main()
