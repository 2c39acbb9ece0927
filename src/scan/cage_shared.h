/* SPDX-License-Identifier: MIT
 *
 * Between the cage and its child: the shared memory of one batch, and the channel.
 *
 * The parent writes a batch and one byte, the number of its region; the child answers that byte when
 * it is done. The first byte of a child is CAGE_READY, and batches may wait for it. Descriptors of the child: CAGE_CHANNEL, and
 * from CAGE_MEMORY on one a region.
 */
#ifndef SCAN_CAGE_SHARED_H
#define SCAN_CAGE_SHARED_H

#include <stddef.h>
#include <stdint.h>

enum {
    CAGE_CHANNEL = 3,
    CAGE_MEMORY = 4,
    CAGE_REGIONS = 4, /* a child: some wait for it while others are filled */
    CAGE_READY = 'R',
    CAGE_BATCH = 64, /* messages */
};
#define CAGE_IN ((size_t)64 << 20)
#define CAGE_OUT ((size_t)64 << 20)

struct cage_piece {
    uint32_t offset, length; /* within in[] or out[] */
};

struct cage_region {
    uint32_t n;             /* messages in the batch */
    volatile uint32_t at;   /* the one being decoded; the child sets it, n when done */
    char rules[4096];       /* path of the user's rules or "": in a child's first region */
    struct cage_piece message[CAGE_BATCH];
    struct cage_piece answer[CAGE_BATCH]; /* as wire_write; length 0: none */
    char in[CAGE_IN];
    char out[CAGE_OUT];
};

#endif
