"""The examples of services say only what the program and the machine know."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from inkgrad.cli.app import app

DEPLOY = Path(__file__).parents[1] / "examples" / "deploy"
UNIT = (DEPLOY / "inkgrad-watch.service").read_text(encoding="utf-8")
DOCKER = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def options() -> set[str]:
    """All that `inkgrad watch` takes."""
    watch = get_command(app).commands["watch"]
    return {name for each in watch.params for name in each.opts if name.startswith("--")}


def test_the_unit_calls_the_command_as_it_is():
    (line,) = re.findall(r"^ExecStart=(.+)$", UNIT, re.MULTILINE)
    program, command, *given = shlex.split(line)
    assert (Path(program).name, command) == ("inkgrad", "watch")
    named = {each for each in given if each.startswith("--")}
    assert named >= {"--as", "--out"}
    assert named <= options()
    assert "SuccessExitStatus=130" in UNIT, "what `inkgrad watch` ends with when it is stopped"


def test_systemd_takes_the_unit(tmp_path):
    verify = shutil.which("systemd-analyze")
    if verify is None:
        for line in UNIT.splitlines():  # its form at least
            assert re.fullmatch(r"|#.*|\[(Unit|Service|Install)\]|[A-Z]\w+=.+", line), line
        return
    unit = tmp_path / "inkgrad-watch.service"
    unit.write_text(UNIT.replace("/opt/inkgrad/bin/inkgrad", "/bin/true"), encoding="utf-8")
    done = subprocess.run([verify, "verify", unit], capture_output=True, text=True)
    assert "inkgrad-watch" not in done.stderr, done.stderr


def test_the_image_calls_the_command_as_it_is_and_not_as_root():
    (entry,) = re.findall(r"^ENTRYPOINT (.+)$", DOCKER, re.MULTILINE)
    (usual,) = re.findall(r"^CMD (.+)$", DOCKER, re.MULTILINE)
    for words in (entry, usual):
        assert set(re.findall(r'"(--[a-z-]+)"', words)) <= options()
    assert DOCKER.index("USER inkgrad") < DOCKER.index("ENTRYPOINT")


@pytest.mark.parametrize(("age", "status"), [(10, 0), (1000, 1)])
def test_the_health_of_a_container_is_how_long_ago_it_looked(tmp_path, age, status):
    (code,) = re.findall(r'CMD \["python", "-c", "(.+)"\]', DOCKER)
    alive = tmp_path / ".alive"
    alive.touch()
    code = code.replace("/out/.alive", alive.as_posix())
    code = code.replace("time.time()", f"(time.time() + {age})")
    assert subprocess.run([sys.executable, "-c", code]).returncode == status
