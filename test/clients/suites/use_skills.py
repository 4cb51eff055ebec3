"""Keeps a skill with the client's helpers, in both namespaces; prints a line with the result.

Arguments: the client's version, the name of the check, and the server's name in CONTINUO_PROOF.
"""

import io
import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path

import anthropic
from anthropic.lib import files_from_dir

TEXT = """---
name: pirate
description: Speaks like a pirate.
---
Say arr.
"""


def make_folder(root):
    folder = Path(root) / "pirate"
    (folder / "words").mkdir(parents=True)
    (folder / "SKILL.md").write_text(TEXT)
    (folder / "words" / "list.txt").write_text("arr\n")
    return folder


def check(namespace, folder):
    skill = namespace.skills.create(files=files_from_dir(folder))
    assert any(known.id == skill.id for known in namespace.skills.list()), "the skill is not listed"
    version = namespace.skills.versions.create(skill.id, files=files_from_dir(folder))
    assert (version.name, version.description) == ("pirate", "Speaks like a pirate."), version
    versions = list(namespace.skills.versions.list(skill.id, limit=1))
    assert len(versions) == 2, versions
    if hasattr(namespace.skills.versions, "download"):
        packed = namespace.skills.versions.download("latest", skill_id=skill.id).read()
        names = sorted(zipfile.ZipFile(io.BytesIO(packed)).namelist())
        assert names == ["pirate/SKILL.md", "pirate/words/list.txt"], names
    for known in versions:
        assert namespace.skills.versions.retrieve(getattr(known, "version", None) or known.id, skill_id=skill.id)
    assert namespace.skills.delete(skill.id).type == "skill_deleted"
    try:
        namespace.skills.retrieve(skill.id)
    except anthropic.NotFoundError:
        return
    raise AssertionError("the skill is still there")


def main():
    version, name, server = sys.argv[1:]
    problem = None if anthropic.__version__ == version else f"this is version {anthropic.__version__}"
    client = anthropic.Anthropic(
        base_url=json.loads(os.environ["CONTINUO_PROOF"])[server],
        api_key="my-anthropic-api-key",
        _strict_response_validation=True,
    )
    try:
        with tempfile.TemporaryDirectory() as root:
            folder = make_folder(root)
            for namespace in (client, client.beta):
                if hasattr(namespace, "skills"):
                    check(namespace, folder)
    except Exception as error:  # Whatever it is, it is the result.
        problem = problem or repr(error)
    print(f"ok {name}" if problem is None else f"not ok {name}: {problem}", flush=True)
    sys.exit(0 if problem is None else 1)


main()
