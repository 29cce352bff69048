"""The figures of an audit, recomputed from its state's export and its roster.

hostile.py calls check with what the messages are. Every form of the report is read and
each figure of it compared with what the export says: that of a message, of a campaign, of a
department, of the whole, the change, the speed, and who is on which list.
"""

import csv
import html.parser
import json
import math
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl

ZONE = ZoneInfo("Asia/Shanghai")
AGES = {"after_4h": 4, "after_24h": 24, "after_72h": 72, "after_7d": 168}
wrong = []
compared = Counter()


def expect(form, what, got, want):
    compared[form] += 1
    numbers = isinstance(got, (int, float)) and isinstance(want, (int, float))
    if abs(got - want) > 1e-9 if numbers else got != want:
        wrong.append(f"{form}: {what}: {got!r}, and should be {want!r}")


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


class Message:
    """A message as the export has it, with its recipients as they were recorded."""

    def __init__(self, told):
        self.told, self.readings, self.seen, self.rejected = told, [], {}, False
        self.address = "message." + told["name"]
        self.campaign = told["campaign"]
        self.title = told.get("title", "Title of " + told["name"])
        self.target = told.get("target")
        self.sent, self.recorded, self.size = None, None, None

    def settle(self):
        """What follows from the readings; recalled messages and those of nobody count nobody."""
        last = self.readings[-1] if self.readings else None
        self.recalled = bool(last) and last["send_status"] == "RECALLED"
        self.to = self.recorded if self.recorded is not None else self.told["to"]
        self.listed = isinstance(self.to, list)
        self.audience = len(self.to) if self.listed else self.to
        self.readers = set(self.seen) if last else None
        self.counted = self.audience is not None and not self.recalled
        self.read = self.unread = self.unknown = None
        if self.counted:
            inside = self.readers & set(self.to) if self.listed and last else self.readers
            self.read = len(inside) if last else 0
            self.unread = self.audience - self.read if last else 0
            self.unknown = 0 if last else self.audience
        self.contradicts = self.counted and self.unread < 0
        self.rate = self.read / self.audience if self.counted and last else None
        self.at = moment(last["started_at"]) if last else None

    def read_by(self, reading):
        """How many of the recipients had been seen by a reading."""
        seen = {user for user, n in self.seen.items() if n <= reading["number"]}
        return len(seen & set(self.to)) if self.listed else len(seen)

    def base(self, day):
        """The reading to compare with: the latest that began before the day."""
        early = [r for r in self.readings if moment(r["started_at"]) < day]
        return early[-1] if early and self.counted and not self.contradicts else None

    def share(self, hours):
        """The bounds of how many had read it so long after it was sent."""
        at = self.sent + timedelta(hours=hours)
        if not self.counted or self.contradicts or not self.readings or self.at < at:
            return None
        least = most = 0
        for user, n in self.seen.items():
            if self.listed and user not in self.to:
                continue
            least += moment(self.readings[n - 1]["finished_at"]) <= at
            most += n == 1 or moment(self.readings[n - 2]["started_at"]) < at
        return least, most


def load(export, told):
    by_key = {m["key"]: Message(m) for m in told}
    lists, runs, current, state = {}, [], None, None
    for line in export.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        kind = row["type"]
        if kind == "state":
            state = row
        elif kind == "run":
            runs.append(row)
        elif kind == "audience":
            people = lists.setdefault(row["hash"], [])
        elif kind == "members":
            people += row["user_ids"]
        elif kind == "message":
            current = by_key[row["process_query_key"]]
            if "audience" in row:
                current.recorded = lists[row["audience"]]
        elif kind == "reading":
            current.readings.append(row)
        elif kind == "readers":
            current.seen.update((user, row["reading"]) for user in row["user_ids"])
        elif kind == "failure":
            current.rejected = row["status"] == "rejected"
    for m in by_key.values():
        m.settle()
    return state, runs, list(by_key.values())


class Sum:
    """The figures of several messages."""

    def __init__(self, many, day):
        many = list(many)
        counted = [m for m in many if m.counted and not m.contradicts]
        self.messages = len(many)
        self.read, self.unread, self.unknown = (sum(getattr(m, c) for m in counted) for c in ("read", "unread", "unknown"))
        self.audience = self.read + self.unread + self.unknown
        known = self.read + self.unread
        self.rate = self.read / known if known else None
        self.coverage = known / self.audience if self.audience else None
        bases = [(m, m.base(day)) for m in counted]
        bases = [(m, b) for m, b in bases if b]
        self.more = sum(m.read - m.read_by(b) for m, b in bases)
        of = sum(m.audience for m, _ in bases)
        self.change = self.more / of if of else None


class Truth:
    def __init__(self, export, told, staff, sent):
        self.state, self.runs, self.messages = load(export, told)
        for m in self.messages:
            m.sent = sent[m.address]
        started = moment(self.runs[-1]["started_at"]).astimezone(ZONE)
        self.day = started.replace(hour=0, minute=0, second=0, microsecond=0)
        self.staff = {p["user_id"]: p for p in staff}
        self.all = Sum(self.messages, self.day)
        self.campaigns = defaultdict(list)
        for m in self.messages:
            self.campaigns[m.campaign].append(m)

    def chase(self):
        """Who is to be reminded: message and user id."""
        return {(m.address, user) for m in self.messages if m.counted and m.listed and m.readings and not m.rejected
                for user in m.to if user not in m.seen and not self.staff.get(user, {}).get("left")}

    def moves(self):
        """What has changed for whom since the day before."""
        found = set()
        for address, user in self.chase():
            found.add(("still unread" if self.by(address).base(self.day) else "new on the list", address, user))
        for m in self.messages:
            base = m.base(self.day)
            if base and m.listed:
                found |= {("newly read", m.address, u) for u, n in m.seen.items() if u in m.to and n > base["number"]}
        return found

    def by(self, address):
        return next(m for m in self.messages if m.address == address)

    def departments(self):
        sums = defaultdict(Counter)
        for m in self.messages:
            if not m.counted or m.contradicts:
                continue
            if not m.listed:
                sums["Other"].update(read=m.read, unread=m.unread, unknown=m.unknown)
                continue
            for user in m.to:
                state = "unknown" if not m.readings else "read" if user in m.seen else "unread"
                sums[self.staff[user]["department"] or "Other"][state] += 1
        return sums


def check(folder, export, told, staff):
    report = json.loads((folder / "out/hostile.json").read_text(encoding="utf-8"))
    sent = {m["address"]: moment(m["sent_at"]) for m in report["messages"]}
    truth = Truth(export, told, staff, sent)
    expect("export", "simulated", truth.state["simulated"], True)
    expect("export", "runs", len(truth.runs), 3)
    check_json(truth, report)
    check_csv(truth, folder / "out/csv")
    check_words(truth, report, (folder / "out/hostile.md").read_text(encoding="utf-8"))
    check_page(truth, (folder / "out/hostile.html").read_text(encoding="utf-8"))
    check_workbook(truth, openpyxl.load_workbook(folder / "out/hostile.xlsx"))
    print(", ".join(f"{form} {n}" for form, n in compared.items()), "figures recomputed")
    for line in wrong[:40]:
        print("  wrong:", line)
    if wrong:
        sys.exit(f"error: {len(wrong)} figures do not agree")


def check_json(truth, report):
    totals, whole = report["totals"], truth.all
    rates = [m.rate for m in truth.messages if m.rate is not None and not m.contradicts]
    for field, want in {
        "messages": whole.messages, "audience_size": whole.audience, "read": whole.read, "unread": whole.unread,
        "unknown": whole.unknown, "read_rate": whole.rate, "coverage": whole.coverage,
        "counted_messages": len(rates), "mean_read_rate": sum(rates) / len(rates),
        "recalled": sum(m.recalled for m in truth.messages),
    }.items():
        expect("json", field, totals[field], want)
    expect("json", "simulated", report["simulated"], True)
    listed = sum(m.unread for m in truth.messages if m.counted and m.listed and not m.contradicts)
    parts = totals["unread_breakdown"]
    expect("json", "to remind", parts["to_remind"], len(truth.chase()))
    expect("json", "by number", parts["by_number"], whole.unread - listed)
    expect("json", "breakdown", sum(parts.values()), whole.unread)
    for message, m in zip(report["messages"], truth.messages, strict=True):
        for field, want in {
            "address": m.address, "campaign": m.campaign, "title": m.title, "target": m.target,
            "audience_size": m.audience if m.counted else None, "readers": len(m.readers) if m.readings else None,
            "read": m.read if m.readings else None, "unread": m.unread if m.readings else None, "read_rate": m.rate,
            "target_met": None if m.rate is None or m.target is None or m.contradicts else m.rate >= m.target,
        }.items():
            expect("json", f"{m.address} {field}", message[field], want)
        at = moment(message["reading_at"])
        expect("json", f"{m.address} reading_at", at, m.at and m.at.replace(microsecond=0))
    for campaign in report["campaigns"]:
        of = Sum(truth.campaigns[campaign["name"]], truth.day)
        for field, want in {"messages": of.messages, "read_rate": of.rate, "coverage": of.coverage}.items():
            expect("json", f"campaign {campaign['name']} {field}", campaign[field], want)
        for field in ("audience", "read", "unread", "unknown"):
            got = campaign["audience_size" if field == "audience" else field]
            expect("json", f"campaign {campaign['name']} {field}", got or 0, getattr(of, field))


def rows_of(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def plain(text):
    return text.removeprefix("'")


def check_csv(truth, folder):
    for row, m in zip(rows_of(folder / "messages.csv"), truth.messages, strict=True):
        expect("csv", "address", row["address"], m.address)
        for field, want in {"audience_size": m.audience if m.counted else None, "read": m.read if m.readings else None,
                            "unread": m.unread if m.readings else None, "read_rate": m.rate}.items():
            expect("csv", f"{m.address} {field}", float(row[field]) if row[field] else None, want)
    people = [r for r in rows_of(folder / "people.csv") if truth.by(r["address"]).listed]
    want = {}
    for m in truth.messages:
        if m.counted and m.listed:
            for user in m.to:
                want[m.address, user] = "" if not m.readings else "true" if user in m.seen else "false"
    expect("csv", "rows of people.csv", len(people), len(want))
    for row in people:
        where, m = (row["address"], row["user_id"]), truth.by(row["address"])
        expect("csv", f"{where} read", row["read"], want.get(where))
        expect("csv", f"{where} department", plain(row["department"]), truth.staff[row["user_id"]]["department"])
        n = m.seen.get(row["user_id"], 0)
        seen = moment(m.readings[n - 1]["finished_at"]) if n else None
        unseen = moment(m.readings[n - 2]["started_at"]) if n > 1 else m.at if m.readings and not n else None
        for field, at in {"first_seen_at": seen, "not_seen_at": unseen}.items():
            expect("csv", f"{where} {field}", moment(row[field]), at and at.replace(microsecond=0))
    unread = rows_of(folder / "unread.csv")
    expect("csv", "unread.csv", sorted((r["address"], r["user_id"]) for r in unread), sorted(truth.chase()))


def grouped(n):
    return f"{n:,}"


def check_words(truth, report, text):
    """The sentences, the same in JSON and Markdown, with the figures in them."""
    whole = truth.all
    rate = f"{whole.rate * 100:.1f}".removesuffix(".0")
    reminded = {user for _, user in truth.chase()}
    by_department = Counter(truth.staff[u]["department"] for u in reminded if truth.staff[u]["department"])
    ranked = sorted(by_department.items(), key=lambda d: (-d[1], d[0].encode()))
    sentences = report["summary"]["sentences"]
    expect("words", "rate", sentences[0].startswith(f"{grouped(whole.read)} of {grouped(whole.read + whole.unread)} "), True)
    expect("words", "share", f"({rate} %)" in sentences[0], True)
    (first, n), (second, k) = ranked[:2]
    expect("words", "to remind", sentences[1], f"{len(reminded)} people to remind, {n} of them in {first} and {k} in {second}.")
    expect("words", "change", sentences[2].startswith(f"{whole.more} more than on "), True)
    expect("words", "coverage", sentences[-1], f"Data of {whole.coverage * 100:.1f} % of recipients.")
    for said in sentences:
        expect("markdown", said, said in text.replace("\\", ""), True)
    for label, want in {"Read rate": f"{whole.rate * 100:.1f}%", "Change": f"+{whole.change * 100:.1f}%",
                        "Read": grouped(whole.read), "Unread": grouped(whole.unread), "No data yet": grouped(whole.unknown)}.items():
        expect("markdown", label, f"- {label}: **{want}**" in text, True)


class Page(html.parser.HTMLParser):
    """The tables of the page: for each list the texts of its rows, and the exact values."""

    def __init__(self):
        super().__init__()
        self.lists, self.at, self.cell, self.text = defaultdict(list), None, None, []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "section":
            self.at = attrs.get("id")
        elif tag == "tr" and "id" in attrs:
            self.lists[self.at].append([])
        elif tag in ("td", "th") and self.at:
            self.cell = [attrs.get("data-v"), ""]

    def handle_endtag(self, tag):
        if tag == "td" and self.cell and self.lists[self.at]:
            self.lists[self.at][-1].append(tuple(self.cell))
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data):
        self.text.append(data)
        if self.cell:
            self.cell[1] += data


def check_page(truth, text):
    page = Page()
    page.feed(text)
    for m in truth.messages:
        row = next((r for r in page.lists["messages"] if m.address in r[0][1]), None)
        expect("page", f"{m.address} is there", row is not None, True)
        if not row or m.listed and m.audience == 1:  # to one person: a state, and no rate
            continue
        expect("page", f"{m.address} rate", any(v and m.rate is not None and abs(float(v) - m.rate) < 1e-9 for v, _ in row), m.rate is not None)
    for name, many in truth.campaigns.items():
        of, titles = Sum(many, truth.day), {m.title for m in many}
        label = titles.pop() if len(titles) == 1 else name
        row = next((r for r in page.lists["campaigns"] if label in r[0][1] or name in r[0][1]), None)
        expect("page", f"campaign {name} is there", row is not None, True)
        if row and of.rate is not None:
            expect("page", f"campaign {name} rate", any(v and abs(float(v) - of.rate) < 1e-9 for v, _ in row), True)
            texts = [said for _, said in row]
            for count in (of.read, of.unread):
                expect("page", f"campaign {name} {count}", grouped(count) in texts, True)
    said = "".join(page.text)
    expect("page", "banner", "SIMULATED" in said, True)


def table(book, name):
    for sheet in book.worksheets:
        if name in sheet.tables:
            header, *rows = sheet[sheet.tables[name].ref]
            return [dict(zip((c.value for c in header), (c.value for c in row))) for row in rows]
    return []


def check_workbook(truth, book):
    named = {}
    for name in ("ReadRate", "Coverage"):
        sheet, cell = next(iter(book.defined_names[name].destinations))
        named[name] = book[sheet][cell.replace("$", "")].value
    expect("workbook", "ReadRate", named["ReadRate"], truth.all.rate)
    expect("workbook", "Coverage", named["Coverage"], truth.all.coverage)
    cells = {}
    for row in book.worksheets[0].iter_rows(values_only=True):
        cells.setdefault(row[0], row[1])  # the contents below have the same words
    for label, want in {"Change": truth.all.change, "Read": truth.all.read, "Unread": truth.all.unread, "No data yet": truth.all.unknown,
                        "Deliveries": truth.all.audience, "Messages": truth.all.messages}.items():
        expect("workbook", f"Summary {label}", cells.get(label), want)
    rows = {r["Address"]: r for r in table(book, "Messages")}
    expect("workbook", "messages", sorted(rows), sorted(m.address for m in truth.messages))
    for m in truth.messages:
        row = rows[m.address]
        base = m.base(truth.day)
        if m.listed and m.audience == 1:  # to one person: a state, and no figures
            state = "read" if m.read else "unread" if m.readings else "no data yet"
            expect("workbook", f"{m.address} state", row["Read state"], state)
            continue
        for label, want in {"Recipients": m.audience if m.counted else None, "Read": m.read if m.readings else None,
                            "Unread": m.unread if m.readings else None, "No data yet": m.unknown, "Read rate": m.rate,
                            "Target": m.target, "Change": (m.read - m.read_by(base)) / m.audience if base else None}.items():
            if label in row:
                expect("workbook", f"{m.address} {label}", row[label], want)
    check_groups(truth, book)
    check_lists(truth, book)


def check_groups(truth, book):
    names = {}
    for name, many in truth.campaigns.items():
        titles = {m.title for m in many}
        names[titles.pop() if len(titles) == 1 else name] = names[name] = name
    campaigns = table(book, "Campaigns")
    expect("workbook", "campaigns", len(campaigns), len(truth.campaigns))
    for row in campaigns:
        of = Sum(truth.campaigns[names[row["Campaign"]]], truth.day)
        for label, want in {"Read": of.read, "Unread": of.unread, "No data yet": of.unknown, "Recipients": of.audience}.items():
            expect("workbook", f"campaign {row['Campaign']} {label}", row[label] or 0, want)
        for label, want in {"Read rate": of.rate, "Coverage": of.coverage, "Change": of.change}.items():
            expect("workbook", f"campaign {row['Campaign']} {label}", row[label], want)
    sums = truth.departments()
    rows = table(book, "Departments")
    expect("workbook", "departments", sorted(r["Department"] for r in rows), sorted(sums))
    for row in rows:
        for label, field in {"Read": "read", "Unread": "unread", "No data yet": "unknown"}.items():
            expect("workbook", f"department {row['Department']} {label}", row[label] or 0, sums[row["Department"]][field])
    for row in table(book, "Speed"):
        many = truth.campaigns[names[row["Campaign"]]]
        for (key, hours), label in zip(AGES.items(), ("After 4 h", "After 24 h", "After 72 h", "After 7 days")):
            shares = [(m.share(hours), m.audience) for m in many]
            shares = [(s, n) for s, n in shares if s]
            of = sum(n for _, n in shares)
            least, most = (sum(s[i] for s, _ in shares) for i in (0, 1))
            want = None if not of else least / of
            if least != most:
                want = f"{math.floor(least / of * 100)}–{math.ceil(most / of * 100)} %"
            expect("workbook", f"speed of {row['Campaign']}, {key}", row[label], want)


def check_lists(truth, book):
    title = {m.address: m.title for m in truth.messages}
    changed = Counter((r["Change"], r["Title"], r["User ID"]) for r in table(book, "Changed"))
    want = Counter((move, title[address], user) for move, address, user in truth.moves())
    expect("workbook", "Changed", changed, want)
    expect("workbook", "Changed, newly read", sum(n for (move, _, _), n in changed.items() if move == "newly read"),
           truth.all.more - sum(m.read - m.read_by(m.base(truth.day)) for m in truth.messages if not m.listed and m.base(truth.day)))
    expect("workbook", "Unread", {r["User ID"] for r in table(book, "Unread")}, {user for _, user in truth.chase()})
    detail = Counter()
    for row in table(book, "Detail"):
        detail[row["Read state"] if "Read state" in row else row["State"]] += 1
    want = Counter()
    for m in truth.messages:
        if m.counted and m.listed:
            want.update({"read": m.read, "unread": m.unread, "no data yet": m.unknown})
    expect("workbook", "Detail", +detail, +want)
