/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "mail/mime.h"
#include "screen/contact_page.h"
#include "screen/text_page.h"
#include "store/evidence.h"

enum { PART_BYTES = 256 * 1024 };

static const char *const shown_fields[] = {"From", "To", "Subject", "Date", "Return-Path",
                                           "X-Failed-Recipients", "Auto-Submitted",
                                           "Content-Type"};

static void add_header(struct textview *view, struct arena *arena, const struct header *header)
{
    struct str label = {0};

    for (unsigned i = 0; i < sizeof shown_fields / sizeof *shown_fields; i++) {
        struct span value = header_get(arena, header, shown_fields[i]);
        if (!value.at)
            continue;
        str_clear(&label);
        str_addf(&label, "%s:", shown_fields[i]);
        textview_pair(view, 1, 16, str_text(&label), header_text(arena, value));
    }
    str_free(&label);
}

/* Text parts decoded; what is no text is named, never shown. */
static void add_part(struct textview *view, struct arena *arena, const struct part *part,
                     size_t number)
{
    struct str title = {0};

    if (part->type == PART_MULTIPART)
        return;
    if (number) {
        str_addf(&title, _("Part %zu"), number);
        if (part->type_value.n)
            str_addf(&title, ": %.*s", SPAN_ARGS(part->type_value));
        textview_words(view, STYLE_NORMAL, 0, "");
        textview_words(view, STYLE_BOLD, 0, str_text(&title));
        str_free(&title);
    }
    if (part->nested && part->header.n)
        add_header(view, arena, &part->header);
    if (part->type == PART_MESSAGE)
        return;
    if (part->type == PART_OTHER) {
        textview_format(view, STYLE_DIM, 1, ngettext("(%zu byte that is no text)", "(%zu bytes that are no text)", part->body.n),
                        part->body.n);
        return;
    }
    textview_words(view, STYLE_NORMAL, 0, "");
    struct span text = mime_text(arena, part, PART_BYTES), line;
    while (span_line(&text, &line))
        textview_add(view, STYLE_NORMAL, 1, line);
}

static void show(struct session *session, struct span message)
{
    struct textview *view = text_page_open(session, _("The original message, decoded"));
    struct arena arena = {0};
    struct mime mime;

    mime_read(&arena, mail_lines(&arena, message), &mime);
    if (mime.n)
        add_header(view, &arena, &mime.parts[0].header);
    for (size_t i = 0; i < mime.n && !view->full; i++)
        add_part(view, &arena, &mime.parts[i], mime.n > 1 ? i : 0);
    arena_free(&arena);
}

void original_open_digest(struct session *session, const unsigned char *digest)
{
    struct txn *txn = session_read(session);
    struct str message = {0};

    bool found = txn && messages_get(txn, digest, &message);
    txn_end(txn);
    if (found)
        show(session, span_of_str(&message));
    else
        session_say(session, "%s", _("the original was not kept (see keep_messages)"));
    str_free(&message);
}

void original_open(struct session *session, struct span folded)
{
    struct txn *txn = session_read(session);
    struct evidence_walk walk = {0};
    unsigned char digest[DIGEST_BYTES];
    bool found = false;

    if (!txn)
        return;
    while (evidence_next(txn, folded, &walk)) {
        memcpy(digest, walk.evidence.digest, sizeof digest);
        found = true;
    }
    evidence_walk_end(&walk);
    txn_end(txn);
    if (found)
        original_open_digest(session, digest);
    else
        session_say(session, "%s", _("no bounce is known of this address"));
}
