"""Templates: what is written is read again, and what is wrong in one is said in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkgrad.errors import DataError
from inkgrad.forms.template import FormField, FormTemplate, Option, Rule

FIELDS = (
    FormField('Größe "A"', "number", (10.0, 10.0, 90.0, 30.0), 4),
    FormField("paid", "tick", (100.0, 10.0, 112.0, 22.0)),
    FormField(
        "how",
        "choice",
        (10.0, 50.0, 60.0, 62.0),
        options=(
            Option("cash", (10.0, 50.0, 22.0, 62.0)),
            Option("card", (48.0, 50.0, 60.0, 62.0)),
        ),
    ),
)


def saved(folder: Path) -> Path:
    path = folder / "form.toml"
    blank = np.full((100, 200), 235, np.uint8)
    FormTemplate(FIELDS, (Rule("check", (FIELDS[0].name,), check="ean"),), blank).save(path)
    return path


def test_what_was_written_is_read_again(tmp_path):
    found = FormTemplate.load(saved(tmp_path))
    assert found.fields == FIELDS
    assert found.rules == (Rule("check", (FIELDS[0].name,), check="ean"),)
    assert found.blank.shape == (100, 200)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('kind = "tick"', 'kind = "tock"', "kind 'tock' is unknown"),
        ("cells = 4", "cell = 4", "cell is unknown"),
        ("cells = 4", 'cells = "four"', "field 1"),
        ("[100.0, 10.0, 112.0, 22.0]", "[100.0, 10.0, 912.0, 22.0]", "within 200 x 100"),
        ("[100.0, 10.0, 112.0, 22.0]", "[100.0, 10.0, 112.0]", "field 2"),
        ('name = "paid"', 'name = "how"', "two fields are 'how'"),
        ('name = "card"', 'name = "cash"', "two options are alike"),
        ('check = "ean"', 'check = "nothing"', "check 'nothing' is unknown"),
        ('blank = "form.png"', 'blank = "../form.png"', "an image beside the file"),
        ("form = 1", "form = 2", "expected 1"),
        ("[[rule]]", "[[rules]]", "rules is unknown"),
        ("form = 1", "form = ", "is no TOML"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_the_file(tmp_path, before, after, said):
    path = saved(tmp_path)
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    with pytest.raises(DataError, match=said) as error:
        FormTemplate.load(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_a_template_that_is_not_there_is_said(tmp_path):
    with pytest.raises(DataError, match="is not there"):
        FormTemplate.load(tmp_path / "none.toml")
