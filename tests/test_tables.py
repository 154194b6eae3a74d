from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkgrad import tables
from inkgrad.errors import DataError

CONTROLS = [chr(code) for code in (*range(32), *range(127, 160), 0x2028, 0x2029, 0xFEFF, 0xDC80)]
FORMULAS = ["=1+1", "+1-2", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1"]
cells = st.text(
    st.one_of(st.characters(codec=None), st.sampled_from("',;\"=+-@\t\r\n")), max_size=8
)


@pytest.mark.parametrize("kind", tables.SEPARATORS)
@pytest.mark.parametrize("harmless", [False, True])
@settings(derandomize=True, deadline=None, database=None)
@given(table=st.lists(st.lists(cells, min_size=1, max_size=4), max_size=4))
def test_every_cell_comes_back_as_it_was(kind, harmless, table):
    text = "".join(tables.line(row, kind, harmless) for row in table)
    assert list(tables.read(text, kind, "t", harmless)) == table


@pytest.mark.parametrize("kind", tables.SEPARATORS)
@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_every_control_character_comes_back_wherever_it_stands(kind, control):
    for cell in (control, f"{control}a", f"a{control}", f"a{control}b", f'"{control}"'):
        rows = [["path", cell, "end"], [cell], [cell, cell]]
        text = "".join(tables.line(row, kind, harmless=True) for row in rows)
        assert list(tables.read(text, kind, "t", harmless=True)) == rows


@pytest.mark.parametrize(("kind", "separator"), tables.SEPARATORS.items())
def test_other_readers_of_tables_read_the_same(kind, separator):
    row = ["a\rb", "a\nb", 'a"b', "a\tb", "a,b", "a\r\nb", ""]
    text = tables.line(row, kind)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)) == [row]


@pytest.mark.parametrize("cell", FORMULAS, ids=ascii)
def test_what_a_spreadsheet_would_run_is_text_there(cell):
    text = tables.line([cell, "x"], "csv", harmless=True)
    (row,) = csv.reader(io.StringIO(text, newline=""))
    assert row == [f"'{cell}", "x"]
    assert list(tables.read(text, "csv", "t", harmless=True)) == [[cell, "x"]]


@pytest.mark.parametrize("cell", ["-", "-12", "+3.50", "-1,234.00", "12345", "a=b", "'quoted'"])
def test_numbers_and_plain_text_are_not_marked(cell):
    assert next(csv.reader([tables.line([cell], "csv", harmless=True)])) == [cell]


def test_a_formula_behind_a_semicolon_stays_inside_its_cell():
    assert tables.line(["a;=1"], "csv", harmless=True) == '"a;=1"\n'


def test_what_a_spreadsheet_saved_is_read():
    text = "\ufeffprefix,bin,\r\n1,east\r\n2,west,\r\n"
    assert tables.records(text, "csv", "plan.csv", ["prefix", "bin"]) == [
        {"prefix": "1", "bin": "east", "": ""},
        {"prefix": "2", "bin": "west", "": ""},
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "t.csv: has no columns prefix and bin"),
        ("prefix,bin\n1,east,3\n", "t.csv: row 1 has 3 cells, expected 2: prefix, bin"),
        ('prefix,bin\n1,"east\n', "t.csv: line 2: unexpected end of data, expected a table as CSV"),
        (f"prefix,bin\n1,{'x' * 200_000}\n", r"t.csv: line 2: field larger than field limit"),
        ("", "t.csv: has no columns"),
    ],
)
def test_what_is_no_such_table_is_said(text, message):
    with pytest.raises(DataError, match=message):
        tables.records(text, "csv", "t.csv", ["prefix", "bin"])
