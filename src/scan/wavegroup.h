/* SPDX-License-Identifier: MIT
 *
 * What waits in review as part of waves, a group for each: by the domain where that alone is one,
 * else by the server. They are accepted or dismissed together.
 */
#ifndef SCAN_WAVEGROUP_H
#define SCAN_WAVEGROUP_H

#include "config/config.h"
#include "scan/wave.h"

struct wavegroup {
    enum burst_kind kind;
    char *name;
    uint32_t *numbers; /* of its items, ascending */
    size_t n, room;
    int64_t since;     /* the first bounce */
    char *words;       /* "412 at wp.example since 09:12, normally 3 an hour: server fault?" */
};
struct wavegroups {
    struct wavegroup *groups; /* the oldest first */
    size_t n, room;
};

/* Owns all it points at. */
void wavegroups_load(struct txn *txn, const struct config *config, struct wavegroups *out);
void wavegroups_free(struct wavegroups *groups);
/* The group that an item is in, NULL for none. */
const struct wavegroup *wavegroups_of(const struct wavegroups *groups, uint32_t number);

#endif
