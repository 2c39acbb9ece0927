/* SPDX-License-Identifier: MIT
 *
 * What lies in a Maildir: the messages of new, cur and the Maildir++ folders, sorted by base name.
 */
#ifndef MAILBOX_MDLIST_H
#define MAILBOX_MDLIST_H

#include "base/result.h"
#include "base/str.h"

/* A folder that holds a directory of this name is one that decided messages were moved to: it is
 * not read, or a later change from "move" to "delete" would empty the archive. */
#define MDLIST_DECIDED "zwrotka-decided"

/* A folder's new or cur. */
struct mdlist_leaf {
    char *name;      /* "new", "cur", ".Junk/new", … */
    size_t folder_n; /* bytes of it before the slash; 0 for the Maildir's own */
    int fd;
};

struct mdlist_entry {
    char *name;
    size_t base_n; /* bytes of it before ":2," */
    unsigned leaf;
};

/* All zero to begin with. */
struct mdlist {
    struct mdlist_leaf *leaves;
    size_t leaves_n, leaves_capacity;
    struct mdlist_entry *entries;
    size_t n, capacity;
};

/* Reads the directories anew; entries and leaves of before are void. `dir` is the Maildir, `path`
 * its name for sentences, `except` a folder to leave out (".Done") or NULL. No leaves where there
 * is neither new nor cur. */
enum result mdlist_read(struct mdlist *list, int dir, const char *path, const char *except,
                        struct error *error);
void mdlist_free(struct mdlist *list);

struct span mdlist_base(const struct mdlist_entry *entry); /* its base name, as long as the entry */
/* The index of the first entry whose base name is not less than `base`; list->n if none. */
size_t mdlist_find(const struct mdlist *list, struct span base);

#endif
