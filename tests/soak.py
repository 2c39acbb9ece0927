#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scans killed at random moments, SOAK_KILLS times (200) against a Maildir and as often against
Dovecot: however often a scan dies, what the next one leaves is what an unharmed one leaves."""
import os
import random
import shutil
import subprocess
import time

import scan_test as scan
from tap import done, note, ok

KILLS = int(os.environ.get('SOAK_KILLS', '200'))


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
    scan.fresh_store('whole')
    box.fill()
    start = time.monotonic()
    scan.run('scan', store='whole', config=box.config)
    whole = time.monotonic() - start
    wanted, left = scan.snapshot('whole'), box.lies()
    killed = wrong = 0
    for i in range(KILLS):
        scan.fresh_store('killed')
        box.fill()
        while killed_after(rng.uniform(0, whole), box.config):
            killed += 1
            if rng.random() < 0.5:
                break
        again = scan.run('scan', store='killed', config=box.config)
        if again.returncode or scan.snapshot('killed') != wanted or box.lies() != left:
            wrong += 1
            note(f'{box.name}: round {i}: {again.stderr.decode()[-300:]}')
    ok(wrong == 0, f'{box.name}: {KILLS} rounds, {killed} kills within {whole:.2f} s, {wrong} ended otherwise')
    verify = scan.run('verify', '--replay', store='killed')
    ok(verify.returncode == 0, f'{box.name}: verify agrees', verify.stderr.decode())


def main():
    seed = int(os.environ.get('SOAK_SEED', random.randrange(1 << 30)))
    note(f'SOAK_SEED={seed}')
    for kind in (scan.Maildir, scan.Imap):
        box = kind()
        try:
            soak(box, random.Random(seed))
        finally:
            box.close()
    done()


try:
    main()
finally:
    shutil.rmtree(scan.WORK, ignore_errors=True)
