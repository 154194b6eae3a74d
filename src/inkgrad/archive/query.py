"""What a search means: words and phrases, and which words of a page it meets, misread or not.

A query is words that must all be there, "a phrase" in quotation marks, and beginnings, as in
read*. Nothing in it has another meaning, so no query can be malformed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inkgrad.documents.page import Page, Word
from inkgrad.errors import UsageError

_MOST_TERMS = 50
_LONGEST = 40  # characters of a word that is looked for misread
_PART = re.compile(r'"([^"]*)"?|([^\s"]+)')
_TOKEN = re.compile(r"[^\W_]+")


def tokens(text: str) -> list[str]:
    """The words of a text as the index has them: small letters and digits without accents."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _TOKEN.findall(plain.lower())


@dataclass(frozen=True)
class Term:
    """Words that must follow each other; of the last only the beginning, if `prefix`."""

    words: tuple[str, ...]
    prefix: bool = False

    @property
    def fuzzy(self) -> bool:
        """Whether it may be found misread: one word, whole, of three letters or more."""
        return len(self.words) == 1 and not self.prefix and most_errors(self.words[0]) > 0


def parse(query: str) -> tuple[Term, ...]:
    """The terms of a query. Raises UsageError where there is nothing to look for, or too much."""
    terms = []
    for phrase, word in _PART.findall(query):
        given = phrase or word
        words = tuple(tokens(given))
        if words:
            terms.append(Term(words, given.endswith("*")))
    if not terms:
        raise UsageError(f"query {query!r}: has no letters or digits, expected some to look for")
    if len(terms) > _MOST_TERMS:
        raise UsageError(f"query: has {len(terms)} terms, expected at most {_MOST_TERMS}")
    return tuple(dict.fromkeys(terms))


def match_expression(terms: Iterable[Term], variants: Mapping[str, Iterable[str]]) -> str:
    """The terms in the language of FTS5; a fuzzy one may also be any of its variants.

    https://sqlite.org/fts5.html, 3
    """
    parts = []
    for term in terms:
        exact = f'"{" ".join(term.words)}"' + ("*" if term.prefix else "")
        others = variants.get(term.words[0], ()) if term.fuzzy else ()
        parts.append(f"({' OR '.join([exact, *(f'{chr(34)}{word}{chr(34)}' for word in others)])})")
    return " AND ".join(parts)


def most_errors(word: str) -> int:
    """How many letters of a word may be misread for it to be found: one of three, two of five."""
    if len(word) > _LONGEST or len(word) < 3:
        return 0
    return 1 if len(word) < 5 else 2


def trigrams(word: str) -> set[str]:
    """Three letters each that follow each other, the ends of the word counting as two blanks."""
    padded = f"  {word}  "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def fewest_shared(word: str, errors: int) -> int:
    """How many trigrams a word with so many errors shares: one spoils three, a single swap four."""
    return max(1, len(trigrams(word)) - 3 * errors - 1)


def distances(word: str, others: Iterable[str]) -> Iterator[int]:
    """For each of the others, how many letters to change, drop, add or swap with a neighbour.

    All rows of a column are the bits of one number: H. Hyyrö, A bit-vector algorithm for computing
    Levenshtein and Damerau edit distances, 2003.
    """
    every, last = (1 << len(word)) - 1, 1 << (len(word) - 1)
    where: dict[str, int] = {}
    for i, sign in enumerate(word):
        where[sign] = where.get(sign, 0) | 1 << i
    for other in others:
        up, down, zero, before, apart = every, 0, 0, 0, len(word)
        for sign in other:
            here = where.get(sign, 0)
            swapped = ((~zero & here) << 1) & before
            zero = ((((here & up) + up) ^ up) | here | down | swapped) & every
            right, left = (down | ~(zero | up)) & every, zero & up
            apart += (1 if right & last else 0) - (1 if left & last else 0)
            right, left = right << 1 | 1, left << 1
            up, down, before = (left | ~(zero | right)) & every, right & zero & every, here
        yield apart


def matching_words(
    page: Page, terms: Iterable[Term], variants: Mapping[str, Iterable[str]]
) -> list[Word]:
    """The words of a page that the terms meet, as corrected or as the ink has them, in order."""
    words = [word for line in page.lines for word in line.words]
    met: set[int] = set()
    for texts in ([word.text for word in words], [word.raw for word in words]):
        flat = [(token, i) for i, text in enumerate(texts) for token in tokens(text)]
        for term in terms:
            accepted = {*term.words, *(variants.get(term.words[0], ()) if term.fuzzy else ())}
            for place in _places(flat, term, accepted):
                met |= {i for _, i in flat[place : place + len(term.words)]}
    return [words[i] for i in sorted(met)]


def _places(flat: list[tuple[str, int]], term: Term, accepted: set[str]) -> Iterator[int]:
    length = len(term.words)
    for place in range(len(flat) - length + 1):
        here = [token for token, _ in flat[place : place + length]]
        if length == 1 and not term.prefix:
            fits = here[0] in accepted
        else:
            fits = here[:-1] == list(term.words[:-1]) and (
                here[-1].startswith(term.words[-1]) if term.prefix else here[-1] == term.words[-1]
            )
        if fits:
            yield place
