"""Patterns of one's own have names, in a file."""

from __future__ import annotations

import math

import pytest

from inkgrad.errors import UsageError
from inkgrad.recognition.named_patterns import load_patterns, patterns_of, with_names
from inkgrad.recognition.patterns import Pattern

LINES = r"""
customer = '(?luhn:\d{3})'
order = '99+9.9'
both = '{order}|{customer}'
year = '^20\d\d$'
price = '\d+\$'
"""


@pytest.fixture
def known(tmp_path):
    (tmp_path / "own.toml").write_text(LINES, encoding="utf-8")
    return load_patterns(tmp_path / "own.toml")


def allows(text, pattern):
    return Pattern.parse(pattern, "0123456789+.$A").log_weight(text) > -math.inf


@pytest.mark.parametrize(
    ("pattern", "allowed", "refused"),
    [
        ("{customer}", "018", "019"),
        ("A{order}", "A12+3.4", "A12+3A4"),
        ("A{both}{2}", "A018018", "A018"),
        ("A{both}{2}", "A01812+3.4", "A01812+3"),
        ("{year}.{year}", "2024.2099", "2024.1999"),
        ("{price}A?", "12$A", "12A"),
        (r"\d\{customer}", None, "7018"),
        ("{date.ymd}|{order}", "12+3.4", "2024"),
    ],
)
def test_a_name_stands_for_its_pattern_as_a_whole(known, pattern, allowed, refused):
    found = with_names(pattern, known)
    assert "{order}" not in found
    if allowed is None:
        assert found == pattern
    else:
        assert allows(allowed, found)
        assert not allows(refused, found)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("customer = ", "is no TOML"),
        ("Customer = '9'", "'Customer' is no name of a pattern"),
        ("customer = 9", "customer is 9, expected a pattern as text"),
        ("customer = ''", "expected a pattern as text"),
        ("zip = '99999'", "{zip} is there already"),
        ("[customer]\na = '9'", "expected a pattern as text"),
        ("a0 = '99'\n" + "\n".join(f"a{k} = '{{a{k - 1}}}{{a{k - 1}}}'" for k in range(1, 40)),
         "expected 10000 at most"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_patterns_is_one_line(tmp_path, content, said):
    path = tmp_path / "own.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"own\.toml: ") as found:
        load_patterns(path)
    assert said in str(found.value)
    assert "\n" not in str(found.value)


def test_a_file_that_is_not_there_or_too_large_is_one_line(tmp_path):
    with pytest.raises(UsageError, match=r"none.toml: cannot be read \(No such file"):
        load_patterns(tmp_path / "none.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * (1 << 20) + b"\n\n")
    with pytest.raises(UsageError, match=r"large.toml: is larger than 1 MB"):
        load_patterns(tmp_path / "large.toml")


def test_without_a_pattern_to_read_by_the_names_say_nothing(tmp_path):
    (tmp_path / "own.toml").write_text("customer = '99999'", encoding="utf-8")
    assert patterns_of(["{customer}"], tmp_path / "own.toml") == (r"(\d\d\d\d\d)",)
    assert patterns_of(["99"], None) == ("99",)
    with pytest.raises(UsageError, match=r"expected one to read by: --pattern '\{customer\}'"):
        patterns_of([], tmp_path / "own.toml")
