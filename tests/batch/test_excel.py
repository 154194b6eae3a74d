"""CSV whose texts a spreadsheet keeps as they are."""

from __future__ import annotations

from inkgrad.batch.rows import Row, heading, written


def test_a_spreadsheet_keeps_zeros_and_makes_no_dates():
    row = Row("=a.png", "00501", 0.9, "read", (("00507", 0.05),))
    expected = '\'=a.png,"=""00501""",0.9000,read,"=""00507:0.0500"""\n'
    assert written(row, "excel", 1) == expected
    assert heading("excel", 1) == heading("csv", 1)
    assert written(Row("a.png", "", 0.0, "empty"), "excel", 0) == "a.png,,0.0000,empty\n"


def test_a_text_cannot_leave_its_formula():
    row = Row("a.png", '1"&cmd', 0.9, "read")
    assert written(row, "excel", 0) == 'a.png,"=""1""""&cmd""",0.9000,read\n'
