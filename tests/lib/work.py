# SPDX-License-Identifier: MIT
"""A script's own folder, gone when the script ends, and the program that it tests.

    WORK = begin('alias')
    subprocess.run([PROGRAM, '--config', write('config', '…'), …], env=environment())"""
import atexit
import os
import shutil
import tempfile

from tap import build_dir

PROGRAM = os.path.join(build_dir(), 'zwrotka')

_folder = None


def begin(name, memory=False):
    """Makes the folder, which others may look into, and returns its path. In memory, where that can be: for
    scripts of very many changes, each of which is synced to disk."""
    global _folder
    shm = '/dev/shm' if memory and os.access('/dev/shm', os.W_OK) else None
    _folder = tempfile.mkdtemp(prefix=f'zwrotka-{name}-', dir=shm)
    os.chmod(_folder, 0o755)
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    return _folder


def path(name):
    return os.path.join(_folder, name)


def write(name, text, mode=0o600):
    """A file of the folder with that text; returns its path."""
    with open(path(name), 'wb') as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path(name), mode)
    return path(name)


def environment(**more):
    """The script's own without our variables, in English."""
    env = {key: value for key, value in os.environ.items() if not key.startswith('ZWROTKA_')}
    return {**env, 'LC_ALL': 'C.UTF-8', **more}
