/* SPDX-License-Identifier: MIT */
#include "mailbox/imapfetch.h"

#include "base/text.h"
#include "mailbox/kind.h"

#define LINE_ALL ((size_t)256 << 10) /* of one answer, bodies left out */
#define OTHER_LITERAL ((size_t)64 << 10)

static enum result not_imap(struct imapfetch *fetch, struct error *error)
{
    return link_blame(fetch->session->link,
                      _("the server's answer to a request for messages makes no sense"), error);
}

enum result imapfetch_start(struct imapfetch *fetch, const uint32_t *uids, size_t n,
                            struct error *error)
{
    str_clear(&fetch->line);
    str_addf(&fetch->line, "zw%u UID FETCH ", ++fetch->number);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && uids[end] == uids[end - 1] + 1)
            end++;
        str_addf(&fetch->line, i ? ",%u" : "%u", uids[i]);
        if (end > i + 1)
            str_addf(&fetch->line, ":%u", uids[end - 1]);
        i = end;
    }
    str_addf(&fetch->line, " (UID BODY.PEEK[]<0.%zu>)\r\n", KIND_WHOLE_MAX + 1);
    imapsession_expect(fetch->session, n * (KIND_WHOLE_MAX + LINE_ALL));
    imapsession_take_over(fetch->session);
    fetch->running = true;
    fetch->refused = false;
    return link_send(fetch->session->link, span_of_str(&fetch->line), error);
}

/* Does the line end in a literal's announcement, "{123}" (RFC 3501 4.3)? */
static bool ends_in_literal(struct span line, uint64_t *n)
{
    if (!line.n || line.at[line.n - 1] != '}')
        return false;
    ptrdiff_t open = span_find_last(line, '{');
    return open >= 0 && span_number(span_cut(line, (size_t)open + 1, line.n - 1), n);
}

/* Is it our message that the literal, announced at the end of what was read so far, holds? */
static bool is_body(struct span so_far)
{
    ptrdiff_t at = span_find_last(so_far, '{');
    struct span before = span_trim(span_cut(so_far, 0, (size_t)at));
    if (span_ends(before, SPAN("<0>")))
        before.n -= 3;
    return before.n >= 6 &&
           span_equal_nocase(span_cut(before, before.n - 6, before.n), SPAN("BODY[]"));
}

/* Reads one answer with all its literals: the message into body, the rest into line. */
static enum result read_answer(struct imapfetch *fetch, bool *has_body, struct error *error)
{
    struct link *link = fetch->session->link;
    struct span line;
    uint64_t n;
    enum result result;
    str_clear(&fetch->line);
    *has_body = false;
    for (;;) {
        if ((result = link_line(link, &line, error)) != RESULT_OK)
            return result;
        if (fetch->line.n + line.n > LINE_ALL)
            return not_imap(fetch, error);
        str_add(&fetch->line, line);
        struct span so_far = span_of_str(&fetch->line);
        if (!span_starts(so_far, SPAN("* ")) || !ends_in_literal(line, &n))
            return RESULT_OK;
        bool body = is_body(so_far) && !*has_body;
        if (n > (body ? KIND_WHOLE_MAX + 1 : OTHER_LITERAL))
            return link_blame(link,
                              _("the server announces more than was asked for; it is broken, or "
                                "somebody means harm"),
                              error);
        if (body) {
            if (fetch->body.capacity > 2 * KIND_PART)
                str_free(&fetch->body); /* a rare large one leaves no trace */
            str_clear(&fetch->body);
            str_reserve(&fetch->body, (size_t)n);
            *has_body = true;
        }
        struct str waste = {0};
        result = link_bytes(link, (size_t)n, body ? &fetch->body : &waste, error);
        str_free(&waste);
        if (result)
            return result;
    }
}

/* The UID among the items of "* 12 FETCH (UID 34 BODY[]<0> {5})"; 0 where there is none. Strings
 * in quotes are passed over, so that nothing inside them counts. */
static uint32_t find_uid(struct span line)
{
    unsigned depth = 0;
    for (size_t i = 0; i < line.n; i++) {
        char c = line.at[i];
        if (c == '"') {
            while (++i < line.n && line.at[i] != '"')
                if (line.at[i] == '\\')
                    i++;
        } else if (c == '(' || c == '[') {
            depth++;
        } else if ((c == ')' || c == ']') && depth) {
            depth--;
        }
        if (depth != 1 || (c != '(' && c != ' '))
            continue;
        struct span item = span_cut(line, i + 1, line.n);
        if (!span_starts_nocase(item, SPAN("UID ")))
            continue;
        size_t end = 4;
        while (end < item.n && item.at[end] >= '0' && item.at[end] <= '9')
            end++;
        uint64_t uid;
        if (span_number(span_cut(item, 4, end), &uid) && uid <= UINT32_MAX)
            return (uint32_t)uid;
    }
    return 0;
}

/* "BODY[] NIL" and "BODY[] "short"" come without a literal: empty, or gone in between. */
static bool quoted_body(struct imapfetch *fetch)
{
    struct span line = span_of_str(&fetch->line);
    ptrdiff_t at = span_find_nocase(line, SPAN("BODY[]"));
    if (at < 0)
        return false;
    line = span_cut(line, (size_t)at + 6, line.n);
    if (span_starts(line, SPAN("<0>")))
        line = span_cut(line, 3, line.n);
    if (!span_starts(line, SPAN(" \"")))
        return false;
    str_clear(&fetch->body);
    for (size_t i = 2; i < line.n && line.at[i] != '"'; i++) {
        if (line.at[i] == '\\')
            i++;
        if (i < line.n)
            str_add_char(&fetch->body, line.at[i]);
    }
    return true;
}

/* "* 12 FETCH (…)" */
static bool is_fetch(struct span line)
{
    struct span rest = span_cut(line, 2, line.n), number;
    uint64_t waste;
    return span_next(&rest, ' ', &number) && span_number(number, &waste) && rest.at &&
           span_starts_nocase(rest, SPAN("FETCH ("));
}

enum result imapfetch_next(struct imapfetch *fetch, struct error *error)
{
    struct str tag = {0};
    str_addf(&tag, "zw%u ", fetch->number);
    enum result result;
    for (;;) {
        bool has_body;
        if ((result = read_answer(fetch, &has_body, error)) != RESULT_OK)
            break;
        struct span line = span_of_str(&fetch->line);
        if (span_starts(line, span_of_str(&tag))) {
            struct span status = span_cut(line, tag.n, line.n);
            fetch->running = false;
            fetch->refused = !span_starts_nocase(status, SPAN("OK"));
            result = span_starts_nocase(status, SPAN("BAD")) ? not_imap(fetch, error) : RESULT_NO;
            break;
        }
        if (span_starts_nocase(line, SPAN("* BYE"))) {
            result = link_blame(fetch->session->link,
                                _("the server said good-bye in the middle; the next scan goes on "
                                  "from here"),
                                error);
            break;
        }
        if (!span_starts(line, SPAN("* "))) {
            result = not_imap(fetch, error);
            break;
        }
        imapsession_note(fetch->session, line);
        if (!is_fetch(line) || (!has_body && !quoted_body(fetch)))
            continue;
        fetch->uid = find_uid(line);
        /* After a literal of a wrong length the rest is no list any more. */
        if (!fetch->uid || line.at[line.n - 1] != ')')
            result = not_imap(fetch, error);
        break;
    }
    str_free(&tag);
    return result;
}

void imapfetch_free(struct imapfetch *fetch)
{
    str_free(&fetch->line);
    str_free(&fetch->body);
}
