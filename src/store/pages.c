/* SPDX-License-Identifier: MIT
 *
 * The layout, all numbers little-endian:
 *   page      number 8, pad 2, flags 2, then lower 2, upper 2 (overflow: count of pages 4); offsets of
 *             nodes 2 each, up to lower; nodes from upper to the end, each at an even place
 *   node      low 2, high 2, flags 2, size of the key 2, key; a leaf's value (low and high are its size),
 *             or the number of the page where a long one lies; a branch's page is low, high, flags
 *   table     pad 4, flags 2, depth 2, branches 8, leaves 8, overflow pages 8, rows 8, root 8
 *   head      (pages 0 and 1, behind the 16 bytes of a page) magic 4, version 4, address 8, size 8,
 *             the table of free pages, the table of tables, last page 8, transaction 8
 *   free      transaction → how many 8, their numbers 8 each
 */
#include "store/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"

enum { BRANCH = 1, LEAF = 2, OVERFLOW = 4, META = 8 };      /* flags of a page */
enum { BIG = 1, SUB = 2 };                                  /* of a node */
enum { HEAD = 16, NODE = 8, TABLE = 48, DEPTH_MAX = 32, FREE_FLAGS = 8, SMALLEST = 512, LARGEST = 65536 };
#define MAGIC 0xBEEFC0DEu
#define NOWHERE UINT64_MAX

struct table_head {
    uint32_t flags, depth;
    uint64_t branches, leaves, overflow, rows, root;
};

struct head {
    uint64_t txnid, last;
    uint32_t psize;
    struct table_head free, tables;
};

struct walk {
    int fd;
    const char *file;
    const unsigned char *at; /* the mapped file */
    uint64_t pages;          /* in it */
    uint32_t psize;
    unsigned char *used;     /* a bit a page; then free ones, too */
    struct table_head table, seen; /* the one walked, and what was found of it */
    struct span name;
    bool of_free, of_tables;
    uint64_t last;           /* page that was ever given out */
    uint64_t txnid;
    struct str deferred; /* tables found in the table of tables: names and heads */
    struct pages_scrub *scrub;
    void (*progress)(void *arg, unsigned percent);
    void *arg;
    uint64_t done, told;
    enum result result;
    struct error *error;
};

static uint16_t u16(const unsigned char *at)
{
    uint16_t n;
    memcpy(&n, at, sizeof n);
    return n;
}

static uint32_t u32(const unsigned char *at)
{
    uint32_t n;
    memcpy(&n, at, sizeof n);
    return n;
}

static uint64_t u64(const unsigned char *at)
{
    uint64_t n;
    memcpy(&n, at, sizeof n);
    return n;
}

static bool damaged(struct walk *walk, uint64_t page, const char *what)
{
    if (!walk->result)
        walk->result = error_set(walk->error, RESULT_DATA,
                                 _("%s: the store is damaged: page %llu, %s; restore the last backup"),
                                 walk->file, (unsigned long long)page, what);
    return false;
}

/* ---- the heads */

static struct table_head read_table(const unsigned char *at)
{
    return (struct table_head){u16(at + 4), u16(at + 6), u64(at + 8), u64(at + 16), u64(at + 24), u64(at + 32),
                         u64(at + 40)};
}

static struct head read_head(const unsigned char *at)
{
    const unsigned char *in = at + HEAD;
    return (struct head){u64(in + 128), u64(in + 120), u32(in + 24), read_table(in + 24), read_table(in + 72)};
}

/* LMDB goes by the head with the higher transaction: they are neighbours, the odd one in page 1. */
static bool heads_agree(const struct head *even, const struct head *odd)
{
    if (even->txnid == 0 && odd->txnid == 0)
        return true;
    return even->txnid % 2 == 0 && odd->txnid % 2 == 1 &&
           (even->txnid == odd->txnid + 1 || odd->txnid == even->txnid + 1);
}

static bool head_is_sound(const unsigned char *at, uint64_t number, uint64_t bytes)
{
    struct head head = read_head(at);
    return u64(at) == number && u16(at + 10) == META && u32(at + HEAD) == MAGIC && head.psize >= SMALLEST &&
           head.psize <= LARGEST && (head.psize & (head.psize - 1)) == 0 && head.free.flags == FREE_FLAGS &&
           head.tables.flags == 0 && head.last < ((uint64_t)1 << 44) / head.psize &&
           (head.tables.root == NOWHERE || head.tables.root < bytes / head.psize) &&
           (head.free.root == NOWHERE || head.free.root < bytes / head.psize);
}

static enum result look_at(const char *file, const unsigned char *first, const unsigned char *second,
                           uint64_t bytes, struct error *error)
{
    struct head even = read_head(first), odd = read_head(second);
    if (u32(first + HEAD) != MAGIC && u32(second + HEAD) != MAGIC)
        return error_set(error, RESULT_DATA, _("%s: this is no store of zwrotka"), file);
    if (u32(first + HEAD + 4) != 1 && u32(first + HEAD + 4) == u32(second + HEAD + 4))
        return error_set(error, RESULT_CONFIG, _("%s: the store was made by another version of LMDB"), file);
    if (!head_is_sound(first, 0, bytes) || !head_is_sound(second, 1, bytes) || !heads_agree(&even, &odd) ||
        even.psize != odd.psize || u32(first + HEAD + 4) != 1 || u32(second + HEAD + 4) != 1)
        return error_set(error, RESULT_DATA,
                         _("%s: the store is damaged: page %llu, %s; restore the last backup"), file, 0ull,
                         _("its head"));
    return RESULT_OK;
}

static enum result look(int fd, const char *file, struct error *error)
{
    unsigned char first[HEAD + 136], second[HEAD + 136];
    struct stat about;
    if (fstat(fd, &about) != 0)
        return error_system(error, file);
    if (!S_ISREG(about.st_mode))
        return error_set(error, RESULT_DATA, _("%s: this is no store of zwrotka"), file);
    if (about.st_size == 0)
        return RESULT_OK;
    uint32_t psize = 0;
    if (pread(fd, first, sizeof first, 0) == (ssize_t)sizeof first)
        psize = read_head(first).psize;
    if (psize < SMALLEST || psize > LARGEST)
        psize = (uint32_t)sysconf(_SC_PAGESIZE); /* the other head will tell */
    if (pread(fd, second, sizeof second, psize) != (ssize_t)sizeof second)
        return error_set(error, RESULT_DATA, _("%s: this is no store of zwrotka"), file);
    return look_at(file, first, second, (uint64_t)about.st_size, error);
}

enum result pages_look(const char *file, struct error *error)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_system(error, file);
    enum result result = look(fd, file, error);
    close(fd);
    return result;
}

/* ---- pages */

static bool use(struct walk *walk, uint64_t from, uint64_t n, const char *twice)
{
    if (from < 2 || from >= walk->pages || n == 0 || n > walk->pages - from)
        return damaged(walk, from, _("which does not exist, is in use"));
    for (uint64_t page = from; page < from + n; page++) {
        unsigned char bit = (unsigned char)(1 << page % 8);
        if (walk->used[page / 8] & bit)
            return damaged(walk, page, twice);
        walk->used[page / 8] |= bit;
    }
    walk->done += n;
    if (walk->progress && walk->done - walk->told > 4096) {
        walk->told = walk->done;
        walk->progress(walk->arg, (unsigned)(walk->done * 100 / walk->pages));
    }
    return true;
}

static bool is_zero(const unsigned char *at, size_t n)
{
    return n == 0 || (at[0] == 0 && memcmp(at, at + 1, n - 1) == 0);
}

/* Writing to the file beside LMDB: the map of every process shows it at once, and none looks there. */
static bool wipe(struct walk *walk, uint64_t page, size_t from, size_t n)
{
    static const unsigned char zeros[LARGEST];
    const unsigned char *at = walk->at + page * walk->psize + from;
    for (; n && !walk->result; at += walk->psize, from += walk->psize) {
        size_t now = n < walk->psize ? n : walk->psize;
        if (!is_zero(at, now) &&
            pwrite(walk->fd, zeros, now, (off_t)(page * walk->psize + from)) != (ssize_t)now)
            walk->result = error_system(walk->error, walk->file);
        n -= now;
    }
    return !walk->result;
}

static bool walk_big(struct walk *walk, uint64_t page, size_t size)
{
    const char *twice = _("which is in use twice");
    uint64_t need = (size + HEAD + walk->psize - 1) / walk->psize;
    if (page < 2 || page >= walk->pages)
        return damaged(walk, page, _("which does not exist, is in use"));
    const unsigned char *at = walk->at + page * walk->psize;
    uint64_t n = u32(at + 12);
    if (u64(at) != page || u16(at + 10) != OVERFLOW || n < need)
        return damaged(walk, page, _("of a long value"));
    walk->seen.overflow += n;
    if (!use(walk, page, n, twice))
        return false;
    return !walk->scrub || wipe(walk, page, HEAD + size, n * walk->psize - HEAD - size);
}

/* Keys of LMDB's own table of free pages are numbers. */
static int compare(const struct walk *walk, struct span a, struct span b)
{
    if (!walk->of_free || a.n != 8 || b.n != 8)
        return span_compare(a, b);
    uint64_t x = u64((const unsigned char *)a.at), y = u64((const unsigned char *)b.at);
    return x < y ? -1 : x > y;
}

struct node {
    struct span key, value; /* value: of a leaf, here in the page */
    uint64_t page;          /* of a branch, or of a long value */
    size_t size;            /* of the value */
    unsigned flags;
};

/* The node number i of a page; false for damage. *bytes: what it takes. */
static bool read_node(const struct walk *walk, const unsigned char *at, size_t i, struct node *node, size_t *bytes)
{
    size_t place = u16(at + HEAD + 2 * i), upper = u16(at + 14);
    if (place < upper || place % 2 || place + NODE > walk->psize)
        return false;
    const unsigned char *in = at + place;
    bool leaf = u16(at + 10) & LEAF;
    size_t key = u16(in + 6), room = walk->psize - place - NODE;
    node->flags = leaf ? u16(in + 4) : 0;
    node->size = (size_t)u16(in) | (size_t)u16(in + 2) << 16;
    node->page = leaf ? 0 : (uint64_t)node->size | (uint64_t)u16(in + 4) << 32;
    size_t value = !leaf ? 0 : node->flags & BIG ? 8 : node->size;
    if (key > room || value > room - key || key > 511)
        return false;
    node->key = (struct span){(const char *)in + NODE, key};
    node->value = (struct span){(const char *)in + NODE + key, value};
    if (node->flags & BIG)
        node->page = u64(in + NODE + key);
    *bytes = (NODE + key + value + 1) & ~(size_t)1;
    return true;
}

static void note_free(struct walk *walk, const struct node *node)
{
    const unsigned char *in = (const unsigned char *)node->value.at;
    const unsigned char *long_one = walk->at + node->page * walk->psize + HEAD;
    if (node->flags & BIG)
        in = long_one;
    uint64_t n = node->size >= 8 ? u64(in) : 0;
    if (node->key.n != 8 || node->size % 8 || node->size < 8 || n > node->size / 8 - 1) {
        damaged(walk, 0, _("in the list of free pages"));
        return;
    }
    uint64_t freed_by = u64((const unsigned char *)node->key.at);
    bool out_of_reach = walk->scrub && freed_by < walk->scrub->oldest;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t page = u64(in + 8 + 8 * i);
        if (page > walk->last) {
            damaged(walk, page, _("in the list of free pages"));
            return;
        }
        if (page >= walk->pages) /* the end of the file may never have been written */
            continue;
        if (!use(walk, page, 1, _("which is in use, and free")))
            return;
        if (walk->scrub && out_of_reach && !wipe(walk, page, 0, walk->psize))
            return;
        if (walk->scrub && !out_of_reach && freed_by < walk->txnid)
            walk->scrub->left++;
    }
}

static bool walk_value(struct walk *walk, uint64_t page, const struct node *node)
{
    unsigned allowed = walk->of_tables ? SUB : BIG;
    if (node->flags & ~allowed || (walk->of_tables && (node->flags != SUB || node->size != TABLE)))
        return damaged(walk, page, _("a row of it"));
    if (node->flags & BIG && !walk_big(walk, node->page, node->size))
        return false;
    walk->seen.rows++;
    if (walk->of_tables) {
        unsigned char n = (unsigned char)node->key.n;
        str_add(&walk->deferred, (struct span){(const char *)&n, 1});
        str_add(&walk->deferred, node->key);
        str_add(&walk->deferred, node->value);
    }
    return true;
}

/* A page and all below it; its keys lie from `low` on and below `high` (at NULL: no bound). */
static bool walk_page(struct walk *walk, uint64_t page, unsigned depth, struct span low, struct span high)
{
    bool leaf = depth == walk->table.depth;
    if (depth > walk->table.depth || depth > DEPTH_MAX ||
        !use(walk, page, 1, _("which is in use twice")))
        return damaged(walk, page, _("which is in use twice"));
    const unsigned char *at = walk->at + page * walk->psize;
    size_t lower = u16(at + 12), upper = u16(at + 14), taken = 0, bytes;
    if (u64(at) != page || u16(at + 10) != (leaf ? LEAF : BRANCH) || lower < HEAD + 2 || lower % 2 ||
        lower > upper || upper > walk->psize)
        return damaged(walk, page, _("its head"));
    if (leaf)
        walk->seen.leaves++;
    else
        walk->seen.branches++;
    struct node node, next;
    size_t n = (lower - HEAD) / 2;
    struct span before = low;
    for (size_t i = 0; i < n; i++) {
        bool bare = !leaf && i == 0; /* a branch's first key stands for all below the second */
        if (!read_node(walk, at, i, &node, &bytes))
            return damaged(walk, page, _("a row of it"));
        taken += bytes;
        if (!bare && ((before.at && compare(walk, node.key, before) < (i > (leaf ? 0 : 1) ? 1 : 0)) ||
                      (high.at && compare(walk, node.key, high) >= 0) || node.key.n == 0))
            return damaged(walk, page, _("the order of its rows"));
        if (leaf && !walk_value(walk, page, &node))
            return false;
        if (!bare)
            before = node.key;
    }
    if (taken != walk->psize - upper)
        return damaged(walk, page, _("its head"));
    if (walk->scrub && !wipe(walk, page, lower, upper - lower))
        return false;
    for (size_t i = 0; i < n && !leaf; i++) {
        size_t unused;
        read_node(walk, at, i, &node, &bytes);
        bool more = i + 1 < n && read_node(walk, at, i + 1, &next, &unused);
        if (walk->scrub && walk->scrub->key && node.key.n && !walk->of_free)
            walk->scrub->key(walk->scrub->arg, walk->name, node.key);
        if (!walk_page(walk, node.page, depth + 1, i ? node.key : low, more ? next.key : high))
            return false;
    }
    for (size_t i = 0; i < n && leaf && walk->of_free && !walk->result; i++)
        if (read_node(walk, at, i, &node, &bytes))
            note_free(walk, &node);
    return !walk->result;
}

static void walk_table(struct walk *walk, const struct table_head *table)
{
    walk->table = *table;
    walk->seen = (struct table_head){0};
    if (table->root != NOWHERE && !walk_page(walk, table->root, 1, SPAN_NONE, SPAN_NONE))
        return;
    if ((table->root == NOWHERE) != (table->rows == 0) || walk->seen.rows != table->rows ||
        walk->seen.branches != table->branches || walk->seen.leaves != table->leaves ||
        walk->seen.overflow != table->overflow || (table->root == NOWHERE) != (table->depth == 0))
        damaged(walk, table->root == NOWHERE ? 0 : table->root, _("as much as it should hold"));
}

static void walk_tables(struct walk *walk, const struct table_head *tables)
{
    walk->of_tables = true;
    walk_table(walk, tables);
    walk->of_tables = false;
    struct span rest = span_of_str(&walk->deferred);
    while (rest.n && !walk->result) {
        size_t n = (unsigned char)rest.at[0];
        walk->name = span_cut(rest, 1, 1 + n);
        const unsigned char *at = (const unsigned char *)rest.at + 1 + n;
        struct table_head table = read_table(at);
        if (table.flags)
            damaged(walk, tables->root, _("the head of a table"));
        else
            walk_table(walk, &table);
        rest = span_cut(rest, 1 + n + TABLE, rest.n);
    }
}

static enum result walk_file(struct walk *walk, uint64_t txnid, struct error *error)
{
    struct stat about;
    enum result result = look(walk->fd, walk->file, error);
    if (result)
        return result;
    if (fstat(walk->fd, &about) != 0)
        return error_system(error, walk->file);
    size_t bytes = (size_t)about.st_size;
    if (bytes == 0)
        return RESULT_OK;
    void *at = mmap(NULL, bytes, PROT_READ, MAP_SHARED, walk->fd, 0);
    if (at == MAP_FAILED)
        return error_system(error, walk->file);
    walk->error = error;
    walk->at = at;
    walk->psize = read_head(at).psize;
    struct head even = read_head(walk->at), odd = read_head(walk->at + walk->psize);
    struct head *head = even.txnid == txnid && txnid ? &even : odd.txnid == txnid ? &odd : &even;
    walk->last = head->last;
    walk->txnid = head->txnid;
    walk->pages = bytes / walk->psize;
    if (walk->pages > head->last + 1)
        walk->pages = head->last + 1;
    if (head->txnid != txnid) { /* two more commits came in since the snapshot was taken */
        munmap(at, bytes);
        return error_set(error, RESULT_BUSY, _("%s: busy: %s; try again later"), walk->file,
                         _("another program writes"));
    }
    walk->used = alloc_zero(walk->pages / 8 + 1, 1);
    walk_tables(walk, &head->tables);
    walk->of_free = true;
    walk->name = SPAN_NONE;
    if (!walk->result)
        walk_table(walk, &head->free);
    free(walk->used);
    str_free(&walk->deferred);
    munmap(at, bytes);
    if (!walk->result && walk->scrub && bytes > (head->last + 1) * walk->psize &&
        ftruncate(walk->fd, (off_t)((head->last + 1) * walk->psize)) != 0)
        walk->result = error_system(error, walk->file);
    if (!walk->result && walk->scrub && fdatasync(walk->fd) != 0)
        walk->result = error_system(error, walk->file);
    return walk->result;
}

enum result pages_check(int fd, const char *file, uint64_t txnid,
                        void (*progress)(void *arg, unsigned percent), void *arg, struct error *error)
{
    struct error own;
    struct walk walk = {.fd = fd, .file = file, .progress = progress, .arg = arg};
    return walk_file(&walk, txnid, error ? error : &own);
}

enum result pages_scrub(int fd, const char *file, uint64_t txnid, struct pages_scrub *scrub,
                        struct error *error)
{
    struct error own;
    struct walk walk = {.fd = fd, .file = file, .scrub = scrub};
    scrub->left = 0;
    return walk_file(&walk, txnid, error ? error : &own);
}
