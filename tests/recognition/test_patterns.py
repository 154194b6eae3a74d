"""The language of patterns: what it allows, what it refuses, and docs/patterns.md's examples."""

from __future__ import annotations

import math
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from inkgrad.batch.rows import Task
from inkgrad.errors import UsageError
from inkgrad.nn.architectures import line_reader
from inkgrad.nn.ctc import log_softmax
from inkgrad.reading.number import NumberReader
from inkgrad.recognition.automaton import Automaton
from inkgrad.recognition.decoding import decode
from inkgrad.recognition.patterns import Pattern, Unlikely, together
from inkgrad.synthetic.wording import ALPHABET

DOCS = Path(__file__).parents[2] / "docs" / "patterns.md"
EXPRESSIONS = [
    "a*b?c+",
    "(ab|ba|cc){1,2}",
    "a[^ab]*|b{2,}",
    "(a|ab)(c|bc)",
    "(a*)*b",
    "[a-b]{,2}c",
    "(?:a?b){2}(c|)",
    "^.b.$",
    "((a|b)*c){1,2}a?",
    r"[\da]b*\w",
]


def strings_of(alphabet, longest):
    return ["".join(s) for n in range(longest + 1) for s in product(alphabet, repeat=n)]


def log_weight(pattern, text):
    return pattern.automaton.log_weight([pattern.alphabet.index(c) for c in text])


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_allows_what_it_does_elsewhere(text):
    pattern, usual = Pattern.parse(text, "abc"), re.compile(text.replace("{,", "{0,"))
    for string in strings_of("abc", 6):
        possible = usual.fullmatch(string) is not None
        assert (log_weight(pattern, string) == 0) == possible, string
        assert (pattern.log_weight(string) == 0) == possible, string
        assert (pattern.automaton.log_weight([*map("abc".index, string)]) > -1) == possible


def test_a_string_counts_as_much_as_its_best_way():
    pattern = Pattern.parse("(?w0.1:a*b?)|(?w0.5:ab?)|a(?w0.2:b)", "ab")
    weights = {"": 0.1, "a": 0.5, "b": 0.1, "aa": 0.1, "ab": 0.5, "aab": 0.1}
    for string in strings_of("ab", 4):
        for found in (log_weight(pattern, string), pattern.log_weight(string)):
            assert math.exp(found) == pytest.approx(weights.get(string, 0.1 * (
                re.fullmatch("a*b?", string) is not None)), rel=1e-12), string  # fmt: skip


def test_weights_multiply_along_a_string_and_in_repeats():
    pattern = Pattern.parse("(?w0.5:(?w0.5:a)|b)+", "ab")
    assert math.exp(log_weight(pattern, "aab")) == pytest.approx(0.5**5)
    looped = Pattern.parse("((?w0.5:a)|b)+", "ab")
    assert math.exp(log_weight(looped, "aabb")) == pytest.approx(0.25)
    assert len(looped.automaton) == 2


def test_states_that_go_on_alike_are_one():
    assert len(Pattern.parse(r"\d{5}|[0-9]{5}|9{5}").automaton) == 6
    assert len(Pattern.parse("(aa|ab|ba|bb)c", "abc").automaton) == 4
    ways = Pattern.parse("a(bc|cc)|b(bc|cc)", "abc").automaton
    assert (ways.target >= 0).sum() == 5


def test_a_product_multiplies_and_a_union_takes_the_best():
    one, two = Pattern.parse("(?w0.5:a.*)|b+", "ab"), Pattern.parse("(?w0.5:.{2})|aa", "ab")
    both = one.automaton.product(two.automaton)
    either = together((one, two), None, 2)
    for string in product((0, 1), repeat=2):
        parts = one.automaton.log_weight(string), two.automaton.log_weight(string)
        assert both.log_weight(string) == pytest.approx(sum(parts))
        assert either.log_weight(string) == pytest.approx(max(parts))
    assert both.log_weight((0, 0, 0)) == -math.inf
    assert math.exp(either.log_weight((0, 0, 0))) == pytest.approx(0.5)


def test_unlikely_prefixes_may_be_longer_than_a_string():
    automaton = Unlikely(np.array([[0, 1], [1, 1]]), times=10).automaton(2)
    weights = {(): 1, (0,): 1, (0, 1): 0.1, (1, 1, 0): 0.1, (1, 0, 1, 1): 1}
    for string, weight in weights.items():
        assert math.exp(automaton.log_weight(string)) == pytest.approx(weight)


def test_nothing_is_allowed_by_what_excludes_each_other():
    one, two = (Pattern.parse(text, "ab").automaton for text in ("a[ab]", "b[ab]"))
    assert one.product(two).choices == 0
    assert Automaton.free(3).choices == 2


def test_a_pattern_says_what_is_read_and_what_is_only_written():
    pattern = Pattern.parse("99999-9999")
    assert len(pattern.automaton) == 10
    assert pattern.written("123456789") == "12345-6789"
    fixed = Pattern.parse("1x9")
    assert [log_weight(fixed, f"{digit}0") == 0 for digit in range(10)] == [
        digit == 1 for digit in range(10)
    ]
    assert fixed.written("17") == "1x7"
    with pytest.raises(UsageError, match="has nothing to read"):
        Pattern.parse("--")


@pytest.mark.parametrize(
    ("text", "read", "written"),
    [
        (r"\d{5}(-\d{4})?", "10001", "10001"),
        (r"\d{5}(-\d{4})?", "100011234", "10001-1234"),
        (r"\$?\d+\.\d\d", "1250", "12.50"),
        (r"\d{1,3}(,\d{3})*\.\d\d", "123456789", "1,234,567.89"),
        ("(999) 999-9999", "2125550123", "(212) 555-0123"),
        ("+99 999", "49301", "+49 301"),
        ("{date.mdy}", "12312024", "12/31/2024"),
        ("{phone.us}", "2125550123", "212-555-0123"),
        ("{iban.de}", "89370400440532013000", "DE89 3704 0044 0532 0130 00"),
        (r"\d(?w0.5:/)?\d|\d(?w0.7:-)\d", "12", "12"),
        (r"\d(?w0.5:/)\d|\d(?w0.7:-)\d", "12", "1-2"),
    ],
)
def test_marks_that_the_reader_does_not_know_are_written_in(text, read, written):
    found = Pattern.parse(text).written(read)
    assert found == written or found == written.replace(" ", "")
    assert Pattern.parse(text).log_weight(found) > -math.inf


def test_characters_that_a_pattern_does_not_allow_cannot_be_written():
    with pytest.raises(UsageError, match=r"'123' is none of '\\\\d\{2\}', expected"):
        Pattern.parse(r"\d{2}").written("123")


def test_a_reader_of_marks_looks_for_them():
    pattern = Pattern.parse("99.99", "0123456789.")
    assert pattern.log_weight("12.50") == log_weight(pattern, "12.50") == 0
    assert log_weight(pattern, "1250") == -math.inf
    assert pattern.written("12.50") == "12.50"


def test_an_expression_of_digits_is_no_string_to_be_sure_of(rng):
    log_p = log_softmax(rng.standard_normal((20, 11)))
    ((string, p, pattern),) = decode(log_p, [Pattern.parse(r"\d{5}")], count=1)
    assert p < 0.5
    assert re.fullmatch(r"\d{5}", pattern.written("".join(map(str, string))))


@pytest.mark.parametrize(
    "text", ["12345", "x1-2", r"\$12", "9{5}", "1{3}", "(?luhn:1\\d)", "(7|7)"]
)
def test_a_pattern_of_one_string_is_refused(text):
    with pytest.raises(UsageError, match="allows only one string, which says nothing, expected"):
        Pattern.parse(text)


def test_where_nine_may_have_been_meant_for_a_digit_it_is_said():
    with pytest.raises(UsageError, match=r"in an expression 9 is a 9, and \\d any digit"):
        Pattern.parse("9{5}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has nothing to read"),
        (r"\$?", "has nothing to read"),
        ("[^0-9]", "allows nothing that the reader can write"),
        (r"(?luhn:5)|(?ean:7)|(?w0.5:(?aba:4))[^\d]", "allows nothing that the reader can write"),
        ("[A-Z]\\d", r"needs 'ABCDEFGHIJKLMNOPQRST' to be read, expected what the reader knows"),
        (r"(DE|FR)\d{9}", "needs 'D' to be read"),
        (r"X?\d{9}", "needs 'X' to be read"),
        ("9+", r"'\+' means two things here, expected \\\+ for the sign, or \\d\+ for digits"),
        ("[0-9", r"at 1, '\[' has no end, expected \[...\], or \\\["),
        ("(1|2", r"at 1, '\(' has no end, expected \(...\), or \\\("),
        (r"\d)", r"at 3, '\)' has no beginning, expected \\\)"),
        (r"\d]", r"at 3, '\]' has no beginning"),
        (r"\d{2", r"at 3, '\{' counts nothing, expected \\d\{5\}, \{date.mdy\}, or \\\{"),
        (r"\d{3,2}", r"\{3,2\} cannot be, expected \{m,n\} with m <= n <= 200"),
        (r"\d{201}", r"\{201\} cannot be"),
        (r"\d{2}{3}", r"at 6, a repeat is repeated, expected \(...\) around"),
        (r"\d+?", "a repeat is repeated"),
        (r"*\d", r"'\*' repeats nothing, expected \\\*"),
        (r"$\d+", r"at 1, '\$' stands inside a pattern, which is of a whole field, expected \\\$"),
        (r"\d^\d", r"'\^' stands inside a pattern"),
        ("\\", r"'\\' is unknown, expected \\d, \\w, \\s, or \\ before a sign"),
        (r"\b\d", r"'\\b' is unknown"),
        ("[9-0]", "a range goes backwards"),
        (r"[\d-z]", "a range goes backwards"),
        ("[]", r"'\[\]' allows nothing"),
        (
            r"(?=1)\d",
            r"this group is unknown, expected \(...\), \(\?w0.1:...\), or one of \(\?luhn:",
        ),
        (r"(?P<day>\d\d)", "this group is unknown"),
        (r"(?verhoeff:\d\d)", "this group is unknown"),
        (r"(?w0:\d)", "weight 0 cannot be, expected one over 0 and up to 1"),
        (r"(?w1.5:\d)", "weight 1.5 cannot be"),
        (r"(?w1.2.3:\d)", "weight 1.2.3 cannot be"),
        ("{dat}", r"\{dat\} is no named pattern, expected one of \{date.mdy\}"),
        (r"(?luhn:\d*)", "checks what may be over 64 digits long"),
        (r"(\d{150}){150}", "has over 20,000 states, expected fewer repeats or choices"),
        ("(" * 60 + "1|2" + ")" * 60, "groups are too deep"),
        (r"(\d*1(?w0.5:\d{15})|(?w0.9:\d)*)*", "has over 20,000 states"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_way_to_write_it(text, message):
    with pytest.raises(UsageError, match=message) as raised:
        Pattern.parse(text)
    assert str(raised.value).startswith(f"pattern {text!r}")
    assert "\n" not in str(raised.value)


def examples():
    """The indented "yes" and "no" lines of the page, each below its pattern."""
    found, pattern, alphabet = [], "", "0123456789"
    for line in DOCS.read_text().splitlines():
        if line.startswith("```"):
            alphabet = ALPHABET if line.endswith("text") else "0123456789"
        elif match := re.fullmatch(r"    (yes|no) +(.+)", line):
            found += [(pattern, alphabet, text, match[1] == "yes") for text in match[2].split("  ")]
        else:
            pattern = line
    return found


def test_the_page_on_patterns_has_examples():
    assert len(examples()) > 60
    assert {possible for _, _, _, possible in examples()} == {True, False}


@pytest.mark.parametrize(("text", "alphabet", "example", "possible"), examples())
def test_the_page_on_patterns_keeps_its_word(text, alphabet, example, possible):
    pattern = Pattern.parse(text, alphabet)
    weight = re.fullmatch(r"(.*) counts ([\d.]+)", example)
    if weight:
        assert math.exp(pattern.log_weight(weight[1])) == pytest.approx(float(weight[2]))
    else:
        assert (pattern.log_weight(example) > -math.inf) == possible


def test_a_task_takes_expressions_and_refuses_what_leaves_no_choice():
    reader = NumberReader([line_reader("0123456789")], {"alphabet": "0123456789"})
    Task(patterns=(r"\d{5}", "{date.mdy}", "99999-9999")).reading(reader)
    for text in ("12345", r"\d{"):
        with pytest.raises(UsageError, match="pattern"):
            Task(patterns=(text,)).reading(reader)
