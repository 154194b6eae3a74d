"""Sockets of a desk: a port that is free, or a line that says why not."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing

import pytest

from inkgrad.desk.listening import listening
from inkgrad.errors import UsageError


def test_port_0_is_one_that_is_free_and_one_that_answers():
    with listening("127.0.0.1", 0) as (one,), listening("127.0.0.1", 0) as (other,):
        assert one.getsockname()[1] != other.getsockname()[1]
        with closing(socket.create_connection(one.getsockname(), timeout=10)) as client:
            taken, address = one.accept()
            taken.close()
            assert address == client.getsockname()


def test_a_name_with_several_addresses_has_one_port():
    with listening("localhost", 0) as sockets:
        assert sockets
        assert len({each.getsockname()[1] for each in sockets}) == 1


def test_its_port_is_free_again_when_it_has_ended():
    with listening("127.0.0.1", 0) as (one,):
        port = one.getsockname()[1]
    with listening("127.0.0.1", port) as (again,):
        assert again.getsockname()[1] == port


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("192.0.2.1", "host 192.0.2.1: is no address of this machine, expected one that is"),
        ("nowhere.invalid", "host nowhere.invalid: is unknown, expected a name or an address"),
        ("a" * 70, f"host {'a' * 70}: is unknown, expected a name or an address"),
    ],
)
def test_hosts_at_which_nobody_can_listen_are_refused(host, said):
    with pytest.raises(UsageError) as refused, listening(host, 0):
        pass
    assert str(refused.value) == said


def test_a_second_desk_at_a_port_is_refused_before_it_says_where_it_is(tmp_path):
    with listening("127.0.0.1", 0) as (one,):
        port = str(one.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "inkgrad", "serve", tmp_path / "desk", "--port", port],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"inkgrad: port {port} of 127.0.0.1 is taken, expected a free one; --port 0 finds one\n"
    )
