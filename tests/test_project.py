"""What stands beside the code: one version, a citation, forms that can be used."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import inkgrad

ROOT = Path(__file__).parent.parent
FORMS = sorted(
    path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"
)


def read(name: str) -> dict:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_package_changelog_and_citation_are_of_one_version():
    newest, *_ = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert inkgrad.__version__ == newest == read("CITATION.cff")["version"]


def test_the_citation_has_what_its_format_requires():
    cited = read("CITATION.cff")
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "software"
    assert {"message", "title", "authors", "license"} <= set(cited)
    assert cited["authors"] == [{"name": "The inkgrad authors"}]
    known = "cff-version message type title abstract authors version license keywords"
    assert set(cited) <= set(known.split())


def test_hooks_before_a_commit_fetch_nothing():
    hooks = read(".pre-commit-config.yaml")
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]
    tools = {hook["entry"].split()[0] for repo in hooks["repos"] for hook in repo["hooks"]}
    assert tools == {".venv/bin/ruff", ".venv/bin/mypy", ".venv/bin/python"}
    assert {hook["language"] for repo in hooks["repos"] for hook in repo["hooks"]} == {"system"}


def test_there_are_forms():
    assert len(FORMS) >= 3


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_can_be_used(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"]
    assert form["description"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    ids = [field["id"] for field in fields]
    assert len(ids) == len(set(ids)) >= 1
    for field in fields:
        assert field["type"] in {"textarea", "input", "dropdown", "checkboxes"}
        assert field["attributes"]["label"]
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_what_is_shipped_names_no_registry():
    """Addresses of an index of packages in a file would bind whoever builds from it."""
    for name in ("pyproject.toml", "Makefile", ".pre-commit-config.yaml", ".ci/run"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"index-url|--index|pypi\.|simple/", text), name


@pytest.mark.parametrize("name", ["tests", "release"])
def test_a_workflow_may_do_no_more_than_it_needs(name):
    workflow = read(f".github/workflows/{name}.yml")
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 40
        allowed = {"contents": "read", "id-token": "write", "attestations": "write"}
        assert job.get("permissions", {}).items() <= allowed.items()
        for step in job["steps"]:
            owner = step.get("uses", "actions/").split("/")[0]
            assert owner in ("actions", "pypa")


def test_the_workflow_tests_the_oldest_python_that_is_promised():
    matrix = read(".github/workflows/tests.yml")["jobs"]["tests"]["strategy"]["matrix"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={matrix['python'][0]}"
