# SPDX-License-Identifier: Apache-2.0
"""Instructions per request, counted by callgrind.

One httpd process under valgrind; each connection is counted by itself. The
figure is the difference between a connection of 2N requests and one of N,
divided by N: what a connection costs falls out. Of five connections each the
cheapest counts, because once a second httpd formats the time anew. It repeats
to within 30 instructions."""

import pathlib
import re

import server
import traffic

COUNT = "ap_run_process_connection"     # what is counted, and written after
CALLGRIND = ["valgrind", "--tool=callgrind", "--vgdb=no",
             f"--zero-before={COUNT}", f"--dump-after={COUNT}",
             "--callgrind-out-file={folder}/counts/%p"]
CONNECTIONS = 5


class Counter:
    """Counts requests to an httpd under callgrind."""

    def __init__(self, httpd):
        self.httpd = httpd
        self.pid = httpd.process.pid
        self.connections = 1        # Server has asked once

    def per_request(self, request, number):
        """(instructions for one request, the head of its answer)"""
        _, head = self.connection(request, 3)       # warms caches up
        single = min(self.connection(request, number)[0]
                     for _ in range(CONNECTIONS))
        double = min(self.connection(request, 2 * number)[0]
                     for _ in range(CONNECTIONS))
        return (double - single) / number, head

    def connection(self, request, number):
        """(instructions for a connection with that many requests, head)"""
        with traffic.Connection(self.httpd.port) as connection:
            for _ in range(number):
                head = connection.ask(request)
                self._wait_until_idle()
        self.connections += 1
        return server.wait_for(self._total, "callgrind writes"), head

    def _wait_until_idle(self):
        """Until httpd sleeps in poll(), so that it always takes that way."""
        stat = pathlib.Path(f"/proc/{self.pid}/stat")
        server.wait_for(lambda: stat.read_text().rsplit(")", 1)[1].split()[0]
                        == "S", "httpd waits", 0.0005)

    def dump(self):
        """The file that callgrind wrote for the last connection."""
        return (self.httpd.folder / "counts"
                / f"{self.pid}.{self.connections}")

    def _total(self):
        if not self.dump().exists():
            return None
        found = re.search(r"^totals: (\d+)", self.dump().read_text(), re.M)
        return int(found[1]) if found else None


def check_answer(row, column, head, log):
    """A row that does not answer as it should must not get a figure."""
    allows = f"access-control-allow-origin: {traffic.ALLOWED}" in head.lower()
    expected = row.answers and column in ("allowed", "preflight")
    if allows != expected or row.says not in head + log:
        raise AssertionError(f"{row.name}, {row.origins} origins, {column}: "
                             f"unexpected answer\n{head}\n{log}")


def _measure_once(row, module, requests, padding):
    figures = {}
    with server.Server(f"Define PADDING {padding}\n{row.config}", row.files,
                       module if row.module else None,
                       under=CALLGRIND) as httpd:
        counter = Counter(httpd)
        for column, request in requests.items():
            figure, head = counter.per_request(request, row.requests)
            check_answer(row, column, head, httpd.log())
            figures[column] = round(figure)
    return figures


def measure(row, module, requests=None):
    """{column: instructions per request} of one row: the cheaper of two
    servers that differ in where their memory lies. A string across the end
    of a page costs libc some 100 instructions, and says nothing of a row.
    requests: by column; those of the tables unless others are given."""
    requests = requests or traffic.REQUESTS
    one, other = (_measure_once(row, module, requests, "x" * length)
                  for length in (1, 600))
    return {column: min(one[column], other[column]) for column in requests}
