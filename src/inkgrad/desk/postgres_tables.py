"""The tables of a desk in PostgreSQL: those of `sqlite_database`, as PostgreSQL says them.

Texts that are looked for by how they begin are ordered by code point, as SQLite orders them.
"""

from __future__ import annotations

VERSION = 1

_ID = "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"

SCHEMA = f"""
CREATE TABLE inkgrad_desk (
  one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one), version BIGINT NOT NULL, desk TEXT NOT NULL);
CREATE TABLE pieces (
  {_ID}, sha256 TEXT NOT NULL, page BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL, arrived DOUBLE PRECISION NOT NULL, UNIQUE (sha256, page));
CREATE TABLE readings (
  {_ID}, field BIGINT NOT NULL, at DOUBLE PRECISION NOT NULL,
  text TEXT NOT NULL, confidence DOUBLE PRECISION NOT NULL, status TEXT NOT NULL,
  detail TEXT NOT NULL, model TEXT NOT NULL);
CREATE TABLE fields (
  {_ID}, piece BIGINT NOT NULL REFERENCES pieces,
  kind TEXT NOT NULL, reading BIGINT NOT NULL, state TEXT NOT NULL, text TEXT COLLATE "C" NOT NULL,
  doubt DOUBLE PRECISION NOT NULL, skips BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 0, UNIQUE (piece, kind));
CREATE INDEX fields_by_doubt ON fields (skips, doubt DESC, id) WHERE state = 'open';
CREATE INDEX fields_by_arrival ON fields (skips, id) WHERE state = 'open';
CREATE INDEX fields_by_text ON fields (text, id);
CREATE INDEX pieces_by_name ON pieces (name, id);
CREATE TABLE events (
  {_ID}, field BIGINT NOT NULL REFERENCES fields,
  what TEXT NOT NULL, who TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
  seconds DOUBLE PRECISION NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
  reading BIGINT NOT NULL, undone BIGINT UNIQUE);
CREATE INDEX events_by_field ON events (field, id);
CREATE INDEX events_by_who ON events (who, id);
CREATE FUNCTION inkgrad_events_stay() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'events are never changed or taken out'; END $$;
CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events
  FOR EACH ROW EXECUTE FUNCTION inkgrad_events_stay();
CREATE TRIGGER events_remain BEFORE TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION inkgrad_events_stay();
CREATE TABLE jobs (
  {_ID}, sha256 TEXT NOT NULL, name TEXT NOT NULL,
  kind TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, state TEXT NOT NULL,
  fields TEXT NOT NULL DEFAULT '[]', error TEXT NOT NULL DEFAULT '',
  desk BIGINT NOT NULL DEFAULT 0);
CREATE INDEX jobs_to_do ON jobs (state, id) WHERE state IN ('waiting', 'reading');
CREATE TABLE words (
  word TEXT COLLATE "C" NOT NULL, field BIGINT NOT NULL, PRIMARY KEY (word, field));
CREATE INDEX words_by_field ON words (field);
CREATE TABLE tags (
  tag TEXT COLLATE "C" NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (tag, sha256));
CREATE INDEX tags_by_file ON tags (sha256)
"""
