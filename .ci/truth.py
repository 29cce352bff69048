"""The figures of an audit, recomputed from its state's export and its roster.

hostile.py calls check with what the messages are. Every form of the report is read and
each figure of it compared with what the export says: that of a message, of a campaign, of a
department, of the whole, the change, the speed, and who is on which list.
"""

import csv
import html.parser
import json
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl

import books
import labels

ZONE = ZoneInfo("Asia/Shanghai")
ROBOT_BATCH = 20
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

    def audience_size(self):
        return self.audience if self.to is not None else None

    def counted_as(self, user):
        return "unknown" if not self.readings else "read" if user in self.seen else "unread"

    def state(self, user):
        return self.counted_as(user).replace("unknown", "no data yet")

    def seen_at(self, user):
        """When a recipient was first seen to have read it, and last seen not to have."""
        n = self.seen.get(user, 0)
        first = moment(self.readings[n - 1]["finished_at"]) if n else None
        unseen = moment(self.readings[n - 2]["started_at"]) if n > 1 else self.at if self.readings and not n else None
        return first, unseen

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


class Counts:
    """Who has read, who has not, and of whom there are no data."""

    def __init__(self, counts):
        self.read, self.unread, self.unknown = (counts[c] for c in ("read", "unread", "unknown"))
        self.audience = self.read + self.unread + self.unknown
        known = self.read + self.unread
        self.rate = self.read / known if known else None
        self.coverage = known / self.audience if self.audience else None


class Sum(Counts):
    """The figures of several messages."""

    def __init__(self, many, day):
        many = list(many)
        counted = [m for m in many if m.counted and not m.contradicts]
        super().__init__({c: sum(getattr(m, c) for m in counted) for c in ("read", "unread", "unknown")})
        self.messages = len(many)
        self.bases = [(m, m.base(day)) for m in counted if m.base(day)]
        self.more = sum(m.read - m.read_by(b) for m, b in self.bases)
        of = sum(m.audience for m, _ in self.bases)
        self.change = self.more / of if of else None
        rated = [m for m in counted if m.readings]
        self.target = None
        if rated and all(m.target for m in rated):
            self.target = sum(m.target * m.audience for m in rated) / sum(m.audience for m in rated)


class Truth:
    zone, moment = ZONE, staticmethod(moment)

    def __init__(self, export, told, staff, given, batch):
        self.state, self.runs, self.messages = load(export, told)
        self.place = {run["id"]: i for i, run in enumerate(self.runs)}
        self.staff, self.batch = {p["user_id"]: p for p in staff}, batch
        started = moment(self.runs[-1]["started_at"]).astimezone(ZONE)
        self.day = started.replace(hour=0, minute=0, second=0, microsecond=0)
        self.now = moment(self.runs[-1]["finished_at"])
        self.campaigns, self.titles = defaultdict(list), {}
        for m in self.messages:
            self.campaigns[m.campaign].append(m)
        for name, many in self.campaigns.items():
            titles = {m.title for m in many}
            self.titles[name] = given.get(name) or (titles.pop() if len(titles) == 1 else name)

    def settle(self, sent):
        """Takes the times of sending, and makes the sums."""
        for m in self.messages:
            m.sent = sent[m.address]
        self.all = self.sum(self.messages)

    def sum(self, many):
        return Sum(many, self.day)

    def counts(self, counts):
        return Counts(counts)

    def clean(self, text):
        """The text without what a report replaces."""
        return text.replace("\u202e", "")

    def days_since(self, at):
        return (self.now - at) // timedelta(days=1)

    def mail(self, manager):
        """The address of the one person in the roster whom a manager's text names."""
        found = [p for p in self.staff.values() if manager and manager in (p["user_id"], p["name"], p["email"])]
        return found[0]["email"] or None if len(found) == 1 else None

    def chase_of(self, m):
        """Who is to be reminded of a message."""
        if not (m.counted and m.listed and m.readings) or m.rejected:
            return []
        return [user for user in m.to if user not in m.seen and not self.staff.get(user, {}).get("left")]

    def chase(self):
        """Who is to be reminded: message and user id."""
        return {(m.address, user) for m in self.messages for user in self.chase_of(m)}

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

    def bridge(self):
        """Why who has not read is on the list of unread, or is not."""
        counted = [m for m in self.messages if m.counted and m.readings and not m.contradicts]
        listed = [(m, user) for m in counted if m.listed for user in m.to if user not in m.seen]
        left = sum(not m.rejected and bool(self.staff[user]["left"]) for m, user in listed)
        chase = self.chase()
        return {"remind": len(chase), "people": len({user for _, user in chase}), "left": left,
                "number": sum(m.unread for m in counted) - len(listed), "closed": sum(m.rejected for m, _ in listed)}


def check(folder, export, told, staff, given, batch, language):
    out = folder / "out"
    report = json.loads((out / "hostile.json").read_text(encoding="utf-8"))
    truth = Truth(export, told, staff, given, batch)
    truth.settle({m["address"]: moment(m["sent_at"]) for m in report["messages"]})
    words = labels.Words(language)
    tables = books.Tables(truth, words)
    expect("export", "simulated", truth.state["simulated"], True)
    expect("export", "runs", len(truth.runs), 3)
    check_json(truth, report)
    check_csv(truth, tables, out / "csv")
    check_words(truth, words, report["summary"]["sentences"], report["summary"]["verdict"])
    check_markdown(truth, tables, report["summary"], (out / "hostile.md").read_text(encoding="utf-8"))
    page = Page()
    page.feed((out / "hostile.html").read_text(encoding="utf-8"))
    check_page(truth, tables, report["summary"]["sentences"], page)
    books.check_page(tables, page, expect)
    book = openpyxl.load_workbook(out / "hostile.xlsx")
    check_summary(truth, tables, book)
    books.check_workbook(tables, book, expect)
    check_files(truth, tables, out / "chase")
    check_metrics(truth, (out / "hostile.prom").read_text(encoding="utf-8"))
    print(f"{language}:", ", ".join(f"{form} {n}" for form, n in compared.items()), "figures recomputed")
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


def check_csv(truth, tables, folder):
    for row, m in zip(rows_of(folder / "messages.csv"), truth.messages, strict=True):
        expect("csv", "address", row["address"], m.address)
        outside = len(m.readers - set(m.to if m.listed else ())) if m.readings and m.listed else None
        for field, want in {"audience_size": m.audience if m.counted else None, "read": m.read if m.readings else None,
                            "unread": m.unread if m.readings else None, "read_rate": m.rate, "target": m.target,
                            "readers": len(m.readers) if m.readings else None, "outside_audience": outside}.items():
            if field != "outside_audience" or outside is not None and m.counted:
                expect("csv", f"{m.address} {field}", float(row[field]) if row[field] else None, want)
        met = "" if m.rate is None or m.target is None or m.contradicts else str(m.rate >= m.target).lower()
        expect("csv", f"{m.address} target_met", row["target_met"], met)
    people = [r for r in rows_of(folder / "people.csv") if truth.by(r["address"]).listed]
    check_people(truth, people, {(m.address, u) for m in truth.messages if m.counted and m.listed for u in m.to}, "people.csv")
    unread = rows_of(folder / "unread.csv")
    check_people(truth, unread, truth.chase(), "unread.csv")
    for row in unread:
        m = truth.by(row["address"])
        expect("csv", "unread.csv, campaign", plain(row["campaign"]), m.campaign)
        expect("csv", "unread.csv, sent_at", moment(row["sent_at"]), m.sent)
        expect("csv", "unread.csv, left", row["left"], "")
    problems = {row["problem"]: int(row["count"]) for row in rows_of(folder / "problems.csv")}
    for row in tables.problems():
        expect("csv", row["What it is"], problems.get(row["What it is"]), row["How many"])
    check_sends(tables, (folder / "reminders.jsonl").read_text(encoding="utf-8"))


def check_people(truth, rows, wanted, name):
    """The rows of people.csv or unread.csv: a message and one of its recipients each."""
    expect("csv", name, sorted((r["address"], r["user_id"]) for r in rows), sorted(wanted))
    for row in rows:
        user, m = row["user_id"], truth.by(row["address"])
        where, p = f"{name}, {m.address} {user}", truth.staff[user]
        expect("csv", f"{where} read", row["read"], {"read": "true", "unread": "false", "unknown": ""}[m.counted_as(user)])
        for field in ("name", "department", "manager", "email"):
            expect("csv", f"{where} {field}", plain(row[field]), truth.clean(p[field]))
        for field, at in zip(("first_seen_at", "not_seen_at"), m.seen_at(user)):
            expect("csv", f"{where} {field}", moment(row[field]), at and at.replace(microsecond=0))


def check_sends(tables, text):
    """The calls that remind everybody of each notice once."""
    sends = [json.loads(line) for line in text.splitlines()]
    for n, people in tables.reminded():
        mine = [s for s in sends if json.loads(s["msgParam"])["content"] == tables.text(n)]
        users = [user for s in mine for user in s["userIds"]]
        expect("reminders.jsonl", n.title, sorted(users), sorted(people))
        expect("reminders.jsonl", f"{n.title}, calls", [len(s["userIds"]) for s in mine[:-1]], [ROBOT_BATCH] * (len(mine) - 1))
        for s in mine:
            expect("reminders.jsonl", f"{n.title}, robot", (s["robotCode"], s["msgKey"], s["simulated"]), ("dinghostilebot", "sampleText", True))
    expect("reminders.jsonl", "people", sum(len(s["userIds"]) for s in sends), sum(len(people) for _, people in tables.reminded()))


def grouped(n):
    return f"{n:,}"


def check_words(truth, words, sentences, verdict):
    """The sentences and the verdict, with the figures in them."""
    whole, say = truth.all, words.say
    reminded = {user for _, user in truth.chase()}
    by_department = Counter(truth.staff[u]["department"] for u in reminded if truth.staff[u]["department"])
    (first, k), (second, n) = sorted(by_department.items(), key=lambda d: (-d[1], d[0].encode()))[:2]
    newest = max(moment(b["started_at"]) for _, b in whole.bases).astimezone(ZONE)
    expect("words", "sentences", sentences, [
        say("rate", read=grouped(whole.read), known=grouped(whole.read + whole.unread), rate=words.percent(whole.rate)),
        say("remind", n=len(reminded), k=k, first=first, l=n, second=second),
        say("more", n=whole.more, day=words.date(newest)),
        say("coverage", share=words.percent(whole.coverage)),
    ])
    unanswered = sum(m.rejected or not m.readings and m.to is not None for m in truth.messages)
    for said in (
        say("unknown", n=whole.unknown, of=whole.audience), say("troubled", n=unanswered, of=whole.messages),
        say("contradictory", n=sum(m.counted and m.contradicts for m in truth.messages)),
    ):
        expect("words", f"{said} in {verdict}", said in verdict, True)


def figures(truth, words, notices):
    """The figures of the first page, with what stands beside them."""
    whole, say, bridge = truth.all, words.say, truth.bridge()
    several = [[[m] for m in n.messages if (m.audience_size() or 0) > 1] or [n.messages] for n in notices]
    rated = [of for each in several for of in map(truth.sum, each) if of.rate is not None and of.target]
    at = [moment(b["started_at"]) for _, b in whole.bases]
    when = {name: f"{t.astimezone(ZONE):%Y-%m-%d %H:%M}" for name, t in {"oldest": min(at), "newest": max(at)}.items()}
    people = {u for m in truth.messages if m.counted and m.listed and not m.contradicts for u in m.to}
    return {
        "Coverage": (whole.coverage, None), "Change": (whole.change, say("change", n=len(whole.bases), **when)),
        "Messages": (whole.messages, None), "People": (len(people), None), "Deliveries": (whole.audience, None), "Read": (whole.read, None),
        "Unread": (whole.unread, say("bridge", unread=whole.unread, **bridge)), "No data yet": (whole.unknown, None),
        "Notices below target": (sum(of.rate < of.target for of in rated), say("below", n=len(rated))),
        "Recalled messages": (sum(m.recalled for m in truth.messages), None),
        "Messages without data": (sum(not m.readings for m in truth.messages), None),
    }


def check_markdown(truth, tables, summary, text):
    text, words = text.replace("\\", ""), tables.words
    for said in [*summary["sentences"], summary["verdict"]]:
        expect("markdown", said, said in text, True)
    expect("markdown", "rate", words.labelled(f"- {words.label('Read rate')}", f"**{truth.all.rate * 100:.1f}%**") in text, True)
    shown = {"Coverage", "Change", "Messages", "People", "Read", "Unread", "No data yet", "Notices below target"}
    for label, (value, note) in figures(truth, words, tables.notices).items():
        if label not in shown:
            continue
        said = f"{value * 100:.1f}%" if isinstance(value, float) else grouped(value)
        line = words.beside(words.labelled(f"- {words.label(label)}", f"**{'+' * (label == 'Change')}{said}**"), note)
        expect("markdown", line, line in text, True)
    sums = [truth.sum(n.messages) for n in tables.notices]
    lowest = sorted((of.rate, i) for i, of in enumerate(sums) if of.rate is not None and not (of.target and of.rate >= of.target))
    for place, (rate, i) in enumerate(lowest[:5], 1):
        n = tables.notices[i]
        line = words.beside(f"{place}. **{n.title}** · {rate * 100:.1f}%", f"{words.label('Unread')} {sums[i].unread}")[:-1]
        expect("markdown", line, line in text, True)
    for row in tables.problems():
        if row["What it is"] in text:
            expect("markdown", row["What it is"], words.beside(f"**{row['What it is']}**", row["How many"]) in text, True)


class Page(html.parser.HTMLParser):
    """The page: the tables of its lists, and its texts."""

    def __init__(self):
        super().__init__()
        self.heads, self.rows, self.at, self.cell, self.text = defaultdict(list), defaultdict(list), None, None, []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "section":
            self.at = attrs.get("id")
        elif tag == "tr":
            self.rows[self.at].append([])
        elif tag in ("td", "th"):
            self.cell = {"value": attrs.get("data-v"), "text": "", "small": None}
        elif tag == "small" and self.cell:
            self.cell["small"] = ""

    def handle_endtag(self, tag):
        if tag == "th" and self.cell:
            self.heads[self.at].append(self.cell["text"])
        elif tag == "td" and self.cell:
            self.rows[self.at][-1].append(self.cell)
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data):
        self.text.append(data)
        if self.cell:
            self.cell["text" if self.cell["small"] is None else "small"] += data

    def table(self, section, label):
        """A list's columns, and its rows by column; what stands below in a cell has a column of its own."""
        below = {"messages": {"Title": "Address"}, "unread": {"Name": "User ID", "Manager": "Manager's email"}}.get(section, {})
        below = {label(over): label(under) for over, under in below.items()}
        header, rows = self.heads[section], []
        for cells in self.rows[section]:
            if not cells:
                continue  # the heads
            row = {}
            for name, cell in zip(header, cells, strict=True):
                row[name] = float(cell["value"]) if cell["value"] else cell["text"]
                if name in below:
                    row[below[name]] = cell["small"]
            rows.append(row)
        return [*header, *(below[name] for name in header if name in below)], rows


def check_page(truth, tables, sentences, page):
    words, said = tables.words, "".join(page.text)
    for one in sentences:
        expect("page", one, one in said, True)
    expect("page", "banner", words.label("SIMULATED") in said, True)
    for label, (value, note) in figures(truth, words, tables.notices).items():
        for text in (f"{value * 100:.1f}%" if isinstance(value, float) else grouped(value), note or ""):
            expect("page", f"{label} {text}", text in said, True)


def check_summary(truth, tables, book):
    words, named = tables.words, {}
    for name in ("ReadRate", "Coverage"):
        sheet, cell = next(iter(book.defined_names[name].destinations))
        named[name] = book[sheet][cell.replace("$", "")].value
    expect("workbook", "ReadRate", named["ReadRate"], truth.all.rate)
    expect("workbook", "Coverage", named["Coverage"], truth.all.coverage)
    cells, notes, last = {}, defaultdict(str), None
    for row in book.worksheets[0].iter_rows(values_only=True):
        if row[0] is not None and row[0] not in cells:  # the contents below have the same words
            last, cells[row[0]] = row[0], row[1]
        elif row[0] is not None:
            last = None
        notes[last] += "".join(str(text) for text in row[2:] if text is not None)
    for label, (value, note) in figures(truth, words, tables.notices).items():
        expect("workbook", f"Summary {label}", cells.get(words.label(label)), value)
        if note:  # a line of it ends anywhere between two words
            expect("workbook", f"Summary {label}, note", notes[words.label(label)].replace(" ", ""), note.replace(" ", ""))


def check_files(truth, tables, folder):
    """A file for each manager, of their people alone, and the index of the files."""
    people = defaultdict(set)
    for m in truth.messages:
        for user in m.to if m.listed else ():
            people[truth.staff[user]["manager"]].add(user)
    index = rows_of(folder / "index.csv")
    expect("files", "managers", sorted(plain(r["group"]) for r in index), sorted(people))
    expect("files", "in the folder", sorted(f.name for f in folder.iterdir()), sorted(["index.csv", *(r["file"] for r in index)]))
    for row in index:
        manager = plain(row["group"])
        counts = Counter(m.counted_as(u) for m in truth.messages if m.counted and m.listed for u in m.to if truth.staff[u]["manager"] == manager)
        of = truth.counts(counts)
        remind = {user for _, user in truth.chase() if truth.staff[user]["manager"] == manager}
        counted = {u for m in truth.messages if m.counted and m.listed for u in m.to if truth.staff[u]["manager"] == manager}
        for field, want in {"people": len(counted), "to_remind": len(remind), "deliveries": of.audience, "read": of.read,
                            "unread": of.unread, "unknown": of.unknown, "read_rate": of.rate}.items():
            expect("files", f"{manager} {field}", float(row[field]), want)
        expect("files", f"{manager} email", row["email"] or None, truth.mail(manager))
        rows, _ = books.rows_of(openpyxl.load_workbook(folder / row["file"]), "Unread")
        listed = {r[tables.l("User ID")] for r in rows} if remind else set()
        expect("files", f"{manager} unread", listed, remind)


def check_metrics(truth, text):
    for name, many in truth.campaigns.items():
        of = truth.sum(many)
        for figure, want in {"read_rate": of.rate, "coverage": of.coverage}.items():
            line = [one.rsplit(" ", 1)[1] for one in text.splitlines() if one.startswith(f"notifyaudit_{figure}{{") and f'campaign="{name}"' in one]
            expect("metrics", f"{figure} of {name}", float(line[0]) if line else None, want)
