#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A slow line between a terminal and a program: line.py RATE DELAY LOG PROGRAM...

The program gets a terminal of its own, of the size of ours. What it sends goes through at RATE bytes a
second and comes DELAY seconds later; what is typed comes as late. The file LOG always holds how many bytes
the program has sent so far, counted as they leave it."""
import collections
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
import tty


class Line:
    def __init__(self, rate, delay, log, words):
        self.rate, self.delay, self.log = rate, delay, log
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(words[0], words)
        self.sent, self.free = 0, 0.0
        self.up, self.down = collections.deque(), collections.deque()
        self.resize()

    def resize(self, *_unused):
        rows, columns, *_rest = struct.unpack('HHHH', fcntl.ioctl(0, termios.TIOCGWINSZ, b'\0' * 8))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def count(self):
        with open(self.log + '.new', 'w', encoding='ascii') as file:
            file.write(f'{self.sent}\n')
        os.rename(self.log + '.new', self.log)

    def pass_on(self, now):
        """What has come to its end."""
        while self.up and self.up[0][0] <= now:
            os.write(self.fd, self.up.popleft()[1])
        while self.down and self.down[0][0] <= now:
            os.write(1, self.down.popleft()[1])

    def take(self, now):
        """False once the program has gone."""
        sources = [0] + ([self.fd] if now >= self.free else [])
        ready = select.select(sources, [], [], 0.003)[0]
        if 0 in ready:
            self.up.append((now + self.delay, os.read(0, 4096)))
        if self.fd not in ready:
            return True
        try:
            piece = os.read(self.fd, max(16, self.rate // 50))
        except OSError:
            return False
        self.sent += len(piece)
        self.count()
        self.free = max(now, self.free) + len(piece) / self.rate
        self.down.append((self.free + self.delay, piece))
        return bool(piece)

    def run(self):
        before = termios.tcgetattr(0)
        tty.setraw(0)
        signal.signal(signal.SIGWINCH, self.resize)
        try:
            while self.take(time.monotonic()):
                self.pass_on(time.monotonic())
        finally:
            termios.tcsetattr(0, termios.TCSANOW, before)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


if __name__ == '__main__':
    sys.exit(Line(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4:]).run())
