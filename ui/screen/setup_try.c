/* SPDX-License-Identifier: MIT */
#include "screen/setup_try.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "screen/words.h"

static void forget(struct setup_try *try)
{
    for (size_t i = 0; i < try->n; i++)
        free(try->folders[i].name);
    try->n = 0;
    try->oldest = 0;
    try->reached = 0;
    str_clear(&try->found);
    textview_clear(&try->said);
}

bool setup_try_start(struct setup_try *try, struct session *session, const char *const *words,
                     struct span input)
{
    struct error error;

    forget(try);
    try->running = child_start_with(&try->child, words, input, &error) == RESULT_OK;
    if (!try->running)
        session_complain(session, "%s", error.text);
    return try->running;
}

static void take_stage(struct setup_try *try, json_t *event)
{
    static const struct {
        const char *name, *words; /* N_() */
    } stages[] = {
        {"connected", N_("connected")},
        {"secured", N_("encrypted, and the certificate is good")},
        {"logged in", N_("logged in")},
        {"opened", N_("the mailbox opens")},
    };
    const char *stage = json_string_value(json_object_get(event, "stage"));

    for (unsigned i = 0; stage && i < sizeof stages / sizeof *stages; i++)
        if (strcmp(stages[i].name, stage) == 0) {
            textview_words(&try->said, STYLE_GOOD, 0, _(stages[i].words));
            try->reached = i + 1;
        }
}

static void take_folder(struct setup_try *try, json_t *event)
{
    const char *name = json_string_value(json_object_get(event, "folder"));
    struct str line = {0};

    if (!name)
        return;
    ALLOC_GROW(try->folders, try->n, try->room);
    struct setup_folder *folder = &try->folders[try->n++];
    *folder = (struct setup_folder){
        .name = alloc_text(name),
        .messages = (uint64_t)json_integer_value(json_object_get(event, "messages")),
        .junk = json_is_true(json_object_get(event, "junk")),
    };
    str_addf(&line, "%s  ", name);
    words_number(folder->messages, &line);
    textview_add(&try->said, STYLE_DIM, 2, span_of_str(&line));
    str_free(&line);
}

static void take_survey(struct setup_try *try, json_t *event)
{
    const char *text = json_string_value(json_object_get(event, "text"));
    const char *oldest = json_string_value(json_object_get(event, "oldest"));

    str_clear(&try->found);
    str_add_text(&try->found, text ? text : "");
    if (!oldest || !date_from_iso(span_of(oldest), &try->oldest))
        try->oldest = 0;
}

static void take_line(struct setup_try *try, struct span line)
{
    static const struct {
        const char *name;
        void (*take)(struct setup_try *try, json_t *event);
    } events[] = {{"stage", take_stage}, {"folder", take_folder}, {"survey", take_survey}};
    json_t *event = json_loadb(line.at, line.n, 0, NULL);
    const char *name = json_string_value(json_object_get(event, "event"));

    for (unsigned i = 0; name && i < sizeof events / sizeof *events; i++)
        if (strcmp(events[i].name, name) == 0)
            events[i].take(try, event);
    if (!event)
        textview_add(&try->said, STYLE_BAD, 0, line);
    json_decref(event);
}

bool setup_try_ended(struct setup_try *try, struct session *session)
{
    struct str line = {0};
    bool ended = child_ended(&try->child);

    while (child_line(&try->child, &line)) {
        take_line(try, span_of_str(&line));
        session->dirty = true;
    }
    str_free(&line);
    if (!ended)
        return false;
    try->code = try->child.code;
    child_free(&try->child);
    try->running = false;
    session->dirty = true;
    return true;
}

void setup_try_free(struct setup_try *try)
{
    if (try->running)
        child_cancel(&try->child);
    child_free(&try->child);
    forget(try);
    free(try->folders);
    str_free(&try->found);
    textview_free(&try->said);
    *try = (struct setup_try){0};
}
