/* SPDX-License-Identifier: MIT */
#include "bounce/bounce.h"
#include "mail/arena.h"
#include "mail/header.h"

/* Fields that a delivery adds, and a mailbox changes. */
static const char *const dropped[] = {
    "Received", "Return-Path",  "Delivered-To", "X-Original-To",
    "Envelope-To", "Status",    "X-Status",     "X-UID",
    "X-Keywords",  "Content-Length", "Lines",   "Authentication-Results",
    "X-UIDL",      "X-Mozilla-Status", "X-Mozilla-Status2", "X-Mozilla-Keys",
};

static bool drops(struct span line)
{
    ptrdiff_t colon = span_find_char(span_cut(line, 0, 100), ':');
    if (colon < 1)
        return false;
    struct span name = span_trim(span_cut(line, 0, (size_t)colon));
    if (span_starts_nocase(name, SPAN("X-Spam-")))
        return true;
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        if (span_equal_nocase(name, span_of(dropped[i])))
            return true;
    return false;
}

void bounce_digest_feed(struct span message, void (*sink)(void *, struct span), void *arg)
{
    struct arena arena = {0};
    struct span rest = mail_lines(&arena, message), line;
    while (rest.n && (rest.at[0] == '\n' || span_starts(rest, SPAN("From ")) ||
                      span_starts(rest, SPAN(">From ")))) {
        ptrdiff_t lf = span_find_char(rest, '\n');
        rest = span_cut(rest, lf < 0 ? rest.n : (size_t)lf + 1, rest.n);
    }
    bool dropping = false;
    while (rest.n && rest.at[0] != '\n' && span_line(&rest, &line)) {
        if (line.at[0] != ' ' && line.at[0] != '\t')
            dropping = drops(line);
        if (!dropping) {
            sink(arg, line);
            sink(arg, SPAN("\n"));
        }
    }
    while (rest.n && (rest.at[rest.n - 1] == '\n' || rest.at[rest.n - 1] == ' '))
        rest.n--;
    if (rest.n)
        sink(arg, rest);
    arena_free(&arena);
}
