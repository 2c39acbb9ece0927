#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The manual and the completion, made of the tables: complete, and without complaint from those who
read them."""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
from tap import build_dir, done, equal, note, ok  # noqa: E402

PAGES = 'zwrotka.1', 'zwrotka.5', 'zwrotka-query.7'


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': '', 'MANWIDTH': '80'})


def built(name):
    with open(os.path.join(build_dir(), name), encoding='utf-8') as file:
        return file.read()


def zwrotka(*words):
    return run(os.path.join(build_dir(), 'zwrotka'), *words).stdout


COMMANDS = re.findall(r'^  ([a-z]+)  ', zwrotka('--help').split('Options of')[0], re.M)


def test_pages():
    pages = {name: built(f'data/man/{name}').replace('\\-', '-') for name in PAGES}
    ok(len(COMMANDS) > 15, f'{len(COMMANDS)} commands')
    for command in COMMANDS:
        options = set(re.findall(r'^  (--[a-z-]+)', zwrotka(command, '--help'), re.M))
        ok(f'.SS zwrotka {command}' in pages['zwrotka.1'] and
           all(f'.B {option}' in pages['zwrotka.1'] for option in options), f'zwrotka(1) has {command}')
    keys = re.findall(r'^  ([a-z_]+)  ', zwrotka('--help', 'config'), re.M)
    missing = [key for key in keys if f'\n.B {key}\n' not in pages['zwrotka.5']]
    ok(len(keys) > 15 and not missing, f'zwrotka(5) has all {len(keys)} keys', missing)
    named = re.search(r'Keys: ([^.]*(?:\.X[^.]*)?)\.', ' '.join(zwrotka('list', '--help').split()))
    missing = [key for key in named[1].split() if f'\n.B {key}:\n' not in pages['zwrotka-query.7']]
    equal(missing, [], 'zwrotka-query(7) has the keys that `list --help` names')
    if shutil.which('groff'):
        for name in PAGES:
            complaints = run('groff', '-man', '-Tutf8', '-Kutf8', '-ww', '-z',
                             os.path.join(build_dir(), 'data/man', name)).stderr
            equal(complaints, '', f'{name}: groff has nothing to say')
            shown = run('groff', '-man', '-Tutf8', '-Kutf8', os.path.join(build_dir(), 'data/man', name)).stdout
            ok('\\&' not in shown, f'{name}: no escapes are left')
    else:
        note('groff is not here: pages are not formatted')


def complete(*words):
    script = (f'. {build_dir()}/data/completion/zwrotka; COMP_WORDS=("$@"); '
              'COMP_CWORD=$(($# - 1)); _zwrotka; printf "%s\\n" "${COMPREPLY[@]}"')
    return run('bash', '-c', script, 'bash', *words).stdout.split()


def test_completion():
    equal(complete('zwrotka', ''), COMMANDS, 'bash: the commands')
    equal(complete('zwrotka', 'cl'), ['classify'], 'bash: one command')
    equal(complete('zwrotka', '--quiet', 'classify', '--e'), ['--explain'], "bash: a command's options")
    ok('--store' in complete('zwrotka', '-'), 'bash: options of all commands')
    text = built('data/completion/_zwrotka')
    ok(text.startswith('#compdef zwrotka') and all(f"'{c}:" in text for c in COMMANDS), 'zsh: the commands')
    if shutil.which('zsh'):
        equal(run('zsh', '-n', os.path.join(build_dir(), 'data/completion/_zwrotka')).stderr, '', 'zsh: reads it')


test_pages()
test_completion()
done()
