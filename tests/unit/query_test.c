/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "query/query.h"

#define NOW 1795000000 /* 2026-11-18 */
#define DAY 86400

static struct contact_field fields[] = {{SPAN("company"), SPAN("Kowalski Spółka")},
                                        {SPAN("Nr klienta"), SPAN("K-1042")},
                                        {SPAN("empty"), SPAN("")}};

static const struct contact contact = {
    .id = 7,
    .address = SPAN("Anna.Nowak@Łódź.pl"),
    .folded = SPAN("anna.nowak@xn--d-uga0v4h.pl"),
    .name = SPAN("Anna Müller-Strauß"),
    .external_id = SPAN("X99"),
    .tags = SPAN("VIP;nowość;zima 2026"),
    .fields = fields,
    .n = 3,
};

static bool evidence(void *arg, uint32_t scan, const char *mta)
{
    (void)arg;
    return (scan == 0 || scan == 5) && (!mta || span_find(SPAN("mx.wp.pl"), span_of(mta)) >= 0);
}

static const struct query_row row = {
    .contact = &contact,
    .standing = {.state = STATE_INVALID,
                 .reason = REASON_userunknown,
                 .since = NOW - 3 * DAY,
                 .soft = 2,
                 .bounced = NOW - 2 * DAY},
    .corrected = NOW - 10 * DAY,
    .evidence = evidence,
};

static const struct {
    const char *text;
    bool matches;
} table[] = {
    {"", true},
    {"   ", true},
    {"anna", true},
    {"ANNA", true},
    {"lodz", true},
    {"Łódź", true},
    {"łodz", true},
    {"lódz", true},
    {"lódź", true},
    {"łódz.pl", true},
    {"äanna", false},
    {"muller", true},
    {"müller", true},
    {"múller", false},
    {"strauss", true},
    {"strauß", true},
    {"spolka", true},
    {"k-1042", true},
    {"x99", true},
    {"vip", false},
    {"anna kowalski", true},
    {"anna brak", false},
    {"anna -brak", true},
    {"-anna", false},
    {"\"anna muller\"", true},
    {"\"nowak anna\"", false},
    {"an*nowak", true},
    {"nowak*anna", false},
    {"anna*spolka", false},
    {"*", true},
    {"state:invalid", true},
    {"STATE:Invalid", true},
    {"state:active", false},
    {"state:active,invalid", true},
    {"-state:active,invalid", false},
    {"-state:active", true},
    {"reason:userunknown", true},
    {"reason:hostunknown", false},
    {"reason:hostunknown,userunknown", true},
    {"domain:łódź.pl", true},
    {"domain:ŁÓDŹ.PL", true},
    {"domain:xn--d-uga0v4h.pl", true},
    {"domain:.pl", true},
    {"domain:.łódź.pl", true},
    {"domain:pl", false},
    {"domain:lodz.pl", false},
    {"tag:vip", true},
    {"tag:vi", false},
    {"tag:vi*", true},
    {"tag:nowosc", true},
    {"tag:\"zima 2026\"", true},
    {"tag:lato,vip", true},
    {"tag:*", true},
    {"-tag:*", false},
    {"name:anna", true},
    {"name:nowak", false},
    {"field.company:kowal", true},
    {"field.COMPANY:spolka", true},
    {"field.company:anna", false},
    {"field.\"Nr klienta\":1042", true},
    {"\"field.nr klienta\":1042", true},
    {"field.none:*", false},
    {"field.empty:*", false},
    {"since:7d", true},
    {"since:2d", false},
    {"since:2026-11-01", true},
    {"since:2026-11-17", false},
    {"before:2d", true},
    {"before:7d", false},
    {"bounced:yes", true},
    {"bounced:no", false},
    {"bounced:3d", true},
    {"bounced:1d", false},
    {"corrected:yes", true},
    {"corrected:NO", false},
    {"corrected:2w", true},
    {"corrected:1w", false},
    {"scan:5", true},
    {"scan:6", false},
    {"scan:6,5", true},
    {"mta:MX.wp", true},
    {"mta:onet", false},
    {"soft:2", true},
    {"soft:3", false},
    {"id:7", true},
    {"id:8", false},
    {"id:8,7", true},
    {"state:invalid since:7d domain:.pl anna -tag:lato", true},
    {"a\\b", false},
    {"\"a\\\"b\"", false},
};

static void matching(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct query *query;
        struct error error;
        if (query_parse(span_of(table[i].text), NOW, &query, &error) != RESULT_OK)
            fail_msg("%s", error.text);
        if (query_matches(query, &row) != table[i].matches)
            fail_msg("%s: %s", table[i].text, table[i].matches ? "no match" : "a match");
        query_free(query);
    }
}

static void complaints(void **state)
{
    static const struct {
        const char *text;
        const char *sentence;
    } wrongs[] = {
        {"anna stat:invalid",
         "\"anna stat:invalid\": unknown key \"stat\" at column 6; did you mean state:?"},
        {"łódź -domian:x.pl",
         "\"łódź -domian:x.pl\": unknown key \"domian\" at column 7; did you mean domain:?"},
        {"http://x",
         "\"http://x\": unknown key \"http\" at column 1; quotes round it make a word of "
         "it"},
        {"field:x", "\"field:x\": unknown key \"field\" at column 1; did you mean field.X:?"},
        {"state:dead",
         "\"state:dead\": \"dead\" at column 7 is no value of that key; it takes active, "
         "suspect, invalid, complained or blocked"},
        {"state:",
         "\"state:\": nothing at column 7, where a value must be; it takes active, suspect, "
         "invalid, complained or blocked"},
        {"scan:1,x",
         "\"scan:1,x\": \"x\" at column 8 is no value of that key; it takes the number of "
         "a scan"},
        {"a \"b", "\"a \"b\": the quote at column 3 is not closed; it needs another one"},
    };
    static const char *const others[] = {":x",
                                         "-",
                                         "-\"\"",
                                         "state:,invalid",
                                         "since:tomorrow",
                                         "since:2026-13-01",
                                         "bounced:may",
                                         "id:0",
                                         "id:-1",
                                         "soft:x",
                                         "soft:99999999999999999999",
                                         "domain:a b",
                                         "domain:a,",
                                         "domain:a!",
                                         "domain:",
                                         "reason:dead",
                                         "mta:",
                                         "field.:x",
                                         "field.\"\":x",
                                         "id:4294967296",
                                         "name:\"\""};
    struct query *query;
    struct error error;
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        assert_int_equal(query_parse(span_of(wrongs[i].text), NOW, &query, &error), RESULT_USAGE);
        assert_string_equal(error.text, wrongs[i].sentence);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        bool fine = strcmp(others[i], "domain:a b") == 0;
        if ((query_parse(span_of(others[i]), NOW, &query, &error) == RESULT_OK) != fine)
            fail_msg("%s", others[i]);
        if (fine)
            query_free(query);
    }
}

static struct query *parsed(const char *text)
{
    struct query *query = NULL;
    assert_int_equal(query_parse(span_of(text), NOW, &query, NULL), RESULT_OK);
    return query;
}

static void planning(void **state)
{
    static const struct {
        const char *text;
        unsigned needs, states;
        unsigned kinds;
        const char *literal;
        uint32_t id;
    } plans[] = {
        {"", 0, 31, 0, "", 0},
        {"state:invalid", QUERY_STATE, 4, QUERY_OF_STATES, "", 0},
        {"state:invalid -state:invalid", QUERY_STATE, 0, QUERY_OF_STATES, "", 0},
        {"-state:active,blocked", QUERY_STATE, 14, QUERY_OF_STATES, "", 0},
        {"Anna", QUERY_RECORD, 31, QUERY_OF_LITERALS, "anna", 0},
        {"ŁÓdz", QUERY_RECORD, 31, QUERY_OF_OTHERS, "lodz", 0},
        {"a*kowal", QUERY_RECORD, 31, QUERY_OF_OTHERS, "kowal", 0},
        {"-anna", QUERY_RECORD, 31, QUERY_OF_OTHERS, "", 0},
        {"name:anna", QUERY_RECORD, 31, QUERY_OF_OTHERS, "anna", 0},
        {"name:anna,ewa", QUERY_RECORD, 31, QUERY_OF_OTHERS, "", 0},
        {"-name:anna", QUERY_RECORD, 31, QUERY_OF_OTHERS, "", 0},
        {"field.city:lodz", QUERY_RECORD, 31, QUERY_OF_OTHERS, "lodz", 0},
        {"anna state:invalid", QUERY_RECORD | QUERY_STATE, 4, QUERY_OF_LITERALS | QUERY_OF_STATES, "anna", 0},
        {"anna tag:x", QUERY_RECORD | QUERY_TAGS, 31, QUERY_OF_LITERALS | QUERY_OF_TAGS, "anna", 0},
        {"-tag:x,y*", QUERY_TAGS, 31, QUERY_OF_TAGS, "", 0},
        {"domain:a.pl", 0, 31, QUERY_OF_DOMAIN, "", 0},
        {"domain:.a.pl", 0, 31, QUERY_OF_OTHERS, "", 0},
        {"domain:a.pl domain:b.pl", 0, 31, QUERY_OF_DOMAIN | QUERY_OF_OTHERS, "", 0},
        {"reason:manual", QUERY_STANDING, 31, QUERY_OF_OTHERS, "", 0},
        {"mta:x", QUERY_EVIDENCE, 31, QUERY_OF_OTHERS, "", 0},
        {"id:4 anna", QUERY_RECORD, 31, QUERY_OF_LITERALS | QUERY_OF_OTHERS, "anna", 4},
        {"id:4,5", 0, 31, QUERY_OF_OTHERS, "", 0},
        {"-id:4", 0, 31, QUERY_OF_OTHERS, "", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct query *query = parsed(plans[i].text);
        assert_int_equal(query_needs(query), plans[i].needs);
        assert_int_equal(query_states(query), plans[i].states);
        assert_int_equal(query_only_states(query), !(plans[i].kinds & ~(unsigned)QUERY_OF_STATES));
        assert_int_equal(query_kinds(query), plans[i].kinds);
        assert_true(span_equal(query_literal(query, 0), span_of(plans[i].literal)));
        assert_int_equal(query_literal(query, 1).n, 0);
        assert_int_equal(query_id(query), plans[i].id);
        assert_int_equal(query_is_empty(query), i == 0);
        query_free(query);
    }
    struct query *query = parsed("domain:ŁÓDŹ.pl tag:vip,new -tag:x anna");
    assert_true(span_equal(query_domain(query), SPAN("xn--d-uga0v4h.pl")));
    assert_true(query_tags(query, SPAN("old;vip")));
    assert_false(query_tags(query, SPAN("vip;x")));
    assert_false(query_tags(query, SPAN_NONE));
    query_free(query);
}

static void narrowing(void **state)
{
    static const struct {
        const char *wide, *text;
        bool narrows;
    } pairs[] = {
        {"", "anna", true},
        {"ann", "anna", true},
        {"ann", "Joanna", true},
        {"ann", "ANNĄ", true},
        {"łu", "łuk", false}, /* what an accented letter finds is not known from the literal */
        {"lu", "łuk", true},
        {"ann", "-anna", false},
        {"-ann", "-anna", false},
        {"-anna", "-anna ewa", true},
        {"ann", "name:anna", true},
        {"name:ann", "name:anna", false},
        {"a*n", "a*na", false},
        {"anna tag:vip", "tag:vip annab", true},
        {"anna tag:vip", "anna tag:vip,new", false},
        {"state:invalid", "state:invalid x", true},
        {"state:active", "state:active x", false}, /* of a suspect's thirty days the last may end meanwhile */
        {"since:7d", "since:7d x", false},
        {"anna ewa", "anna", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct query *wide = parsed(pairs[i].wide), *query = parsed(pairs[i].text);
        if (query_narrows(query, wide) != pairs[i].narrows)
            fail_msg("%s after %s", pairs[i].text, pairs[i].wide);
        query_free(wide);
        query_free(query);
    }
}

static void toggling(void **state)
{
    static const struct {
        const char *text, *key, *value, *result;
    } toggles[] = {
        {"", "state", "invalid", "state:invalid"},
        {"state:invalid", "state", "invalid", ""},
        {"kowal", "state", "invalid", "kowal state:invalid"},
        {"kowal  ", "state", "invalid", "kowal state:invalid"},
        {"a  state:invalid  b", "state", "suspect", "a  state:invalid,suspect  b"},
        {"a  state:invalid,suspect  b", "state", "invalid", "a  state:suspect  b"},
        {"a  state:invalid  b", "state", "invalid", "a  b"},
        {"state:invalid b", "state", "invalid", "b"},
        {"State:\"Invalid\" b", "state", "invalid", "b"},
        {"-state:invalid b", "state", "invalid", "b state:invalid"},
        {"-state:invalid,active b", "state", "invalid", "-state:active b state:invalid"},
        {"state:a state:b,a", "state", "a", "state:b"},
        {"", "tag", "zima 2026", "tag:\"zima 2026\""},
        {"tag:\"zima 2026\",x", "tag", "zima 2026", "tag:x"},
        {"", "tag", "a\"b", "tag:\"a\\\"b\""},
        {"", "field.Nr klienta", "1", "\"field.Nr klienta\":1"},
        {"domain:łódź.pl", "domain", "xn--d-uga0v4h.pl", ""},
        {"\"open", "state", "invalid", "\"open\" state:invalid"},
        {"tag:\"open", "tag", "b", "tag:\"open\",b"},
    };
    struct str out = {0};
    (void)state;
    for (size_t i = 0; i < sizeof toggles / sizeof *toggles; i++) {
        struct span key = span_of(toggles[i].key), value = span_of(toggles[i].value);
        query_toggle(span_of(toggles[i].text), key, value, &out);
        assert_string_equal(str_text(&out), toggles[i].result);
        assert_int_equal(query_has(span_of_str(&out), key, value),
                         !query_has(span_of(toggles[i].text), key, value));
    }
    query_drop_last(SPAN("a  state:invalid "), &out);
    assert_string_equal(str_text(&out), "a");
    query_drop_last(SPAN("a \"b c"), &out);
    assert_string_equal(str_text(&out), "a");
    query_drop_last(SPAN(""), &out);
    assert_string_equal(str_text(&out), "");
    str_free(&out);
}

static uint64_t seed = 88172645463325252u;

static unsigned chance(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 11) % n;
}

static size_t compose(char *out, size_t room, bool sound)
{
    static const char *const pieces[] = {
        "state:",  "invalid", "suspect",  ",",   "-",         "tag:", "vip",    " ",  "  ",
        "anna",    "*",       "łódź",     "id:", "domain:",   "x.pl", "since:", "7d", "field.a:",
        "\"a b\"", "mta:",    "bounced:", "yes", "o\xCC\x81", "ß",    "soft:",  "3",  "name:"};
    static const char *const rubbish[] = {"\"", "\\", ":", "\xFF", "\n", "\x01", "(", "\xCC"};
    size_t n = 0;
    for (unsigned times = chance(14); times; times--) {
        const char *piece = !sound && chance(4) == 0
                                ? rubbish[chance(sizeof rubbish / sizeof *rubbish)]
                                : pieces[chance(sizeof pieces / sizeof *pieces)];
        size_t length = strlen(piece);
        if (n + length > room)
            break;
        memcpy(out + n, piece, length);
        n += length;
    }
    return n;
}

static void anything_goes_in(void **state)
{
    char bytes[256];
    unsigned good = 0;
    struct str out = {0}, again = {0};
    (void)state;
    for (int i = 0; i < 30000; i++) {
        struct span text = {bytes, compose(bytes, sizeof bytes, false)};
        struct query *query;
        struct error error = {""};
        if (query_parse(text, NOW, &query, &error) == RESULT_OK) {
            good++;
            bool found = query_matches(query, &row);
            /* Only literals say it all: what they say is the result. */
            if (!(query_kinds(query) & ~(unsigned)(QUERY_OF_STATES | QUERY_OF_LITERALS))) {
                bool all = query_states(query) & 1u << row.standing.state;
                struct span literal;
                for (size_t l = 0; (literal = query_literal(query, l)).n; l++) {
                    const struct span texts[] = {contact.address, contact.name, contact.external_id,
                                                 fields[0].value, fields[1].value};
                    bool any = false;
                    for (size_t t = 0; t < 5; t++) {
                        str_clear(&out);
                        utf8_fold(texts[t], &out);
                        any = any || span_find(span_of_str(&out), literal) >= 0;
                    }
                    all = all && any;
                }
                assert_int_equal(found, all);
            }
            query_free(query);
        } else {
            assert_true(error.text[0] && utf8_valid(span_of(error.text)));
        }
        bool had = query_has(text, SPAN("tag"), SPAN("vip"));
        query_toggle(text, SPAN("tag"), SPAN("vip"), &out);
        assert_int_equal(query_has(span_of_str(&out), SPAN("tag"), SPAN("vip")), !had);
        query_drop_last(text, &out);
        assert_true(out.n <= text.n);
    }
    assert_true(good > 3000);
    str_free(&out);
    str_free(&again);
}

static void toggling_twice_is_nothing(void **state)
{
    char bytes[256];
    struct str once = {0}, twice = {0};
    unsigned tried = 0;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct span text = {bytes, compose(bytes, sizeof bytes, true)};
        while (text.n && text.at[text.n - 1] == ' ')
            text.n--;
        if (span_find(text, SPAN("vip")) >= 0)
            continue;
        query_toggle(text, SPAN("tag"), SPAN("vip"), &once);
        query_toggle(span_of_str(&once), SPAN("tag"), SPAN("vip"), &twice);
        if (!span_equal(text, span_of_str(&twice)))
            fail_msg("%.*s: %s: %s", SPAN_ARGS(text), once.at, twice.at);
        tried++;
    }
    assert_true(tried > 3000);
    str_free(&once);
    str_free(&twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matching),         cmocka_unit_test(complaints),
        cmocka_unit_test(planning), cmocka_unit_test(narrowing),
        cmocka_unit_test(toggling),
        cmocka_unit_test(anything_goes_in), cmocka_unit_test(toggling_twice_is_nothing)};
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
