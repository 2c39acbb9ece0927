/* SPDX-License-Identifier: MIT */
#include "screen/dns.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/utf8.h"
#include "contact/address.h"
#include "screen/session.h"
#include "send/mailhost.h"

void dns_free(struct dns *dns)
{
    for (int i = 0; i < 2; i++) {
        mailhost_free(dns->asked[i]);
        free(dns->domain[i]);
    }
    *dns = (struct dns){0};
}

bool dns_runs(const struct dns *dns)
{
    return dns->asked[0] != NULL;
}

static bool start(struct session *session, int i, struct span domain)
{
    struct str shown = {0};
    struct error error;

    if (mailhost_start(domain, &session->dns.asked[i], &error) != RESULT_OK) {
        session_complain(session, "%s", error.text);
        return false;
    }
    address_domain_unicode(domain, &shown);
    session->dns.domain[i] = str_take(&shown);
    return true;
}

void dns_ask(struct session *session, struct span domain, struct span meant)
{
    dns_free(&session->dns);
    if (!domain.n || !start(session, 0, domain) ||
        (meant.n && !start(session, 1, meant))) {
        dns_free(&session->dns);
        return;
    }
    session_say(session, _("asking the DNS about %s…"), session->dns.domain[0]);
}

void dns_poll(struct session *session)
{
    struct dns *dns = &session->dns;
    struct str text = {0}, clean = {0};
    bool all = true;

    for (int i = 0; i < 2 && dns->asked[i]; i++)
        all &= mailhost_done(dns->asked[i]);
    if (!dns_runs(dns) || !all)
        return;
    for (int i = 0; i < 2 && dns->asked[i]; i++) {
        str_addf(&text, i ? ";  %s: " : "%s: ", dns->domain[i]);
        mailhost_words(dns->asked[i], &text);
    }
    utf8_visible(span_of_str(&text), &clean); /* a server's name is what somebody sends */
    session_say(session, "%s", str_text(&clean));
    dns_free(dns);
    str_free(&text);
    str_free(&clean);
}
