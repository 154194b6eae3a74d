from __future__ import annotations

import subprocess
import sys

import pytest

from inkgrad.documents.writers import BY_SUFFIX, SUFFIXES, WRITERS, as_document


def test_every_format_has_an_end_of_its_own():
    assert set(SUFFIXES) == {*WRITERS, "pdf"}
    assert len(BY_SUFFIX) == len(SUFFIXES)


@pytest.mark.parametrize("layout", WRITERS)
def test_a_document_holds_its_words_and_ends_with_one_line_break(layout, page_of):
    text = as_document([page_of("pencil mark")], layout)
    assert "pencil" in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize(
    ("command", "pdf"), [("read", True), ("notes show", False), ("notes export", True)]
)
def test_help_names_every_format(command, pdf):
    said = subprocess.run(
        [sys.executable, "-m", "inkgrad", *command.split(), "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in (*WRITERS, *(["pdf"] if pdf else [])):
        assert name in said, f"the help of {command} does not name {name}"
