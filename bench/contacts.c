/* SPDX-License-Identifier: MIT
 *
 * contacts N: a CSV of N contacts on standard output, the same for every run, as a list looks that grew by
 * people signing up: addresses in no order, each once, some 75 bytes a row. Columns: address, name, company,
 * phone, tags, city, customer.
 *
 * Row i takes number j = shuffled(i) of a list that is never written down: a given name with a family name,
 * and, for those two, one of its slots. A slot stands for a provider and the count of those before it at that
 * provider, which makes the form of the local part and the number behind it; so no two rows are alike.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

enum { LANGUAGES = sizeof languages / sizeof *languages, NAMES_MAX = 4096, PAIRS_MAX = 400000, SHARES = 100,
       GROUP = 64, WORDS_MAX = 64, COMPANY_ROWS = 20 };

struct name {
    char shown[24], plain[24]; /* as people write it, and in an address */
    unsigned language;
    unsigned rank; /* of a given name: how many of its language before it have its initial */
};

static struct name given[NAMES_MAX], family[NAMES_MAX];
static unsigned givens, families;
/* Commoner family names stand for several pairs, told apart by `copy`. */
static struct pair {
    uint16_t given, family;
    uint8_t copy;
} pairs[PAIRS_MAX];
static uint64_t pairs_n, count;
static unsigned share[SHARES], share_nth[SHARES]; /* the provider, and which of its shares this is */
static char cities[LANGUAGES][WORDS_MAX][24], trades[LANGUAGES][WORDS_MAX][24];
static unsigned cities_n[LANGUAGES], trades_n[LANGUAGES];

static char row[1024], *out;

static uint64_t mix(uint64_t z)
{
    z += 0x9E3779B97F4A7C15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* Each number below `count` once, in no order: a Feistel network, walked until it is below. */
static uint64_t shuffled(uint64_t i)
{
    unsigned half = 1;
    while (count > UINT64_C(1) << 2 * half)
        half++;
    uint64_t mask = (UINT64_C(1) << half) - 1;
    do {
        for (uint64_t round = 0; round < 4; round++) {
            uint64_t low = i & mask;
            i = low << half | ((i >> half ^ mix(low << 3 | round)) & mask);
        }
    } while (i >= count);
    return i;
}

/* ---- names */

static void make_plain(const char *shown, char *plain)
{
    static const char *const letters[] = {
        "ąa", "ćc", "ęe", "łl", "ńn", "óo", "śs", "źz", "żz", "äae", "öoe", "üue", "ßss", "áa", "čc", "ďd", "ée",
        "ěe", "íi", "ňn", "řr", "šs", "ťt", "úu", "ůu", "ýy", "žz", "çc", "èe", "êe", "ëe", "ïi", "îi", "ôo", "åa",
        "øo", "æae", "ðd", "âa", "ĽL", "ŁL", "ŚS", "ŻZ", "ŹZ", "ÖOE", "ÜUE", "ÄAE", "ČC", "ŘR", "ŠS", "ŽZ", "ÉE",
        "ÅA", "ØO", "ÞTH", "ĆC"};
    while (*shown) {
        const char *to = NULL;
        for (size_t i = 0; i < sizeof letters / sizeof *letters && !to; i++)
            if (memcmp(shown, letters[i], 2) == 0)
                to = letters[i] + 2;
        shown += to ? 2 : 1;
        for (to = to ? to : (char[]){shown[-1], '\0'}; *to; to++)
            *plain++ = *to >= 'A' && *to <= 'Z' ? (char)(*to | 0x20) : *to;
    }
    *plain = '\0';
}

static const char *next_word(const char *at, char word[24])
{
    size_t n = strcspn(at, " ");
    memcpy(word, at, n);
    word[n] = '\0';
    return at + n + (at[n] == ' ');
}

static bool has(const struct name *names, unsigned n, const char *plain, int language)
{
    for (unsigned i = 0; i < n; i++)
        if ((language < 0 || names[i].language == (unsigned)language) && strcmp(names[i].plain, plain) == 0)
            return true;
    return false;
}

static void add_name(struct name *names, unsigned *n, const struct name *name)
{
    if (*n == NAMES_MAX)
        abort();
    names[(*n)++] = *name;
}

/* Given names once a language, family names once in all and none that is a given name: then an address says
 * which two they are. */
static void read_names(void)
{
    struct name name;
    for (name.language = 0; name.language < LANGUAGES; name.language++) {
        unsigned initials[256] = {0};
        for (const char *at = languages[name.language].given; *at;) {
            at = next_word(at, name.shown);
            make_plain(name.shown, name.plain);
            if (has(given, givens, name.plain, (int)name.language))
                continue;
            name.rank = initials[(unsigned char)name.plain[0]]++;
            add_name(given, &givens, &name);
        }
        for (const char *at = languages[name.language].cities; *at; cities_n[name.language]++)
            at = next_word(at, cities[name.language][cities_n[name.language]]);
        for (const char *at = languages[name.language].trades; *at; trades_n[name.language]++)
            at = next_word(at, trades[name.language][trades_n[name.language]]);
    }
    for (name.language = 0; name.language < LANGUAGES; name.language++)
        for (const char *at = languages[name.language].family; *at;) {
            at = next_word(at, name.shown);
            make_plain(name.shown, name.plain);
            if (!has(given, givens, name.plain, -1) && !has(family, families, name.plain, -1))
                add_name(family, &families, &name);
        }
}

static void make_pairs(void)
{
    unsigned nth = 0;
    for (unsigned f = 0; f < families; f++) {
        nth = f && family[f].language == family[f - 1].language ? nth + 1 : 0;
        for (unsigned g = 0; g < givens; g++)
            for (unsigned copy = 0; given[g].language == family[f].language && copy < (nth < 8 ? 8 : nth < 30 ? 3 : 1);
                 copy++) {
                if (pairs_n == PAIRS_MAX)
                    abort();
                pairs[pairs_n++] = (struct pair){(uint16_t)g, (uint16_t)f, (uint8_t)copy};
            }
    }
}

static void make_shares(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < sizeof providers / sizeof *providers; i++)
        for (unsigned k = 0; k < providers[i].weight; k++, n++) {
            share[n] = i;
            share_nth[n] = k;
        }
    if (n != SHARES)
        abort();
}

/* ---- writing */

static void add(const char *text)
{
    size_t n = strlen(text);
    memcpy(out, text, n);
    out += n;
}

static void add_number(uint64_t number, int digits)
{
    char text[20];
    int n = 0;
    do
        text[n++] = (char)('0' + number % 10);
    while ((number /= 10) || n < digits);
    while (n)
        *out++ = text[--n];
}

/* Women's names in -a have -ska for -ski in Poland. */
static void add_family(const struct name *name, const struct name *whose, bool plain)
{
    const char *text = plain ? name->plain : name->shown, *first = whose->plain;
    size_t n = strlen(text);
    add(text);
    if (name->language == 0 && first[strlen(first) - 1] == 'a' &&
        (strcmp(text + n - 3, "ski") == 0 || strcmp(text + n - 3, "cki") == 0))
        out[-1] = 'a';
}

/* ---- companies: a long tail, a twentieth as many as contacts */

/* A company of the q-th part; no other part has it. */
static uint64_t company_of(uint64_t hash, uint64_t q)
{
    uint64_t groups = count / COMPANY_ROWS / GROUP + 1;
    double part = (double)(hash >> 11) / (double)(UINT64_C(1) << 53);
    return (uint64_t)((double)groups * part * part * part) * GROUP + q % GROUP;
}

struct company {
    const struct name *name, *partner; /* partner NULL: by trade */
    const char *trade;
    uint64_t number; /* 0: none */
};

static struct company company_at(uint64_t c)
{
    struct company company = {.name = &family[c % families]};
    uint64_t b = c / families;
    unsigned n = trades_n[company.name->language];
    company.number = b / (n + families);
    b %= n + families;
    if (b < n)
        company.trade = trades[company.name->language][b];
    else
        company.partner = &family[(b - n + c * 7) % families];
    return company;
}

static void add_lower(const char *text)
{
    char plain[48];
    make_plain(text, plain);
    add(plain);
}

static void add_company_domain(const struct company *company)
{
    add(company->name->plain);
    *out++ = '-';
    add_lower(company->partner ? company->partner->plain : company->trade);
    if (company->number)
        add_number(company->number, 0);
    *out++ = '.';
    add(languages[company->name->language].domain);
}

static void add_company(const struct company *company, uint64_t hash)
{
    if (company->partner) {
        bool quoted = hash % 8 == 0;
        add(quoted ? "\"" : "");
        add(company->name->shown);
        add(quoted ? ", " : " & ");
        add(company->partner->shown);
        add(quoted ? "\"" : "");
    } else {
        add(company->trade);
        *out++ = ' ';
        add(company->name->shown);
    }
    if (company->number) {
        *out++ = ' ';
        add_number(company->number, 0);
    }
}

/* ---- rows */

enum { FORMS = 5, F_LAST = 3 };
static const struct {
    bool turned;
    char between; /* 0: nothing */
} forms[FORMS] = {{false, '.'}, {false, 0}, {true, '.'}, {false, '.'}, {false, '_'}};

static void add_local(const struct pair *pair, uint64_t form, uint64_t number)
{
    const struct name *first = &given[pair->given], *last = &family[pair->family];
    if (form == F_LAST) { /* whose initial it is, the number says */
        number = number * GROUP + first->rank;
        *out++ = first->plain[0];
    } else if (!forms[form].turned) {
        add(first->plain);
    } else {
        add_family(last, first, true);
    }
    if (forms[form].between)
        *out++ = forms[form].between;
    if (forms[form].turned)
        add(first->plain);
    else
        add_family(last, first, true);
    if (number) /* two digits, then four, each once, and not by size */
        add_number(number < 100     ? (number * 37 + pair->family) % 100
                   : number < 10000 ? 100 + (number * 1987 + pair->family) % 9900
                                    : number,
                   number < 100 ? 2 : 1);
}

static void add_row(uint64_t i)
{
    uint64_t j = shuffled(i), hash = mix(j ^ UINT64_C(0xC0FFEE)), r = j / pairs_n;
    const struct pair *pair = &pairs[j % pairs_n];
    const struct name *first = &given[pair->given], *last = &family[pair->family];
    unsigned language = last->language;
    /* copies of a pair share out its slots */
    r += pair->copy * (count / pairs_n + 1);
    unsigned slot = (unsigned)((r * 37 + mix(pair->given * 4096u + pair->family)) % SHARES);
    /* no other row of the pair has this one at this provider, or, of a company, in this part of them */
    uint64_t nth = share_nth[slot] + r / SHARES * providers[share[slot]].weight;
    uint64_t form = nth + mix(pair->given * 4099u + pair->family);
    const char *domain = providers[share[slot]].domain;
    struct company company = company_at(company_of(mix(hash), nth));
    char *address = out = row;
    add_local(pair, form % FORMS, domain ? nth / FORMS : nth / GROUP);
    if (hash % 64 == 0)
        *address = (char)(*address & ~0x20);
    *out++ = '@';
    if (domain)
        add(domain);
    else
        add_company_domain(&company);
    *out++ = ',';
    add(first->shown);
    *out++ = ' ';
    add_family(last, first, false);
    *out++ = ',';
    if (!domain || (hash >> 8) % 16 == 0)
        add_company(&company, hash >> 12);
    *out++ = ',';
    if ((hash >> 16) % 16 < 7) {
        add(languages[language].dial);
        *out++ = ' ';
        add_number(100000000 + (hash >> 20) % 900000000, 9);
    }
    *out++ = ',';
    add(tags[(hash >> 40) % (sizeof tags / sizeof *tags)]);
    *out++ = ',';
    add(cities[language][(hash >> 48) % cities_n[language]]);
    add(",K-");
    add_number(i, 0);
    *out++ = '\n';
}

int main(int argc, char **argv)
{
    count = argc == 2 ? strtoull(argv[1], NULL, 10) : 0;
    if (!count) {
        fprintf(stderr, "usage: contacts N\n");
        return 64;
    }
    static char buffer[1 << 20];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    read_names();
    make_pairs();
    make_shares();
    puts("address,name,company,phone,tags,city,customer");
    for (uint64_t i = 0; i < count; i++) {
        add_row(i);
        fwrite(row, 1, (size_t)(out - row), stdout);
    }
    return fflush(stdout) == 0 ? 0 : 74;
}
