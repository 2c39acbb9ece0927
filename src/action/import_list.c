/* SPDX-License-Identifier: MIT
 *
 * An item's data: 40 bits of place, 16 of distance, 8 of length. The place is that of the row among the
 * bytes of all files; its address begins `distance` behind it, and folding it is lower-casing it. Where
 * that is not so the distance is FAR, and the place one in list->folded: there stand the row's own
 * place, in 8 bytes, and the folded address.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "action/importing.h"
#include "base/alloc.h"
#include "base/lower.h"
#include "base/text.h"
#include "contact/address.h"

enum { PROGRESS_ROWS = 16384, FAR = 0xffff, PLACE_BITS = 40, HALVES_FROM = 4 << 20,
       EXTERNAL_BITS = 1 << 28 };

static uint64_t pack(uint64_t place, size_t distance, size_t length)
{
    return place << 24 | (uint64_t)distance << 8 | length;
}

static bool is_far(uint64_t data)
{
    return (data >> 8 & 0xffff) == FAR;
}

static const struct import_source *source_at(const struct import_list *list, uint64_t place)
{
    size_t i = list->sources_n - 1;
    while (i > 0 && list->sources[i].base > place)
        i--;
    return &list->sources[i];
}

/* The bytes of the address: as given if *plain, else folded. */
static struct span address_at(const struct import_list *list, uint64_t data, bool *plain)
{
    uint64_t place = data >> 24;
    size_t n = data & 0xff;
    *plain = !is_far(data);
    if (!*plain)
        return span_cut(span_of_str(&list->folded), place + 8, place + 8 + n);
    const struct import_source *source = source_at(list, place);
    size_t at = place - source->base + (data >> 8 & 0xffff);
    return span_cut(reader_bytes(source->reader), at, at + n);
}

struct span import_list_folded(const struct import_list *list, uint64_t data,
                               char room[IMPORT_FOLDED_MAX])
{
    bool plain;
    struct span address = address_at(list, data, &plain);
    if (!plain)
        return address;
    lower_copy(room, address.at, address.n);
    return (struct span){room, address.n};
}

bool import_list_plain(const struct radix_item *item)
{
    return !is_far(item->data);
}

void import_list_prefetch(const struct import_list *list, uint64_t data)
{
    if (is_far(data))
        return;
    const struct import_source *source = source_at(list, data >> 24);
    const char *at = reader_bytes(source->reader).at + ((data >> 24) - source->base);
    __builtin_prefetch(at);
    __builtin_prefetch(at + 64);
}

uint64_t import_list_place(const struct import_list *list, uint64_t data)
{
    uint64_t place = data >> 24;
    if (is_far(data))
        memcpy(&place, list->folded.at + place, sizeof place);
    return place;
}

static uint64_t eight_of(struct span address, size_t at, bool plain)
{
    uint64_t head = 0;
    if (at >= address.n)
        return 0;
    if (address.n - at >= 8)
        memcpy(&head, address.at + at, 8);
    else
        memcpy(&head, address.at + at, address.n - at);
    head = plain ? lower_8(head) : head;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    head = __builtin_bswap64(head);
#endif
    return head;
}

static uint64_t head_of(const void *arg, uint64_t data, size_t at)
{
    bool plain;
    struct span address = address_at(arg, data, &plain);
    return eight_of(address, at, plain);
}

/* ---- reading */

/* A part of a file, read by a thread. */
struct part {
    struct import *import;
    const struct import_source *source;
    struct reader *reader;
    size_t begin;            /* reader_at for the first row */
    struct import_list list; /* what it found: items, folded, fields */
    struct str folded;
    uint64_t rows;
    struct late *late; /* rejected rows, where lines are not known */
    size_t late_n, late_room;
    bool lined;
    atomic_bool stop;
};

static void note_field(struct import_list *list, struct span name)
{
    for (size_t k = 0; k < list->fields_n; k++) {
        size_t i = (list->near + k) % list->fields_n;
        if (span_equal(list->fields[i], name) || span_equal_nocase(list->fields[i], name)) {
            list->near = i + 1;
            return;
        }
    }
    ALLOC_GROW(list->fields, list->fields_n, list->fields_room);
    list->fields[list->fields_n++] = (struct span){span_copy(name), name.n};
}

static uint64_t external_bit(const struct import_list *list, struct span external_id)
{
    return hash_quick(external_id, 7) & (list->external_bits - 1);
}

static void note_external(struct import_list *list, struct span external_id)
{
    uint64_t bit = external_bit(list, external_id), mask = UINT64_C(1) << bit % 64;
    if (external_id.n && atomic_fetch_or(&list->once[bit / 64], mask) & mask)
        atomic_fetch_or(&list->twice[bit / 64], mask);
}

bool import_list_repeats(const struct import_list *list, struct span external_id)
{
    uint64_t bit = external_bit(list, external_id);
    return external_id.n && list->twice[bit / 64] >> bit % 64 & 1;
}

/* Where the address stands in the row's own bytes, FAR if it does not or needs more than lower case. */
static size_t distance_of(const struct part *part, const struct reader_row *row)
{
    struct span bytes = reader_bytes(part->reader), address = row->contact.address;
    uintptr_t begin = (uintptr_t)bytes.at + row->at, at = (uintptr_t)address.at;
    bool inside = at >= begin && at + address.n <= (uintptr_t)bytes.at + bytes.n &&
                  at - begin < FAR && part->source->base + row->at < UINT64_C(1) << PLACE_BITS;
    return inside && address_is_plain(address) ? at - begin : FAR;
}

static void reject(struct part *part, const struct reader_row *row, const char *text)
{
    if (part->lined) {
        import_reject(part->import, part->source->name, row->line, text);
        return;
    }
    ALLOC_GROW(part->late, part->late_n, part->late_room);
    part->late[part->late_n++] = (struct late){part->source->base + row->at, alloc_text(text)};
}

static void add_far(struct part *part, uint64_t place)
{
    struct import_list *list = &part->list;
    uint64_t data = pack(list->folded.n, FAR, part->folded.n);
    str_add(&list->folded, (struct span){(const char *)&place, sizeof place});
    str_add(&list->folded, span_of_str(&part->folded));
    ALLOC_GROW(list->items, list->n, list->room);
    list->items[list->n++] = (struct radix_item){head_of(list, data, 0), data};
}

static void add_plain(struct part *part, uint64_t place, struct span address, size_t distance)
{
    struct import_list *list = &part->list;
    ALLOC_GROW(list->items, list->n, list->room);
    list->items[list->n++] = (struct radix_item){eight_of(address, 0, true), pack(place, distance, address.n)};
}

/* Takes the next row, if nothing counts of it but a plain address. */
static bool skim_row(struct part *part)
{
    struct reader_row row;
    if (!reader_skim(part->reader, &row))
        return false;
    size_t distance = distance_of(part, &row);
    if (distance == FAR) {
        reader_unskim(part->reader, &row);
        return false;
    }
    part->rows++;
    add_plain(part, part->source->base + row.at, row.contact.address, distance);
    return true;
}

static void add_row(struct part *part, const struct reader_row *row)
{
    const struct import_options *options = part->import->options;
    struct import_list *list = &part->list;
    struct import_brought brought;
    struct error why;
    uint64_t place = part->source->base + row->at;
    size_t distance = row->problem ? FAR : distance_of(part, row);
    const char *problem = row->problem;
    part->rows++;
    if (!problem && distance == FAR &&
        address_fold(row->contact.address, NULL, &part->folded, &why))
        problem = why.text;
    if (!problem && options->reader.with_state)
        problem = import_brought_read(row, &brought);
    if (problem) {
        reject(part, row, problem);
        return;
    }
    if (options->by_external_id)
        note_external(&part->import->list, row->contact.external_id);
    for (size_t i = 0; !options->suppressed && i < row->contact.n; i++)
        note_field(list, row->contact.fields[i].name);
    reader_seen(part->reader);
    if (distance == FAR) {
        add_far(part, place);
        return;
    }
    add_plain(part, place, row->contact.address, distance);
}

/* To the end, or to the first row that begins at `end` or behind it; `every` is asked now and then. */
static enum result read_part(struct part *part, size_t end, struct error *error,
                             enum result (*every)(struct part *part, struct error *error))
{
    struct reader_row row;
    enum result result = RESULT_OK;
    const struct import_options *options = part->import->options;
    bool skim = !options->by_external_id && !options->reader.with_state;
    for (uint64_t rows = 0; result == RESULT_OK && reader_at(part->reader) < end; rows++) {
        bool again = rows == 0 && part->begin;
        if (again || !skim || !skim_row(part)) {
            if ((again ? reader_again(part->reader, part->begin, false, &row) : reader_next(part->reader, &row)))
                break;
            add_row(part, &row);
        }
        if (rows % PROGRESS_ROWS == PROGRESS_ROWS - 1)
            result = every(part, error);
    }
    return result;
}

static enum result ask_stop(struct part *part, struct error *error)
{
    (void)error;
    return atomic_load(&part->stop) ? RESULT_CANCELLED : RESULT_OK;
}

static void *read_rest(void *arg)
{
    struct part *part = arg;
    read_part(part, SIZE_MAX, NULL, ask_stop);
    return NULL;
}

static void part_free(struct part *part)
{
    for (size_t i = 0; i < part->late_n; i++)
        free(part->late[i].text);
    free(part->late);
    str_free(&part->folded);
    import_list_free(&part->list);
}

/* What the part found goes behind what all have. */
static void take_part(struct import *import, struct part *part)
{
    struct import_list *list = &import->list;
    uint64_t shift = list->folded.n;
    import->sums->rows += part->rows;
    while (list->room < list->n + part->list.n)
        list->room = list->room ? list->room * 2 : part->list.n;
    list->items = alloc_again(list->items, list->room, sizeof *list->items);
    for (size_t i = 0; i < part->list.n; i++) {
        struct radix_item item = part->list.items[i];
        if (is_far(item.data))
            item.data += shift << 24;
        list->items[list->n++] = item;
    }
    str_add(&list->folded, span_of_str(&part->list.folded));
    for (size_t i = 0; i < part->list.fields_n; i++)
        note_field(list, part->list.fields[i]);
    for (size_t i = 0; i < part->late_n; i++) {
        ALLOC_GROW(import->late, import->late_n, import->late_room);
        import->late[import->late_n++] = part->late[i];
    }
    part->late_n = 0;
}

static enum result open_source(struct import *import, const char *name, struct error *error)
{
    struct import_list *list = &import->list;
    struct import_source source = {.name = strcmp(name, "-") == 0 ? _("standard input") : name};
    enum result result = file_open(name, &source.file, error);
    if (result)
        return result;
    result = reader_open(source.file.bytes, source.name, &import->options->reader, &source.reader,
                         error);
    if (result) {
        file_close(&source.file);
        return result;
    }
    if (list->sources_n) {
        const struct import_source *last = &list->sources[list->sources_n - 1];
        source.base = last->base + reader_bytes(last->reader).n + 1;
    }
    list->sources = alloc_again(list->sources, list->sources_n + 1, sizeof *list->sources);
    list->sources[list->sources_n++] = source;
    return RESULT_OK;
}

static enum result tell_progress(struct part *part, struct error *error)
{
    return import_progress(part->import, 20 * (double)reader_position(part->reader) /
                                             (double)(part->source->file.bytes.n + 1), error);
}

/* The beginning of a line near the middle of a large file, 0 for none. */
static size_t find_middle(struct span bytes, size_t least)
{
    size_t at = bytes.n / 2;
    if (bytes.n < least)
        return 0;
    const char *end = memchr(bytes.at + at, '\n', bytes.n - at);
    return end ? (size_t)(end - bytes.at) + 1 : 0;
}

static void make_bits(struct import_list *list)
{
    list->external_bits = EXTERNAL_BITS; /* pages that are not touched cost nothing */
    list->once = alloc_zero(list->external_bits / 64, sizeof *list->once);
    list->twice = alloc_zero(list->external_bits / 64, sizeof *list->twice);
}

/* Another thread reads the second half, as if a row began at that line. If this one comes to just that
 * place, and nothing was odd before, then one does. */
enum result import_list_file(struct import *import, const char *name, struct error *error)
{
    if (import->options->by_external_id && !import->list.once)
        make_bits(&import->list);
    enum result result = open_source(import, name, error);
    if (result)
        return result;
    const struct import_source *source = &import->list.sources[import->list.sources_n - 1];
    struct span bytes = reader_bytes(source->reader);
    size_t middle = find_middle(bytes, import->options->halves_from ? import->options->halves_from
                                                                    : HALVES_FROM);
    struct part first = {.import = import, .source = source, .reader = source->reader, .lined = true};
    struct part rest = {.import = import, .source = source, .begin = middle};
    pthread_t thread;
    bool two = false;
    if (middle > reader_at(source->reader)) {
        rest.reader = reader_twin(source->reader);
        two = pthread_create(&thread, NULL, read_rest, &rest) == 0;
    }
    result = read_part(&first, two ? middle : SIZE_MAX, error, tell_progress);
    bool met = result == RESULT_OK && reader_at(source->reader) == middle &&
               reader_is_plain(source->reader);
    if (two) {
        atomic_store(&rest.stop, !met);
        pthread_join(thread, NULL);
        if (!met && result == RESULT_OK)
            result = read_part(&first, SIZE_MAX, error, tell_progress);
    }
    take_part(import, &first);
    if (two && met) {
        take_part(import, &rest);
        reader_agree(source->reader, rest.reader);
    }
    reader_close(rest.reader);
    part_free(&first);
    part_free(&rest);
    return result;
}

void import_list_sort(struct import_list *list)
{
    radix_sort(list->items, list->n, head_of, list);
}

void import_list_free(struct import_list *list)
{
    for (size_t i = 0; i < list->sources_n; i++) {
        reader_close(list->sources[i].reader);
        file_close(&list->sources[i].file);
    }
    for (size_t i = 0; i < list->fields_n; i++)
        free((char *)list->fields[i].at);
    free(list->sources);
    free(list->fields);
    free(list->items);
    free(list->once);
    free(list->twice);
    str_free(&list->folded);
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

void import_list_row(const struct import_list *list, struct reader *const *readers, uint64_t data,
                     struct reader_row *row)
{
    uint64_t place = import_list_place(list, data);
    const struct import_source *source = source_at(list, place);
    reader_again(readers[source - list->sources], place - source->base, false, row);
}

static int by_place(const void *a, const void *b)
{
    const struct late *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

void import_list_tell_late(struct import *import)
{
    if (import->late_n)
        qsort(import->late, import->late_n, sizeof *import->late, by_place);
    struct reader_row row;
    for (size_t i = 0; i < import->late_n; i++) {
        struct late *late = &import->late[i];
        const struct import_source *source = source_at(&import->list, late->place);
        reader_again(source->reader, late->place - source->base, true, &row);
        import_reject(import, source->name, row.line, late->text);
    }
}
