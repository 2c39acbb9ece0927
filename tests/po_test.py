#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Translations: the template is that of the sources, Polish is complete, and the program speaks it
from the build tree."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
from tap import build_dir, done, equal, ok, source_dir  # noqa: E402

PO = os.path.join(source_dir(), 'data/po')


def run(*command, **env):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': '', **env})


def texts(template):
    """The entries of a template as a set, without where they stand."""
    return {re.sub(r'^#:.*\n', '', entry, flags=re.M).strip() for entry in template.split('\n\n')[1:]}


def test_template():
    with open(os.path.join(PO, 'zwrotka.pot'), encoding='utf-8') as file:
        kept = texts(file.read())
    found = run(os.path.join(PO, 'extract'))
    equal(found.returncode, 0, 'extract works')
    now = texts(found.stdout)
    ok(len(now) > 500, f'extract: {len(now)} texts')
    hint = '`make update-po`, then data/po/pl.po'
    ok(now <= kept, f'zwrotka.pot has every text of the sources ({hint})', '\n'.join(sorted(now - kept)))
    ok(kept <= now, f'zwrotka.pot has no text that is gone ({hint})', '\n'.join(sorted(kept - now)))


def test_polish():
    po, pot = os.path.join(PO, 'pl.po'), os.path.join(PO, 'zwrotka.pot')
    checked = run('msgfmt', '--check', '--statistics', '-o', '/dev/null', po)
    equal(checked.returncode, 0, f'msgfmt --check: {checked.stderr}')
    ok(re.fullmatch(r'\d+ translated messages?\.\n', checked.stderr), 'pl.po is complete, nothing fuzzy',
       checked.stderr + run('msgattrib', '--untranslated', '--no-wrap', po).stdout)
    equal(run('msgcmp', po, pot).returncode, 0, 'pl.po has every text of the template')
    # White space at the ends belongs to the layout.
    with open(po, encoding='utf-8') as file:
        entries = re.split(r'\n\n', re.sub(r'"\n"', '', file.read()))
    wrong = []
    for entry in entries[1:]:
        source = re.search(r'^msgid "(.*)"$', entry, re.M)
        for text in re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', entry, re.M):
            ends = [re.match(r'(?: |\\n)*', t)[0] + '…' + re.search(r'(?: |\\n)*$', t)[0]
                    for t in (source[1], text)]
            if len(set(ends)) > 1 and not entry.startswith('#~'):
                wrong.append(source[1])
    equal(wrong, [], 'blanks and line feeds at the ends are those of the source')


def test_program():
    program = os.path.join(build_dir(), 'zwrotka')
    english, polish = (run(program, '--help', LANGUAGE=language) for language in ('', 'pl'))
    ok('usage:' in english.stdout and 'Commands:' in english.stdout, '--help in English')
    ok('Polecenia:' in polish.stdout, '--help in Polish from the build tree', polish.stdout)
    equal(re.findall(r'^  ([a-z]+)  ', polish.stdout, re.M), re.findall(r'^  ([a-z]+)  ', english.stdout, re.M),
          'the same commands')
    long = [line for line in polish.stdout.splitlines() if len(line) > 79]
    equal(long, [], 'no line over 79 columns')


test_template()
test_polish()
test_program()
done()
