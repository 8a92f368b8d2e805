"""What CI services run: the action's steps, the hook, and the examples of docs/ci.md."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from segaudit.cli import main
from segaudit.testing.small import write_small
from tests.support.systems import bash

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


ACTION = yaml.safe_load(read("action.yml"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
EXAMPLES = re.findall(r"```yaml\n(.*?)```", read("docs/ci.md"), re.DOTALL)
INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")
LINES = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a dataset with one defect, its contract, and a command segaudit."""
    folder = tmp_path_factory.mktemp("small")
    write_small(folder)
    (folder / "dataset/s0001/segmentations/liver.nii.gz").write_bytes(b"")
    program = folder / "bin" / "segaudit"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m segaudit "$@"\n')
    program.chmod(0o755)
    return folder


def run_script(script: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script of a step as GitHub does, with the folder's programs before those of the system."""
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    path = {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    environment = os.environ | path | environment
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def audit_step(folder: Path, **inputs: str) -> tuple[int, dict[str, str]]:
    """Run the script of the step that audits, as GitHub does; return its exit code, and what it wrote for GitHub."""
    (step,) = (step for step in STEPS if step.get("id") == "audit")
    values = {name: str(described.get("default", "")) for name, described in ACTION["inputs"].items()} | inputs
    environment = {name: INPUT.sub(lambda found: values[found[1]], text) for name, text in step["env"].items()}
    environment |= {name: str(folder / file) for name, file in LINES.items()}
    for file in LINES.values():
        (folder / file).unlink(missing_ok=True)
    done = run_script(step["run"], folder, environment)
    written = {file: (folder / file).read_text() for file in LINES.values() if (folder / file).exists()}
    return done.returncode, written | {"printed": done.stdout, "errors": done.stderr}


@bash
@pytest.mark.parametrize(("chosen", "installed"), [("", "/the action"), ("0.1.0", "segaudit==0.1.0")])
def test_the_action_installs(chosen: str, installed: str, tmp_path: Path) -> None:
    """It installs itself, at the version that the workflow names it by, or another one from the index."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    (step,) = (step for step in STEPS if step.get("name") == "Install segaudit")
    done = run_script(step["run"], tmp_path, {"VERSION": chosen, "GITHUB_ACTION_PATH": "/the action"})
    assert done.stdout.splitlines() == ["-m", "pip", "install", "--quiet", installed]


@bash
def test_the_action_audits(folder: Path) -> None:
    """It fails at the gate, annotates, hands on the exit code and adds the summary to the job's page."""
    code, written = audit_step(folder, dataset="dataset", contract="contract.toml", output="my report")
    assert (code, written["output"]) == (1, "exit-code=1\n")
    assert written["printed"].startswith("::error title=file-empty")
    assert written["summary"] == (folder / "my report/summary.md").read_text()
    assert (folder / "my report/findings.sarif").is_file()


@bash
def test_the_action_hands_on_every_input(folder: Path) -> None:
    """Waivers, gate and checks reach the audit; names with blanks and signs stay names."""
    odd = folder / "$(touch hurt) it's"
    odd.mkdir(exist_ok=True)
    shutil.copy(ROOT / "examples/checks/spleen.py", odd / "spleen.py")
    waiver = 'check = "file-empty"\ncase = "*"\nreason = "known"\nuntil = 2999-01-01'
    (odd / "waivers.toml").write_text(f"[[waiver]]\n{waiver}\n")
    inputs = {"waivers": f"{odd.name}/waivers.toml", "gate": "warning", "checks": f"{odd.name}/spleen.py\n"}
    code, written = audit_step(folder, dataset="dataset", contract="contract.toml", **inputs)
    lines = written["errors"].splitlines()  # on a slow machine, some of progress
    assert (code, [line for line in lines if not line.startswith(("measuring: ", "drawing: "))]) == (0, [])
    assert "spleen-larger-than-liver" in (folder / "segaudit-report/report.json").read_text()
    assert not (folder / "hurt").exists()


@bash
def test_the_action_tells_wrong_usage(folder: Path) -> None:
    """The exit code is handed on, and there is no summary of an earlier run."""
    code, written = audit_step(folder, dataset="nowhere")
    assert (code, written["output"], "summary" in written) == (2, "exit-code=2\n", False)


def test_the_action_puts_no_input_into_a_script() -> None:
    """Inputs reach scripts as variables: what is written into a script would be run."""
    assert [step for step in STEPS if "${{" in step.get("run", "")] == []


def test_the_action_uses_its_inputs() -> None:
    """Each input is used, and each that is used is described."""
    used = set(re.findall(r"inputs\.([\w-]+)", yaml.safe_dump(STEPS)))
    assert used == set(ACTION["inputs"])
    assert all(described["description"].endswith(".") for described in ACTION["inputs"].values())


def test_the_hook_is_a_command() -> None:
    """Its entry is a command that there is."""
    (hook,) = yaml.safe_load(read(".pre-commit-hooks.yaml"))
    program, command = hook["entry"].split()
    assert (hook["id"], program, command in main.commands, hook["pass_filenames"]) == (
        "segaudit",
        "segaudit",
        True,
        False,
    )


@pytest.mark.parametrize(
    ("checked", "text"),
    [
        (("check_jsonschema", "--builtin-schema", "vendor.github-actions"), read("action.yml")),
        (("check_jsonschema", "--builtin-schema", "vendor.github-workflows"), EXAMPLES[0]),
        (("check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"), EXAMPLES[1]),
        (("pre_commit", "validate-config"), EXAMPLES[2]),
        (("pre_commit", "validate-config"), read(".pre-commit-config.yaml")),
        (("pre_commit", "validate-manifest"), read(".pre-commit-hooks.yaml")),
    ],
)
def test_services_take_it(checked: tuple[str, ...], text: str, tmp_path: Path) -> None:
    """The action, the hooks and the examples have the form that their services publish."""
    file = tmp_path / "it.yml"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", *checked, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_examples_are_right() -> None:
    """GitHub's gives inputs that there are, GitLab's a command that runs, pre-commit's a hook that there is."""
    github, gitlab, hooks = map(yaml.safe_load, EXAMPLES)
    (with_,) = (step["with"] for step in github["jobs"]["audit"]["steps"] if "segaudit" in step["uses"])
    assert set(with_) <= set(ACTION["inputs"])
    _, *arguments = shlex.split(gitlab["audit"]["script"][-1])
    main.commands["audit"].make_context("audit", arguments[1:])
    assert gitlab["audit"]["artifacts"]["reports"]["junit"] == "segaudit-report/junit.xml"
    assert [hook["id"] for repo in hooks["repos"] for hook in repo["hooks"]] == ["segaudit"]


def test_the_report_of_the_docs_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file that the page names is there after an audit."""
    monkeypatch.chdir(folder)
    CliRunner().invoke(main, ["audit", "dataset", "--contract", "contract.toml", "--output", "named"])
    named = re.findall(r"^\| `([\w.]+)` \|", read("docs/ci.md"), re.MULTILINE)
    assert {*named} <= {path.name for path in (folder / "named").iterdir()}
    assert named
