"""The words of all pages, to be found as they are or misread.

The full-text index (FTS5) finds pages by words. The vocabulary is every word of three letters or
more that is in some page; it is looked into by trigrams, for words like the one that is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable

from inkgrad.archive.database import Store
from inkgrad.archive.query import (
    Term,
    distances,
    fewest_shared,
    match_expression,
    most_errors,
    tokens,
    trigrams,
)
from inkgrad.documents.page import Page

_MOST_NEAR, _MOST_VARIANTS = 1000, 50
_MARKS = ("\x02", "\x03")  # around a match in a snippet; no text that is read has them


def put(store: Store, row: int, page: Page) -> None:
    """Put the words of a page in, corrected and as the ink has them, under its row."""
    text, raw = page.text, "\n".join(line.raw for line in page.lines)
    store.run("INSERT INTO words (rowid, text, raw) VALUES (?, ?, ?)", row, text, raw)
    for word in {*tokens(text), *tokens(raw)}:
        if not most_errors(word):
            continue
        made = store.run("INSERT OR IGNORE INTO vocabulary (word) VALUES (?)", word)
        if made.rowcount == 1:
            store.database.executemany(
                "INSERT INTO trigrams VALUES (?, ?, ?)",
                [(gram, len(word), made.lastrowid) for gram in trigrams(word)],
            )


def take(store: Store, rows: Iterable[int]) -> None:
    """Take the words of these pages out, and of the vocabulary what no other page has."""
    known: set[str] = set()
    for row in rows:
        for texts in store.rows(
            tuple[str, str], "SELECT text, raw FROM words WHERE rowid = ?", row
        ):
            known |= {word for text in texts for word in tokens(text)}
        store.run("DELETE FROM words WHERE rowid = ?", row)
    for word in known:
        if store.rows(tuple[int], "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", f'"{word}"'):
            continue
        for (number,) in store.rows(tuple[int], "SELECT id FROM vocabulary WHERE word = ?", word):
            store.database.executemany(
                "DELETE FROM trigrams WHERE trigram = ? AND length = ? AND word = ?",
                [(gram, len(word), number) for gram in trigrams(word)],
            )
            store.run("DELETE FROM vocabulary WHERE id = ?", number)


def matching(
    store: Store,
    terms: Iterable[Term],
    variants: dict[str, list[str]],
    limit: int,
    tag: str | None = None,
) -> list[tuple[int, str]]:
    """Rows of pages that have all terms, or variants of them, and a snippet: the best first."""
    tagged = "SELECT pages.id FROM pages JOIN tags ON tags.note = pages.note WHERE tag = ?"
    where, values = ("", []) if tag is None else (f"AND rowid IN ({tagged})", [tag])
    found = store.rows(
        tuple[int, str],
        f"""SELECT rowid, snippet(words, -1, ?, ?, '...', 12) FROM words
            WHERE words MATCH ? {where} ORDER BY rank LIMIT ?""",
        *(*_MARKS, match_expression(terms, variants), *values, limit),
    )
    return [(row, _plain(text)) for row, text in found]


def variants_of(store: Store, terms: Iterable[Term], errors: int) -> dict[str, list[str]]:
    """For each word that may be misread, words that differ from it by at most so many errors."""
    found = {term.words[0]: _alike(store, term.words[0], errors) for term in terms if term.fuzzy}
    return {word: others for word, others in found.items() if others}


def _alike(store: Store, word: str, errors: int) -> list[str]:
    most = min(errors, most_errors(word))
    grams = sorted(trigrams(word))
    rows = store.rows(
        tuple[str],
        f"""SELECT vocabulary.word FROM (
              SELECT word, count(*) AS shared FROM trigrams
              WHERE trigram IN ({", ".join("?" * len(grams))}) AND length BETWEEN ? AND ?
              GROUP BY word HAVING shared >= ? ORDER BY shared DESC LIMIT {_MOST_NEAR}
            ) AS near JOIN vocabulary ON vocabulary.id = near.word""",
        *grams,
        *(len(word) - most, len(word) + most, fewest_shared(word, most)),
    )
    near = [other for (other,) in rows if other != word]
    apart = sorted(zip(distances(word, near), near, strict=True))
    return [other for errors, other in apart if errors <= most][:_MOST_VARIANTS]


def _plain(snippet: str) -> str:
    plain = " ".join(snippet.split())
    return plain.replace(_MARKS[0], "[").replace(_MARKS[1], "]")
