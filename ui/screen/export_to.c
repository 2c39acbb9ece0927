/* SPDX-License-Identifier: MIT */
#include "screen/export_to.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "screen/child.h"
#include "screen/prompt.h"
#include "screen/text_page.h"
#include "screen/words.h"

struct export_page {
    struct page page;
    struct child child;
    char *path;
    struct str said; /* on its standard error */
};

static enum place export_place(const struct page *page)
{
    (void)page;
    return PLACE_TEXT;
}

static void export_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct export_page *export = (struct export_page *)page;

    (void)session;
    *y = draw_rows() - 2;
    *x = 1;
    draw_blank(*y, 0, draw_columns(), STYLE_NORMAL);
    draw_format(*y, 1, draw_columns() - 2, STYLE_BOLD, _("writing %s…"), export->path);
}

static bool export_act(struct page *page, struct session *session, enum act act, key_code key)
{
    (void)session;
    (void)key;
    if (act == ACT_CLOSE)
        child_cancel(&((struct export_page *)page)->child);
    return true;
}

static bool export_work(struct page *page, struct session *session)
{
    struct export_page *export = (struct export_page *)page;
    struct str line = {0};

    if (!child_ended(&export->child))
        return false;
    while (child_line(&export->child, &line))
        str_addf(&export->said, export->said.n ? " %.*s" : "%.*s",
                 SPAN_ARGS(span_of_str(&line)));
    str_free(&line);
    if (export->child.code == 0) {
        session_say(session, _("written: %s"), export->path);
    } else {
        unlink(export->path);
        session_complain(session, _("not written: %s"),
                         export->said.n ? str_text(&export->said) : _("cancelled"));
    }
    session_pop(session); /* frees export */
    return false;
}

static void export_free(struct page *page)
{
    struct export_page *export = (struct export_page *)page;

    child_free(&export->child);
    str_free(&export->said);
    free(export->path);
    free(export);
}

static const struct page_ops export_ops = {
    .overlay = true,
    .place = export_place,
    .draw = export_draw,
    .act = export_act,
    .work = export_work,
    .free = export_free,
};

static const char *format_of(const char *path)
{
    static const struct {
        const char *ending, *format;
    } formats[] = {{".vcf", "vcard"}, {".jsonl", "json"}, {".json", "json"}, {".txt", "plain"}};

    for (unsigned i = 0; i < sizeof formats / sizeof *formats; i++)
        if (span_ends(span_of(path), span_of(formats[i].ending)))
            return formats[i].format;
    return "csv";
}

static void start(struct session *session, const char *path, const char *query)
{
    const char *words[16] = {"export", "--format", format_of(path), query};
    struct export_page *export = alloc_zero(1, sizeof *export);
    struct str command = {0};
    struct error error;

    int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (out < 0) {
        session_complain(session, errno == EEXIST ? _("%s is there already; another name?")
                                                  : _("%s cannot be written"),
                         path);
        free(export);
        return;
    }
    session_child_words(session, words, *query ? 4 : 3);
    if (child_start_into(&export->child, words, out, &error) != RESULT_OK) {
        session_complain(session, "%s", error.text);
        free(export);
    } else {
        str_add_text(&command, "zwrotka export ");
        if (strcmp(words[2], "csv") != 0)
            str_addf(&command, "--format %s ", words[2]);
        if (*query)
            words_quote(span_of(query), &command);
        str_add_text(&command, " > ");
        words_quote(span_of(path), &command);
        session_remember(session, str_text(&command));
        export->page.ops = &export_ops;
        export->path = alloc_text(path);
        session_push(session, &export->page);
    }
    close(out);
    str_free(&command);
}

static void named(struct session *session, void *arg, struct span typed)
{
    struct str path = {0};

    if (!typed.n)
        return;
    words_home(typed, &path);
    start(session, str_text(&path), arg);
    str_free(&path);
}

void export_to_open(struct session *session, struct span query, size_t n)
{
    struct str label = {0};

    str_add_char(&label, ' ');
    words_number(n, &label);
    str_addf(&label, " %s ", ngettext("contact, into the file:", "contacts, into the file:", n));
    prompt_open(session, str_text(&label), SPAN("contacts.csv"), false, named, span_copy(query),
                free);
    str_free(&label);
}
