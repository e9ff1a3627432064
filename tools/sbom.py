"""What MallOps is made of, as CycloneDX: the locked libraries and those of the pages.

.venv/bin/python tools/sbom.py > sbom.json
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKED = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?P<rest>(?:.*\\\n)*.*)", re.M
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def libraries() -> list[dict[str, object]]:
    """Those of the server, out of the lock file."""
    found = LOCKED.finditer((ROOT / "requirements.txt").read_text())
    return [component("pypi", *one.group("name", "version", "rest")) for one in found]


def of_the_pages() -> list[dict[str, object]]:
    """Those that browsers are sent, by the names of their folders."""
    folders = sorted((ROOT / "static" / "vendor").glob("*@*"))
    return [component("npm", *folder.name.rsplit("@", 1)) for folder in folders]


def component(kind: str, name: str, version: str, rest: str = "") -> dict[str, object]:
    address = f"pkg:{kind}/{name}@{version}"
    made: dict[str, object] = {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
    }
    if hashes := HASH.findall(rest):
        made["hashes"] = [{"alg": "SHA-256", "content": one} for one in hashes]
    return made


def sbom() -> dict[str, object]:
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "mallops"}},
        "components": [*libraries(), *of_the_pages()],
    }


if __name__ == "__main__":
    json.dump(sbom(), sys.stdout, indent=2)
    print()
