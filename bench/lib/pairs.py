# SPDX-License-Identifier: MIT
"""Two commands in turn, A B A B …, and the ratio taken pair by pair: so it holds on a machine whose
speed drifts."""
import os
import statistics
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get('PROGRAM') or os.path.join(ROOT, 'build/zwrotka')
RUNS = int(os.environ.get('RUNS', '5'))
sys.path.insert(0, os.path.join(ROOT, 'tests/lib'))


def need(*programs):
    for program in programs:
        if subprocess.run(['sh', '-c', f'command -v {program}'], capture_output=True, check=False).returncode:
            sys.exit(f'{os.path.basename(sys.argv[0])}: {program} is not installed')


class Run:
    """One run of a command: wall and processor seconds, peak of its and its
    children's anonymous memory in MiB."""

    def __init__(self, command, env=None):
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **(env or {})})
        self.anonymous = 0
        ended = threading.Event()
        watcher = threading.Thread(target=self.watch, args=(process.pid, ended))
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.monotonic() - start
        ended.set()
        watcher.join()
        self.processor = usage.ru_utime + usage.ru_stime
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 65):
            sys.exit(f'{command}: exit code {process.returncode}')

    def watch(self, pid, ended):
        """Seldom enough to take no processor from those it looks at."""
        while not ended.wait(0.01):
            self.look(pid)

    def look(self, pid):
        """It and its children."""
        try:
            with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as file:
                family = [pid, *map(int, file.read().split())]
        except OSError:
            return
        kilobytes = 0
        for member in family:
            try:
                with open(f'/proc/{member}/status', encoding='ascii', errors='replace') as file:
                    kilobytes += sum(int(line.split()[1]) for line in file if line.startswith('RssAnon:'))
            except OSError:
                pass
        self.anonymous = max(self.anonymous, kilobytes // 1024)


def compare(title, ours, theirs, count=0, before=lambda: None, warm=True):
    """ours, theirs: (name, command, environment). `before` makes each run's ground even, `warm` adds a pair
    for the cache that does not count. Prints medians and how many times theirs takes ours."""
    runs = []
    for i in range(not warm, RUNS + 1):
        pair = []
        for _, command, env in (ours, theirs):
            before()
            pair.append(Run(command, env))
        if i:  # the first pair warms the cache
            runs.append(pair)
    print(f'{title}, {RUNS} pairs')
    for side, (name, _, _) in enumerate((ours, theirs)):
        wall = statistics.median(pair[side].wall for pair in runs)
        processor = statistics.median(pair[side].processor for pair in runs)
        memory = max(pair[side].anonymous for pair in runs)
        rate = f', {count / wall:,.0f}/s' if count else ''
        print(f'  {name:<12} {wall:8.3f} s wall, {processor:8.3f} s processor{rate}, {memory} MiB anonymous')
    ratios = sorted(theirs.wall / ours.wall for ours, theirs in runs)
    print(f'  ratio        {statistics.median(ratios):8.2f} times (from {ratios[0]:.2f} to {ratios[-1]:.2f})', flush=True)
