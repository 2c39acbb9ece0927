#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The operators' screen in real terminals. The stories stand in tests/screens/*.steps, keys and what
must then be seen side by side:

    size 100 30         the terminal (80 24 if it is not said)
    term vt100          and its kind
    with NAME=VALUE     in the environment
    empty               begins without a store
    keys 2 Enter C-g    tmux's names of keys
    type some text      literally; BOX is the path of the mailbox
    paste some text     as a terminal pastes
    resize 60 16
    run list --count    a command of zwrotka on the same store, as a colleague would
    see some text       is on the screen within five seconds
    gone some text      is not, within five seconds
    cursor some text    the cursor stands on a row that holds it
    given NAME text     a line in a file of the home directory, there from the start; \\t is a tab
    file NAME text      that file holds that text within five seconds
    bounces a@b c@d     come to the mailbox: no such user
    ends 0              the program ends with that code
    at 80x24 160x50.pl  in each of these sizes and languages, a test each
    screen list         the whole screen is as in seen/STORY.list.SIZE; UPDATE_SCREENS=1 writes it anew

They run several at once (SCREENS_AT_ONCE, 4).
"""
import base64
import concurrent.futures
import fcntl
import json
import os
import pty
import pwd
import random
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
import bounces  # noqa: E402
import tap  # noqa: E402
from tap import build_dir, done, source_dir  # noqa: E402
from tmux import DEADLINE, POLL, Terminal  # noqa: E402

PROGRAM = os.path.join(build_dir(), 'zwrotka')
SCREENS = os.path.join(source_dir(), 'tests', 'screens')
NOW = '1795521600'  # 2026-11-24 12:00 UTC, a day after the newest demo bounce
MONKEY_KEYS = int(os.environ.get('MONKEY_KEYS', '3000'))
AT_ONCE = int(os.environ.get('SCREENS_AT_ONCE', '4'))
SAID = threading.local()  # what a test that runs beside others has to say
TSAN = {key: value for key, value in os.environ.items() if key.endswith('SAN_OPTIONS')}


def ok(condition, name, detail=''):
    if getattr(SAID, 'lines', None) is None:
        return tap.ok(condition, name, detail)
    SAID.lines.append((tap.ok, (condition, name, detail)))
    return bool(condition)


def note(text):
    if getattr(SAID, 'lines', None) is None:
        tap.note(text)
    else:
        SAID.lines.append((tap.note, (text,)))


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
        if not template:  # a mailbox with nothing in it
            os.makedirs(os.path.join(self.box, 'new'), exist_ok=True)
            os.makedirs(os.path.join(self.box, 'cur'), exist_ok=True)
        if template:
            shutil.copytree(template.store, self.store)
            shutil.copytree(template.box, self.box)

    def env(self, **more):
        return {'HOME': self.folder.name, 'XDG_STATE_HOME': self.folder.name, 'LC_ALL': 'C.UTF-8',
                'TZ': 'UTC', 'ZWROTKA_NOW': NOW, 'ZWROTKA_DNS': '127.0.0.1:9', 'PATH': os.environ['PATH'], 'USER': 'anna', **TSAN, **more}

    def words(self):
        return [PROGRAM, '--store', self.store, '--config', self.config]

    def given(self, lines):
        for line in lines:
            name, text = line.split(' ', 1)
            path = os.path.join(self.folder.name, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'a', encoding='utf-8') as file:
                file.write(text.replace('\\t', '\t') + '\n')
        return self

    def run(self, *words, **keywords):
        return subprocess.run([*self.words(), *words], env=self.env(), capture_output=True, text=True,
                              check=False, **keywords)

    def terminal(self, columns=80, rows=24, term='tmux-256color', **more):
        return Terminal(self.words(), self.env(**more), columns, rows, term, self.folder.name)

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
    shutil.copytree(os.path.join(demo, 'bounces'), place.box, dirs_exist_ok=True)
    for folder in ('cur', 'new', 'tmp'):
        os.makedirs(os.path.join(place.box, folder), exist_ok=True)
    new = sorted(os.path.join(root, name) for root, _, names in os.walk(place.box) for name in names)
    kept = place.folder.name + '/later'
    os.mkdir(kept)
    for path in new[-10:]:
        shutil.move(path, kept)
    first = place.run('import', 'contacts.csv', cwd=demo)
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


def wait_file(path, text):
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        try:
            with open(path, encoding='utf-8') as file:
                seen = file.read()
            if text in seen:
                return True
        except FileNotFoundError:
            pass
        time.sleep(POLL)
    return False


def wait_screen(terminal, story_name, rest):
    """The whole screen, as it was when somebody looked at it and found it good."""
    path = os.path.join(SCREENS, 'seen', f'{story_name}.{rest}')
    login = pwd.getpwuid(os.getuid()).pw_name

    def plain(seen):
        return '\n'.join(line.rstrip() for line in seen.replace(login, 'root').split('\n')).rstrip() + '\n'
    if os.environ.get('UPDATE_SCREENS'):
        before = None
        while before != (before := terminal.screen()):
            time.sleep(0.4)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(plain(before))
        return True
    with open(path, encoding='utf-8') as file:
        wanted = file.read()
    if terminal.wait(lambda seen: plain(seen) == wanted):
        return True
    note('wanted:\n' + wanted)
    return False


def do_step(place, terminal, verb, rest, variant=''):
    """One line of a story; False if what should be seen is not."""
    if verb == 'keys':
        terminal.keys(*rest.split())
    elif verb == 'type':
        terminal.type(rest.replace('BOX', place.box))
    elif verb == 'paste':
        terminal.paste(rest)
    elif verb == 'resize':
        terminal.resize(*map(int, rest.split()))
    elif verb == 'run':
        return place.run(*rest.replace('\\e', '\x1b').split()).returncode == 0
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
    elif verb == 'screen':
        return wait_screen(terminal, *f'{rest}{variant}'.split(' ', 1))
    elif verb == 'bounces':
        for address in rest.split():
            with open(os.path.join(place.box, 'new', f'{address}.eml'), 'wb') as file:
                file.write(bounces.hard(address))
    elif verb == 'file':
        name, text = rest.split(' ', 1)
        return wait_file(os.path.join(place.folder.name, name), text.replace('\\t', '\t'))
    else:
        raise ValueError(f'no such step: {verb}')
    return True


def read_story(path):
    head = {'size': (80, 24), 'term': 'tmux-256color', 'with': {}, 'empty': False, 'at': [''], 'given': []}
    steps = []
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            verb, _, rest = line.rstrip('\n').partition(' ')
            if verb == 'size':
                head['size'] = tuple(map(int, rest.split()))
            elif verb in ('term', 'at'):
                head[verb] = rest.split() if verb == 'at' else rest
            elif verb == 'with':
                key, _, value = rest.partition('=')
                head['with'][key] = value
            elif verb == 'empty':
                head['empty'] = True
            elif verb == 'given':
                head['given'].append(rest)
            elif verb and not verb.startswith('#'):
                steps.append((number, verb, rest))
    return head, steps


def story(template, path, variant):
    """One of the story's sizes and languages: "80x24", "160x50.pl", or "" for the story's own."""
    name = os.path.basename(path)[:-len('.steps')]
    head, steps = read_story(path)
    size, more = head['size'], dict(head['with'])
    if variant:
        text, _, language = variant.partition('.')
        size = tuple(map(int, text.split('x')))
        if language:
            more['LANGUAGE'] = language
    with Place(None if head['empty'] else template, head['empty']) as place, \
            place.given(head['given']).terminal(*size, head['term'], **more) as terminal:
        keys, begun = 0, 0.0
        for number, verb, rest in steps:
            if verb in ('keys', 'type'):
                begun = begun or (terminal.wait(lambda seen: seen.strip()) and time.monotonic())
                keys += len(rest.split()) if verb == 'keys' else len(rest)
            if verb == 'screen':
                rest, ending = f'{name} {rest}', f'.{variant}' if variant else ''
            else:
                ending = ''
            if not do_step(place, terminal, verb, rest, ending):
                ok(False, f'{name}.steps:{number} {variant}: {verb} {rest}', terminal.screen())
                return
        if name.startswith('key-'):
            note(f'{name}: {keys} keys, {time.monotonic() - begun:.1f} s')
    ok(True, f'{name}.steps {variant}: {len(steps)} steps')


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


def colours(raw):
    """All numbers of SGR sequences that set a colour: 31, (38, 5, 196), 42…"""
    found = set()
    for numbers in re.findall(r'\x1b\[([0-9;]*)m', raw):
        numbers = [int(number or 0) for number in numbers.split(';')]
        while numbers:
            if numbers[0] in (38, 48):
                found.add(tuple(numbers[:3]))
                del numbers[:2]
            elif 30 <= numbers[0] <= 49 and numbers[0] not in (39, 49) or 90 <= numbers[0] <= 107:
                found.add(numbers[0])
            del numbers[0]
    return found


def test_colours(template):
    """256 colours, 8, none: words are coloured, grounds never, and what is seen says the same without."""
    screens = {}
    for name, term, more, wanted in (('256', 'xterm-256color', {}, {(38, 5, 196), (38, 5, 164), (38, 5, 28)}),
                                     ('8', 'xterm', {}, {31, 35}), ('NO_COLOR', 'xterm-256color', {'NO_COLOR': '1'}, set()),
                                     ('vt100', 'vt100', {}, set())):
        with Place(template) as place, place.terminal(term=term, **more) as terminal:
            place.given(['more.csv email,state', 'more.csv aaa@loud.example,complained'])
            place.run('import', '--with-state', os.path.join(place.folder.name, 'more.csv'))
            terminal.keys('/')
            terminal.type('state:invalid,complained')
            terminal.keys('Enter')
            terminal.wait(lambda seen: 'of 37' in seen and '[x] complained   1' in seen and '24 Nov brought' in seen)
            raw, listed = terminal.coloured(), terminal.screen()
            terminal.keys('m')
            terminal.wait('→')
            raw += terminal.coloured()
            screens[name] = listed, terminal.screen()
        ok(colours(raw) == wanted, f'{name} colours: those and no others', colours(raw))
    plain = [[re.sub(r'[─│┌┐└┘lqkxmj]', '', screen) for screen in pair] for pair in screens.values()]
    ok(all(pair == plain[0] for pair in plain), 'colours say nothing that words do not', '\n'.join(map(str, screens.values())))


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
            back = terminal.wait(lambda seen: 'typed at length' in seen and 'The line was lost' in seen)
            ok(back, 'what was typed is back next time', terminal.screen())
            os.kill(terminal.pid(), signal.SIGHUP)
            terminal.ended()
        with Place(template) as other:
            env = {**other.env(), 'XDG_STATE_HOME': place.folder.name}
            with Terminal(other.words(), env) as terminal:
                ok(terminal.wait('of 500') and 'typed' not in terminal.screen(), 'but not over another store',
                   terminal.screen())
                terminal.keys('e')
                terminal.wait('Edit')
                terminal.keys('C-g')
                terminal.wait('of 500')
        with place.terminal() as terminal:
            ok(terminal.wait('typed at length'), 'which does not drop it', terminal.screen())
            terminal.keys('C-g')
            ok(terminal.wait('of 500'), 'Ctrl-G drops it')
            terminal.keys('q')
            terminal.ended()
        with place.terminal() as terminal:
            ok(terminal.wait('of 500') and 'typed' not in terminal.screen(), 'and for good')


def test_hangup_lines(template):
    """The same of a command, and of the first mailbox but for its password."""
    with Place(template) as place:
        with place.terminal() as terminal:
            terminal.wait('of 500')
            terminal.keys(':')
            terminal.type('list tag:vip --count')
            terminal.wait(':list tag:vip --count')
            os.kill(terminal.pid(), signal.SIGHUP)
            terminal.ended()
        with place.terminal() as terminal:
            ok(terminal.wait(':list tag:vip --count'), 'a command is back', terminal.screen())
            terminal.keys('Enter')
            ok(terminal.wait('93'), 'and goes', terminal.screen())
            terminal.keys('q', 'q')
            terminal.ended()
        with place.terminal() as terminal:
            ok(terminal.wait('of 500') and ':list' not in terminal.screen(), 'once')
    with Place(empty=True) as place:
        with place.terminal() as terminal:
            terminal.wait('Nothing is here yet')
            terminal.keys('a')
            terminal.type('me@own.example')
            terminal.keys('Tab', 'Tab', 'Tab')
            terminal.type('geheim')
            terminal.keys('Tab')
            terminal.type('pass show it')
            terminal.wait('pass show it')
            os.kill(terminal.pid(), signal.SIGHUP)
            terminal.ended()
        kept = ''.join(open(os.path.join(place.folder.name, 'zwrotka', name), encoding='utf-8').read()
                       for name in os.listdir(os.path.join(place.folder.name, 'zwrotka')))
        ok('geheim' not in kept and 'me@own.example' in kept, 'the password is not kept', kept)
        with place.terminal() as terminal:
            ok(terminal.wait('pass show it') and 'me@own.example' in terminal.screen(), 'the first mailbox is back',
               terminal.screen())
            terminal.keys('Escape')
            ok(terminal.wait('Something was typed'), 'which asks before it is dropped', terminal.screen())
            terminal.keys('Escape')
            terminal.keys('C-g')
            ok(terminal.wait('Nothing is here yet'), 'and does not by Ctrl-G', terminal.screen())


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
            terminal.wait('Recipients they name')  # it is there as soon as the scan has been started
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


ARE_YOU_WELL, WELL = b'\x1b[5n', b'\x1b[0n'  # pace.h


def read_all(fd, quiet=0.3, longest=DEADLINE, until=b''):
    """Waits for something to come, that being among it, then takes all until nothing comes for a while; answers as
    a terminal does."""
    out = b''
    while select.select([fd], [], [], quiet if out and until in out else longest)[0]:
        try:
            piece = os.read(fd, 65536)
        except OSError:
            break
        if not piece:
            break
        out += piece
        os.write(fd, WELL * piece.count(ARE_YOU_WELL))
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
        read_all(fd, 1.0, until=b'active')
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
        for term in ('xterm-256color', 'screen', 'linux', 'vt100'):
            pid, fd = raw_screen(place, place.env(TERM=term))
            read_all(fd, 1.0, until=b'active')
            os.write(fd, b'F' + b'j' * 14)
            read_all(fd)
            os.write(fd, b'j')
            row = read_all(fd)
            raw_end(pid, fd)
            ok(0 < len(row) < 200, f'{term}: scrolling by a row sends less than 200 bytes', len(row))
        ok(len(five) < 2 * 400, 'keys typed ahead skip needless drawing', len(five))


def test_copy(template):
    """c the address, C the row, cleaned, on every page with a contact, also before it is drawn."""
    with Place(template) as place:
        bad = place.store + '.jsonl'
        with open(bad, 'w', encoding='utf-8') as file:
            file.write('{"address":"zzz@evil.example","name":"\\u001b[2J\\tEvil\\u0007"}\n')
        place.run('import', bad)
        pid, fd = raw_screen(place, place.env(TERM='xterm-256color'))
        read_all(fd, 1.0, until=b'active')

        def copied(keys):
            os.write(fd, keys)
            out = read_all(fd)
            found = re.findall(rb'\x1b\]52;c;([A-Za-z0-9+/=]*)\x07', out)
            return base64.b64decode(found[-1]).decode() if found else None
        ok(copied(b'/zw1\rc') == 'b.gzygzok.zw11@gmial.com', 'copy: typed ahead of a search')
        row = 'b.gzygzok.zw11@gmial.com\tBartłomiej Gżygżok\tinvalid\t3 Nov\tuser unknown'
        ok(copied(b'C') == row, 'copy: the row')
        ok(copied(b'\rc') == 'b.gzygzok.zw11@gmial.com', 'copy: a contact, before it is drawn')
        ok(copied(b'C') == row, 'copy: its row')
        ok(copied(b'qmc') == 'b.gzygzok.zw11@gmial.com', 'copy: while mending')
        ok(copied(b'C') == row, 'copy: its row')
        ok(copied(b'q/\x15zzz\rC') == 'zzz@evil.example\t^[[2J^IEvil^G\tactive\t\t', 'copy: cleaned')
        os.write(fd, b'q')
        raw_end(pid, fd)


def test_locales(template):
    """No locale, or one that is not installed here, is UTF-8."""
    for more in ({}, {'LANG': 'xx_YY.UTF-8'}):
        with Place(template) as place:
            env = {key: value for key, value in place.env(TERM='xterm', **more).items() if key != 'LC_ALL'}
            pid, fd = raw_screen(place, env, 160, 50)
            out = read_all(fd, 1.0, until='Śledź'.encode())
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
        out = read_all(fd, 1.0, until=b'active')
        status = raw_end(pid, fd)
        ok('Pszczółka'.encode('iso-8859-2')[:6] in out or 'Śledź'.encode('iso-8859-2') in out,
           'ISO-8859-2: Polish letters are its bytes', out[:300])
        ok('ł'.encode() not in out and status == 0, 'and no UTF-8 comes', status)


class Names:
    """A DNS server of four domains, and nothing for others."""
    MX, A = 15, 1

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.place = f'127.0.0.1:{self.socket.getsockname()[1]}'
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def answer(self, name, kind):
        """(code, data of the one record or None)"""
        if name == 'takes.example' and kind == self.MX:
            return 0, struct.pack('>H', 10) + b'\x02mx\x05takes\x07example\x00'
        if name == 'null.example' and kind == self.MX:
            return 0, struct.pack('>H', 0) + b'\x00'
        if name == 'plain.example':
            return 0, bytes([192, 0, 2, 1]) if kind == self.A else None
        return (0, None) if name == 'empty.example' else (3, None)

    def serve(self):
        while True:
            message, peer = self.socket.recvfrom(4096)
            if message == b'end':
                return
            at, labels = 12, []
            while message[at]:
                labels.append(message[at + 1:at + 1 + message[at]].decode())
                at += 1 + message[at]
            kind = struct.unpack('>H', message[at + 1:at + 3])[0]
            code, data = self.answer('.'.join(labels).lower(), kind)
            record = b'' if data is None else b'\xc0\x0c' + struct.pack('>HHIH', kind, 1, 60, len(data)) + data
            self.socket.sendto(message[:2] + struct.pack('>HHHHH', 0x8180 | code, 1, 1 if record else 0, 0, 0)
                               + message[12:at + 5] + record, peer)

    def end(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b'end', ('127.0.0.1', self.socket.getsockname()[1]))
        self.thread.join()
        self.socket.close()


def test_dns(template):
    """What the DNS says of a domain, asked on a key."""
    wanted = {'takes': 'takes.example: takes mail (mx.takes.example)', 'null': 'takes no mail (null MX)',
              'plain': 'no MX, but an address', 'empty': 'has no mail server', 'nothing': 'no such domain'}
    names = Names()
    try:
        with Place(template) as place:
            for name in wanted:
                place.run('add', f'someone@{name}.example')
            with place.terminal(ZWROTKA_DNS=names.place) as terminal:
                terminal.wait('of 505')
                for name, words in wanted.items():
                    terminal.keys('/', 'C-u')
                    terminal.type(f'domain:{name}.example')
                    terminal.keys('Enter')
                    terminal.wait('1–1 of 1')
                    terminal.keys('@')
                    ok(terminal.wait(words), f'DNS: {words}', terminal.screen())
    finally:
        names.end()


def test_named_config(template):
    """A configuration that is named and not there: the first run writes it; with a store it is a mistake."""
    for keys, seen in ((('n', 'first@example.com', 'Enter'), 'Added first@'), (('i', 'CSV', 'Enter'), 'done'),
                       (('a', 'BOX', 'F2', 'Enter'), 'nothing was changed')):
        with Place(empty=True) as place:
            os.unlink(place.config)
            place.config = os.path.join(place.folder.name, 'new', 'config')
            with open(place.store + '.csv', 'w', encoding='utf-8') as file:
                file.write('address\na@b.example\n')
            with place.terminal() as terminal:
                ok(terminal.wait('Nothing is here yet'), f'named: {keys[0]}: the first page', terminal.screen())
                terminal.keys(keys[0])
                terminal.type(keys[1].replace('CSV', place.store + '.csv').replace('BOX', place.box))
                for key in keys[2:]:
                    terminal.wait('The mailbox works') if keys[0] == 'a' and key == 'Enter' else None
                    terminal.keys(key)
                ok(terminal.wait(seen), f'named: {keys[0]}: it goes on', terminal.screen())
                ok(wait_file(place.config, 'source = ' if keys[0] == 'a' else ''), f'named: {keys[0]}: it is written')
            with place.terminal() as terminal:
                ok(terminal.wait(' contact'), f'named: {keys[0]}: and found again', terminal.screen())
            ok(os.stat(place.config).st_mode & 0o777 == 0o600, f'named: {keys[0]}: for nobody else')
            ok(place.run('list').returncode in (0, 1), f'named: {keys[0]}: commands find it, too')
    with Place(template) as place:
        os.unlink(place.config)
        with place.terminal() as terminal:
            ok(terminal.ended() == 66 and not os.path.exists(place.config), 'named: with a store it is an error',
               terminal.screen())
    with Place(empty=True) as place:
        os.unlink(place.config)
        ok(place.run().returncode == 66 and place.run('list').returncode == 66, 'named: without a terminal, too')


def test_mend_long(template):
    """Mending of a list too long to be looked at beforehand begins at the cursor, in the list's order."""
    with Place(template) as place:
        path = os.path.join(place.folder.name, 'long')
        with open(path + '.csv', 'w', encoding='utf-8') as file:
            file.write('address\n' + ''.join(f'z{i:05}@long.example\n' for i in range(50000)))
        with open(path + '.dead', 'w', encoding='utf-8') as file:
            file.write(''.join(f'z{i:05}@long.example\n' for i in range(0, 50000, 5)))
        for words in ((path + '.csv',), ('--suppressed', path + '.dead')):
            ok(place.run('import', *words).returncode == 0, f'import {words}')
        with place.terminal() as terminal:
            terminal.wait('of 50,500')
            for order in ('', 'O'):
                terminal.keys(*order)
                terminal.keys('%')
                terminal.type('50')
                terminal.keys('Enter')
                terminal.wait('z2')
                row = terminal.screen().split('\n')[terminal.cursor()[1]]
                number = int(re.search(r'z(\d{5})@', row).group(1))
                first = number // 5 * 5 if order else -(-number // 5) * 5
                terminal.keys('m')
                ok(terminal.wait(f'z{first:05}@long.example'), f'mending begins at the cursor {order}', terminal.screen())
                terminal.keys('n')
                second = first - 5 if order else first + 5
                ok(terminal.wait(f'z{second:05}@long.example'), 'and goes on in order', terminal.screen())
                terminal.keys('q')
                terminal.wait('/ ')


def columns(text):
    """On a terminal."""
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) in ('Mn', 'Me') else
               2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in text)


def test_cut(template):
    """Wide, combining and right-to-left characters, cut at every column: what stands behind them stays in
    its place."""
    names = ['日本語の長い名前を持つ人がここにいます', 'e\u0301' * 40, 'שלום עולם ארוך מאוד מאוד', 'العربية اسم طويل جدا',
             '한국어이름이아주길어서잘립니다', 'a日' * 20, 'x\u0323\u0301日' * 12, '😀😀😀😀😀😀😀😀😀😀😀😀', 'क\u0941म\u0941' * 12]
    with Place(template) as place:
        path = os.path.join(place.folder.name, 'names.jsonl')
        with open(path, 'w', encoding='utf-8') as file:
            for i, name in enumerate(names):
                file.write(json.dumps({'address': f'n{i}@cut.example', 'name': name, 'fields': {'company': name}}) + '\n')
        place.run('import', path)
        with place.terminal(120, 24) as terminal:
            terminal.keys('/')
            terminal.type('cut.example')
            terminal.keys('Enter')

            def in_place(seen):
                rows = [line for line in seen.split('\n') if '@cut.example ' in line]
                head = next((line for line in seen.split('\n') if 'Address' in line), '')
                at = columns(head.partition('State')[0])
                return len(rows) == len(names) and 'State' in head and \
                    all(columns(line.rpartition(' active')[0]) + 1 == at for line in rows)
            wrong = []
            for width in range(120, 146):
                terminal.resize(width, 24)
                if not terminal.wait(lambda seen, width=width: in_place(seen) and
                                     columns(seen.split('\n')[0].rstrip()) == width - 1):
                    wrong.append((width, terminal.screen()))
                    break
            ok(not wrong, 'cut at every column, what stands behind stays in its place', str(wrong).replace('\\n', '\n'))


# What no terminal may get from a field: distinct numbers, so that curses' own sequences are not meant.
EVIL = [b'\x1b]0;owned\x07', b'\x1b[7777m', b'\x1b[77;77H', b'\x9b7777m', b'\xc2\x9b7777m', b'\x1b[2J\x1b[7777h', b'\x1bP7777q\x1b\\',
        b'\x1b_7777\x1b\\', b'\x1b[6n', b'\x1bc', b'\x07\x08\x0b\x0e\x0f\x7f', b'\x85\x90\x9d7777;\x9c', b'\xff\xfe', b'\xc0\x9b7777m',
        b'\xe2\x80\xae', b'\xe2\x80\xa8', b'\xed\xa0\x80', b'\xf0\x9f\x98\x80', b'\r', b'\n', b'\0', b'a\xcc\x81']
ALLOWED = re.compile(rb'\x1b(?:\[\??[0-9;]*[A-HJKLMPSTX@`abcdefghlmr]|\[5n|\[2[23];0;0t|[()][B0]|[78=>M])')


def unasked(out):
    """What no screen of ours sends, in what came."""
    rest = ALLOWED.sub(b'', out)
    bad = re.findall(rb'\x1b.{0,8}|\xc2[\x80-\x9f]|[\x00-\x06\x0b\x0c\x10-\x1a\x1c-\x1f\x7f]|\xe2\x80[\xa8\xa9\xaa-\xae]', rest, re.S)
    return bad + re.findall(rb'\x1b\[[?0-9;]*7777', out) + re.findall(rb'\x1b\[77;77', out)


def evil_files(place, rng):
    """Contacts, some dead, whose every field is as bad as a field can be."""
    def field():
        return b''.join(rng.choice(EVIL + [bytes([rng.randrange(256)]), b'word ']) for _ in range(rng.randrange(1, 12)))
    path = os.path.join(place.folder.name, 'bad')
    with open(path + '.csv', 'wb') as file:
        file.write(b'email,name,tags,external_id,company,"od' + field().replace(b'"', b'').replace(b'\n', b'').replace(b'\r', b'') + b'd"\n')
        for i in range(40):
            cells = [field().replace(b'"', b'""') for _ in range(5)]
            file.write(b'aaa%d@evil.example,' % i + b','.join(b'"' + cell + b'"' for cell in cells) + b'\n')
    with open(path + '.jsonl', 'w', encoding='utf-8') as file:
        for i in range(40):
            name, tag, company, odd = (field().decode('utf-8', 'replace') for _ in range(4))
            file.write(json.dumps({'address': f'aab{i}@evil.example', 'name': name, 'tags': [tag],
                                   'fields': {'company': company, odd.replace('\0', '') or 'x': name}}) + '\n')
    for i in range(6):
        with open(os.path.join(place.box, 'new', f'evil{i}'), 'wb') as file:
            file.write(bounces.hard(f'aab{i}@evil.example', i).replace(b'no such user here', b'no such user '
                       + field().replace(b'\n', b' ').replace(b'\r', b' ')).replace(b'dns; mx.example', b'dns; mx.' + field().replace(b'\n', b'').replace(b'\r', b'')))
    return [path + '.csv', path + '.jsonl']


def test_hostile(template):
    """Whatever the fields hold, it is shown and never sent."""
    seed = int(os.environ.get('HOSTILE_SEED', random.randrange(1 << 30)))
    rng = random.Random(seed)
    with Place(template) as place:
        for path in evil_files(place, rng):
            place.run('import', path)
        place.run('scan')
        count = int(place.run('list', 'domain:evil.example', '--count').stdout)
        dead = int(place.run('list', 'domain:evil.example state:invalid', '--count').stdout)
        ok(count >= 40 and dead, f'{count} hostile contacts are imported, {dead} of them bounced')
        pid, fd = raw_screen(place, place.env(TERM='xterm-256color'), 200, 50)
        out = read_all(fd, 0.5)
        walk = [b'/evil\r', b'o', b'o', b'o', b'o', b'o', b'\r', b'q', b'e', b'\x1b[B\x1b[B\x1b[F', b'\x07', b'G\r', b'o', b'qq', b'e', b'\x07', b'*', b'Mb',
                b'\x1b', b't', b'\x07', b'\x1b', b'H', b'\r', b'q', b'q', b'f', b'\x1b[B' * 12, b'\t', b'/\x15evil state:invalid\r', b'\r', b'o', b'qq',
                b'm', b'n', b'n', b'q', b'gC', b'  &', b'\x1b\x1b', b':list evil\r', b'q', b'r', b'q', b'T', b'q', b'/\x15domain:evil.example\r']
        walk += [key for _ in range(12) for key in (b'j\r', b'q')]
        for keys in walk:
            try:
                os.write(fd, keys)
            except OSError:
                break
            out += read_all(fd, 0.06, 0.4)
        status = raw_end(pid, fd)
        copied = re.sub(rb'\x1b\]52;c;[A-Za-z0-9+/=]*\x07', b'', out)  # C copies
        bad = unasked(copied)
        ok(b'owned' in out and not bad and status == 0, f'nothing of it reaches the terminal (HOSTILE_SEED={seed})', f'{status} {bad[:10]}')


MONKEY = [bytes([c]) for c in b'jkgGefmnMtDxoO123456 V*uHr?/scCyidqabAZ@.T%FvwhW7&'] + [
    'ł'.encode(), '日'.encode(), b'\r', b'\x1b', b'\t', b'\x1b[Z', b'\x1b[A', b'\x1b[B', b'\x1bOD', b'\x1bOC',
    b'\x1b[H', b'\x1b[F', b'\x1b[5~', b'\x1b[6~', b'\x7f', b'\x1b[3~', b'\x1bOP', b'\x1bOQ', b'\x07', b'\x0e',
    b'\x15', b'\x17', b'\x0c', b'\x01', b'\x0b', b'\x14', b'\x1b[200~pasted q\x1b[201~',
    b'\x1b[20', b'0~', b'\x1b[201~', b'\x1b[200~half a paste', b'&', b'E',
    b':li\t\t\x07', b':mark in\t\x1b[A\x1b[A\x07']


def colleague(place, rng, stop):
    """Changes things until it is told to stop."""
    while not stop.is_set():
        number = rng.randrange(1, 500)
        place.run(*rng.choice([('edit', str(number), '--name', f'Colleague {number}'),
                               ('mark', 'invalid', f'id:{number}', '--yes'),
                               ('tag', f'id:{number}', '--tag', '+seen'), ('undo',)]))
        stop.wait(0.05)


class Monkey:
    """A program in a raw terminal, whose output is looked at for nothing."""

    def __init__(self, place):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(place.folder.name)
            # A scan that outlives its screen is no leak.
            options = os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'
            os.execve(PROGRAM, place.words(), place.env(TERM='xterm-256color', ASAN_OPTIONS=options))
        self.resize(80, 24)

    def resize(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def drain(self, seconds):
        """What it says; None once it has gone."""
        out = b''
        while select.select([self.fd], [], [], seconds)[0]:
            try:
                piece = os.read(self.fd, 65536)
            except OSError:
                return None
            if not piece:
                return None
            out += piece
            try:
                os.write(self.fd, WELL * piece.count(ARE_YOU_WELL))
            except OSError:
                pass
        return out

    def press(self, key, seconds):
        """The exit code if it has ended; else it had so long to answer."""
        try:
            os.write(self.fd, key)
        except OSError:
            pass
        if self.drain(seconds) is None:
            os.close(self.fd)
            return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return None

    def end(self):
        """By a hang-up; its exit code, -9 if it had to be killed."""
        os.close(self.fd)
        until = time.monotonic() + 4 * DEADLINE
        while not (ended := os.waitpid(self.pid, os.WNOHANG))[0]:
            if time.monotonic() > until:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(POLL)
        return os.waitstatus_to_exitcode(ended[1])


def test_monkey(template):
    """Random keys, resizes and a colleague: no crash, and the store stays whole."""
    seed = int(os.environ.get('MONKEY_SEED', random.randrange(1 << 30)))
    rng = random.Random(seed)
    note(f'MONKEY_SEED={seed}')
    with Place(template) as place:
        stop = threading.Event()
        other = threading.Thread(target=colleague, args=(place, random.Random(seed), stop))
        other.start()
        monkey, last, code = Monkey(place), b'', None
        for i in range(MONKEY_KEYS):
            if i % 20 == 7:
                monkey.resize(rng.randrange(20, 300), rng.randrange(5, 100))
            key = rng.choice(MONKEY)
            last = (last + b' ' + key)[-200:]
            code = monkey.press(key, 0.05 if rng.random() < 0.05 else 0.001)
            if code not in (None, 0, 130):
                break
            if code is not None:  # q in the list leaves
                monkey, code = Monkey(place), None
        if code is None:
            code = monkey.end()
        stop.set()
        other.join()
        ok(code in (0, 129, 130), f'{MONKEY_KEYS} random keys (MONKEY_SEED={seed})', f'{code} {last}')
        verify = place.run('verify', '--replay')
        ok(verify.returncode == 0, 'and the store is whole', verify.stdout + verify.stderr)


def picture(template):
    """The list on 80x24, the invalid ones, as README shows it: of a store that has scanned all."""
    with Place(template) as place:
        place.run('scan')
        with place.terminal() as terminal:
            terminal.wait('of 500')
            terminal.keys('2')
            seen = terminal.wait(lambda seen: 'of 38' in seen and '[x] invalid' in seen and 'klient' in seen and ' …│' not in seen) or terminal.screen()
            return '\n'.join(('    ' + line).rstrip() for line in seen.rstrip('\n').split('\n'))


def test_readme(template):
    """README's picture is what is seen. `--picture` prints it."""
    with open(os.path.join(source_dir(), 'README'), encoding='utf-8') as file:
        readme = file.read()
    seen = picture(template)
    ok(seen in readme, "README's picture is what is seen", seen)


def main():
    if sys.argv[1:] == ['--picture']:
        print(picture(make_template()))
        return
    if not shutil.which('tmux'):
        print('1..0 # SKIP tmux is not installed')
        return
    template = make_template()
    with Place(template) as place:
        place.run('scan')
        ALL_INVALID[0] = place.run('list', 'state:invalid', '--count').stdout.strip()
    only = sys.argv[1:]
    beside, alone = [], []
    for name in sorted(os.listdir(SCREENS)):
        path = os.path.join(SCREENS, name)
        if name.endswith('.steps') and (not only or name in only):
            beside += [(story, path, variant) for variant in read_story(path)[0]['at']]
    for test in (test_readme, test_hangup, test_hangup_lines, test_stop, test_scan_outlives, test_cancel, test_dns, test_named_config, test_mend_long, test_cut, test_hostile, test_terminals, test_colours,
                 test_monkey):
        if not only or test.__name__ in only:
            beside.append((test,))
    for test in (test_bytes, test_copy, test_locales, test_latin2):  # they watch how long it is quiet
        if not only or test.__name__ in only:
            alone.append(test)
    all_at_once(template, beside)
    for test in alone:
        test(template)
    template.close()
    done()


def all_at_once(template, jobs):
    """Several side by side, for they mostly wait; what they say comes in their order."""
    def run(job):
        SAID.lines = []
        try:
            job[0](template, *job[1:])
        except Exception as problem:  # pylint: disable=broad-except
            SAID.lines.append((tap.ok, (False, f'{job[0].__name__} {job[1:]}', repr(problem))))
        return SAID.lines
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for lines in pool.map(run, jobs):
            for say, words in lines:
                say(*words)


if __name__ == '__main__':
    main()
