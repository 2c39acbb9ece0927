/* SPDX-License-Identifier: MIT
 *
 * A contact: whom the company sends mail to. Pure data; its state is the address's (state.h).
 */
#ifndef CONTACT_CONTACT_H
#define CONTACT_CONTACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct contact_field {
    struct span name;
    struct span value;
};

/* Spans borrow: from the row or form that filled them, or from the store's page until its
 * transaction ends. Texts are UTF-8. */
struct contact {
    uint32_t id;           /* 0: not stored yet */
    struct span address;   /* as first spelled */
    struct span folded;    /* its key (address.h); derived, not stored in the record */
    struct span name;
    struct span external_id;
    struct span tags;      /* "a;b;c", sorted, each once; "" for none */
    struct contact_field *fields; /* owned; company, phone and whatever else, in order of columns */
    size_t n, room;
    int64_t corrected;     /* when its address was last corrected, 0 never */
    uint32_t born;         /* the step that added it */
    uint32_t step;         /* the step that last changed it */
};

/* Empties it; contact_free also gives back the array of fields. */
void contact_clear(struct contact *contact);
void contact_free(struct contact *contact);
/* Sets a field, or appends it; an empty value takes it away. */
void contact_set_field(struct contact *contact, struct span name, struct span value);
/* A deep copy: every span of *out points into *bytes, which has to live as long. Both are cleared
 * first. */
void contact_copy(const struct contact *contact, struct contact *out, struct str *bytes);

/* The field of that name (case-insensitive), or SPAN_NONE. */
struct span contact_field(const struct contact *contact, struct span name);
/* The same for those who ask for many names in the order of the fields: looks at *near first, and
 * leaves it behind what it found. Zero it to begin with. */
struct span contact_field_near(const struct contact *contact, struct span name, size_t *near);

/* Tags given in any order, with blanks and repeats, at ';' → "a;b;c". Adds to out. */
void contact_tags_normal(struct span tags, struct str *out);
/* The same for what a person typed: at ',' as well. */
void contact_tags_typed(struct span tags, struct str *out);
bool contact_has_tag(struct span tags, struct span tag);
/* "+a,-b,c" applied to tags → out (normal form). */
void contact_tags_change(struct span tags, struct span change, struct str *out);

#endif
