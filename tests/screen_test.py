#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The operators' screen in real terminals. The stories stand in tests/screens/*.steps, keys and what
must then be seen side by side:

    size 100 30         the terminal (80 24 if it is not said)
    term vt100          and its kind
    with NAME=VALUE     in the environment
    empty               begins without a store
    keys 2 Enter C-g    tmux's names of keys
    type some text      literally
    paste some text     as a terminal pastes
    resize 60 16
    run list --count    a command of zwrotka on the same store, as a colleague would
    see some text       is on the screen within five seconds
    gone some text      is not, within five seconds
    cursor some text    the cursor stands on a row that holds it
    ends 0              the program ends with that code
"""
import os
import pty
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
from tap import build_dir, done, note, ok, source_dir  # noqa: E402
from tmux import DEADLINE, POLL, Terminal  # noqa: E402

PROGRAM = os.path.join(build_dir(), 'zwrotka')
SCREENS = os.path.join(source_dir(), 'tests', 'screens')
NOW = '1795521600'  # 2026-11-24 12:00 UTC, a day after the newest demo bounce
MONKEY_KEYS = int(os.environ.get('MONKEY_KEYS', '300'))
TSAN = {key: value for key, value in os.environ.items() if key.endswith('SAN_OPTIONS')}


class Place:
    """A folder with a store, a mailbox of bounces and a configuration."""

    def __init__(self, template=None, empty=False):
        self.folder = tempfile.TemporaryDirectory(prefix='zwrotka-screen-')
        self.store = os.path.join(self.folder.name, 'store')
        self.box = os.path.join(self.folder.name, 'box')
        self.config = os.path.join(self.folder.name, 'config')
        with open(self.config, 'w', encoding='utf-8') as file:
            if not empty:
                file.write(f'[account main]\nsource = maildir:{self.box}\n')
        os.chmod(self.config, 0o600)
        if template:
            shutil.copytree(template.store, self.store)
            shutil.copytree(template.box, self.box)

    def env(self, **more):
        return {'HOME': self.folder.name, 'XDG_STATE_HOME': self.folder.name, 'LC_ALL': 'C.UTF-8',
                'TZ': 'UTC', 'ZWROTKA_NOW': NOW, 'PATH': os.environ['PATH'], 'USER': 'anna', **TSAN, **more}

    def words(self):
        return [PROGRAM, '--store', self.store, '--config', self.config]

    def run(self, *words, **keywords):
        return subprocess.run([*self.words(), *words], env=self.env(), capture_output=True, text=True,
                              check=False, **keywords)

    def terminal(self, columns=80, rows=24, term='tmux-256color', **more):
        return Terminal(self.words(), self.env(**more), columns, rows, term)

    def close(self):
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


def make_template():
    """By the real commands: the demo's contacts, and a scan of most of the demo's bounces; two are
    left for the scan that a story starts."""
    place = Place()
    demo = os.path.join(source_dir(), 'data', 'demo')
    shutil.copytree(os.path.join(demo, 'bounces'), place.box)
    for folder in ('cur', 'new', 'tmp'):
        os.makedirs(os.path.join(place.box, folder), exist_ok=True)
    new = sorted(os.path.join(root, name) for root, _, names in os.walk(place.box) for name in names)
    kept = place.folder.name + '/later'
    os.mkdir(kept)
    for path in new[-10:]:
        shutil.move(path, kept)
    first = place.run('import', os.path.join(demo, 'contacts.csv'))
    second = place.run('scan')
    for name in os.listdir(kept):
        shutil.move(os.path.join(kept, name), os.path.join(place.box, 'new', name))
    ok(first.returncode == 0 and second.returncode == 0, 'a store is made by import and scan',
       first.stderr + second.stderr)
    return place


# ---- stories

def wait_gone(terminal, text):
    return terminal.wait(lambda seen: text not in seen)


def wait_cursor(terminal, text):
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        rows = terminal.screen().split('\n')
        row = terminal.cursor()[1]
        if row < len(rows) and text in rows[row]:
            return True
        time.sleep(POLL)
    return False


def do_step(place, terminal, verb, rest):
    """One line of a story; False if what should be seen is not."""
    if verb == 'keys':
        terminal.keys(*rest.split())
    elif verb == 'type':
        terminal.type(rest)
    elif verb == 'paste':
        terminal.paste(rest)
    elif verb == 'resize':
        terminal.resize(*map(int, rest.split()))
    elif verb == 'run':
        return place.run(*rest.split()).returncode == 0
    elif verb == 'see':
        return bool(terminal.wait(rest))
    elif verb == 'gone':
        return bool(wait_gone(terminal, rest))
    elif verb == 'cursor':
        return wait_cursor(terminal, rest)
    elif verb == 'ends':
        code = terminal.ended()
        note(f'ended: {code}') if code != int(rest) else None
        return code == int(rest)
    else:
        raise ValueError(f'no such step: {verb}')
    return True


def story(template, path):
    name = os.path.basename(path)
    size, term, more, empty, steps = (80, 24), 'tmux-256color', {}, False, []
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            verb, _, rest = line.rstrip('\n').partition(' ')
            if verb == 'size':
                size = tuple(map(int, rest.split()))
            elif verb == 'term':
                term = rest
            elif verb == 'with':
                key, _, value = rest.partition('=')
                more[key] = value
            elif verb == 'empty':
                empty = True
            elif verb and not verb.startswith('#'):
                steps.append((number, verb, rest))
    with Place(None if empty else template, empty) as place, place.terminal(*size, term, **more) as terminal:
        for number, verb, rest in steps:
            if not do_step(place, terminal, verb, rest):
                ok(False, f'{name}:{number}: {verb} {rest}', terminal.screen())
                return
    ok(True, f'{name}: {len(steps)} steps')


# ---- what needs more than keys and eyes

def test_terminals(template):
    """Any terminal but dumb, with colours and without."""
    for term, more in (('xterm', {}), ('xterm-256color', {}), ('screen', {}), ('linux', {}), ('vt100', {}),
                       ('xterm', {'NO_COLOR': '1'})):
        with Place(template) as place, place.terminal(term=term, **more) as terminal:
            seen = terminal.wait('of 500')
            terminal.keys('2')
            invalid = terminal.wait('[x] invalid')
            terminal.keys('q')
            ok(seen and invalid and terminal.ended() == 0, f'TERM={term} {more}', terminal.screen())
    with Place(template) as place, place.terminal(term='dumb') as terminal:
        ok(terminal.ended() == 64 and 'TERM=dumb' in terminal.screen(), 'TERM=dumb is told so', terminal.screen())


def test_no_color(template):
    with Place(template) as place, place.terminal(NO_COLOR='1', term='xterm') as terminal:
        terminal.wait('of 500')
        raw = terminal._tmux('capture-pane', '-p', '-e')
        ok(not re.search(r'\x1b\[[0-9;]*3[0-7]', raw), 'NO_COLOR: no colour at all')
    with Place(template) as place, place.terminal(term='xterm') as terminal:
        terminal.keys('2')
        terminal.wait('[x] invalid')
        raw = terminal._tmux('capture-pane', '-p', '-e')
        ok(re.search(r'\x1b\[[0-9;]*3[0-7]', raw), 'without it there is some')


def test_hangup(template):
    """A lost line loses nothing typed."""
    with Place(template) as place:
        with place.terminal() as terminal:
            terminal.wait('of 500')
            terminal.keys('e')
            terminal.wait('Edit')
            terminal.keys('Tab')
            terminal.type(' typed at length')
            terminal.wait('typed at length')
            os.kill(terminal.pid(), signal.SIGHUP)
            ok(terminal.ended() is not None, 'SIGHUP ends it')
        with place.terminal() as terminal:
            back = terminal.wait('typed at length')
            ok(back and 'The line was lost' in back, 'what was typed is back next time', terminal.screen())
            terminal.keys('C-g')
            ok(terminal.wait('of 500'), 'Ctrl-G drops it')
            terminal.keys('q')
            terminal.ended()
        with place.terminal() as terminal:
            ok(terminal.wait('of 500') and 'typed' not in terminal.screen(), 'and for good')


def test_stop(template):
    """Ctrl-Z gives the terminal back, fg takes it."""
    with Place(template) as place:
        shell = ['sh', '-i', '-m', '-c', ' '.join(place.words()) + '; echo stopped; until read line; do :; done; fg; cat']
        with Terminal(shell, place.env()) as terminal:
            terminal.wait('of 500')
            terminal.keys('/')
            terminal.type('kow')
            terminal.wait('/ kow')
            terminal.keys('C-z')
            ok(terminal.wait('stopped') is not None, 'Ctrl-Z gives the terminal back', terminal.screen())
            terminal.keys('Enter')
            ok(terminal.wait('/ kow') is not None, 'after Ctrl-Z and fg everything is there', terminal.screen())
            terminal.type('al')
            ok(terminal.wait('/ kowal') is not None, 'and goes on', terminal.screen())


def test_scan_outlives(template):
    """The scan goes on if the screen goes."""
    with Place(template) as place:
        with place.terminal() as terminal:
            terminal.wait('of 500')
            terminal.keys('s')
            terminal.wait('Scan')
            os.kill(terminal.pid(), signal.SIGHUP)
            terminal.ended()
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            out = place.run('status').stdout
            if place.run('stats', '--json').stdout.count('"invalid":') and \
                    place.run('list', 'state:invalid', '--count').stdout.strip() == ALL_INVALID[0]:
                break
            time.sleep(POLL)
        count = place.run('list', 'state:invalid', '--count').stdout.strip()
        ok(count == ALL_INVALID[0], 'the scan goes on when the screen is gone', f'{count} {out}')


def test_cancel(template):
    """Esc ends a scan cleanly, even one that waits for a server that says nothing."""
    with Place(template) as place, socket.create_server(('127.0.0.1', 0)) as server:
        secret = os.path.join(place.folder.name, 'secret')
        with open(secret, 'w', encoding='ascii', opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write('secret\n')
        with open(place.config, 'w', encoding='utf-8') as file:
            file.write(f'[account slow]\nsource = imaps://u@127.0.0.1:{server.getsockname()[1]}/INBOX\n'
                       f'password_file = {secret}\n')
        with place.terminal() as terminal:
            terminal.wait('of 500')
            terminal.keys('s')
            ok(terminal.wait('Scanning'), 'a scan that waits is shown', terminal.screen())
            terminal.keys('q', 'j')
            ok(terminal.wait('now  read 0'), 'the list can be used meanwhile', terminal.screen())
            terminal.resize(60, 16)
            terminal.keys('s')
            terminal.wait('Scanning')
            terminal.keys('Escape')
            ok(terminal.wait('Cancelled'), 'Esc cancels it', terminal.screen())
            terminal.keys('Escape')
            ok(terminal.wait('of 500'), 'and then closes the page', terminal.screen())
    with Place(template) as place:
        shutil.rmtree(place.box)
        with place.terminal() as terminal:
            terminal.wait('of 500')
            terminal.keys('s')
            seen = terminal.wait('It failed')
            ok(seen and 'box' in seen, 'a scan that fails says what is wrong', terminal.screen())


ALL_INVALID = ['']


def read_all(fd, quiet=0.3):
    """Waits for something to come, then takes it until nothing comes for a while."""
    out = b''
    while select.select([fd], [], [], quiet if out else DEADLINE)[0]:
        try:
            piece = os.read(fd, 65536)
        except OSError:
            break
        if not piece:
            break
        out += piece
    return out


def raw_screen(place, env, columns=80, rows=24):
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(PROGRAM, place.words(), env)
    subprocess.run(['stty', 'rows', str(rows), 'cols', str(columns)], stdin=fd, check=False)
    return pid, fd


def raw_end(pid, fd):
    os.write(fd, b'q')
    read_all(fd)
    os.close(fd)
    return os.waitpid(pid, 0)[1]


def test_bytes(template):
    """A key sends what changed and nothing else."""
    with Place(template) as place:
        pid, fd = raw_screen(place, place.env(TERM='xterm-256color'))
        read_all(fd, 1.0)
        os.write(fd, b'j')
        one = read_all(fd)
        os.write(fd, b'jjjjj')
        five = read_all(fd)
        os.write(fd, b'/')
        read_all(fd)
        os.write(fd, b'\x07')
        read_all(fd)
        raw_end(pid, fd)
        note(f'a row down: {len(one)} bytes; five typed ahead: {len(five)} bytes')
        ok(0 < len(one) < 400, 'a row down sends less than 400 bytes', len(one))
        ok(len(five) < 2 * 400, 'keys typed ahead skip needless drawing', len(five))


def test_locales(template):
    """No locale, or one that is not installed here, is UTF-8."""
    for more in ({}, {'LANG': 'xx_YY.UTF-8'}):
        with Place(template) as place:
            env = {key: value for key, value in place.env(TERM='xterm', **more).items() if key != 'LC_ALL'}
            pid, fd = raw_screen(place, env, 160, 50)
            out = read_all(fd, 1.0)
            raw_end(pid, fd)
            ok('Śledź'.encode() in out, f'locale {more}: UTF-8', out[-300:])


def test_latin2(template):
    """An 8-bit locale: what it has is shown in its bytes, the rest replaced."""
    with Place(template) as place:
        locales = os.path.join(place.folder.name, 'locales')
        os.mkdir(locales)
        made = subprocess.run(['localedef', '-i', 'pl_PL', '-f', 'ISO-8859-2',
                               os.path.join(locales, 'pl_PL')], capture_output=True, check=False)
        if not os.path.exists(os.path.join(locales, 'pl_PL', 'LC_CTYPE')):
            note('skipped: localedef has no sources here: ' + made.stderr.decode(errors='replace')[:200])
            return
        env = place.env(TERM='xterm', LOCPATH=locales, LC_ALL='pl_PL', LANGUAGE='en')
        # glibc keeps what it allocates for a locale from LOCPATH.
        env['ASAN_OPTIONS'] = env.get('ASAN_OPTIONS', '') + ':detect_leaks=0'
        pid, fd = raw_screen(place, env, 160, 50)
        out = read_all(fd, 1.0)
        status = raw_end(pid, fd)
        ok('Pszczółka'.encode('iso-8859-2')[:6] in out or 'Śledź'.encode('iso-8859-2') in out,
           'ISO-8859-2: Polish letters are its bytes', out[:300])
        ok('ł'.encode() not in out and status == 0, 'and no UTF-8 comes', status)


def test_hostile(template):
    """Escape sequences in any field are shown, never sent."""
    with Place(template) as place:
        path = os.path.join(place.folder.name, 'bad.jsonl')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('{"address":"aaa@evil.example","name":"\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m'
                       '\\u202eRTL","tags":["\\u001b[31m"],"fields":{"company":"a\\tb\\u001b[1m"}}\n')
        added = place.run('import', path)
        ok(added.returncode == 0, 'a hostile contact is imported', added.stderr)
        env = place.env(TERM='xterm')
        pid, fd = raw_screen(place, env, 200, 50)
        out = read_all(fd, 1.0)
        os.write(fd, b'/evil\r')
        out += read_all(fd, 0.5)
        os.write(fd, b'\r')
        out += read_all(fd)
        os.write(fd, b'e')
        out += read_all(fd)
        os.write(fd, b'\x07q')
        out += read_all(fd)
        raw_end(pid, fd)
        ok(b'owned' in out and b'\x1b]0;' not in out and b'\xc2\x9b' not in out
           and '\u202e'.encode() not in out, 'nothing of it reaches the terminal', repr(out[-600:]))


def monkey_keys(rng):
    keys = list('jkgGefmnMtDxoO123456 V*uHr?:/scCyidqabAZ@.ł日') + [
        'Enter', 'Escape', 'Tab', 'BTab', 'Up', 'Down', 'Left', 'Right', 'Home', 'End', 'PPage', 'NPage',
        'BSpace', 'DC', 'F1', 'F2', 'C-g', 'C-n', 'C-u', 'C-w', 'C-l', 'C-a', 'C-k']
    return rng.choice(keys)


def test_monkey(template):
    """Random keys, resizes and a colleague: no crash, and the store stays whole."""
    seed = int(os.environ.get('MONKEY_SEED', random.randrange(1 << 30)))
    rng = random.Random(seed)
    note(f'MONKEY_SEED={seed}')
    with Place(template) as place:
        terminal = place.terminal(stderr='')
        try:
            terminal.wait('of 500')
            for i in range(MONKEY_KEYS):
                if i % 20 == 7:
                    terminal.resize(rng.randrange(20, 200), rng.randrange(5, 60))
                if i % 60 == 30:
                    place.run('edit', f'id:{rng.randrange(1, 500)}', '--name', f'Colleague {i}')
                if terminal.screen().startswith(' :') or ':shell' in terminal.screen():
                    terminal.keys('Escape')
                key = monkey_keys(rng)
                terminal.keys(key)
                code = terminal.ended(0)
                if code is not None:  # q in the list leaves
                    if code != 0:
                        break
                    terminal.close()
                    terminal = place.terminal()
                    terminal.wait(lambda seen: 'zwrotka' in seen or 'Edit' in seen)
            code = terminal.ended(0)
            ok(code in (None, 0), f'{MONKEY_KEYS} random keys (MONKEY_SEED={seed})', f'{code}\n{terminal.screen()}')
        finally:
            terminal.close()
        verify = place.run('verify', '--replay')
        ok(verify.returncode == 0, 'and the store is whole', verify.stdout + verify.stderr)


def picture(template):
    """For README: the list as it stands on 80x24, filtered."""
    with Place(template) as place, place.terminal() as terminal:
        terminal.wait('of 500')
        terminal.keys('2')
        print(terminal.wait('[x] invalid'))


def main():
    if sys.argv[1:] == ['--picture']:
        picture(make_template())
        return
    if not shutil.which('tmux'):
        print('1..0 # SKIP tmux is not installed')
        return
    template = make_template()
    with Place(template) as place:
        place.run('scan')
        ALL_INVALID[0] = place.run('list', 'state:invalid', '--count').stdout.strip()
    only = sys.argv[1:]
    for name in sorted(os.listdir(SCREENS)):
        if name.endswith('.steps') and (not only or name in only):
            story(template, os.path.join(SCREENS, name))
    for test in (test_terminals, test_no_color, test_hangup, test_stop, test_scan_outlives, test_cancel, test_bytes,
                 test_locales, test_latin2, test_hostile, test_monkey):
        if not only or test.__name__ in only:
            test(template)
    template.close()
    done()


if __name__ == '__main__':
    main()
