# SPDX-License-Identifier: MIT
"""Test results as TAP: ok(condition, name) for each, done() at the end."""
import os
import sys

_count = 0
_failed = 0


def ok(condition, name, detail=""):
    """Prints one result; returns whether it held."""
    global _count, _failed
    _count += 1
    if not condition:
        _failed += 1
    print(f"{'ok' if condition else 'not ok'} {_count} - {name}", flush=True)
    if not condition and detail != "":
        for line in str(detail).splitlines():
            print(f"#   {line}", flush=True)
    return bool(condition)


def equal(got, wanted, name):
    return ok(got == wanted, name, f"got    {got!r:.2000}\nwanted {wanted!r:.2000}")


def note(text):
    for line in str(text).splitlines():
        print(f"# {line}", flush=True)


def done():
    """Prints the plan and ends the script."""
    print(f"1..{_count}", flush=True)
    sys.exit(1 if _failed else 0)


def source_dir():
    """The root of the source tree."""
    return os.environ.get("abs_top_srcdir") or os.path.dirname(
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def build_dir():
    return os.environ.get("abs_top_builddir") or os.getcwd()
