#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Includes state the layers (design.md, HACKING): who may look into whose room, and who may know
which library. Each room is a test."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
from tap import done, ok, source_dir  # noqa: E402

ROOT = source_dir()

# room → rooms it may include; its own is always among them.
ROOMS = {
    'src/base': '',
    'src/mail': 'base',
    'src/bounce': 'base mail',
    'src/mailbox': 'base mail',
    'src/contact': 'base mail',
    'src/query': 'base mail contact',
    'src/exchange': 'base mail contact',
    'src/config': 'base',
    'src/store': 'base mail contact query',
    'src/action': 'base mail contact query store exchange',
    'src/scan': 'base mail bounce mailbox contact query store action config send',
    'src/send': 'base mail contact query store action config',
    'ui/command': 'base mail bounce mailbox contact query store action scan send exchange config screen',
    'ui/screen': 'base mail bounce mailbox contact query store action scan send exchange config command',
    'ui': 'base mail mailbox contact query store action scan send exchange config command screen',
}
# library header → the only places that may include it
LIBRARIES = {
    r'lmdb\.h': ['src/store/store.c', 'src/store/table.c', 'src/store/txn.h', 'src/send/'],
    r'libetpan/.*': ['src/mailbox/'],
    r'(ncursesw/)?(n?curses|panel|term|form|menu)\.h': ['ui/screen/'],
    r'gnutls/.*': ['src/store/erased.c', 'src/mailbox/', 'src/scan/', 'src/send/', 'ui/main.c'],
    r'zstd\.h': ['src/store/'],
    r'(seccomp|linux/landlock)\.h': ['src/scan/', 'src/mailbox/'],
    r'ini\.h': ['src/config/'],
    r'ares.*\.h': ['src/send/'],
}


def sources():
    for top in ('src', 'ui'):
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            for name in sorted(names):
                if name.endswith(('.c', '.h')):
                    path = os.path.join(folder, name)
                    yield os.path.relpath(path, ROOT), open(path, encoding='utf-8').read()


def room_of(path):
    return os.path.dirname(path)


def main():
    files = list(sources())
    strays = {room: [] for room in ROOMS}
    for path, text in files:
        room = room_of(path)
        if room not in ROOMS:
            ok(False, f'{path} lies in a room of the house')
            continue
        allowed = set(ROOMS[room].split()) | {os.path.basename(room)}
        for name in re.findall(r'^#include "([^"]+)"', text, re.M):
            if '/' not in name:
                if name != 'config.h':
                    strays[room].append(f'{path}: "{name}" names no room')
            elif name.split('/')[0] not in allowed:
                strays[room].append(f'{path}: {name}')
    for room, found in strays.items():
        ok(not found, f'{room} keeps to its layer', '\n'.join(found))
    for header, places in LIBRARIES.items():
        found = [path for path, text in files
                 if re.search(r'^#include <' + header + '>', text, re.M)
                 and not any(path.startswith(place) for place in places)]
        ok(not found, f'<{header}> only in {", ".join(places)}', '\n'.join(found))
    wrong = [path for path, text in files if re.search(r'^#include "[^"]+\.c"', text, re.M)]
    ok(not wrong, 'nobody includes a .c file', wrong)
    wrong = [path for path, text in files if 'SPDX-License-Identifier: MIT' not in text[:200]]
    ok(not wrong, 'every file says its licence', wrong)
    printing = [path for path, text in files if path.startswith('src/') and
                re.search(r'\b(printf|puts|putchar)\s*\(', re.sub(r'/\*.*?\*/', '', text, flags=re.S))]
    ok(not printing, 'nothing in src/ prints to stdout', printing)
    done()


main()
