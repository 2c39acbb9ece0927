/* SPDX-License-Identifier: MIT */
#include "send/mailhost.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/select.h>

#include "base/alloc.h"
#include "base/text.h"

enum { TRY_MS = 2000, TRIES = 3 };

struct mailhost {
    ares_channel channel;
    char *domain;
    bool done;
    enum mailhost_answer answer;
    char *host;
};

static void conclude(struct mailhost *mailhost, enum mailhost_answer answer)
{
    mailhost->answer = answer;
    mailhost->done = true;
}

static void address_came(void *arg, int status, int timeouts, struct hostent *host)
{
    (void)timeouts;
    if (status == ARES_EDESTRUCTION)
        return;
    if (status == ARES_SUCCESS && host->h_addr_list[0])
        conclude(arg, MAILHOST_ADDRESS);
    else if (status == ARES_ENODATA || status == ARES_ENOTFOUND)
        conclude(arg, MAILHOST_NOTHING);
    else
        conclude(arg, MAILHOST_UNKNOWN);
}

/* The best of them; a single "." is RFC 7505's "no mail". */
static void take_best(struct mailhost *mailhost, const struct ares_mx_reply *replies)
{
    const struct ares_mx_reply *best = replies;

    for (const struct ares_mx_reply *reply = replies; reply; reply = reply->next)
        if (reply->priority < best->priority)
            best = reply;
    bool null = !best->host[0] || (best->host[0] == '.' && !best->host[1]);
    if (!null)
        mailhost->host = alloc_text(best->host);
    conclude(mailhost, null ? MAILHOST_NULL : MAILHOST_MX);
}

static void mx_came(void *arg, int status, int timeouts, unsigned char *bytes, int n)
{
    struct mailhost *mailhost = arg;
    struct ares_mx_reply *replies = NULL;

    (void)timeouts;
    if (status == ARES_EDESTRUCTION)
        return;
    if (status == ARES_SUCCESS)
        status = ares_parse_mx_reply(bytes, n, &replies);
    if (status == ARES_SUCCESS && replies)
        take_best(mailhost, replies);
    else if (status == ARES_ENOTFOUND)
        conclude(mailhost, MAILHOST_NONE);
    else if (status == ARES_ENODATA || status == ARES_SUCCESS)
        ares_gethostbyname(mailhost->channel, mailhost->domain, AF_UNSPEC, address_came, mailhost);
    else
        conclude(mailhost, MAILHOST_UNKNOWN);
    if (replies)
        ares_free_data(replies);
}

static bool library_ready(void)
{
    static bool tried, ready;

    if (!tried)
        ready = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
    tried = true;
    return ready;
}

enum result mailhost_start(struct span domain, struct mailhost **out, struct error *error)
{
    struct ares_options options = {.timeout = TRY_MS, .tries = TRIES,
                                   .flags = ARES_FLAG_NOSEARCH, .lookups = (char *)"b"};
    struct mailhost *mailhost = alloc_zero(1, sizeof *mailhost);
    const char *servers = getenv("ZWROTKA_DNS");

    if (!library_ready() ||
        ares_init_options(&mailhost->channel, &options,
                          ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS |
                              ARES_OPT_LOOKUPS) != ARES_SUCCESS) {
        free(mailhost);
        return error_set(error, RESULT_UNREACHABLE, "%s", _("the DNS cannot be asked from here"));
    }
    if (servers)
        ares_set_servers_ports_csv(mailhost->channel, servers);
    mailhost->domain = span_copy(domain);
    ares_query(mailhost->channel, mailhost->domain, ns_c_in, ns_t_mx, mx_came, mailhost);
    *out = mailhost;
    return RESULT_OK;
}

bool mailhost_done(struct mailhost *mailhost)
{
    fd_set readable, writable;
    struct timeval none = {0, 0};

    if (mailhost->done)
        return true;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    int n = ares_fds(mailhost->channel, &readable, &writable);
    if (n && select(n, &readable, &writable, NULL, &none) < 0) {
        FD_ZERO(&readable);
        FD_ZERO(&writable);
    }
    ares_process(mailhost->channel, &readable, &writable);
    return mailhost->done;
}

enum mailhost_answer mailhost_answer(const struct mailhost *mailhost, const char **host)
{
    *host = mailhost->host ? mailhost->host : "";
    return mailhost->answer;
}

void mailhost_free(struct mailhost *mailhost)
{
    if (!mailhost)
        return;
    ares_destroy(mailhost->channel);
    free(mailhost->domain);
    free(mailhost->host);
    free(mailhost);
}

void mailhost_words(const struct mailhost *mailhost, struct str *out)
{
    static const char *const words[] = {
        [MAILHOST_MX] = N_("takes mail"),
        [MAILHOST_ADDRESS] = N_("no MX, but an address: may take mail"),
        [MAILHOST_NULL] = N_("says that it takes no mail (null MX)"),
        [MAILHOST_NOTHING] = N_("has no mail server"),
        [MAILHOST_NONE] = N_("no such domain"),
        [MAILHOST_UNKNOWN] = N_("the DNS gave no answer"),
    };

    str_add_text(out, _(words[mailhost->answer]));
    if (mailhost->host)
        str_addf(out, " (%s)", mailhost->host);
}
