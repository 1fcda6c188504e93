# SPDX-License-Identifier: Apache-2.0
"""php-fpm with a pool and a socket of its own."""

import glob
import socket
import subprocess

from harness import _user, wait_for

CONFIG = """
[global]
error_log = {folder}/php-log
daemonize = no
[tests]
{user}
listen = {folder}/php-socket
pm = static
pm.max_children = 2
catch_workers_output = yes
php_admin_flag[display_errors] = off
php_admin_flag[log_errors] = on
php_admin_value[session.save_path] = {folder}/data
"""


def _takes_connections(path):
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


class PhpFpm:
    """Serves scripts to an httpd of the harness. folder: that of the httpd;
    the socket in it is `php-socket`."""

    def __init__(self, folder):
        user = _user()
        owner = f"user = {user}\nlisten.owner = {user}" if user else ""
        config = folder / "php.conf"
        config.write_text(CONFIG.format(folder=folder, user=owner))
        program = sorted(glob.glob("/usr/sbin/php-fpm*"))[-1]
        self.process = subprocess.Popen(
            [program, "-n", "-F", "-O", "-y", config],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        path = folder / "php-socket"
        # it is there before it is httpd's, and before anybody listens
        wait_for(lambda: _takes_connections(path) and (
            not user or path.owner() == user), "php-fpm starts")

    def stop(self):
        self.process.terminate()
        self.process.wait()
