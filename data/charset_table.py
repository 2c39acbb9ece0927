#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The upper halves of the character sets with a byte a letter, as iconv knows them:
data/charset_table.py >src/mail/charset_table.h"""
import subprocess

# Not Windows-1255 and -1258: their letters may be put together of two bytes.
SETS = ['WINDOWS-1252', 'ISO-8859-2', 'WINDOWS-1250', 'ISO-8859-15', 'ISO-8859-3', 'ISO-8859-4', 'ISO-8859-5',
        'ISO-8859-7', 'ISO-8859-8', 'ISO-8859-9', 'ISO-8859-13', 'ISO-8859-16', 'WINDOWS-1251', 'WINDOWS-1253',
        'WINDOWS-1254', 'WINDOWS-1256', 'WINDOWS-1257', 'KOI8-R', 'KOI8-U', 'IBM852', 'TIS-620']


def letter(name, byte):
    done = subprocess.run(['iconv', '-f', name, '-t', 'UTF-16BE'], input=bytes([byte]), capture_output=True, check=False)
    return int.from_bytes(done.stdout, 'big') if done.returncode == 0 and len(done.stdout) == 2 else 0


print('''/* SPDX-License-Identifier: MIT
 *
 * Made by data/charset_table.py: what the bytes from 0x80 on mean, 0: nothing.
 */
#ifndef MAIL_CHARSET_TABLE_H
#define MAIL_CHARSET_TABLE_H

#include <stdint.h>

static const struct {
    const char *iconv;
    uint16_t upper[128];
} charset_tables[] = {''')
for name in SETS:
    assert all(letter(name, byte) == byte for byte in range(1, 128)), name
    upper = [letter(name, byte) for byte in range(128, 256)]
    print(f'    {{"{name}",\n     {{')
    for at in range(0, 128, 12):
        print('      ' + ' '.join(f'0x{code:04X},' for code in upper[at:at + 12]))
    print('     }},')
print('''};

#endif''')
