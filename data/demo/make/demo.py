# SPDX-License-Identifier: MIT
"""demo.py: writes the reports that bounces.py gathered into data/demo."""
import os

import scene

DEMO = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def save(found):
    """found: (scene, text, labels). Two in five are in cur, read; the rest in new."""
    for d in ('cur', 'new', 'tmp'):
        scene.empty(f'{DEMO}/bounces/{d}')
        scene.put(f'{DEMO}/bounces/{d}/.gitkeep', '')
    rows, count = [], {}
    for n, (s, text) in enumerate(sorted(found, key=lambda f: (f[0].when, f[0].ident))):
        text, seconds = scene.play(text, s.when, s.age, s.ident)
        where = 'cur' if n % 5 < 2 else 'new'
        name = f'{where}/{seconds}.M{n + 1:03d}P{4200 + n}.mx.zwrotka.example' + (':2,S' if where == 'cur' else '')
        scene.put(f'{DEMO}/bounces/{name}', text)
        for address, verdict, reason in s.recipients or [('-', 'none', '-')]:
            rows.append(f'{name}\t{address}\t{verdict}\t{reason}\n')
            count[verdict] = count.get(verdict, 0) + 1
    scene.put(f'{DEMO}/labels.tsv', ''.join(rows))
    print(count)
