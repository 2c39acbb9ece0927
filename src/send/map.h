/* SPDX-License-Identifier: MIT
 *
 * The suppression map: one file NAME.lmdb that a running Postfix reads (lmdb_table(5)). It is one
 * unnamed database; keys and values end in a NUL byte, which these calls add and take off. It is
 * only ever written in place, under the fcntl lock that Postfix reads it by, so that a running smtpd
 * sees each change at once and none half done. Beside store/ the one place that knows LMDB.
 */
#ifndef SEND_MAP_H
#define SEND_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/str.h"

struct map;

/* Opens NAME.lmdb. To write, a missing one is made (0644; 0664 in a directory that its group may
 * write) in a directory that has to be there. To read, no writer gets in until map_close. MISSING,
 * DENIED, CREATE, DATA for a file that is no such map, IO. Once in a process at a time. */
enum result map_open(const char *name, bool write, struct map **out, struct error *error);
void map_close(struct map *map); /* NULL is fine; forgets what was not flushed */

/* ---- what is committed; an error is kept for map_flush, and ends a walk */

uint64_t map_rows(struct map *map);
/* The value's bytes, good until the next map_flush or map_close. */
bool map_get(struct map *map, struct span key, struct span *value);
/* Every key in order; *key.at NULL begins. Good as long. */
bool map_next(struct map *map, struct span *key);

/* ---- changes, queued in memory: flush them when map_is_full says that many wait */

void map_put(struct map *map, struct span key, struct span value);
void map_drop(struct map *map, struct span key);
bool map_is_full(const struct map *map);
/* Carries them out, synced to disk. A map that is full grows. */
enum result map_flush(struct map *map, struct error *error);

#endif
