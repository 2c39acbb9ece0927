/* SPDX-License-Identifier: MIT */
#include "config/setting.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "config/shape.h"

static enum result read_text(struct span value, void *place, struct error *error)
{
    char **text = place;
    (void)error;
    free(*text);
    *text = span_copy(value);
    return RESULT_OK;
}

static enum result read_path(struct span value, void *place, struct error *error)
{
    const char *home = getenv("HOME");
    if (!span_starts(value, SPAN("~/")) || !home)
        return read_text(value, place, error);
    struct str path = {0};
    str_add_text(&path, home);
    str_add(&path, span_cut(value, 1, value.n));
    enum result result = read_text(span_of_str(&path), place, error);
    str_free(&path);
    return result;
}

static enum result read_source(struct span value, void *place, struct error *error)
{
    enum result result = shape_source(value, error);
    return result == RESULT_OK ? read_text(value, place, error) : result;
}

static enum result read_address(struct span value, void *place, struct error *error)
{
    enum result result = shape_address(value, false, error);
    return result == RESULT_OK ? read_text(value, place, error) : result;
}

static enum result read_list(struct span value, void *place)
{
    char **text = place;
    struct str all = {0};
    while (value.n && (value.at[value.n - 1] == ',' || value.at[value.n - 1] == ' '))
        value.n--;
    if (*text)
        str_addf(&all, "%s, ", *text);
    str_add(&all, value);
    free(*text);
    *text = str_take(&all);
    return RESULT_OK;
}

static enum result read_senders(struct span value, void *place, struct error *error)
{
    struct span rest = value, item;
    while (rest.at && span_next(&rest, ',', &item))
        if (span_trim(item).n && shape_address(span_trim(item), true, error) != RESULT_OK)
            return RESULT_DATA;
    return read_list(value, place);
}

static enum result read_domains(struct span value, void *place, struct error *error)
{
    struct span rest = value, item;
    while (rest.at && span_next(&rest, ',', &item))
        if (span_trim(item).n && shape_domain(span_trim(item), error) != RESULT_OK)
            return RESULT_DATA;
    return read_list(value, place);
}

static bool is_off(struct span value)
{
    return span_equal_nocase(value, SPAN("off"));
}

static enum result read_age(struct span value, void *place, struct error *error)
{
    int64_t seconds = 0;
    if (!is_off(value) && (!date_span(value, &seconds) || seconds <= 0))
        return error_set(error, RESULT_DATA,
                         _("\"%.*s\" is no length of time, such as 24h or 180d"), SPAN_ARGS(value));
    *(int64_t *)place = seconds;
    return RESULT_OK;
}

static enum result read_date(struct span value, void *place, struct error *error)
{
    if (!date_from_iso(value, place))
        return error_set(error, RESULT_DATA, _("\"%.*s\" is no date, such as 2026-11-21"),
                         SPAN_ARGS(value));
    return RESULT_OK;
}

static enum result read_poll(struct span value, void *place, struct error *error)
{
    int64_t seconds = 0;
    if (!date_span(value, &seconds) || seconds <= 0 || seconds > 86400)
        return error_set(error, RESULT_DATA,
                         _("\"%.*s\" is no length of time up to a day, such as 30s or 5min"),
                         SPAN_ARGS(value));
    *(int64_t *)place = seconds;
    return RESULT_OK;
}

struct rate {
    unsigned *number;
    int64_t *within;
};

/* "20 in 1h", "off" */
static enum result read_rate(struct span value, struct rate rate, const char *example,
                             struct error *error)
{
    uint64_t number = 0;
    int64_t within = 0;
    /* Copied from a manual, quotes come along. */
    if (value.n > 2 && value.at[0] == '"' && value.at[value.n - 1] == '"')
        value = span_cut(value, 1, value.n - 1);
    if (!is_off(value)) {
        ptrdiff_t in = span_find_nocase(value, SPAN(" in "));
        if (in < 0 || !span_number(span_trim(span_cut(value, 0, (size_t)in)), &number) ||
            number == 0 || number > 1000000000 ||
            !date_span(span_trim(span_cut(value, (size_t)in + 4, value.n)), &within) || within <= 0)
            return error_set(error, RESULT_DATA, _("\"%.*s\" is neither off nor like \"%s\""),
                             SPAN_ARGS(value), example);
    }
    *rate.number = (unsigned)number;
    *rate.within = within;
    return RESULT_OK;
}

static enum result read_soft_limit(struct span value, void *place, struct error *error)
{
    struct config *config = place;
    return read_rate(value, (struct rate){&config->soft_limit, &config->soft_within}, "5 in 14d",
                     error);
}

static enum result read_wave(struct span value, void *place, struct error *error)
{
    struct config *config = place;
    return read_rate(value, (struct rate){&config->wave, &config->wave_within}, "20 in 1h", error);
}

/* The index of the word in "a | b | c", -1 with a sentence. */
static int choice(struct span value, const char *words, struct error *error)
{
    struct span rest = span_of(words), word;
    for (int i = 0; span_next(&rest, '|', &word); i++)
        if (span_equal_nocase(value, span_trim(word)))
            return i;
    error_set(error, RESULT_DATA, _("\"%.*s\" is none of %s"), SPAN_ARGS(value), words);
    return -1;
}

static enum result read_suspects(struct span value, void *place, struct error *error)
{
    int i = choice(value, "send | skip", error);
    if (i < 0)
        return RESULT_DATA;
    *(bool *)place = i == 1;
    return RESULT_OK;
}

static enum result read_marking(struct span value, void *place, struct error *error)
{
    int i = choice(value, "on | observe", error);
    if (i < 0)
        return RESULT_DATA;
    *(bool *)place = i == 1;
    return RESULT_OK;
}

static enum result read_trust(struct span value, void *place, struct error *error)
{
    int i = choice(value, "any | ours | verp", error);
    if (i < 0)
        return RESULT_DATA;
    *(enum config_trust *)place = (enum config_trust)i;
    return RESULT_OK;
}

static enum result read_after(struct span value, void *place, struct error *error)
{
    if (!(span_starts_nocase(value, SPAN("move:")) && value.n > 5) &&
        choice(value, "keep | seen | delete | move:FOLDER", error) < 0)
        return RESULT_DATA;
    return read_text(value, place, error);
}

static enum result read_pin(struct span value, void *place, struct error *error)
{
    enum result result = shape_pin(value, error);
    return result == RESULT_OK ? read_text(value, place, error) : result;
}

/* X(section, key, type, initial, meaning, reader, offset, many) */
#define IN_CONFIG(member) offsetof(struct config, member)
#define IN_ACCOUNT(member) offsetof(struct config_account, member)
#define OPTION_TABLE(X)                                                                            \
    X("store", "path", N_("directory"), "$XDG_DATA_HOME/zwrotka",                                  \
      N_("where the store is; shared by a group: directory 2770, files 0660"), read_path,          \
      IN_CONFIG(store_path), false)                                                                \
    X("store", "keep_messages", N_("length of time"), "180d",                                      \
      N_("how long the originals of bounces are kept"), read_age, IN_CONFIG(keep_messages), false) \
    X("account NAME", "source", N_("source"), "",                                                  \
      N_("where bounces are read: imaps://user@host[:port]/Folder, imap://… (STARTTLS or "         \
         "refused), pop3s://…, pop3://… (STLS or refused), maildir:PATH, mbox:PATH, or a path"),   \
      read_source, IN_ACCOUNT(source), false)                                                      \
    X("account NAME", "password_command", N_("command"), "",                                       \
      N_("prints the password; run by sh without a terminal, for 30 s at most (\" ;\" begins a "   \
         "comment)"),                                                                              \
      read_text, IN_ACCOUNT(password_command), false)                                              \
    X("account NAME", "password_file", N_("file"), "",                                             \
      N_("holds the password in its first line; mode 0600"), read_path, IN_ACCOUNT(password_file), \
      false)                                                                                       \
    X("account NAME", "token_command", N_("command"), "",                                          \
      N_("prints an OAuth 2 access token; run as password_command is"), read_text,                 \
      IN_ACCOUNT(token_command), false)                                                            \
    X("account NAME", "ca_file", N_("file"), "",                                                   \
      N_("authorities trusted besides the system's"), read_path, IN_ACCOUNT(ca_file), false)       \
    X("account NAME", "pin", "sha256:HEX", "",                                                     \
      N_("the server's certificate and no other"), read_pin, IN_ACCOUNT(pin), false)               \
    X("account NAME", "after", "keep | seen | delete | move:FOLDER", "keep",                       \
      N_("what becomes of bounces that were read, stored and decided; delete is \"Delete bounce "  \
         "messages from server\""),                                                                \
      read_after, IN_ACCOUNT(after), false)                                                        \
    X("account NAME", "marking", "on | observe", "on",                                             \
      N_("observe: read and report, change nobody"), read_marking, IN_ACCOUNT(observe), false)     \
    X("account NAME", "since", N_("date"), "",                                                     \
      N_("messages older than 2026-11-21, say, or 2026-11-21T12:00:00Z, are left alone for good"), \
      read_date, IN_ACCOUNT(since), false)                                                         \
    X("account NAME", "poll", N_("length of time"), "2min",                                        \
      N_("how often watch looks where nothing tells it of new mail: POP3, files, IMAP without "    \
         "IDLE"),                                                                                  \
      read_poll, IN_ACCOUNT(poll), false)                                                          \
    X("policy", "soft_limit", N_("number in time, or off"), "off",                                 \
      N_("more soft bounces than that make a suspect, as in \"5 in 14d\""), read_soft_limit, 0,    \
      false)                                                                                       \
    X("policy", "suspects", "send | skip", "send", N_("may suspects be mailed?"), read_suspects,   \
      IN_CONFIG(skip_suspects), false)                                                             \
    X("policy", "max_age", N_("length of time, or off"), "off",                                    \
      N_("older bounces are evidence only"), read_age, IN_CONFIG(max_age), false)                  \
    X("policy", "wave", N_("number in time, or off"), "20 in 1h",                                  \
      N_("more hard bounces than that, and far more than usual, from one domain or server are "    \
         "held for review"),                                                                       \
      read_wave, 0, false)                                                                         \
    X("policy", "trust", "any | ours | verp", "any",                                               \
      N_("which bounces count: any, those of our own mail (by itself once [senders] names "        \
         "anybody), those with a signed return path"),                                             \
      read_trust, IN_CONFIG(trust), false)                                                         \
    X("policy", "max_silence", N_("length of time"), "24h",                                        \
      N_("a last good scan older than that is trouble (status, the screen's head line)"),          \
      read_age, IN_CONFIG(max_silence), false)                                                     \
    X("senders", "addresses", N_("addresses"), "",                                                 \
      N_("what our mail is sent from, with commas between; * as in *@mail.example.com"),           \
      read_senders, IN_CONFIG(senders), true)                                                      \
    X("verp", "address", N_("address"), "",                                                        \
      N_("signed return paths are made of it: b+TOKEN@…; see `zwrotka verp --help`"), read_address,                \
      IN_CONFIG(verp_address), false)                                                              \
    X("postfix", "map", N_("file"), "",                                                            \
      N_("the suppression map of the mail server, without its .lmdb; see `zwrotka publish "        \
         "--help`"),                                                                               \
      read_path, IN_CONFIG(map), false)                                                            \
    X("postfix", "own_domains", N_("domains"), "",                                                 \
      N_("domains of our own, with commas between; never written to the map"), read_domains,       \
      IN_CONFIG(own_domains), true)

const struct config_option config_options[] = {
#define X(section, key, type, initial, meaning, reader, offset, many)                              \
    {section, key, type, initial, meaning},
    OPTION_TABLE(X)
#undef X
};

const struct setting settings[] = {
#define X(section, key, type, initial, meaning, reader, offset, many) {reader, offset, many},
    OPTION_TABLE(X)
#undef X
};

const size_t config_option_count = sizeof config_options / sizeof *config_options;
