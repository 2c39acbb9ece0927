/* SPDX-License-Identifier: MIT
 *
 * contacts N: a CSV of N contacts on standard output, the same for every run: address, name, company,
 * phone, tags, city, customer number. Seven in ten have an address at a provider, the rest at one of
 * N / 20 companies.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const first[][2] = {
    {"Anna", "anna"},           {"Łukasz", "lukasz"},   {"Małgorzata", "malgorzata"},
    {"Piotr", "piotr"},         {"Katarzyna", "kasia"}, {"Paweł", "pawel"},
    {"Agnieszka", "agnieszka"}, {"Jürgen", "juergen"},  {"Marie", "marie"},
    {"Krzysztof", "krzysztof"}, {"Zofia", "zofia"},     {"Jan", "jan"},
    {"Ewa", "ewa"},             {"Søren", "soren"},     {"Tomasz", "tomasz"},
    {"Barbara", "barbara"}};
static const char *const last[][2] = {
    {"Nowak", "nowak"},       {"Kowalska", "kowalska"}, {"Wiśniewski", "wisniewski"},
    {"Wójcik", "wojcik"},     {"Kamińska", "kaminska"}, {"Lewandowski", "lewandowski"},
    {"Zielińska", "zielinska"}, {"Müller", "mueller"},  {"Szymański", "szymanski"},
    {"Woźniak", "wozniak"},   {"Dąbrowska", "dabrowska"}, {"Kozłowski", "kozlowski"},
    {"Jankowska", "jankowska"}, {"Smith", "smith"},     {"Krawczyk", "krawczyk"},
    {"Żak", "zak"}};
static const char *const provider[] = {"gmail.com", "wp.pl",   "onet.pl",   "o2.pl",
                                       "interia.pl", "gmail.com", "outlook.com", "gmx.de"};
static const char *const city[] = {"Łódź",    "Kraków", "Warszawa", "Gdańsk", "Poznań",
                                   "Wrocław", "Berlin", "Olsztyn"};
static const char *const tags[] = {"", "vip", "newsletter", "newsletter;2026", "targi", "", "partner", ""};

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u); /* splitmix64 */
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

int main(int argc, char **argv)
{
    uint64_t n = argc == 2 ? strtoull(argv[1], NULL, 10) : 0, state = 1;
    if (!n) {
        fprintf(stderr, "usage: contacts N\n");
        return 64;
    }
    static char buffer[1 << 20];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    puts("address,name,company,phone,tags,city,customer");
    for (uint64_t i = 0; i < n; i++) {
        uint64_t r = next(&state);
        const char *const *given = first[r % COUNT(first)], *const *family = last[(r >> 8) % COUNT(last)];
        uint64_t company = next(&state) % (n / 20 + 1);
        char domain[32];
        if ((r >> 16) % 10 < 7)
            snprintf(domain, sizeof domain, "%s", provider[(r >> 24) % COUNT(provider)]);
        else
            snprintf(domain, sizeof domain, "firma%" PRIu64 ".example", company);
        printf("%s.%s%" PRIu64 "@%s,%s %s,Firma %" PRIu64 ",+48 %09" PRIu64 ",%s,%s,K-%" PRIu64 "\n", given[1],
               family[1], i, domain, given[0], family[0], company, r % 1000000000, tags[(r >> 32) % COUNT(tags)],
               city[(r >> 40) % COUNT(city)], i);
    }
    return fflush(stdout) == 0 ? 0 : 74;
}
