"""A desk's database in PostgreSQL, for several desks at once.

Whoever writes holds one lock of the database until the transaction ends: one writes at a time, as
in SQLite, so that what was seen is what is changed, and rows come in the order of their numbers.
"""

from __future__ import annotations

from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NoReturn

from inkgrad.desk.desk_database import PATIENCE, DeskDatabase, DeskRow
from inkgrad.desk.postgres_tables import SCHEMA, VERSION
from inkgrad.errors import DataError, UsageError, missing

if TYPE_CHECKING:
    import psycopg

_LOCK = 0x696E6B64  # "inkd": the lock of who writes, and the first half of that of each desk
_BEGIN = "BEGIN ISOLATION LEVEL"
_WRITE = f"{_BEGIN} READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({_LOCK})"
_READ = f"{_BEGIN} REPEATABLE READ READ ONLY"
_SETTINGS = {  # what the URL does not say otherwise
    "connect_timeout": "10",
    "application_name": "inkgrad desk",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": f"{PATIENCE}000",
}
_TABLES = "SELECT tablename AS name FROM pg_tables WHERE schemaname=current_schema()"
_OTHERS = f"""
SELECT objid::bigint AS number FROM pg_locks WHERE locktype='advisory' AND granted
AND classid={_LOCK} AND objsubid=2
AND database=(SELECT oid FROM pg_database WHERE datname=current_database())
"""


class PostgresDatabase(DeskDatabase):
    """The database at a URL, where a desk's tables are made if there are none.

    `desk` is what it calls the desk by, and `shown` the URL without a password. What is lost is
    the connection, never what was committed: the next use connects again. Raises UsageError for a
    URL that is none, or without psycopg, and DataError for the database of something else.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        try:
            import psycopg
        except ImportError:
            raise missing("psycopg", "postgresql", "a desk on PostgreSQL") from None
        self._driver = psycopg
        self._address = _parsed(url, psycopg)
        self.shown = _shown(self._address)
        self.desk = ""
        self._connection: psycopg.Connection[DeskRow] | None = None
        with self._lock:
            self._connect()

    def others(self) -> list[int]:
        """The numbers of the other desks that are connected now."""
        found = {int(row["number"]) for row in self.run(_OTHERS)}
        return sorted(found - {self.number})

    def _run(self, statement: str, values: tuple[Any, ...]) -> list[DeskRow]:
        if any(isinstance(value, str) and "\0" in value for value in values):
            raise UsageError("a text with the character NUL is none, expected one without")
        return self._do(statement.replace("%", "%%").replace("?", "%s"), values)

    def _do(self, statement: str, values: tuple[Any, ...] | None = None) -> list[DeskRow]:
        self._connect()
        try:
            return self._ask(statement, values)
        except self._driver.Error as error:
            self._fail(error)

    def _begin(self, write: bool) -> None:
        try:
            self._do(_WRITE if write else _READ)
        except DataError:
            self._rollback()  # it waited for the lock in vain
            raise

    def _commit(self) -> None:
        self._do("COMMIT")

    def _rollback(self) -> None:
        if self._connection is not None:
            with suppress(self._driver.Error):
                self._connection.execute("ROLLBACK")

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> None:
        """Connect where that is lost; within a transaction, which is lost with it, DataError."""
        from psycopg.rows import dict_row

        if self._connection is not None:
            return
        if self._within:
            raise DataError(f"{self.shown}: lost the connection, expected to begin again")
        try:
            self._connection = self._driver.Connection.connect(
                **self._address, autocommit=True, prepare_threshold=None, row_factory=dict_row
            )
            self._prepare()
        except self._driver.Error as error:
            self._close()
            self._fail(error, "cannot be reached")
        except BaseException:
            self._close()
            raise

    def _prepare(self) -> None:
        """Take the lock of this desk, and make the tables where there are none."""
        self._ask(f"SET lock_timeout = '{PATIENCE}s'")
        self._ask("SET idle_in_transaction_session_timeout = '60s'")
        # shared: the connection before this one may not have ended yet
        self._ask(f"SELECT pg_advisory_lock_shared({_LOCK}, {self.number})")
        if self._ask("SHOW server_encoding") != [{"server_encoding": "UTF8"}]:
            raise DataError(f"{self.shown}: is not encoded as UTF8, expected a database that is")
        self._ask(_WRITE)
        names = [row["name"] for row in self._ask(_TABLES)]
        if not names:
            self._ask(SCHEMA)
            self._ask(f"INSERT INTO inkgrad_desk VALUES (TRUE, {VERSION}, '{token_hex(16)}')")
        elif "inkgrad_desk" not in names:
            raise DataError(f"{self.shown}: is another database, expected a desk's or an empty one")
        (row,) = self._ask("SELECT version, desk FROM inkgrad_desk")
        if row["version"] > VERSION:
            said = f"is of version {row['version']}, expected {VERSION}: a newer inkgrad's"
            raise DataError(f"{self.shown}: {said}")
        self.desk = row["desk"]
        self._ask("COMMIT")

    def _ask(self, statement: str, values: tuple[Any, ...] | None = None) -> list[DeskRow]:
        assert self._connection
        cursor = self._connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def _fail(self, error: Exception, what: str = "cannot be used") -> NoReturn:
        """DataError in a line; a connection that is lost is let go of."""
        if self._connection is not None and self._connection.closed:
            self._close()
            what = "lost the connection"
        said = " ".join(str(error).split())
        raise DataError(f"{self.shown}: {what} ({said})") from None


def _parsed(url: str, driver: Any) -> dict[str, Any]:
    """What a URL says, as psycopg takes it. No error holds any of it: a password may be anywhere"""
    from psycopg.conninfo import conninfo_to_dict

    scheme, found, rest = url.partition("://")
    if not found or scheme not in ("postgresql", "postgres"):
        raise UsageError("a database is given by its URL, expected postgresql://USER@HOST/NAME")
    place = rest.partition("?")[0]
    try:
        if place.count("@") > 1 or "/" in place.rpartition("@")[0]:
            raise ValueError
        return {**_SETTINGS, **conninfo_to_dict(url)}
    except (ValueError, driver.Error):
        raise UsageError(
            "the URL of the database does not hold together, expected "
            "postgresql://USER:PASSWORD@HOST/NAME (a / or @ of a password as %2F or %40)"
        ) from None


def _shown(address: dict[str, Any]) -> str:
    """Where that is, without a password."""
    user, host, port = (str(address.get(key, "")) for key in ("user", "host", "port"))
    at = f"{user}@" if user else ""
    return f"postgresql://{at}{host}{f':{port}' if port else ''}/{address.get('dbname', '')}"
