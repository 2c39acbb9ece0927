#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The screen over a slow line: 2 KB a second, 300 ms each way (tests/lib/line.py), in a real terminal at
its other end. SLOW=1 (make soak) tries more kinds of terminals and keys held for longer."""
import os
import re
import sys
import time

from screen_test import DEADLINE, Monkey, Place, all_at_once, make_template, note, ok, raw_end, raw_screen, read_all, wait_cursor
from tap import done, source_dir
from tmux import POLL, Terminal

RATE, DELAY = 2000, 0.3
LONG = bool(os.environ.get('SLOW'))
TERMS = ('xterm-256color', 'screen', 'tmux', 'linux', 'vt100')


class SlowLine(Terminal):
    def __init__(self, place, term='xterm-256color', columns=80, rows=24):
        self.log = os.path.join(place.folder.name, 'sent')
        words = [sys.executable, os.path.join(source_dir(), 'tests', 'lib', 'line.py'), str(RATE), str(DELAY),
                 self.log, *place.words()]
        super().__init__(words, place.env(), columns, rows, term, place.folder.name)

    def sent(self):
        try:
            with open(self.log, encoding='ascii') as file:
                return int(file.read())
        except FileNotFoundError:
            return 0

    def quiet(self, seconds=1.0):
        """Waits until the program has sent nothing for so long; what it has sent in all."""
        last, since = self.sent(), time.monotonic()
        until = since + 4 * DEADLINE
        while time.monotonic() - since < seconds and time.monotonic() < until:
            time.sleep(POLL)
            now = self.sent()
            if now != last:
                last, since = now, time.monotonic()
        return last

    def hold(self, key, times):
        """As a keyboard repeats it."""
        begun = time.monotonic()
        for i in range(times):
            self.keys(key)
            time.sleep(max(0.0, begun + (i + 1) / 30 - time.monotonic()))


def rows_of(place, query=''):
    return [line.split('\t')[0] for line in place.run('list', *query.split()).stdout.splitlines()]


def test_held(template, term, times):
    """A key held down: the screen does not lag behind."""
    with Place(template) as place, SlowLine(place, term) as terminal:
        address = rows_of(place)[times][:20]
        terminal.wait('of 500', 2 * DEADLINE)
        before = terminal.quiet()
        terminal.hold('Down', times)
        let_go = time.monotonic()
        there = wait_cursor(terminal, address)
        took = time.monotonic() - let_go
        sent = terminal.quiet() - before
        note(f'{term}: Down held for {times} rows: {sent} bytes, there {took:.1f} s after it was let go')
        ok(there, f'{term}: a key held down gets there', terminal.screen())
        ok(sent < 6000 + 40 * times, f'{term}: and most of the way is not drawn', sent)
        terminal.keys('q')


def test_typed(template):
    """A search, the form and the command line over the slow line; keys torn apart on the way."""
    with Place(template) as place, SlowLine(place) as terminal:
        wanted = rows_of(place, 'kowal')
        terminal.wait('of 500', 2 * DEADLINE)
        before = terminal.quiet()
        terminal.keys('/')
        for key in 'kowal':
            terminal.keys(key)
            time.sleep(0.12)
        ended = time.monotonic()
        seen = terminal.wait(lambda seen: re.search(fr'of {len(wanted)}\b', seen) and '/ kowal' in seen)
        took = time.monotonic() - ended
        sent = terminal.quiet(0.7) - before
        note(f'a search of five letters: {sent} bytes, there {took:.1f} s after the last')
        ok(seen and wanted[0][:20] in seen, 'a search typed over the slow line', terminal.screen())
        ok(sent < 5000, 'each letter sends what it changed', sent)
        torn(terminal, '[D', 0.25)
        terminal.type('w')
        ok(terminal.wait('/ kowawl'), 'an arrow torn apart is one, and the line is still typed into', terminal.screen())
        terminal.keys('C-g', ':')
        terminal.type('list x')
        torn(terminal, '[D', 0.25)
        terminal.keys('y')
        ok(terminal.wait(':list yx'), 'the same at `:`', terminal.screen())
        torn(terminal, '[D', 1.0)  # by now the Esc counts
        terminal.wait(lambda seen: ':list' not in seen)
        terminal.keys(':', 'Up')
        ok(terminal.wait(':list yx'), 'and what an Esc has closed is brought back by Up', terminal.screen())
        terminal.keys('C-g', 'Tab', 'e')  # the late arrow went to the panel
        terminal.wait('Edit')
        terminal.keys('Tab', 'z')
        torn(terminal, '[D', 1.0)
        ok(terminal.wait(lambda seen: 'z' in seen and 'Esc' in seen), 'the form asks', terminal.screen())


def torn(terminal, rest, pause):
    """An Esc, and what belongs to it later."""
    terminal.keys('Escape')
    time.sleep(pause)
    terminal.type(rest)


PASTES = ((b'\x1b', b'[200~qqy', b'x\x1b[201~'), (b'\x1b[20', b'0~qqqy', b'qqq\x1b[20', b'1~'),
          (b'\x1b[200~qqq', b'', b'qqqqqq\x1b[201~'))


def test_paste(template, pieces):
    """Pasted text never runs as keys, however it is torn."""
    with Place(template) as place:
        pid, fd = raw_screen(place, place.env(TERM='xterm'))
        read_all(fd, 0.5, until=b'active')
        for piece in pieces:
            os.write(fd, piece)
            time.sleep(0.3 if piece else 2.2)
        seen = read_all(fd)
        os.write(fd, b'G')
        after = read_all(fd)
        code = raw_end(pid, fd)
        ok(b'pasted text' in seen and after and code == 0, f'a paste in pieces {pieces}', repr(seen[-300:]))


def test_paste_hangup(template):
    """A line that is lost within a paste."""
    with Place(template) as place:
        monkey = Monkey(place)
        monkey.drain(0.5)
        monkey.press(b'/\x1b[200~half a pas', 0.3)
        code = monkey.end()
        ok(code in (129, 130), 'a line lost within a paste ends it', code)


def test_scrolling(template, term):
    """A row costs little where the terminal can scroll."""
    with Place(template) as place:
        pid, fd = raw_screen(place, place.env(TERM=term))
        read_all(fd, 0.5, until=b'active')
        os.write(fd, b'F' + b'j' * 20)
        read_all(fd, 0.3)
        down, up = [], []
        for costs, key in ((down, b'j'), (up, b'k')):
            for _ in range(4):
                os.write(fd, key)
                costs.append(len(read_all(fd, 0.1)))
            os.write(fd, b'k' * 13)
            read_all(fd, 0.3)
        raw_end(pid, fd)
        note(f'{term}: bytes a row: down {down}, up {up}')
        ok(0 < max(down + up) < 240 and sum(down + up) < 200 * len(down + up),
           f'{term}: scrolling by a row sends less than 200 bytes', down + up)


def main():
    template = make_template()
    jobs = [(test_held, term, 40) for term in (TERMS if LONG else TERMS[:1])]
    jobs += [(test_held, TERMS[0], 300)] if LONG else []
    jobs += [(test_typed,)] + [(test_paste, pieces) for pieces in PASTES]
    jobs += [(test_paste_hangup,)] + [(test_scrolling, term) for term in TERMS]
    all_at_once(template, jobs)
    template.close()
    done()


if __name__ == '__main__':
    main()
