"""Check digits and dates against other ways to compute them, and known numbers."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest

from inkgrad.nn.ctc import log_probability, log_softmax
from inkgrad.recognition.builtin import NAMES
from inkgrad.recognition.decoding import decode, log_total
from inkgrad.recognition.patterns import Pattern
from inkgrad.recognition.zipcodes import STATES
from inkgrad.synthetic.wording import ALPHABET

KNOWN = {
    "{card}": ["4539578763621486", "5555555555554444"],
    "{ean}": ["4006381333931", "73513537"],
    "{isbn}": ["9780306406157", "0306406152"],
    "{routing}": ["011000015", "021000021"],
    "{iban.de}": ["DE89370400440532013000"],
    "{iban.gb}": ["GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19"],
    "{iban.nl}": ["NL91ABNA0417164300"],
    "{iban.no}": ["NO9386011117947"],
}


def luhn(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * (1 + place % 2)
        total += sum(map(int, str(doubled)))
    return total % 10 == 0


def ean(digits):
    body = list(reversed(digits[:-1]))
    return (10 - (3 * sum(body[::2]) + sum(body[1::2])) % 10) % 10 == digits[-1]


def isbn(digits):
    return sum((len(digits) - i) * d for i, d in enumerate(digits)) % 11 == 0


def aba(digits):
    return sum(d * (3, 7, 1)[i % 3] for i, d in enumerate(digits)) % 10 == 0


RULES = {"luhn": luhn, "ean": ean, "isbn": isbn, "aba": aba}


@pytest.mark.parametrize("name", RULES)
def test_exactly_those_strings_are_allowed_whose_check_digit_is_right(name):
    pattern = Pattern.parse(rf"(?{name}:\d{{3,4}})")
    for length in (2, 3, 4, 5):
        for string in product(range(10), repeat=length):
            right = length in (3, 4) and RULES[name](list(string))
            assert (pattern.automaton.log_weight(string) == 0) == right, string


@pytest.mark.parametrize("name", KNOWN)
def test_numbers_that_are_known_to_be_right_are_allowed_and_no_digit_may_change(name):
    pattern = Pattern.parse(name, ALPHABET)
    for number in KNOWN[name]:
        assert pattern.log_weight(number) > -math.inf
        for place, digit in enumerate(number):
            if digit.isdigit():
                other = str((int(digit) + 1) % 10)
                changed = number[:place] + other + number[place + 1 :]
                assert pattern.log_weight(changed) == -math.inf, changed


def test_an_x_is_ten_in_a_book_number():
    assert Pattern.parse("{isbn}", ALPHABET).log_weight("0-8044-2957-X") == 0
    assert Pattern.parse("{isbn}", ALPHABET).log_weight("0-8044-2957-1") == -math.inf


def test_marks_in_what_is_checked_do_not_count():
    pattern = Pattern.parse(r"(?luhn:\d{2}-\d{2} ?\d)", ALPHABET)
    plain = Pattern.parse(r"(?luhn:\d{5})")
    for number in ("12345", "79927", "00000", "18"):
        marked = f"{number[:2]}-{number[2:4]} {number[4:]}"
        assert pattern.log_weight(marked) == plain.log_weight(number)


@pytest.mark.parametrize("name", RULES)
def test_the_sum_over_what_is_checked_is_exact(name, rng):
    pattern = Pattern.parse(f"(?{name}:[0-3]{{2,3}})", "0123")
    log_p = log_softmax(rng.standard_normal((6, 5)))
    right = {
        string: math.exp(log_probability(log_p, np.array(string, np.int64)))
        for length in (2, 3)
        for string in product(range(4), repeat=length)
        if RULES[name](list(string))
    }
    total = sum(right.values())
    assert log_total(log_p, [pattern]) == pytest.approx(math.log(total), abs=1e-12)
    found = decode(log_p, [pattern], count=100)
    assert {string for string, _, _ in found} == set(right)
    for string, p, _ in found:
        assert p == pytest.approx(right[string] / total, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("date.mdy", "%m/%d/%Y"),
        ("date.dmy", "%d.%m.%Y"),
        ("date.ymd", "%Y-%m-%d"),
        ("date.mdy2", "%m/%d/%y"),
        ("date.dmy2", "%d.%m.%y"),
        ("date.ymd2", "%y-%m-%d"),
    ],
)
def test_dates_are_those_that_exist(name, written):
    pattern = Pattern.parse(f"{{{name}}}")
    first, last = (date(1900, 1, 1), date(2099, 12, 31))
    if name.endswith("2"):
        first, last = date(2000, 1, 1), date(2099, 12, 31)
    days = (first + timedelta(days) for days in range((last - first).days + 1))
    existing = {day.strftime(written) for day in days}
    automaton, count = pattern.automaton, np.zeros(len(pattern.automaton))
    count[0] = 1  # how many strings lead to each state
    for _ in range(6 if name.endswith("2") else 8):
        following = np.zeros_like(count)
        states, classes = np.nonzero(automaton.target >= 0)
        np.add.at(following, automaton.target[states, classes], count[states])
        count = following
    assert count[automaton.final > -np.inf].sum() == len(existing)
    for text in sorted(existing)[::97]:
        assert pattern.log_weight(text) == 0
        assert pattern.written("".join(c for c in text if c.isdigit())) == text


def test_a_reader_of_marks_takes_dates_as_people_write_them():
    pattern = Pattern.parse("{date.mdy}", ALPHABET)
    assert pattern.log_weight("3/7/2024") == pattern.log_weight("03/07/2024") == 0
    assert math.exp(pattern.log_weight("3-7-2024")) == pytest.approx(0.09)
    for text in ("2/29/2023", "2/30/2024", "4/31/2024", "13/1/2024", "0/1/2024", "372024"):
        assert pattern.log_weight(text) == -math.inf


def test_zip_codes_go_with_their_states():
    pattern = Pattern.parse("{state-zip}", ALPHABET)
    assert pattern.log_weight("CA 90210") == 0
    assert math.exp(pattern.log_weight("NY 90210")) == pytest.approx(0.02)
    assert pattern.log_weight("ZZ 90210") == -math.inf
    assert all(pattern.log_weight(f"{state} {code}00") == 0 for code, state in STATES.items())


@pytest.mark.parametrize("name", NAMES)
def test_every_name_can_be_read_with_letters(name):
    assert Pattern.parse(f"{{{name}}}", ALPHABET).automaton.choices == 2
