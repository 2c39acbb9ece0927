/* SPDX-License-Identifier: MIT
 *
 * Real messages with their labels (tests/data: corpus, servers, negatives, forms): every hard verdict right,
 * everybody named, nobody else; whatever is cut off or dropped, no hard verdict comes of it; mangled
 * at random, nothing crashes.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "bounce/bounce.h"

struct label {
    char file[80], address[200], verdict[12];
    bool named;
};

/* Labels that we do not follow, and why. */
static const struct {
    const char *file, *why;
} exempt[] = {
    {"lhost-apachejames-01.eml", "the label lacks a digit of the address"},
    {"lhost-v5sendmail-01.eml", "the label is cut short"},
    {"lhost-postfix-80.eml", "the sender's domain is listed: that is not the recipient's fault"},
};

static bool is_exempt(const char *file)
{
    for (size_t i = 0; i < sizeof exempt / sizeof *exempt; i++)
        if (strcmp(exempt[i].file, file) == 0)
            return true;
    return false;
}

static const char *top(void)
{
    const char *top = getenv("abs_top_srcdir");
    return top ? top : ".";
}

static struct span load(const char *set, const char *name)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/tests/data/%s/messages/%s", top(), set, name);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    size_t n = (size_t)ftell(file);
    rewind(file);
    char *bytes = alloc(n);
    assert_int_equal(fread(bytes, 1, n, file), n);
    fclose(file);
    return (struct span){bytes, n};
}

static bool among(const char *either, const char *address)
{
    size_t n = strlen(address);
    for (const char *at = either; n && *at;) {
        size_t length = strcspn(at, "|");
        if (length == n && strncasecmp(at, address, n) == 0)
            return true;
        at += length + (at[length] == '|');
    }
    return false;
}

static struct label *labels_of(const char *set, size_t *n)
{
    char path[1000], line[1000];
    snprintf(path, sizeof path, "%s/tests/data/%s/labels.tsv", top(), set);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    struct label *labels = NULL;
    size_t capacity = 0;
    *n = 0;
    while (fgets(line, sizeof line, file)) {
        ALLOC_GROW(labels, *n, capacity);
        struct label *label = &labels[*n];
        *label = (struct label){.named = false};
        if (sscanf(line, "messages/%79[^\t]\t%199[^\t]\t%11[^\t]", label->file, label->address,
                   label->verdict) == 3)
            ++*n;
    }
    fclose(file);
    return labels;
}

static size_t complain(const char *file, const char *what, const char *address)
{
    print_message("# %s: %s %s\n", file, what, address);
    return 1;
}

static size_t compare(const char *set, struct label *labels, size_t n, const char *file)
{
    struct span message = load(set, file);
    struct bounce *bounce = bounce_decode(message, NULL);
    size_t wrong = 0;
    for (size_t i = 0; i < bounce->n; i++) {
        const struct bounce_recipient *r = &bounce->recipients[i];
        struct label *mine = NULL;
        for (size_t k = 0; k < n; k++)
            if (strcmp(labels[k].file, file) == 0 &&
                (among(labels[k].address, r->address) || among(labels[k].address, r->original)))
                mine = &labels[k];
        if (!mine) {
            wrong += complain(file, "names", r->address);
            continue;
        }
        mine->named = true;
        bool hard = r->verdict == VERDICT_HARD, want = strcmp(mine->verdict, "hard") == 0;
        if (*mine->verdict != '?' && hard != want)
            wrong += complain(file, hard ? "condemns" : "excuses", r->address);
        if (*mine->verdict == 'c' && r->verdict != VERDICT_COMPLAINT)
            wrong += complain(file, "sees no complaint of", r->address);
    }
    for (size_t k = 0; k < n; k++)
        if (strcmp(labels[k].file, file) == 0 && labels[k].address[0] != '-' && !labels[k].named)
            wrong += complain(file, "does not name", labels[k].address);
    bounce_free(bounce);
    free((char *)message.at);
    return wrong;
}

static void check_set(const char *set)
{
    size_t n, wrong = 0, files = 0;
    struct label *labels = labels_of(set, &n);
    for (size_t i = 0; i < n; i++) {
        if ((i && strcmp(labels[i].file, labels[i - 1].file) == 0) || is_exempt(labels[i].file))
            continue;
        wrong += compare(set, labels, n, labels[i].file);
        files++;
    }
    free(labels);
    assert_true(files > 20);
    assert_int_equal(wrong, 0);
}

static void corpus(void **state)
{
    (void)state;
    check_set("corpus");
}

static void servers(void **state)
{
    (void)state;
    check_set("servers");
}

static void forms(void **state)
{
    (void)state;
    check_set("forms");
}

static void negatives(void **state)
{
    (void)state;
    check_set("negatives");
}

/* ---- cut and dropped */

static bool condemns(const struct bounce *bounce, const char *address)
{
    for (size_t i = 0; i < bounce->n; i++)
        if (bounce->recipients[i].verdict == VERDICT_HARD &&
            (strcasecmp(bounce->recipients[i].address, address) == 0 ||
             strcasecmp(bounce->recipients[i].original, address) == 0))
            return true;
    return false;
}

static size_t no_more_than(const struct bounce *whole, struct span part, const char *name,
                           const char *how, size_t at)
{
    size_t wrong = 0;
    struct bounce *bounce = bounce_decode(part, NULL);
    for (size_t i = 0; i < bounce->n; i++)
        if (bounce->recipients[i].verdict == VERDICT_HARD &&
            !condemns(whole, bounce->recipients[i].address) &&
            !condemns(whole, bounce->recipients[i].original)) {
            print_message("# %s %s at %zu\n", name, how, at);
            wrong += complain(name, "then condemns", bounce->recipients[i].address);
        }
    bounce_free(bounce);
    return wrong;
}

static size_t maim(const char *set, const char *name)
{
    /* what condemns and what excuses stand on two lines: with one gone the other counts */
    static const char *const torn[] = {"rfc3464-01.eml",
                                       "r2-rfc3464-powermta-03.eml",
                                       "r2-dma-05.eml",
                                       "r4-mailru-quoted-full.eml",
                                       "r4-sendgrid-quota-odd.eml",
                                       "r4-facebook-rcp-p1.eml",
                                       "r4-gmail-new-ru-rate.eml"};
    for (size_t i = 0; i < sizeof torn / sizeof *torn; i++)
        if (strcmp(name, torn[i]) == 0)
            return 0;
    if (strncmp(name, "quoted-", 7) == 0) /* one sentence tells that it is */
        return 0;
    struct span message = load(set, name);
    struct bounce *whole = bounce_decode(message, NULL);
    char *copy = alloc(message.n);
    size_t wrong = 0;
    for (size_t n = 0; n < message.n; n += 64) {
        /* of the very size, so that a sanitizer sees each byte read too much */
        char *exact = alloc_bytes(message.at, n);
        wrong += no_more_than(whole, (struct span){exact, n}, name, "cut", n);
        free(exact);
    }
    for (size_t at = 0; at < message.n;) {
        const char *lf = memchr(message.at + at, '\n', message.n - at);
        size_t next = lf ? (size_t)(lf - message.at) + 1 : message.n;
        memcpy(copy, message.at, at);
        memcpy(copy + at, message.at + next, message.n - next);
        wrong += no_more_than(whole, (struct span){copy, message.n - (next - at)}, name,
                              "without a line", at);
        at = next;
    }
    free(copy);
    bounce_free(whole);
    free((char *)message.at);
    return wrong;
}

static size_t for_each(const char *set, size_t (*act)(const char *set, const char *name))
{
    char path[1000];
    snprintf(path, sizeof path, "%s/tests/data/%s/messages", top(), set);
    DIR *directory = opendir(path);
    assert_non_null(directory);
    size_t wrong = 0;
    for (struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.')
            wrong += act(set, entry->d_name);
    closedir(directory);
    return wrong;
}

static void maimed(void **state)
{
    (void)state;
    size_t wrong = for_each("corpus", maim) + for_each("servers", maim) + for_each("forms", maim) + for_each("negatives", maim);
    assert_int_equal(wrong, 0);
}

/* ---- mangled */

static uint64_t seed = 88172645463325252u;

static size_t chance(size_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)(seed >> 11) % n;
}

static time_t stop;

static size_t mangle(const char *set, const char *name)
{
    static const char *const pieces[] = {
        "\n\n", "\n--", "@", "<a@b.pl>", ":", "=?utf-8?q?", "\0", "\r", "\x1B$B", "550 5.1.1 ", "(",
        "\"", "Content-Type: message/rfc822\n\n", "Final-Recipient: rfc822; a@b.pl\n", ">>> RCPT TO:<",
        "Content-Transfer-Encoding: base64\n", "\xFF\xFE", "%", ";", "&#x", "<", "{", "*",
    };
    if (time(NULL) > stop)
        return 0;
    struct span message = load(set, name);
    for (size_t round = 0; round < 12; round++) {
        struct str s = {0};
        str_add(&s, message);
        for (size_t i = 0; i <= round && s.n > 1; i++) {
            size_t at = chance(s.n);
            const char *piece = pieces[chance(sizeof pieces / sizeof *pieces)];
            size_t n = *piece ? strlen(piece) : 1;
            if (chance(3) == 0)
                s.at[at] = (char)chance(256);
            else if (at + n < s.n)
                memcpy(s.at + at, piece, n);
        }
        char *exact = alloc_bytes(s.at, s.n);
        struct bounce *bounce = bounce_decode((struct span){exact, s.n}, NULL);
        for (size_t i = 0; i < bounce->n; i++)
            assert_true(bounce->recipients[i].verdict != VERDICT_NONE && *bounce->recipients[i].address);
        bounce_free(bounce);
        free(exact);
        str_free(&s);
    }
    free((char *)message.at);
    return 0;
}

static void mangled(void **state)
{
    (void)state;
    stop = time(NULL) + 5;
    for_each("corpus", mangle);
    for_each("servers", mangle);
    for_each("negatives", mangle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corpus), cmocka_unit_test(servers), cmocka_unit_test(negatives),
        cmocka_unit_test(forms),
        cmocka_unit_test(maimed), cmocka_unit_test(mangled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
