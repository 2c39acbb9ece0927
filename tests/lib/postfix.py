# SPDX-License-Identifier: MIT
"""Private Postfix instances for tests: own queue, own ports on loopback, ended by `postfix stop`.

    with Postfix(main="…", master="…") as server:      # extra lines of main.cf
        server.send("from@x.example", ["to@y.example"], message)
"""
import os
import shutil
import smtplib
import subprocess
import tempfile

import servers

MAIN = """compatibility_level = 3.6
queue_directory = {work}/spool
data_directory = {work}/lib
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
myhostname = {name}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = {work}/log/maillog
maillog_file_prefixes = {work}/log
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_error_sleep_time = 0
alias_maps =
alias_database =
smtp_tls_security_level = none
"""
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'master.cf'), encoding='ascii') as services:
    MASTER = services.read()


class Postfix:
    def __init__(self, name, main, master=''):
        """`main` may hold {work}; `master` is more services, with {port} for the port of the first."""
        self.work = tempfile.mkdtemp(prefix='zwrotka-postfix-')
        os.chmod(self.work, 0o755)
        self.port = servers.free_port()
        for folder in ('etc', 'spool', 'lib', 'log', 'mail'):
            os.mkdir(os.path.join(self.work, folder))
        shutil.chown(os.path.join(self.work, 'lib'), 'postfix')
        shutil.chown(os.path.join(self.work, 'mail'), servers.UID, servers.GID)
        self._write('main.cf', MAIN.format(work=self.work, name=name) + main.replace('{work}', self.work))
        self._write('master.cf', MASTER.format(listen=f'127.0.0.1:{self.port}', tick=300) + master.replace('{port}', str(self.port)))
        self._postfix('start')
        servers.wait_until(lambda: servers.listening(self.port), "Postfix's port")

    def _write(self, name, text):
        with open(os.path.join(self.work, 'etc', name), 'w', encoding='utf-8') as file:
            file.write(text)

    def _postfix(self, word):
        result = subprocess.run(['/usr/sbin/postfix', '-c', os.path.join(self.work, 'etc'), word],
                                capture_output=True, text=True, check=False)
        if result.returncode and word == 'start':
            raise RuntimeError(result.stderr + self.log())

    def send(self, sender, recipients, message, port=None):
        """Refused recipients with what they were refused by; the others are taken."""
        with smtplib.SMTP('127.0.0.1', port or self.port, timeout=30) as smtp:
            try:
                return smtp.sendmail(sender, recipients, message)
            except smtplib.SMTPRecipientsRefused as refused:
                return refused.recipients

    def flush(self):
        subprocess.run(['/usr/sbin/postqueue', '-c', os.path.join(self.work, 'etc'), '-f'], check=False)

    def log(self):
        try:
            with open(os.path.join(self.work, 'log', 'maillog'), encoding='utf-8') as file:
                return file.read()
        except FileNotFoundError:
            return ''

    def close(self):
        self._postfix('stop')
        shutil.rmtree(self.work, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
