/* SPDX-License-Identifier: MIT
 *
 * A notice's text being read, line by line: what text.c and transcript.c share.
 */
#ifndef BOUNCE_READING_H
#define BOUNCE_READING_H

#include "bounce/fold.h"
#include "bounce/text.h"

#define LINE_MAX_FOLDED 2000

struct reading {
    struct work *work;
    struct text_result *result;
    bool only_fill;
    bool listing;      /* addresses at the beginning of lines are recipients */
    struct span failed;      /* X-Failed-Recipients: these are recipients wherever they begin a line */
    bool quoting;      /* … and the sentence before them is quoted by a person */
    bool last;         /* this line ends only because the message does */
    bool wants_reason; /* a sentence said that the reason follows */
    ptrdiff_t current; /* index of the finding that lines go to, -1: none */
    size_t first;      /* findings from here on are this reading's */
    struct span lone;  /* an address by itself before any sentence: EZweb */
    struct span alone; /* the only address by itself on a line anywhere */
    size_t alone_n;
    struct span above;   /* an address by itself, on the line before */
    struct span to_line; /* the only address of the one line "To: …" */
    size_t to_lines;
    bool program;            /* the list names a program or file: who it is for comes behind it */
    struct span program_said; /* "(reason: 1)" of it */
    ptrdiff_t reason_of;     /* finding that the reason behind a list went to, -1: none */
    struct span pending;     /* a reason before the recipients it belongs to */
    bool mixed;              /* … and there was another before it, of nobody */
    bool reason_above;       /* … and each has its own */
    bool stopped;            /* … and no part of it follows */
    struct span transcript;  /* the recipient of the transcript's last RCPT */
    size_t indent;           /* of the line that named the current finding */
    ptrdiff_t reply_of;      /* finding of the transcript's last reply */
    const char *name;        /* whose form it is */
    const char *begin, *end; /* of the text */
    char folded[FOLD_ROOM(LINE_MAX_FOLDED)];
};

/* The finding of an address, to which lines go from here on: made, or the one there is. NULL if
 * none may be added. */
struct finding *reading_finding(struct reading *r, struct span address);
/* Adds a line to what is said of the current finding. */
void reading_words(struct reading *r, struct span line);
/* "(expanded from <a@b>)", "(generated from a@b)", "originally addressed to a@b". False: none. */
bool reading_origin(struct reading *r, struct span line);

/* From the beginning of `words` to the end of `line`, which stands behind it in the text. */
struct span reading_stretch(struct span words, struct span line);
/* "550 …", "450-…" */
bool reading_reply_like(struct span line);

/* Has it nothing yet, or only our own side's introduction to what the other server said? */
bool reading_lacks_reply(const struct finding *finding);
/* The server's own words take the place of such an introduction. */
void reading_reply(struct finding *finding, struct span words);
/* The last finding, if a reason that comes behind it is the first that a server gave; or NULL. */
struct finding *reading_unexplained(struct reading *r);

/* Words that go to the very end of the message may lack what matters most: marks them as cut. */
void reading_cut(struct reading *r, struct span text);
/* Gives the reasons that stood before or behind a list to those who have none. */
void reading_end(struct reading *r);

#endif
