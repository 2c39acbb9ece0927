/* SPDX-License-Identifier: MIT
 *
 * A stretch's rows are copied together before they are sorted and read again: in the order of the files, so that
 * each page of them is looked up once for several rows. Read where they stand, in the order of addresses, every
 * row costs a few misses of the cache and of the table of pages, and every further eight bytes of an address
 * that the sort wants do so again.
 */
#include <stdlib.h>

#include "action/import_item.h"
#include "action/importing.h"
#include "base/alloc.h"

enum {
    KEYS = 1 << 16,          /* two bytes of the folded address tell the stretches apart */
    ROWS = 1 << 17,          /* of a stretch, as far as those two bytes allow */
    COPIED_MOST = 96 << 20,  /* bytes; a larger stretch is read where it stands */
    AHEAD = 24,
    SLACK = 16,
};

const struct import_source *import_list_source(const struct import_list *list, uint64_t place)
{
    size_t i = list->sources_n - 1;
    while (i > 0 && list->sources[i].base > place)
        i--;
    return &list->sources[i];
}

/* ---- which row is in which stretch */

/* Where the heads begin to differ, in bits and whole bytes. */
static unsigned common_bits(const struct import_list *list)
{
    uint64_t all = 0;
    for (size_t i = 1; i < list->n; i++)
        all |= list->items[i].head ^ list->items[0].head;
    return all ? (unsigned)__builtin_clzll(all) & ~7u : 0;
}

static unsigned key_of(uint64_t head, unsigned common)
{
    return (unsigned)(head << common >> 48);
}

static void add_stretch(struct import_list *list, size_t from, size_t n)
{
    list->stretches[list->stretches_n++] = (struct import_stretch){.items = list->items + from, .n = n};
}

/* The items of each stretch together, in the order of the files. `to`: how many there are of each key. */
static void spread(struct import_list *list, size_t *to, unsigned common)
{
    struct radix_item *items = alloc_large(list->n * sizeof *items), *old = list->items;
    size_t from = 0, at = 0, first = 0;
    list->items = items;
    list->stretches = alloc_zero(list->n / (ROWS / 2) + 2, sizeof *list->stretches);
    for (size_t key = 0; key < KEYS; key++) {
        size_t n = to[key];
        if (at > from && at - from + n > ROWS) {
            add_stretch(list, from, at - from);
            for (; first < key; first++)
                to[first] = list->stretches_n - 1;
            from = at;
        }
        at += n;
    }
    add_stretch(list, from, at - from);
    for (; first < KEYS; first++)
        to[first] = list->stretches_n - 1;
    size_t *next = alloc_zero(list->stretches_n, sizeof *next);
    for (size_t i = 0; i < list->stretches_n; i++)
        next[i] = (size_t)(list->stretches[i].items - items);
    for (size_t i = 0; i < list->n; i++)
        items[next[to[key_of(old[i].head, common)]]++] = old[i];
    free(next);
    free(old);
    list->room = list->n;
}

void import_list_divide(struct import_list *list)
{
    size_t *to = alloc_zero(KEYS, sizeof *to);
    unsigned common = common_bits(list);
    for (size_t i = 0; i < list->n; i++)
        to[key_of(list->items[i].head, common)]++;
    if (list->n)
        spread(list, to, common);
    list->movable = true;
    for (size_t i = 0; i < list->sources_n; i++)
        list->movable = list->movable && reader_is_movable(list->sources[i].reader);
    free(to);
}

/* ---- the rows of a stretch, copied: place (8 bytes), row; before them the folded address, if it is far */

static void read_far(const struct import_list *list, uint64_t data, uint64_t *place, uint64_t *size)
{
    const char *at = list->folded.at + item_place(data);
    memcpy(place, at, sizeof *place);
    memcpy(size, at + sizeof *place, sizeof *size);
}

static struct span far_folded(const struct import_list *list, uint64_t data)
{
    return (struct span){list->folded.at + item_place(data) + 16, item_length(data)};
}

static size_t copied_bytes(const struct import_list *list, const struct import_stretch *stretch)
{
    size_t bytes = SLACK;
    for (size_t i = 0; i < stretch->n; i++) {
        uint64_t data = stretch->items[i].data, place, size = item_units(data) * ITEM_UNIT;
        if (item_is_far(data))
            read_far(list, data, &place, &size);
        bytes += 8 + size + 1 + (item_is_far(data) ? item_length(data) : 0);
    }
    return bytes;
}

static struct span row_at(const struct import_list *list, uint64_t place, size_t size)
{
    const struct import_source *source = import_list_source(list, place);
    return span_cut(reader_bytes(source->reader), place - source->base, place - source->base + size);
}

static const char *end_of(const struct import_list *list, uint64_t place)
{
    struct span bytes = reader_bytes(import_list_source(list, place)->reader);
    return bytes.at + bytes.n;
}

static void fetch(const struct import_list *list, uint64_t data)
{
    if (item_is_far(data))
        return;
    const char *at = row_at(list, item_place(data), 0).at;
    __builtin_prefetch(at);
    __builtin_prefetch(at + 64);
}

static void copy_rows(const struct import_list *list, struct import_stretch *stretch, struct import_ground *ground)
{
    char *to = ground->bytes;
    for (size_t i = 0; i < stretch->n; i++) {
        uint64_t data = stretch->items[i].data, place = item_place(data), size = item_units(data) * ITEM_UNIT;
        if (i + AHEAD < stretch->n)
            fetch(list, stretch->items[i + AHEAD].data);
        if (item_is_far(data)) {
            struct span folded = far_folded(list, data);
            read_far(list, data, &place, &size);
            memcpy(to, folded.at, folded.n);
            to += folded.n;
        }
        struct span row = row_at(list, place, size);
        memcpy(to, &place, sizeof place);
        to += sizeof place;
        stretch->items[i].data =
            item_pack((size_t)(to - ground->bytes), item_distance(data), item_length(data), 0);
        memcpy(to, row.at, row.n);
        to += row.n;
        if (row.at + row.n == end_of(list, place)) /* perhaps without the end of a line */
            *to++ = '\n';
    }
    stretch->bytes = (struct span){ground->bytes, (size_t)(to - ground->bytes)};
}

/* ---- addresses */

static struct span address_at(const struct import_list *list, const struct import_stretch *stretch, uint64_t data)
{
    size_t place = item_place(data), n = item_length(data), distance = item_distance(data);
    if (stretch->bytes.at)
        return (struct span){stretch->bytes.at + (item_is_far(data) ? place - 8 - n : place + distance), n};
    return item_is_far(data) ? far_folded(list, data) : row_at(list, place + distance, n);
}

struct looked_at {
    const struct import_list *list;
    const struct import_stretch *stretch;
};

static uint64_t head_of(const void *arg, uint64_t data, size_t at)
{
    const struct looked_at *looked = arg;
    return item_head(address_at(looked->list, looked->stretch, data), at);
}

struct span import_stretch_folded(const struct import_list *list, const struct import_stretch *stretch, size_t i,
                                  char room[IMPORT_FOLDED_MAX])
{
    uint64_t data = stretch->items[i].data;
    struct span address = address_at(list, stretch, data);
    if (item_is_far(data))
        return address;
    lower_copy(room, address.at, address.n);
    return (struct span){room, address.n};
}

bool import_stretch_plain(const struct import_stretch *stretch, size_t i)
{
    return !item_is_far(stretch->items[i].data);
}

uint64_t import_list_place(const struct import_list *list, size_t i)
{
    uint64_t data = list->items[i].data, place = item_place(data), size;
    if (item_is_far(data))
        read_far(list, data, &place, &size);
    return place;
}

uint64_t import_stretch_place(const struct import_list *list, const struct import_stretch *stretch, size_t i)
{
    uint64_t data = stretch->items[i].data, place = item_place(data), size;
    if (stretch->bytes.at)
        memcpy(&place, stretch->bytes.at + place - sizeof place, sizeof place);
    else if (item_is_far(data))
        read_far(list, data, &place, &size);
    return place;
}

void import_stretch_prepare(const struct import_list *list, struct import_stretch *stretch,
                            struct import_ground *ground)
{
    size_t bytes = list->movable ? copied_bytes(list, stretch) : SIZE_MAX;
    if (bytes <= COPIED_MOST) {
        if (bytes > ground->room) {
            free(ground->bytes);
            ground->bytes = alloc_large(bytes);
            ground->room = bytes;
        }
        copy_rows(list, stretch, ground);
    }
    struct looked_at looked = {list, stretch};
    radix_sort(stretch->items, stretch->n, head_of, &looked);
}

/* ---- reading again */

struct reader **import_list_readers(const struct import_list *list, bool twins)
{
    struct reader **readers = alloc_zero(list->sources_n, sizeof *readers);
    for (size_t i = 0; i < list->sources_n; i++)
        readers[i] = twins ? reader_twin(list->sources[i].reader) : list->sources[i].reader;
    return readers;
}

void import_list_readers_free(const struct import_list *list, struct reader **readers, bool twins)
{
    for (size_t i = 0; twins && i < list->sources_n; i++)
        reader_close(readers[i]);
    free(readers);
}

void import_list_row(const struct import_list *list, struct reader *const *readers, uint64_t place,
                     struct reader_row *row)
{
    const struct import_source *source = import_list_source(list, place);
    reader_again(readers[source - list->sources], place - source->base, false, row);
}

void import_stretch_enter(const struct import_list *list, const struct import_stretch *stretch,
                          struct reader *const *twins)
{
    for (size_t i = 0; list->movable && i < list->sources_n; i++)
        reader_move(twins[i], stretch->bytes.at ? stretch->bytes : reader_bytes(list->sources[i].reader));
}

void import_stretch_row(const struct import_list *list, const struct import_stretch *stretch, size_t i,
                        struct reader *const *twins, struct reader_row *row)
{
    uint64_t place = import_stretch_place(list, stretch, i);
    const struct import_source *source = import_list_source(list, place);
    reader_again(twins[source - list->sources],
                 stretch->bytes.at ? item_place(stretch->items[i].data) : place - source->base, false, row);
}

void import_stretch_fetch(const struct import_list *list, const struct import_stretch *stretch, size_t i)
{
    uint64_t data = stretch->items[i].data;
    if (!stretch->bytes.at) {
        fetch(list, data);
        return;
    }
    __builtin_prefetch(stretch->bytes.at + item_place(data));
    __builtin_prefetch(stretch->bytes.at + item_place(data) + 64);
}
