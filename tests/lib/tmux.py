# SPDX-License-Identifier: MIT
"""A real terminal to run the screen in: a private tmux server, keys in, what is seen out. Waits for
what is expected, never for time to pass."""
import os
import shlex
import signal
import subprocess
import tempfile
import time

DEADLINE = 5.0  # seconds to wait for an expected screen
POLL = 0.02


class Terminal:
    """One program in one pane. `env` is the program's whole environment beside TERM."""

    def __init__(self, command, env, columns=80, rows=24, term='tmux-256color', folder='.'):
        self.folder = tempfile.TemporaryDirectory(prefix='zwrotka-tmux-')
        self.env = {'PATH': os.environ['PATH'], 'TMUX_TMPDIR': self.folder.name, 'LC_ALL': 'C.UTF-8',
                    'HOME': self.folder.name, 'TERM': 'xterm-256color'}
        # LeakSanitizer looks at the end through a process of its own; one that a hang-up ends leaves
        # the program waiting for ever.
        env = {**env, 'ASAN_OPTIONS': 'detect_leaks=0'}
        words = ['env', '-i', *(f'{key}={value}' for key, value in env.items()), f'TERM={term}', *command]
        self._tmux('-f', '/dev/null', 'new-session', '-d', '-x', str(columns), '-y', str(rows), '-c', folder,
                   f'cat; sh -c \'echo $$ > {self._file("pid")}; exec "$@"\' sh {shlex.join(words)}; '
                   f'echo $? > {self._file("code")}; cat')
        # Settings first, the program after them: a cat holds the pane until then, and another after
        # it, for tmux does not always notice how a pane's program ended.
        self._tmux('set-option', '-g', 'escape-time', '0')
        self._tmux('set-option', '-g', 'status', 'off')
        self._tmux('set-option', '-g', 'window-size', 'manual')
        self.resize(columns, rows)
        self.keys('C-d')

    def _tmux(self, *words):
        return subprocess.run(['tmux', '-L', 'test', *words], env=self.env, check=False,
                              capture_output=True, text=True).stdout

    def keys(self, *names):
        """tmux's key names: Enter, Escape, C-g, Right, x. All at once, as typed ahead."""
        self._tmux('send-keys', *names)

    def type(self, text):
        self._tmux('send-keys', '-l', '--', text)

    def paste(self, text):
        """As a terminal pastes: bracketed where the program asked for it."""
        self._tmux('set-buffer', text)
        self._tmux('paste-buffer', '-p')

    def resize(self, columns, rows):
        self._tmux('resize-window', '-x', str(columns), '-y', str(rows))

    def screen(self):
        return self._tmux('capture-pane', '-p')

    def coloured(self):
        """The screen with its SGR sequences."""
        return self._tmux('capture-pane', '-p', '-e')

    def cursor(self):
        """column, row, both from 0"""
        x, y = self._tmux('display-message', '-p', '#{cursor_x} #{cursor_y}').split()
        return int(x), int(y)

    def _file(self, name):
        return os.path.join(self.folder.name, name)

    def _number(self, name):
        try:
            with open(self._file(name), encoding='ascii') as file:
                text = file.read()
            return int(text) if text.endswith('\n') else None
        except FileNotFoundError:
            return None

    def pid(self):
        return self._number('pid')

    def wait(self, check, deadline=DEADLINE):
        """Until the screen holds `check`, a text or a function of the screen. The screen then seen,
        or None."""
        until = time.monotonic() + deadline
        while True:
            seen = self.screen()
            if check in seen if isinstance(check, str) else check(seen):
                return seen
            if time.monotonic() > until:
                return None
            time.sleep(POLL)

    def ended(self, deadline=DEADLINE):
        """The exit code once the program has ended (a shell's: 128 + a signal), None if it goes on."""
        until = time.monotonic() + deadline
        while True:
            code = self._number('code')
            if code is not None:
                return code
            if time.monotonic() > until:
                return None
            time.sleep(POLL)

    def close(self):
        """Hangs up, and waits until the program has gone."""
        pid = self.pid()
        self._tmux('kill-server')
        until = time.monotonic() + DEADLINE
        while pid and os.path.exists(f'/proc/{pid}') and time.monotonic() < until:
            time.sleep(POLL)
        if pid and os.path.exists(f'/proc/{pid}'):
            os.kill(pid, signal.SIGKILL)  # nothing of ours outlives its test
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
