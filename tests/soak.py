#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scans killed at random moments, SOAK_KILLS times (200) in all, against a Maildir, an mbox, and Dovecot
over IMAP and POP3: however often a scan dies, what the next one leaves is what an unharmed one leaves."""
import os
import random
import re
import subprocess

import scan_test as scan
from tap import done, note, ok

KILLS = int(os.environ.get('SOAK_KILLS', '200'))


class Mbox:
    """The same messages in one file, which a scan rewrites to delete."""
    name = 'mbox'

    def __init__(self):
        self.path = scan.path('killbox.mbox')
        self.fill()
        self.config = scan.write('mbox.conf', f'[account box]\nsource = mbox:{self.path}\nafter = delete\n')

    def fill(self):
        with open(self.path, 'wb') as file:
            for text, _ in scan.Maildir().lies():
                if not text.startswith(b'From '):
                    file.write(b'From bounces@localhost Thu Jan  1 00:00:00 2026\n')
                file.write(re.sub(rb'(?m)(?<!\A)^(>*From )', rb'>\1', text).rstrip(b'\n') + b'\n\n')

    def lies(self):
        with open(self.path, 'rb') as file:
            return file.read()

    def close(self):
        pass


class Pop3(scan.Imap):
    name = 'POP3'

    def __init__(self):
        super().__init__()
        self.config = scan.write('pop3.conf', f'[account box]\nsource = {self.server.url("anna", scheme="pop3s")}\n'
                                 f'password_file = {scan.path("password")}\n'
                                 f'ca_file = {self.server.certificates.ca}\nafter = delete\n')

    def lies(self):
        return sorted(self.server.folder('anna'))


KINDS = (scan.Maildir, Mbox, scan.Imap, Pop3)


def killed_after(seconds, config):
    """Starts a scan and kills it; did it still run?"""
    command = [scan.PROGRAM, '--store', scan.path('killed'), '--config', config, 'scan', '--quiet']
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait() == -9


def soak(box, rng):
    whole, wanted, left = scan.undisturbed(box)
    killed = wrong = rounds = 0
    while killed < (KILLS + len(KINDS) - 1) // len(KINDS):
        scan.fresh_store('killed')
        box.fill()
        while killed_after(rng.uniform(0, whole), box.config):
            killed += 1
            if rng.random() < 0.5:
                break
        rounds += 1
        again = scan.run('scan', store='killed', config=box.config)
        if again.returncode or scan.snapshot('killed') != wanted or box.lies() != left:
            wrong += 1
            note(f'{box.name}: round {rounds}: {again.stderr.decode()[-300:]}')
    ok(wrong == 0, f'{box.name}: {rounds} rounds, {killed} kills within {whole:.2f} s, {wrong} ended otherwise')
    verify = scan.run('verify', '--replay', store='killed')
    ok(verify.returncode == 0, f'{box.name}: verify agrees', verify.stderr.decode())


def main():
    seed = int(os.environ.get('SOAK_SEED', random.randrange(1 << 30)))
    note(f'SOAK_SEED={seed}')
    for kind in KINDS:
        box = kind()
        try:
            soak(box, random.Random(seed))
        finally:
            box.close()
    done()


main()
