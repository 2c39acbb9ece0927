/* SPDX-License-Identifier: MIT */
#include "screen/others.h"

#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "screen/draw.h"
#include "screen/scan_run.h"
#include "screen/session.h"
#include "screen/words.h"
#include "store/requests.h"

#define LOOK_MS 500

bool others_look(struct session *session)
{
    struct others *others = &session->others;
    struct board_row rows[BOARD_ROWS];
    int64_t now = clock_ms();
    if (!session_store(session) || now - others->looked < LOOK_MS)
        return false;
    others->looked = now;
    memset(rows, 0, sizeof rows);
    size_t n = board_read(session_store(session), rows, BOARD_ROWS);
    bool same = n == others->n && memcmp(rows, others->rows, sizeof rows) == 0;
    memcpy(others->rows, rows, sizeof rows);
    others->n = n;
    return !same;
}

static bool is_shown(const struct session *session, const struct board_row *row)
{
    return row->working && !(session->scan.running && row->pid == session->scan.child.pid);
}

int others_draw(struct session *session, int y, int last, struct area area)
{
    struct str text = {0};
    for (size_t i = 0; i < session->others.n && y < last; i++) {
        const struct board_row *row = &session->others.rows[i];
        if (!is_shown(session, row))
            continue;
        str_clear(&text);
        str_addf(&text, _("now  %s (%s)  read "), row->account, row->who);
        words_number(row->read, &text);
        if (row->total >= row->read && row->total) {
            str_add_text(&text, _(" of "));
            words_number(row->total, &text);
        }
        if (row->invalidated) {
            str_add_text(&text, "  ");
            words_counted(ngettext("%s newly invalid", "%s newly invalid", row->invalidated),
                          row->invalidated, &text);
        }
        draw_text(y++, area.x + 1, area.columns - 2, STYLE_BOLD, span_of_str(&text));
    }
    str_free(&text);
    return y;
}

static bool is_watched(const struct others *others, const char *account)
{
    for (size_t i = 0; i < others->n; i++)
        if (others->rows[i].kind == BOARD_WATCH && strcmp(others->rows[i].account, account) == 0)
            return true;
    return false;
}

bool others_ask(struct session *session, const char **left, size_t max)
{
    const struct config *config = session->context->config;
    struct others *others = &session->others;
    struct error error = {""};
    struct txn *txn;
    size_t n = 0;
    bool any = false;
    others->looked = 0;
    others_look(session);
    for (size_t i = 0; i < config->n; i++) {
        if (is_watched(others, config->accounts[i].name))
            any = true;
        else if (n < max)
            left[n++] = config->accounts[i].name;
    }
    if (!any)
        return false;
    struct actor actor = session_actor(session, "");
    enum result result = store_write(session_store(session), actor.who, "scan", &txn, &error);
    if (result == RESULT_OK) {
        others->made = scans_made(txn);
        requests_put(txn, span_of(actor.who), actor.now);
        result = txn_commit(txn, &error);
    }
    if (result == RESULT_OK) {
        others->asked = true;
        session_say(session, "%s", _("asked: the watch that runs scans now"));
    } else {
        session_complain(session, "%s", error.text);
    }
    left[n < max ? n : max] = NULL;
    return true;
}

void others_changed(struct session *session)
{
    struct others *others = &session->others;
    struct scan_record record;
    struct txn *txn = others->asked ? session_read(session) : NULL;
    if (!txn)
        return;
    if (scans_made(txn) > others->made && scans_get(txn, 0, &record)) {
        struct str text = {0};
        others->asked = false;
        if (record.good)
            scan_sums_line(&record.sums, false, &text);
        else
            str_add(&text, record.trouble);
        if (record.good)
            session_say(session, _("Scan ended: %s"), str_text(&text));
        else
            session_complain(session, _("%.*s failed: %s"), SPAN_ARGS(record.account),
                             str_text(&text));
        str_free(&text);
    }
    txn_end(txn);
}
