#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check.py LABELS FOLDER: every message labelled and the other way about, no date in the future, nothing of the maker's machine."""
import datetime
import email.utils
import os
import re
import sys

from scene import ARRIVAL

LATEST = datetime.datetime(2026, 11, 23, 23, 59, tzinfo=datetime.timezone.utc)
OURS = re.compile(r'(?<![\d.])(10\.255\.\d|192\.0\.2\.2(?!\d)|fd00::)|runsc|/tmp/|\b' + re.escape(os.uname().nodename) + r'\b')
bad, labels, folder = 0, {}, sys.argv[2]
for line in open(sys.argv[1], encoding='utf-8'):
    labels.setdefault(line.split('\t')[0], []).append(line.rstrip('\n').split('\t')[1:])
here = {os.path.join(os.path.basename(d), f): os.path.join(d, f) for d, _, fs in os.walk(folder) for f in fs if f != '.gitkeep'}
for f in sorted(set(here) ^ set(labels)):
    print('only one of file and label:', f)
    bad += 1
for f in sorted(here):
    with open(here[f], 'rb') as m:
        text = m.read().decode('latin-1')
    late = [d[0] for d in ARRIVAL.finditer(text) if email.utils.parsedate_to_datetime(d[0].replace('-0000', '+0000')) > LATEST]
    late = [d for d in late if f'Will-Retry-Until: {d}' not in text and 'Expires: ' + d not in text]
    own = OURS.search(text)
    if late or own:
        print(f, late[:1], own)
        bad += 1
    for address, verdict, *_ in labels.get(f, []):
        flat = text.replace('=\n', '').replace('=\r\n', '').lower()
        if address != '-' and not any(a.encode().decode('latin-1').lower() in flat for a in address.split('|')):
            print(f, 'does not name', address)
            bad += verdict != '?'
print(f'{len(here)} messages, {sum(map(len, labels.values()))} labels, {bad} wrong')
sys.exit(bad > 0)
