#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The program from outside, over interface.md: commands, exit codes, JSON, rows."""
import csv
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from tap import done, equal, ok, source_dir  # noqa: E402
from work import PROGRAM, begin, path, write  # noqa: E402

WORK = begin("command")
HARD = """From: MAILER-DAEMON@mx.example
To: bounces@our.example
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{id}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B

Your message could not be delivered.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.wp.example
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: no such user

--B
Content-Type: message/rfc822

From: newsletter@our.example
To: {address}
Subject: news

hello
--B--
"""


def run(*words, stdin="", store="store", config=None, env=None, stdout=subprocess.PIPE):
    """Runs the program; returns the result with .code, .out, .err."""
    command = [PROGRAM, "--store", path(store), *(["--config", config] if config else []), *words]
    surroundings = {**os.environ, "HOME": WORK, "XDG_CONFIG_HOME": path("none"),
                    "XDG_DATA_HOME": path("data"), "LC_ALL": "C.UTF-8", "TZ": "UTC",
                    "ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99",
                    **(env or {})}
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    result = subprocess.run(command, input=data, stdout=stdout, stderr=subprocess.PIPE,
                            env=surroundings, timeout=60, check=False, start_new_session=True)
    result.code = result.returncode
    result.out = (result.stdout or b"").decode(errors="replace")
    result.err = result.stderr.decode(errors="replace")
    return result


def code(wanted, name, *words, **more):
    """Runs it and looks at the exit code; every failure has a sentence, none a crash."""
    result = run(*words, **more)
    ok(result.code == wanted, f"{name}: exit {wanted}",
       f"exit {result.code}\n{result.out[-800:]}\n{result.err[-800:]}")
    if wanted > 1 and more.get("stdout") is None:
        ok("zwrotka: " in result.err or result.out, f"{name}: says why", result.err)
    return result


def objects(result):
    return [json.loads(line) for line in result.out.splitlines()]


def rows(text):
    return [line.split("\t") for line in text.splitlines()]


def test_missing_store():
    for words in (["list"], ["export"], ["check", "a@x.example"], ["stats"], ["scan"],
                  ["mark", "invalid", "x", "--yes"], ["undo"], ["verify"], ["status"],
                  ["edit", "1", "--name", "x"], ["log"], ["review"], ["why", "a@x.example"]):
        result = code(66, f"{words[0]} without a store", *words)
        ok(path("store") in result.err, f"{words[0]} names the place", result.err)
    code(66, "no command, no terminal, no store")
    ok(not os.path.exists(path("store")), "nothing made a store")


def test_usage():
    code(64, "unknown command", "lst")
    code(64, "unknown option", "list", "--cuont")
    code(64, "no file", "import")
    code(64, "value for a switch", "list", "--json=yes")
    equal(run("--version").out.split()[0], "zwrotka", "--version")
    for command in ("import", "export", "list", "show", "why", "add", "edit", "tag", "mark",
                    "check", "scan", "status", "review", "classify", "stats", "log", "undo",
                    "merge", "release", "verify"):
        result = run(command, "--help")
        ok(result.code == 0 and f"usage: zwrotka {command}" in result.out, f"{command} --help")
        ok(f"  {command} " in run("--help").out, f"--help lists {command}")
    result = run("--help", "config")
    ok(all(f"\n  {key} " in result.out for key in
           ("path", "keep_messages", "source", "password_command", "password_file",
            "token_command", "ca_file", "pin", "after", "marking", "soft_limit", "suspects",
            "max_age", "wave", "trust", "max_silence", "addresses", "map", "own_domains")),
       "--help config lists every key", result.out)
    ok(max(len(line) for line in result.out.splitlines()) <= 79, "help fits 80 columns")


CONTACTS = """email;name;company;Nr klienta;tags
Anna.Nowak@gmial.example;Anna Nowak;ACME, "Łódź";K-1;vip;newsletter
jan@wp.example;Jan Kowal;;K-2;
"ewa@wp.example";"Ewa ""E."" Ż";"Spółka
dwie linie";K-3;vip
bez-malpy;Zły;;;
"""


def test_import():
    text = CONTACTS.replace("K-1;vip;newsletter", 'K-1;"vip;newsletter"')
    file = write("contacts.csv", text)
    result = code(65, "a dry run with a bad row", "import", file, "--dry-run")
    ok(not os.path.exists(path("store")), "a dry run makes no store")
    result = code(65, "a bad row", "import", file, "--json")
    end = objects(result)[-1]
    equal({k: end[k] for k in ("event", "added", "changed", "unchanged", "corrected", "rejected",
                               "suspicious")},
          {"event": "end", "added": 3, "changed": 0, "unchanged": 0, "corrected": 0,
           "rejected": 1, "suspicious": 0}, "the sums of an import")
    problem = [o for o in objects(result) if o["event"] == "problem"]
    ok(len(problem) == 1 and problem[0]["line"] == 6, "the bad row is named by its line", problem)
    text = text.replace("bez-malpy;Zły;;;\n", "")
    file = write("contacts.csv", text)
    equal(objects(code(0, "the same again", "import", file, "--json"))[-1]["unchanged"], 3,
          "nothing changes by the same file")
    code(65, "no address column", "import", write("bad.csv", "name,phone\nA,1\n"))
    code(66, "no such file", "import", path("nothing.csv"))
    code(65, "unknown charset", "import", file, "--charset=klingon")
    code(64, "bad map", "import", file, "--map=email")
    code(64, "bad key", "import", file, "--key=shoe")
    result = code(0, "standard input, JSON", "import", "-", "--json",
                  stdin='{"address":"json@x.example","name":"J","city":"Kraków"}\n')
    equal(objects(result)[-1]["added"], 1, "JSON Lines come in")
    code(0, "undo it", "undo")
    equal(rows(code(0, "list", "list").out),
          [["Anna.Nowak@gmial.example", "Anna Nowak", "active", "", ""],
           ["ewa@wp.example", 'Ewa "E." Ż', "active", "", ""],
           ["jan@wp.example", "Jan Kowal", "active", "", ""]], "list's rows, in order of address")


def test_import_ways():
    """--map, --key, --charset, tags, the last of repeats."""
    def end_of(name, text, *words, wanted=0):
        return objects(code(wanted, name, "import", "-", "--json", *words, stdin=text,
                            store="ways"))[-1]
    end = end_of("mapped", "adres;Firma;kto\nul. Polna;ACME;a@x.example\n",
                 "--map", "email=kto", "--map=name=Firma")
    equal(end["added"], 1, "mapped columns")
    equal(objects(run("list", "--json", store="ways"))[0]["fields"], {"adres": "ul. Polna"},
          "another adres is a field")
    end_of("with external ids", "email,external_id,name\nb@x.example,7,B\n")
    end = end_of("by key", "email,external_id,name\nc@x.example,7,\n", "--key", "external_id")
    equal((end["added"], end["changed"]), (0, 1), "--key finds it by its number")
    shown = objects(run("show", "b@x.example", "--json", store="ways"))[0]
    equal((shown["address"], shown["name"]), ("c@x.example", "B"),
          "a new address is a correction, an empty cell keeps")
    end_of("repeats", "email,name\nd@x.example,One\nD@X.example,Two\n")
    equal(objects(run("show", "d@x.example", "--json", store="ways"))[0]["name"], "Two",
          "the last wins")
    end_of("windows-1250", "email,name\ne@x.example,\u0141\u00f3d\u017a\n".encode("cp1250"))
    end_of("UTF-16", "email,name\nf@x.example,Łódź\n".encode("utf-16"))
    end_of("said", "email,name\ng@x.example,Łódź\n".encode("iso8859-2"), "--charset=ISO-8859-2")
    equal([o["name"] for o in objects(run("list", "łódź", "--json", store="ways"))],
          ["Łódź"] * 3, "character sets")
    end = end_of("mistyped", "email\nx@gmial.com\ny@gmial.com\n")
    ok(end["suspicious"] >= 1, "a mistyped domain is told", end)
    code(65, "marks of nonsense", "mark", "invalid", "--stdin", "--yes", store="ways",
         stdin="nonsense\na@x.example\n")
    code(1, "the others are marked", "check", "a@x.example", store="ways")


def test_list():
    equal(code(0, "count", "list", "--count").out, "3\n", "list --count")
    equal(code(1, "count nobody", "list", "zzz", "--count").out, "0\n", "list --count of nobody")
    code(1, "nobody", "list", "zzz")
    result = code(64, "a bad key", "list", "stat:invalid")
    ok("stat" in result.err, "the place is pointed at", result.err)
    code(64, "a bad value", "list", "state:dead")
    found = objects(code(0, "one as JSON", "list", "lodz", "--json"))
    equal(len(found), 1, "a plain letter finds its accents")
    equal({k: found[0][k] for k in ("address", "name", "state", "reason", "since", "soft", "tags",
                                    "fields")},
          {"address": "Anna.Nowak@gmial.example", "name": "Anna Nowak", "state": "active",
           "reason": None, "since": None, "soft": 0, "tags": ["newsletter", "vip"],
           "fields": {"company": 'ACME, "Łódź"', "Nr klienta": "K-1"}}, "the object of list --json")
    equal(len(rows(run("list", "-tag:vip").out)), 1, "a word with one - is a negated term")
    equal(run("list", "--", "-tag:vip").out, run("list", "-tag:vip").out, "-- ends options")
    result = run("list", "anna")
    ok("\x1b" not in result.out, "no escapes")


def test_add_edit():
    code(64, "add nobody", "add", "--name", "X")
    code(65, "add what is no address", "add", "--address", "nonsense")
    result = code(0, "add", "add", "--address", "New@x.example", "--name", "N", "--field", "city=Ż",
                  "--tag", "b,a", "--json")
    ident = objects(result)[-1]["id"]
    equal(objects(run("show", str(ident), "--json"))[0]["fields"], {"city": "Ż"}, "its fields")
    equal(objects(run("show", str(ident), "--json"))[0]["tags"], ["a", "b"], "its tags")
    code(65, "add it again", "add", "--address", "new@X.example")
    code(0, "edit", "edit", "new@x.example", "--name", "M", "--tag", "+c,-a", "--field", "city=")
    shown = objects(run("show", "new@x.example", "--json"))[0]
    equal((shown["name"], shown["tags"], shown["fields"]), ("M", ["b", "c"], {}), "as edited")
    code(66, "edit nobody", "edit", "nobody@x.example", "--name", "X")
    code(64, "edit nothing", "edit", str(ident))
    code(64, "bad field", "edit", str(ident), "--field", "city")
    code(65, "edit to another's address", "edit", str(ident), "--address", "jan@wp.example")
    code(0, "undo of the edit", "undo")
    equal(objects(run("show", str(ident), "--json"))[0]["name"], "N", "is as before")
    code(0, "undo of the add", "undo")
    code(66, "is gone", "show", "new@x.example")


def test_correct():
    code(0, "correct", "edit", "anna.nowak@gmial.example", "--address", "Anna.Nowak@gmail.example")
    shown = objects(code(0, "found by the old address", "show", "anna.nowak@gmial.example",
                         "--json"))[0]
    equal(shown["address"], "Anna.Nowak@gmail.example", "the contact follows")
    equal([c["kind"] for c in shown["changes"]], ["import", "edit"], "its history")
    end = objects(code(0, "the typo comes back", "import", path("contacts.csv"), "--json"))[-1]
    equal((end["added"], end["corrected"]), (0, 1), "it is the same contact, corrected")
    equal(run("list", "--count").out, "3\n", "and no new one")
    table = list(csv.reader(io.StringIO(code(0, "corrections", "export", "--corrections").out)))
    equal(table[0], ["old", "new", "when", "who"], "their head")
    equal(table[1][:2], ["anna.nowak@gmial.example", "Anna.Nowak@gmail.example"], "their row")
    ok("gmail.example" in run("why", "anna.nowak@gmial.example").out, "why points to the new one")
    code(0, "many", "edit", "--query", "domain:wp.example", "--domain", "wp2.example", "--dry-run")
    equal(run("list", "domain:wp2.example", "--count").out, "0\n", "a dry run changes nothing")
    code(0, "many, really", "edit", "--query", "domain:wp.example", "--domain", "wp2.example")
    equal(run("list", "domain:wp2.example", "--count").out, "2\n", "corrected in bulk")
    code(0, "and back", "undo")
    equal(run("list", "domain:wp.example", "--count").out, "2\n", "in one step")
    code(0, "two typos", "add", "t1@gmial.com")
    code(0, "and another", "add", "t2@hotmial.com")
    shown = code(0, "each its own, shown", "edit", "--query", "domain:gmial.com,hotmial.com,wp.example",
                 "--domain", "suggested", "--dry-run").out
    equal(sorted(shown.split()), sorted("t1@gmial.com t1@gmail.com t2@hotmial.com t2@hotmail.com".split()),
          "what each looks meant for; who has nothing such is left")
    code(0, "and done", "edit", "--query", "domain:gmial.com,hotmial.com,wp.example", "--domain", "suggested")
    equal(run("list", "domain:gmail.com,hotmail.com", "--count").out, "2\n", "each its own")
    code(0, "in one step, too", "undo")
    equal(run("list", "domain:gmial.com,hotmial.com", "--count").out, "2\n", "taken back")
    code(0, "before that", "undo")
    code(0, "and before", "undo")
    code(1, "nobody there", "edit", "--query", "domain:no.example", "--domain", "x.example")
    code(64, "query alone", "edit", "--query", "x")


def test_mark():
    code(64, "as what", "mark", "suspect", "jan")
    code(64, "everybody", "mark", "invalid", "--yes")
    result = code(64, "unasked", "mark", "invalid", "jan@wp.example")
    ok("--yes" in result.err, "it says how", result.err)
    code(1, "nobody", "mark", "invalid", "zzz", "--yes")
    code(64, "bad query", "mark", "invalid", "state:x", "--yes")
    code(0, "mark", "mark", "invalid", "jan@wp.example", "--yes")
    found = objects(run("list", "state:invalid", "--json"))
    equal([(o["address"], o["reason"]) for o in found], [("jan@wp.example", "manual")], "marked")
    ok(found[0]["since"].endswith("Z"), "since when", found)
    code(0, "by standard input", "mark", "blocked", "--stdin", "--yes",
         stdin="stranger@nowhere.example\newa@wp.example\n")
    result = code(1, "check", "check", "jan@wp.example", "EWA@wp.example", "new@x.example")
    table = rows(result.out)
    equal([r[:2] for r in table], [["no", "jan@wp.example"], ["no", "EWA@wp.example"],
                                   ["yes", "new@x.example"]], "check's rows")
    equal(table[2][2], "not in the store", "an unknown one may be mailed")
    code(0, "check yes", "check", "new@x.example")
    code(65, "check malformed", "check", "jan@wp.example", "nonsense")
    code(64, "check nobody", "check")
    found = objects(code(1, "check JSON", "check", "--stdin", "--json",
                         stdin="jan@wp.example\r\n\nnew@x.example\n"))
    equal([(o["address"], o["sendable"], o["state"], o["reason"]) for o in found],
          [("jan@wp.example", False, "invalid", "manual"), ("new@x.example", True, "active", None)],
          "check --json")
    many = ["zoe@x.example", "jan@wp.example", "nonsense", "EWA@wp.example", "a@nodot", "jan@wp.example",
            "Stranger@nowhere.example"]
    equal(code(65, "check many", "check", "--stdin", stdin="\n".join(many)).out,
          "".join(run("check", address).out for address in many), "many are told in the order they come in")
    table = list(csv.reader(io.StringIO(code(0, "suppressed", "export", "--suppressed").out)))
    equal([r[:3] for r in table],
          [["address", "state", "reason"], ["ewa@wp.example", "blocked", "manual"],
           ["jan@wp.example", "invalid", "manual"],
           ["stranger@nowhere.example", "blocked", "manual"]], "--suppressed, sorted")
    equal(code(0, "sendable", "export", "--sendable", "--format", "plain").out,
          "Anna.Nowak@gmail.example\n", "--sendable is everybody else")
    code(64, "no such format", "export", "--format=xls")
    code(64, "two of them", "export", "--sendable", "--suppressed")
    code(64, "suppressed of a query", "export", "--suppressed", "jan")
    code(75, "no scan yet", "export", "--sendable", "--max-age", "24h")
    code(64, "bad age", "export", "--max-age", "soon")
    code(65, "a dead address is refused", "edit", "anna.nowak@gmail.example", "--address",
         "jan@wp.example")
    result = code(0, "why", "why", "jan@wp.example")
    ok("invalid" in result.out and "root" in result.out or os.environ.get("USER", "") in result.out,
       "who and what", result.out)
    equal([o["decision"] for o in objects(run("why", "jan@wp.example", "--json"))[0]["chain"]],
          ["invalid"], "why --json")
    code(65, "why of nonsense", "why", "nonsense")
    code(0, "undo", "undo")
    code(0, "undo", "undo")
    code(1, "nothing suppressed", "export", "--suppressed")


def test_tag_merge_release():
    code(64, "no tags", "tag", "jan")
    code(64, "everybody unasked", "tag", "--tag", "+x")
    code(0, "all", "tag", "--all", "--tag", "+x")
    equal(run("list", "tag:x", "--count").out, "3\n", "tagged")
    code(0, "away", "tag", "jan", "--tag=-x")
    equal(run("list", "tag:x", "--count").out, "2\n", "untagged")
    code(1, "nobody", "tag", "zzz", "--tag", "+x")
    code(66, "merge nobody", "merge", "jan@wp.example", "zzz@x.example")
    code(64, "merge oneself", "merge", "jan@wp.example", "JAN@wp.example")
    code(0, "merge", "merge", "jan@wp.example", "ewa@wp.example")
    equal(run("list", "--count").out, "2\n", "one less")
    shown = objects(run("show", "ewa@wp.example", "--json"))[0]
    equal(shown["address"], "jan@wp.example", "found by the other's address")
    code(0, "undo", "undo")
    equal(run("list", "--count").out, "3\n", "apart again")
    code(0, "release", "release", "anna.nowak@gmial.example")
    code(1, "released already", "release", "anna.nowak@gmial.example")
    end = objects(code(0, "the typo again", "import", path("contacts.csv"), "--json"))[-1]
    equal((end["added"], end["corrected"]), (1, 0), "is a contact of its own now")
    code(0, "undo", "undo")
    code(0, "undo", "undo")


def test_shared():
    """An address that two have says neither of them; a corrected one still says whose it was."""
    code(0, "two at one address", "import", "-", "--key", "external_id", store="pair",
         stdin="email,name,external_id\nann@old.example,Ann,1\nbob@old.example,Bob,2\n"
               "both@x.example,C,3\nboth@x.example,D,4\n")
    code(0, "ann moves", "edit", "ann@old.example", "--address", "flat@x.example", store="pair",
         env={"ZWROTKA_NOW": "1790000000"})
    code(0, "bob moves in", "edit", "bob@old.example", "--address", "flat@x.example", store="pair",
         env={"ZWROTKA_NOW": "1790000100"})
    for name in ("Bob", "Ann"):
        code(0, f"{name}'s old row", "import", "-", store="pair",
             stdin=f"email,name\n{name.lower()}@old.example,{name} Two\n")
    equal([line[:2] for line in rows(run("list", "flat", store="pair").out)],
          [["flat@x.example", "Ann Two"], ["flat@x.example", "Bob Two"]],
          "each row reaches the one it was about")
    for words in (["edit", "both@x.example", "--name", "Z"], ["merge", "1", "both@x.example"]):
        refused = code(65, f"{words[0]} by an address of two", *words, store="pair")
        ok(": 3, 4" in refused.err, "and says their numbers", refused.err)
    equal([one["name"] for one in objects(run("show", "both@x.example", "--json", store="pair"))],
          ["C", "D"], "show shows both")
    code(0, "a number says which", "edit", "4", "--name", "Dora", store="pair")


def test_log_undo():
    log = rows(code(0, "log", "log").out)
    ok(all(len(row) == 7 for row in log), "seven cells a row", log[:2])
    numbers = [int(row[0]) for row in log]
    equal(numbers, sorted(numbers, reverse=True), "the newest first")
    of_anna = objects(code(0, "of one", "log", "anna", "--json"))
    ok(len(of_anna) < len(log) and all(o["who"] for o in of_anna), "log QUERY")
    code(66, "no such step", "undo", "99999")
    code(64, "no number", "undo", "yesterday")
    code(0, "a step", "edit", "jan@wp.example", "--name", "One")
    step = objects(run("log", "--json"))[0]["step"]
    code(0, "a later one", "edit", "jan@wp.example", "--name", "Two")
    result = code(75, "undo below a later change", "undo", str(step))
    ok("jan@wp.example" in result.err, "it is named", result.err)
    equal(objects(run("show", "jan@wp.example", "--json"))[0]["name"], "Two", "and left")
    while run("undo").code == 0:
        pass
    code(1, "nothing left", "undo")
    code(0, "verify", "verify", "--replay")
    equal(objects(run("verify", "--json"))[-1]["complaints"], 0, "verify --json")

    run("import", "-", store="touch", stdin="email\na@x.example\nb@x.example\n")
    run("mark", "blocked", "a@x.example", "--yes", store="touch")
    equal([line[3] for line in rows(run("log", "a@x.example", store="touch").out)],
          ["mark", "import"], "log QUERY knows marks, which are about addresses")
    equal([line[3] for line in rows(run("log", "b@x.example", store="touch").out)], ["import"],
          "and no one else's")


def test_round_trip():
    fields = [["email", "name", "company", "Nr klienta", "tags", "note"]]
    for i in range(300):
        fields.append([f"user{i}@dom{i % 7}.example", f"Imię {i}", 'A; B, "C"\nD', f"0{i}",
                       "a;b" if i % 3 else "", " blanks " if i % 5 else "=1+1"])
    buffer = io.StringIO()
    csv.writer(buffer).writerows(fields)
    code(0, "many", "import", write("many.csv", buffer.getvalue()), store="trip")
    for kind in ("csv", "json", "vcard"):
        text = run("export", "--format", kind, store="trip").out
        end = objects(code(0, f"{kind} again", "import", write(f"out.{kind}", text), "--json",
                           store="trip"))[-1]
        equal((end["rows"], end["unchanged"], end["rejected"]), (300, 300, 0),
              f"import of our own {kind} is the identity")
    table = list(csv.DictReader(io.StringIO(run("export", store="trip").out)))
    equal(table[0]["Nr klienta"], "00", "unknown columns come back as they were")
    table = list(csv.DictReader(io.StringIO(run("export", "--spreadsheet", store="trip").out)))
    equal(table[0]["note"], "'=1+1", "--spreadsheet defuses")
    code(0, "state too", "mark", "invalid", "user1@dom1.example", "--yes", store="trip")
    text = run("export", store="trip").out
    code(0, "elsewhere", "import", write("state.csv", text), store="trip2")
    code(0, "nobody invalid", "check", "user1@dom1.example", store="trip2")
    code(0, "with the state", "import", path("state.csv"), "--with-state", store="trip3")
    code(1, "invalid", "check", "user1@dom1.example", store="trip3")
    code(1, "export of nobody", "export", "zzz", store="trip")
    code(0, "a list of dead", "import", "-", "--suppressed", stdin="user2@dom2.example\nx@y.example\n",
         store="trip")
    code(1, "both are dead", "check", "x@y.example", store="trip")
    equal(objects(run("stats", "--json", store="trip"))[0]["contacts"], 300, "no contact was made")

    code(0, "a NUL in a cell", "import", "-", store="nul", stdin=b"email,name\na@x.example,A\0B\n")
    text = run("export", "--format", "json", store="nul").out
    code(0, "comes back by JSON", "import", "-", store="nul2", stdin=text)
    equal(run("export", "--format", "json", store="nul2").out, text, "as it was")


def test_output():
    for words in (["list"], ["export"], ["--help"], ["stats", "--json"], ["log"]):
        with open("/dev/full", "wb") as full:
            result = run(*words, store="trip", stdout=full)
        equal(result.code, 74, f"{' '.join(words)} > /dev/full")
        ok("full" in result.err, "says why", result.err)
    reading, writing = os.pipe()
    os.close(reading)
    result = run("export", store="trip", stdout=writing)
    os.close(writing)
    equal((result.code, result.err), (74, ""), "a reader that went away: 74, quietly")


def test_terminal():
    code(0, "a hostile name", "import", "-",
         stdin='{"address":"evil@x.example","name":"a\\u001b[31m\\u009b\\u202e\\tb"}\n', store="evil")
    equal(rows(run("list", store="evil").out)[0][0], "evil@x.example", "a row stays a row")
    equal(len(rows(run("list", store="evil").out)[0]), 5, "a tab in a name breaks no row")
    for words in (["list"], ["show", "evil@x.example"], ["list", "--json"], ["log"], ["export"],
                  ["export", "--format", "vcard"], ["export", "--format", "json"]):
        master, slave = pty.openpty()
        run(*words, store="evil", stdout=slave)
        os.close(slave)
        shown = b""
        try:
            while True:
                piece = os.read(master, 65536)
                if not piece:
                    break
                shown += piece
        except OSError:
            pass
        os.close(master)
        ok(b"evil" in shown and b"\x1b" not in shown and b"\xc2\x9b" not in shown
           and "\u202e".encode() not in shown, f"{words[0]}: nothing reaches a terminal unescaped",
           shown)
    text = run("list", "\x1b[31mzzz", store="evil").err
    ok("\x1b" not in text, "nor do complaints", repr(text))


def on_terminal(answer, *words, store="trip"):
    """Runs it in a terminal of its own, types `answer` at the question; (exit code, what it said)."""
    pid, master = pty.fork()
    if pid == 0:
        os.environ.update(XDG_CONFIG_HOME=path("none"), LC_ALL="C.UTF-8", TERM="vt100")
        os.execv(PROGRAM, [PROGRAM, "--store", path(store), *words])
    shown, asked = b"", False
    try:
        while select.select([master], [], [], 20)[0]:
            piece = os.read(master, 65536)
            if not piece:
                break
            shown += piece
            if not asked and (b"[y/N]" in shown or b"assword" in shown):
                asked = True
                os.write(master, answer)
    except OSError:
        pass
    os.close(master)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode(errors="replace")


def test_asking():
    ended, shown = on_terminal(b"n\n", "mark", "blocked", "user5@")
    equal(ended, 1, "mark asks, and takes no for an answer")
    equal(run("list", "state:blocked", "--count", store="trip").out, "0\n", "nothing is changed")
    ended, shown = on_terminal(b"y\n", "mark", "blocked", "user5@")
    ok(ended == 0 and "1 address" in shown, "it says how many, and takes yes", shown)
    equal(run("list", "state:blocked", "--count", store="trip").out, "1\n", "it is done")
    ended, shown = on_terminal(b"s3cret\n", "scan", "imaps://a@127.0.0.1:1/INBOX")
    ok(ended == 69 and "s3cret" not in shown and "a at 127.0.0.1" in shown,
       "a password is asked for, and never shown", f"{ended} {shown}")


def test_config():
    for text, says in (("[store]\npaht = x\n", ":2:"), ("[policy]\nsoft_limit = x\n", ":2:"),
                       ("[nonsense]\na = b\n", ":2:")):
        result = code(78, "a wrong configuration", "list", config=write("c", text), store="trip")
        ok(says in result.err and path("c") in result.err, "names file and line", result.err)
    code(78, "that others may write", "list", config=write("c", "", 0o666), store="trip")
    code(66, "that is not there", "list", config=path("missing"), store="trip")
    file = write("c", f"[store]\npath = {path('trip')}\n[account main]\nsource = maildir:{WORK}\n")
    equal(subprocess.run([PROGRAM, "list", "--count", "--config", file], check=False,
                         stdout=subprocess.PIPE).stdout, b"300\n", "the configuration's store")
    code(1, "never scanned", "status", config=file, store="trip")
    status = objects(run("status", "--json", config=file, store="trip"))
    equal((status[0]["account"], status[0]["late"], status[0]["good"]), ("main", True, None),
          "status --json")
    code(75, "stale", "export", "--max-age", "1h", config=file, store="trip")
    code(78, "no password", "scan", "imaps://a@mail.invalid/INBOX", store="trip")
    file = write("c", "[account main]\nsource = imaps://a@mail.invalid/INBOX\n"
                      "password_command = echo no luck >&2; exit 1\n")
    result = code(78, "the command fails", "scan", config=file, store="trip")
    file = write("c", "[account main]\nsource = imaps://a@127.0.0.1:1/INBOX\n"
                      f"password_command = echo pw; echo asked >> {path('asked')}\n")
    code(69, "nobody listens", "scan", "imaps://a@127.0.0.1:1/Other", config=file, store="trip")
    ok(os.path.exists(path("asked")), "the password was borrowed of the account")
    code(78, "another user's is not", "scan", "imaps://b@127.0.0.1:1/Other", config=file,
         store="trip")
    code(78, "no account", "scan", store="trip")
    code(64, "a bad action", "scan", path("trip"), "--after", "burn", store="trip")
    code(64, "a bad date", "scan", path("trip"), "--since", "soon", store="trip")


WRONG_VALUES = (
    ("[account a]", "source = http://x", "http://"), ("[account a]", "source = imaps://host", "user"),
    ("[account a]", "source = imaps://u@host:99999/INBOX", "65535"),
    ("[account a]", "source = imaps://u:pw@host/INBOX", "password"),
    ("[account a]", "pin = sha256:abc", "64"), ("[account a]", "after = burn", "burn"),
    ("[account a]", "marking = off", "observe"), ("[store]", "keep_messages = 180", "180"),
    ("[policy]", "soft_limit = 0 in 14d", "5 in 14d"), ("[policy]", "suspects = maybe", "skip"),
    ("[policy]", "max_age = -1y", "-1y"), ("[policy]", "wave = 20", "20 in 1h"),
    ("[policy]", "trust = all", "verp"), ("[senders]", "addresses = bla, x@y.example", "bla"),
    ("[verp]", "address = b", '"b"'), ("[postfix]", "own_domains = exa mple.com", "exa mple.com"),
    ("[store]", "path", "="), ("[postfix]", "mop = x", "map"), ("[sendrs]", "addresses = x@y", "senders"))


def test_config_values():
    for section, line, says in WRONG_VALUES:
        result = code(78, line, "list", config=write("c", f"{section}\n{line}\n"), store="trip")
        ok(f"{path('c')}:2: " in result.err and says in result.err, f"{line}: file, line, what",
           result.err)
    good = """[store]
path = /nowhere                           ; a comment
keep_messages = 180d
[account main]
source = imaps://bounces@mail.example.com/INBOX
password_command = pass show bounces
ca_file = /etc/ssl/private-ca.pem
after = move:Done
marking = on
[account v6]
source = pop3s://u@x.example@[::1]:995
pin = sha256:""" + ":".join(["aB"] * 32) + """
[policy]
soft_limit = "5 in 14d"
suspects = send
max_age = 1y
wave = 20 in 1h
trust = any
max_silence = 24h
[senders]
addresses = newsletter@example.com, *@mail.example.com
[verp]
address = b@mail.example.com
[postfix]
map = /var/lib/zwrotka/suppressed
own_domains = example.com, example.org
"""
    code(0, "a whole configuration", "list", config=write("c", good), store="trip")


def test_slips():
    """What people type first, and what they are told."""
    for words, wanted, says in (
            (["-h"], 64, "--help"), (["help"], 64, "--help"), (["help", "scan"], 64, "--help"),
            (["list", "--config="], 64, "--config=FILE"), (["list", "--state", "invalid"], 64, "state:"), (["imprt"], 64, "import"),
            (["list", "state=invalid"], 1, "state:invalid"),
            (["mark", "blocked", "a@x.example", "b@x.example", "--yes"], 1, "--stdin"),
            (["show", "user"], 66, "zwrotka list"), (["scan", "nothing"], 66, "neither an account"),
            (["scan"], 78, "--help config"), (["scan", "imaps://host/INBOX"], 64, "USER@HOST"),
            (["status", "x"], 64, "usage: zwrotka status;"),
            (["edit", "--query", "user", "--domain", "no domain"], 65, "no domain"),
            (["add", "user1@dom1.example"], 65, "already; `zwrotka edit` changes it"),
            (["edit", "user0@dom0.example", "--address", "user1@dom1.example"], 65, "(Imię 1) already; `zwrotka merge`"),
            (["import", path("many.csv"), "--map", "email=nope"], 65, "nope"),
            (["import", path("many.csv"), "--map", "name=nope"], 65, "no column nope")):
        result = code(wanted, " ".join(words), *words, store="trip")
        ok(says in result.err, f"{' '.join(words)}: told what to do", result.err)
        ok(len(result.err.splitlines()) == 1, f"{' '.join(words)}: in one sentence", result.err)
    result = run("scan", "nothing", store="trip")
    equal(result.err.count("nothing"), 1, "a source is named once")
    equal(run("scan", "maildir:gone", store="trip").err,
          "zwrotka: gone: there is no such file or directory\n", "a path is named once")
    result = run("mark", "blocked", "--stdin", "--yes", stdin="nonsense\n", store="trip")
    equal(result.err.count("nonsense"), 1, "a refusal is said once")
    for command in ("status", "stats", "verify", "list"):
        lines = run(command, "--help").out.splitlines()
        ok(not any(line.endswith(" ") for line in lines), f"{command} --help: no blanks at ends")
    equal(run("check", "-", store="trip", stdin="user0@dom0.example\n").out.split("\t")[0], "yes",
          "check -")
    code(0, "tag -", "tag", "-", "--tag", "+dash", store="trip", stdin="user0@dom0.example\n")
    equal(run("list", "tag:dash", "--count", store="trip").out, "1\n", "- is standard input")
    result = code(0, "undo", "undo", store="trip")
    ok("is taken back: zwrotka" in result.out and "tag - --tag" in result.out, "what was undone",
       result.out)
    found = objects(code(0, "a preview", "edit", "--query", "user0@", "--domain", "new.example",
                         "--dry-run", "--json", store="trip"))
    equal(found, [{"event": "change", "old": "user0@dom0.example", "new": "user0@new.example"}],
          "edit --dry-run --json")
    result = run("import", "--dry-run", "-", stdin="email\nbad\na@x.example\n", store="trip")
    ok("are in" not in result.err and "others" in result.err, "a dry run takes nothing in",
       result.err)
    result = run("import", "-", stdin="email;name\na@x.example;x;y\n", store="trip")
    ok("comma" not in result.err, "a semicolon is no comma", result.err)
    code(0, "dead", "import", "--suppressed", "--with-state", "-", store="dead",
         stdin="address,state,reason,since\na@x.example,blocked,manual,2026-01-02T03:04:05Z\n"
               "b@x.example,,,\n")
    equal(run("export", "--suppressed", store="dead").out.splitlines()[1],
          "a@x.example,blocked,manual,2026-01-02T03:04:05Z", "--suppressed keeps the state brought")


def test_slips_leave_no_trace():
    """What was mistyped is no scan: the history of scans and an account's trouble know nothing of it."""
    os.makedirs(path("slipbox/new"), exist_ok=True)
    os.makedirs(path("slipbox/cur"), exist_ok=True)
    file = write("slips.conf", f"[store]\npath = {path('slips')}\n[account main]\nsource = maildir:{path('slipbox')}\n")
    code(0, "a store", "add", "a@x.example", store="slips")
    code(0, "a scan", "scan", config=file, store="slips")
    before = run("stats", config=file, store="slips").out
    result = code(66, "a mistyped account", "scan", "mian", config=file, store="slips")
    ok("did you mean main?" in result.err, "a mistyped account: which was meant", result.err)
    code(66, "a file that is not there", "scan", path("gone.mbox"), config=file, store="slips")
    code(64, "a wrong --after", "scan", "--after", "shred", config=file, store="slips")
    equal(run("stats", config=file, store="slips").out, before, "slips are no scans")
    ok("shred" not in run("status", config=file, store="slips").out, "a slip is no trouble of the account")


def test_log_of_old_address():
    """Who asks by the address that was corrected is told what became of it."""
    code(0, "a typo", "add", "jan@gmial.example", store="old")
    code(0, "corrected", "edit", "jan@gmial.example", "--address", "jan@gmail.example", store="old")
    equal([line[3] for line in rows(run("log", "jan@gmial.example", store="old").out)], ["edit", "add"],
          "log of the old address")
    ok("nobody matches nemo" in run("log", "nemo", store="old").err, "log of nobody says so")


def test_trouble():
    """A password that cannot be had is trouble that status tells."""
    file = write("c", f"[store]\npath = {path('trip')}\n[account main]\n"
                      "source = imaps://a@127.0.0.1:1/INBOX\npassword_command = echo no luck; false\n")
    result = code(78, "no password", "scan", config=file, store="trip")
    equal(result.err.count("main"), 1, "the account is named once")
    result = code(1, "status", "status", config=file, store="trip")
    ok("password" in result.out or "failed" in result.out, "it tells the trouble", result.out)
    code(78, "a dry run", "scan", "--dry-run", config=file, store="dead")
    ok("failed" not in run("status", config=file, store="dead").out, "which a dry run does not keep")


def test_weeks():
    """The weeks of stats count contacts, as its other figures do."""
    code(0, "a contact", "import", "-", stdin="email\na@x.example\n", store="weeks")
    code(0, "dead ones", "mark", "invalid", "--stdin", "--yes", store="weeks",
         stdin="a@x.example\nstranger@y.example\n")
    equal(sum(objects(run("stats", "--json", store="weeks"))[0]["weeks"].values()), 1,
          "a stranger is not in the weeks")


def test_foreign():
    os.mkdir(path("foreign"))
    write("foreign/data.mdb", "this is no store\n" * 1000)
    result = run("list", store="foreign")
    ok(result.code == 65, "a foreign file as store: exit 65", f"{result.code} {result.err}")
    write("file", "x")
    ok(run("list", store="file").code in (65, 66), "a file as store")
    code(66, "an import of nothing", "import", path("nothing"), store="never")
    os.mkdir(path("dir"))
    ok(not os.path.exists(path("never")), "it makes no store")
    code(65, "nor does adding nonsense", "add", "--address", "nonsense", store="never")
    ok(not os.path.exists(path("never")), "indeed")
    ok(run("import", path("dir"), store="never").code in (65, 74), "an import of a directory")


def test_classify():
    os.makedirs(path("mail/sub"))
    message = HARD.format(address="Jan@WP.example", id=1, date="Sat, 21 Nov 2026 12:04:00 +0000")
    write("mail/b.eml", message)
    write("mail/a.eml", "From: anna@x.example\nSubject: hi\n\nhello\n")
    write("mail/sub/c.eml", message)
    os.symlink(path("mail/b.eml"), path("mail/link.eml"))
    found = objects(code(0, "a directory", "classify", path("mail")))
    equal([os.path.relpath(o["file"], WORK) for o in found],
          ["mail/a.eml", "mail/b.eml", "mail/sub/c.eml"], "files by name, links not followed")
    equal([o["kind"] for o in found], ["other", "bounce", "bounce"], "kinds")
    equal(found[0]["recipients"], [], "nothing to act on")
    equal(found[1]["recipients"],
          [{"address": "Jan@wp.example", "verdict": "hard", "reason": "userunknown",
            "status": "5.1.1", "reply": "550", "action": "failed",
            "diagnostic": found[1]["recipients"][0].get("diagnostic")}], "a recipient")
    box = "".join(f"From x Sat Nov 21 12:04:00 2026\n{message}\n" for _ in range(3))
    found = objects(code(0, "an mbox", "classify", write("box", box)))
    equal([(o["index"], o["kind"]) for o in found], [(i, "bounce") for i in range(3)],
          "one a message, with index")
    result = code(65, "one that is not there", "classify", path("mail/a.eml"), path("gone"),
                  path("mail/b.eml"))
    found = objects(result)
    equal([("error" in o, os.path.basename(o["file"])) for o in found],
          [(False, "a.eml"), (True, "gone"), (False, "b.eml")], "the rest goes on, in order")
    code(66, "the only one", "classify", path("gone"))
    code(64, "none", "classify")
    found = objects(code(0, "from standard input", "classify", "-", stdin=message))
    equal(found[0]["kind"], "bounce", "as well")
    ok("explain" in objects(run("classify", "--explain", path("mail/b.eml")))[0], "--explain")
    found = objects(code(0, "nothing in it", "classify", write("empty", "")))
    equal(found[0]["kind"], "other", "an empty file is other")


MESSAGE_SUMS = ("bounces", "complaints", "autoreplies", "receipts", "other", "duplicates",
                "undecodable")
RECIPIENT_SUMS = ("invalidated", "known", "soft", "complained", "corrected", "old", "unmatched",
                  "held")


def scan(*words, **more):
    events = objects(run("scan", "--json", *words, store="scan", **more))
    end = events[-1]
    ok(events[0] == {"event": "start"} and end["event"] == "end", "start and end", events)
    equal(end["read"], sum(end[k] for k in MESSAGE_SUMS), "sums of messages")
    equal(end["recipients"], sum(end[k] for k in RECIPIENT_SUMS), "sums of recipients")
    outcomes = [e["outcome"] for e in events if e["event"] == "recipient"]
    equal(end["recipients"], len(outcomes), "an event each recipient")
    return end, [(e["address"], e["outcome"]) for e in events if e["event"] == "recipient"]


def test_scan():
    date = "Sat, 21 Nov 2026 12:04:00 +0000"
    now = {"ZWROTKA_NOW": "1795449600"}  # 2026-11-23 16:00
    os.mkdir(path("inbox"))
    write("c.csv", "email,name\njan@wp.example,Jan\newa@wp.example,Ewa\n")
    code(0, "contacts", "import", path("c.csv"), store="scan", env=now)
    write("inbox/1.eml", HARD.format(address="jan@wp.example", id=1, date=date))
    write("inbox/2.eml", HARD.format(address="who@wp.example", id=2, date=date))
    write("inbox/3.eml", "From: a@x.example\nSubject: hi\n\nhello\n")
    end, found = scan(path("inbox"), "--dry-run", env=now)
    equal((end["bounces"], end["other"], end["invalidated"], end["unmatched"]), (2, 1, 1, 1),
          "what a dry run would do")
    code(0, "nobody is invalid", "check", "jan@wp.example", store="scan")
    end, found = scan(path("inbox"), env=now)
    equal(sorted(found), [("jan@wp.example", "invalidated"), ("who@wp.example", "unmatched")],
          "outcomes")
    code(1, "invalid", "check", "jan@wp.example", store="scan", env=now)
    code(1, "so is nobody's", "check", "who@wp.example", store="scan", env=now)
    end, found = scan(path("inbox"), env=now)
    equal((end["read"], end["skipped"]), (0, 3), "known by id")
    shown = objects(run("show", "jan@wp.example", "--json", store="scan", env=now))[0]
    equal((shown["state"], shown["reason"], len(shown["bounces"])), ("invalid", "userunknown", 1),
          "show")
    equal(shown["bounces"][0]["status"], "5.1.1", "show's bounce")
    why = run("why", "jan@wp.example", store="scan", env=now).out
    ok("no such user" in why and "mx.wp.example" in why and "hard" in why, "why", why)
    code(0, "status", "status", store="scan", env=now)
    code(1, "much later", "status", store="scan", env={"ZWROTKA_NOW": "1796449600"})
    code(0, "fresh", "export", "--max-age", "24h", store="scan", env=now)
    code(0, "mend it", "edit", "jan@wp.example", "--address", "jan@wp2.example", store="scan",
         env=now)
    shown = objects(run("show", "jan@wp.example", "--json", store="scan", env=now))[0]
    equal((shown["address"], shown["state"], [b["address"] for b in shown["bounces"]]),
          ("jan@wp2.example", "active", ["jan@wp.example"]), "the old address's bounce stays seen")
    code(1, "the old address is dead still", "check", "jan@wp.example", store="scan", env=now)
    code(0, "the new one is not", "check", "jan@wp2.example", store="scan", env=now)
    ok("jan@wp.example,invalid" in run("export", "--suppressed", store="scan", env=now).out,
       "and --suppressed has the old one")
    code(65, "no way back to it", "edit", "jan@wp2.example", "--address", "jan@wp.example",
         store="scan", env=now)
    code(0, "as it was", "undo", store="scan", env=now)
    stats = objects(run("stats", "--json", store="scan", env=now))[0]
    equal((stats["contacts"], stats["invalid"], stats["reasons"], stats["domains"]),
          (2, 1, {"userunknown": 1}, {"wp.example": 2}), "stats")
    equal(stats["scans"][0]["read"], 0, "its scans, newest first")
    end, found = scan("-", stdin=HARD.format(address="ewa@wp.example", id=9, date=date), env=now)
    equal(found, [("ewa@wp.example", "invalidated")], "one message from standard input")
    code(66, "a place that is not there", "scan", path("nowhere"), store="scan", env=now)
    code(66, "one of two", "scan", path("nowhere"), path("inbox"), store="scan", env=now)
    code(0, "undo the scan", "undo", store="scan", env=now)
    code(0, "alive again", "check", "ewa@wp.example", store="scan", env=now)
    code(0, "verify", "verify", "--replay", store="scan", env=now)
    # A bounce that names nobody is for a person.
    write("inbox/4.eml", HARD.format(address="x", id=4, date=date)
          .replace("Final-Recipient: rfc822; x\n", "").replace("<x>: ", "").replace("To: x\n", ""))
    end, found = scan(path("inbox"), env=now)
    table = rows(code(0, "review", "review", store="scan", env=now).out)
    if ok(len(table) == 1 and len(table[0]) == 5, "an item to review", table):
        code(64, "which", "review", "--accept", store="scan", env=now)
        code(0, "accept", "review", "--accept", table[0][0], "--address", "ewa@wp.example",
             store="scan", env=now)
        code(1, "dead now", "check", "ewa@wp.example", store="scan", env=now)
        equal(run("review", store="scan", env=now).out, "", "nothing left to review")
        code(66, "no such item", "review", "--dismiss", "99", store="scan", env=now)


def test_old_store():
    """A store of an earlier layout, which was never released: said so, and what to do."""
    code(0, "a store", "add", "--address", "a@x.example", store="old")
    with open(path("old/data.mdb"), "rb+") as file:
        older, n = re.subn(b"version[\x02-\x1f]", b"version\x01", file.read())
        file.seek(0)
        file.write(older)
    ok(n > 0, "the version stands in it")
    for words in (["list"], ["add", "--address", "b@x.example"]):
        result = code(78, f"{words[0]} on an old store", *words, store="old")
        ok("version 1" in result.err and "export" in result.err, f"{words[0]}: what to do", result.err)


def test_signals():
    """A signal ends the program at once, and an import that it hits leaves nothing."""
    for words in (["scan", "-"], ["import", "-"]):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen([PROGRAM, "--store", path("scan"), *words],
                                       stdin=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL)
            process.stdin.write(b"email\n")
            process.stdin.flush()
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline and not waits(process.pid):
                time.sleep(0.01)
            process.send_signal(number)
            try:
                ended = process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                ended = "never"
            process.stdin.close()
            ok(ended in (-number, 128 + number), f"{words[0]} ends by signal {number}", ended)
    many = "email,city\n" + "".join(f"u{i * 7919 % 400000}@x{i % 99}.example,Łódź\n" for i in range(400000))
    file = write("m.csv", many)
    code(0, "some", "import", "-", stdin=many[:many.index("\n", 20000) + 1], store="cut")
    before = run("list", store="cut").out
    for number in (signal.SIGINT, signal.SIGKILL, signal.SIGKILL):
        process = subprocess.Popen([PROGRAM, "--store", path("cut"), "import", file],
                                   stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not far_enough(number):
            time.sleep(0.002)
        process.send_signal(number)
        ended = process.wait(30)
        if ok(ended in (0, -number, 130), f"an import ends by signal {number}", ended) and ended != 0:
            ok(run("list", store="cut").out == before, "and leaves nothing")
            ok(run("add", "--address", f"at{number}@x.example", store="cut").code in (0, 65), "others can write")
            before = run("list", store="cut").out
        code(0, "verify", "verify", store="cut")


def far_enough(number):
    """An import tells those who wait how far it is: cancelled early, killed while it writes."""
    with open(path("cut/writer"), encoding="utf-8", errors="replace") as writer:
        told = writer.read().split(", ")
    return "import by" in told[0] and len(told) > 1 and (number == signal.SIGINT or int(told[1].split()[0]) > 30)


def waits(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        asleep = file.read().rsplit(")", 1)[1].split()[0] == "S"
    try:
        with open(f"/proc/{pid}/wchan", encoding="ascii") as file:
            where = file.read()
    except OSError:
        where = ""
    return asleep and ("pipe" in where or "poll" in where or where in ("", "0"))


def test_demo():
    """The demo's contacts come in whole."""
    demo = os.path.join(source_dir(), "data/demo/contacts.csv")
    if os.path.exists(demo):
        code(0, "the demo", "import", demo, store="demo")
        equal(run("list", "--count", store="demo").out, "500\n", "500 contacts")
        code(0, "without a command or a terminal", store="demo")


TESTS = [test_missing_store, test_usage, test_import, test_import_ways, test_list, test_add_edit, test_shared,
         test_correct, test_mark, test_tag_merge_release, test_log_undo, test_round_trip, test_output,
         test_terminal, test_asking, test_config, test_config_values, test_slips, test_slips_leave_no_trace, test_log_of_old_address, test_trouble,
         test_weeks, test_foreign, test_classify, test_scan, test_old_store, test_signals,
         test_demo]

for test in TESTS:
    print(f"# {test.__name__}")
    test()
done()
