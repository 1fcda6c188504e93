# SPDX-License-Identifier: Apache-2.0
"""An HTTP/2 client: many requests at once on one connection."""

import socket

import h2.config
import h2.connection
import h2.events

from client import Answer

AT_ONCE = 20


class Stream:
    def __init__(self):
        self.headers, self.body, self.ended = None, b"", False


def ask(port, requests, tls=None, strict=True):
    """Sends all requests on one connection, AT_ONCE of them at a time.
    requests: (header pairs, body) each, with the names of HTTP/2; tls: an
    ssl.SSLContext that agrees upon h2; strict: whether fields are looked at
    before they are sent. The answers, in order."""
    with socket.create_connection(("127.0.0.1", port), 20) as plain:
        connection = tls.wrap_socket(plain) if tls else plain
        if tls:
            assert connection.selected_alpn_protocol() == "h2"
        state = h2.connection.H2Connection(h2.config.H2Configuration(
            header_encoding="utf-8", validate_outbound_headers=strict,
            normalize_outbound_headers=strict))
        state.initiate_connection()
        streams = []
        for first in range(0, len(requests), AT_ONCE):
            some = [_send(state, *request)
                    for request in requests[first:first + AT_ONCE]]
            connection.sendall(state.data_to_send())
            _receive(connection, state, dict(some))
            streams += [stream for _, stream in some]
        if tls:
            connection.close()
    return [_answer(stream) for stream in streams]


def _send(state, headers, body):
    number = state.get_next_available_stream_id()
    state.send_headers(number, headers, end_stream=not body)
    if body:
        state.send_data(number, body, end_stream=True)
    return number, Stream()


def _receive(connection, state, streams):
    """Reads until every stream has ended."""
    while not all(stream.ended for stream in streams.values()):
        data = connection.recv(65536)
        assert data, "the server ended the connection"
        for event in state.receive_data(data):
            _take(state, event, streams)
        connection.sendall(state.data_to_send())


def _take(state, event, streams):
    if isinstance(event, h2.events.ConnectionTerminated):
        raise AssertionError(f"the server ended the connection: {event}")
    if isinstance(event, h2.events.StreamReset):
        raise AssertionError(f"the server reset a stream: {event}")
    stream = streams.get(getattr(event, "stream_id", None))
    if isinstance(event, h2.events.ResponseReceived):
        stream.headers = event.headers
    elif isinstance(event, h2.events.DataReceived):
        stream.body += event.data
        state.acknowledge_received_data(event.flow_controlled_length,
                                        event.stream_id)
    elif isinstance(event, h2.events.StreamEnded):
        stream.ended = True


def _answer(stream):
    return Answer.of(int(dict(stream.headers)[":status"]),
                     [pair for pair in stream.headers if pair[0][0] != ":"],
                     stream.body)
