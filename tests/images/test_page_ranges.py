"""Which pages are meant by what somebody writes."""

from __future__ import annotations

import pytest

from inkgrad.errors import UsageError
from inkgrad.images.page_ranges import PageRanges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3-7", [3, 4, 5, 6, 7]),
        ("1,4,9-", [1, 4, 9, 10]),
        ("7-", [7, 8, 9, 10]),
        ("5,2-3,3-4", [2, 3, 4, 5]),
        (" 2 , 1", [1, 2]),
        ("9-30", [9, 10]),
        ("2-,5", [2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("11-", []),
    ],
)
def test_pages_are_those_that_were_written(text, expected):
    pages = PageRanges.parse(text)
    assert list(pages.upto(10)) == expected
    assert [number for number in range(1, 11) if number in pages] == expected
    assert list(PageRanges.parse(str(pages)).upto(10)) == expected


@pytest.mark.parametrize("text", ["", "0", "3-1", "-4", "a", "1,,2", "1.5", "1-2-3", "9" * 10])
def test_what_is_no_page_is_said(text):
    with pytest.raises(UsageError, match="expected numbers from 1 on, as in 3-7"):
        PageRanges.parse(text)


def test_what_is_left_after_a_page():
    pages = PageRanges.of([2, 3, 4, 8])
    assert list(pages.after(3).upto(10)) == [4, 8]
    assert not pages.after(8).parts
    assert (pages.last, PageRanges().last) == (8, None)
