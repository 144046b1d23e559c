"""The port: a free one is taken, a taken one is refused in one line."""

from __future__ import annotations

import pytest

from service.processes.listening import PortError, listen, url_of


def test_port_zero_takes_a_free_one_and_the_url_names_it() -> None:
    with listen("127.0.0.1", 0) as socket:
        assert url_of(socket) == f"http://127.0.0.1:{socket.getsockname()[1]}"


def test_every_address_is_reached_through_this_machine() -> None:
    with listen("0.0.0.0", 0) as socket:
        assert url_of(socket).startswith("http://127.0.0.1:")


def test_a_taken_port_is_refused_in_one_line_that_helps() -> None:
    with listen("127.0.0.1", 0) as socket:
        port = socket.getsockname()[1]
        with pytest.raises(PortError) as caught:
            listen("127.0.0.1", port)
    message = str(caught.value)
    assert f"port {port}" in message
    assert "PORT=" in message
    assert "\n" not in message


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(PortError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)
