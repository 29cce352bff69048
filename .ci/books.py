"""The tables of a report's workbook and page, recomputed.

truth.py calls check with the figures that it made of the export. tables has for each table
the rows that it must have; the same rows are looked for in the workbook and on the page.
"""

import math
from collections import Counter, defaultdict
from datetime import datetime, timedelta

AGES = {"After 4 h": 4, "After 24 h": 24, "After 72 h": 72, "After 7 days": 168}
MOST_OWN = 50  # messages of a campaign that are notices of their own
MOST_NAMED = 10  # notices that a row of the list of unread names

# What tells the rows of a table apart.
KEYS = {
    "Campaigns": ["Campaign"], "Messages": ["Address"], "Departments": ["Department"], "Managers": ["Manager"],
    "Matrix": ["Notice"], "Trend": ["Notice", "Hours since sent"], "Speed": ["Campaign"], "Unread": ["User ID"],
    "Read": ["Title", "User ID"], "Reminders": ["Notice", "Batch"], "Changed": ["Title", "User ID"],
    "People": ["User ID", "Name"], "Detail": ["Address", "User ID"], "Problems": ["What it is"],
}


class Notice:
    """A message to several people, or what a campaign sent to one person each."""

    def __init__(self, first):
        self.messages, self.campaign = [first], first.campaign

    def sent(self):
        return min(m.sent for m in self.messages)


class Tables:
    def __init__(self, truth, words):
        self.truth, self.words, self.titles = truth, words, {}
        self.l, self.say = words.label, words.say
        self.notices = self.find_notices()
        self.counted = [m for m in truth.messages if m.counted and not m.contradicts]

    def find_notices(self):
        found, shared, own = [], {}, Counter()
        for m in self.truth.messages:
            if (m.audience_size() or 0) > 1 and own[m.campaign] < MOST_OWN:
                own[m.campaign] += 1
                found.append(Notice(m))
            elif m.campaign in shared:
                shared[m.campaign].messages.append(m)
            else:
                shared[m.campaign] = Notice(m)
                found.append(shared[m.campaign])
        for n in found:
            titles = {m.title for m in n.messages}
            whole = len(n.messages) == len(self.truth.campaigns[n.campaign])
            n.title = self.truth.titles[n.campaign] if whole else titles.pop()
        return found

    def known(self, of):
        """What stands beside a rate that is not of everybody."""
        if not of.unknown:
            return None
        if of.rate is None:
            return self.l("no data yet")
        return self.say("known", share=self.words.percent(of.coverage))

    def met(self, rate, target):
        return None if rate is None or target is None else self.l("✓ yes" if rate >= target else "✗ no")

    def person(self, user):
        p = self.truth.staff.get(user, {})
        return {"Name": p.get("name"), "Department": p.get("department"), "Manager": p.get("manager"), "Email": p.get("email"), "User ID": user}

    def all(self):
        return {
            "Campaigns": self.campaigns(), "Messages": self.messages(), "Departments": self.groups("Department", "department"),
            "Managers": self.groups("Manager", "manager"), "Matrix": self.matrix(), "Trend": self.trend(), "Speed": self.speed(),
            "Unread": self.unread(), "Read": self.readers(), "Reminders": self.reminders(), "Changed": self.changed(),
            "People": self.people(), "Detail": self.detail(), "Problems": self.problems(),
        }

    def campaigns(self):
        for name, many in self.truth.campaigns.items():
            of, at = self.truth.sum(many), [m.at for m in many if m.at]
            has = any(m.counted for m in many)
            yield {
                "Campaign": self.truth.titles[name], "Messages": len(many), "Recipients": of.audience if has else None,
                "Read": of.read if of.read + of.unread else None, "Unread": of.unread if of.read + of.unread else None,
                "No data yet": of.unknown if has else None, "Read rate": of.rate, "What is known": self.known(of),
                "Coverage": of.coverage, "Target": of.target, "Target met": self.met(of.rate, of.target), "Change": of.change,
                "Oldest data": min(at, default=None), "Data as of": max(at, default=None),
            }

    def messages(self):
        for m in self.truth.messages:
            base, lone = m.base(self.truth.day), m.listed and m.audience == 1
            row = {"Address": m.address, "Campaign": self.truth.titles[m.campaign], "Title": m.title, "Sent at": m.sent, "Last checked": m.at}
            if lone:
                p = self.person(m.to[0])
                yield row | {"Recipient": p["Name"] or m.to[0], "Department": p["Department"], "Read state": self.l(m.state(m.to[0])), "Recipients": None, "Read rate": None}
                continue
            yield row | {
                "Read state": None, "Recipients": m.audience if m.counted else None, "Read": m.read if m.readings else None,
                "Unread": m.unread if m.readings else None, "No data yet": m.unknown, "Read rate": m.rate, "Target": m.target,
                "Target met": None if m.contradicts else self.met(m.rate, m.target),
                "Change": (m.read - m.read_by(base)) / m.audience if base else None,
            }

    def groups(self, label, column):
        sums, persons, numbered = defaultdict(Counter), defaultdict(set), False
        for m in self.counted:
            if not m.listed:
                numbered = True
                sums[""].update(read=m.read, unread=m.unread, unknown=m.unknown)
            for user in m.to if m.listed else ():
                group = self.truth.staff[user][column]
                persons[group].add(user)
                sums[group][m.counted_as(user)] += 1
        for group, counts in sums.items():
            of = self.truth.counts(counts)
            people = None if numbered and not group else len(persons[group])
            size = of.audience if people is None else people
            yield {
                label: group or self.l("Other"), "People": people, "Deliveries": of.audience, "Read": of.read, "Unread": of.unread,
                "No data yet": of.unknown, "Read rate": of.rate, "What is known": self.known(of),
                "Small group": self.l("n<5") if size < 5 else None,
            }

    def matrix(self):
        for n in self.notices:
            of, row = self.truth.sum(n.messages), {"Notice": n.title}
            row["Read rate"] = of.rate
            for group in {p["department"] for p in self.truth.staff.values()} - {""}:
                counts = Counter()
                for m in n.messages:
                    if m in self.counted and m.listed:
                        counts.update(m.counted_as(user) for user in m.to if self.truth.staff[user]["department"] == group)
                row[group] = self.truth.counts(counts).rate
            yield row

    def steps(self, messages):
        """After each run that read one of the messages: when, and how many of how many had read."""
        messages = [m for m in messages if m in self.counted and m.readings and m.audience]
        for place, run in enumerate(self.truth.runs):
            at = [self.truth.moment(r["started_at"]) for m in messages for r in m.readings if r["run"] == run["id"]]
            if not at:
                continue
            read = known = 0
            for m in messages:
                till = [r for r in m.readings if self.truth.place[r["run"]] <= place]
                if till:
                    read, known = read + m.read_by(till[-1]), known + m.audience
            yield max(at), read, known

    def trend(self):
        for n in self.notices:
            for at, read, known in self.steps(n.messages):
                yield {"Notice": n.title, "Checked at": at, "Hours since sent": (at - n.sent()) // timedelta(hours=1),
                       "Read": read, "Known people": known, "Read rate": read / known}

    def speed(self):
        for name, many in self.truth.campaigns.items():
            timed = [m for m in many if m in self.counted and m.readings]
            if not timed:
                continue
            of, row = self.truth.sum(many), {"Campaign": self.truth.titles[name], "Sent at": min(m.sent for m in timed)}
            row |= {"Deliveries": of.audience, "Read rate": of.rate}
            for label, hours in AGES.items():
                shares = [(m.share(hours), m) for m in many]
                shares = [(s, m) for s, m in shares if s]
                people = sum(m.audience for _, m in shares)
                least, most = (sum(s[i] for s, _ in shares) for i in (0, 1))
                row[label] = None if not people else least / people
                if least == 0 < most == sum(m.read for _, m in shares):
                    row[label] = self.l("not known")
                elif least != most:
                    row[label] = self.words.bounds(math.floor(least / people * 100), math.ceil(most / people * 100))
            yield row

    def missed(self):
        """Who has not read which messages."""
        found = defaultdict(list)
        for m in self.truth.messages:
            for user in self.truth.chase_of(m):
                found[user].append(m)
        return found

    def unread(self):
        for user, missed in self.missed().items():
            names = [n.title for n in self.notices if set(n.messages) & set(missed)]
            assert len(names) <= MOST_NAMED
            p = self.person(user)
            yield p | {
                "Manager's email": self.truth.mail(p["Manager"]), "Unread messages": len(missed), "Which notices": self.words.items(names),
                "Days unread": self.truth.days_since(min(m.sent for m in missed)), "Reminded": None, "Remark": None,
                "Unread as of": min(m.at for m in missed),
            } | {n.title: self.l("unread") if user in people else None for n, people in self.reminded()}

    def reminded(self):
        """The people to remind of each notice."""
        for n in self.notices:
            people = {user for m in n.messages for user in self.truth.chase_of(m)}
            if people:
                yield n, people

    def text(self, n):
        title = self.truth.titles[n.campaign] if len(n.messages) > 1 else n.title
        day = f"{n.sent().astimezone(self.truth.zone):%Y-%m-%d}"
        return self.say("reminder", title=title, day=day, days=self.words.days(self.truth.days_since(n.sent())))

    def reminders(self):
        for n, people in self.reminded():
            for number in range(-(-len(people) // self.truth.batch)):
                yield {"Notice": n.title, "Batch": number + 1, "Text of the reminder": self.text(n), "Channel": self.l("robot, one-to-one"),
                       "How many": min(self.truth.batch, len(people) - number * self.truth.batch)}

    def readers(self):
        for m in self.truth.messages:
            if m.recalled or not m.readings or m.audience is None and m.to is not None:
                continue
            for user in m.readers if not m.listed else m.readers & set(m.to):
                first, unseen = m.seen_at(user)
                yield self.person(user) | {"Campaign": self.truth.titles[m.campaign], "Title": m.title, "Read after": unseen or m.sent, "Read before": first}

    def changed(self):
        for move, address, user in self.truth.moves():
            m = self.truth.by(address)
            first, unseen = m.seen_at(user)
            yield self.person(user) | {"Title": m.title, "Move": self.l(move), "Sent at": m.sent, "First seen read": first, "Last seen unread": unseen}

    def people(self):
        sums = defaultdict(Counter)
        for m in self.counted:
            if not m.listed:
                sums[None].update(read=m.read, unread=m.unread, unknown=m.unknown)
            for user in m.to if m.listed else ():
                sums[user][m.counted_as(user)] += 1
        for user, counts in sums.items():
            of = self.truth.counts(counts)
            who = self.person(user) if user else {"User ID": None, "Name": self.l("All others, known by number only")}
            yield who | {"Received": of.audience, "Read": of.read or 0, "Unread": of.unread, "No data yet": of.unknown, "Read rate": of.rate}

    def detail(self):
        for m in self.truth.messages:
            for user in m.to if m.counted and m.listed else ():
                state, (first, unseen) = m.counted_as(user), m.seen_at(user)
                yield self.person(user) | {
                    "Address": m.address, "Campaign": self.truth.titles[m.campaign], "Title": m.title, "Read state": self.l(m.state(user)),
                    "Read": int(state == "read"), "Unread": int(state == "unread"), "No data yet": int(state == "unknown"),
                    "First seen read": first, "Last seen unread": unseen,
                }

    def problems(self):
        counts = {
            "Messages that the provider refuses for good": sum(m.rejected for m in self.truth.messages),
            "The simulator made these figures up": 1,
            "Messages that cannot be right: more readers than recipients, or no recipient; they are in no total":
                sum(m.contradicts for m in self.truth.messages if m.counted),
            "Readers who are not recipients": len({u for m in self.truth.messages if m.counted and m.listed and m.readings for u in m.readers - set(m.to)}),
            "Messages without data more than a day after they were sent":
                sum(not m.readings and not m.rejected for m in self.truth.messages),
            "Messages without recipients: they have readers and no rate": sum(m.to is None for m in self.truth.messages),
            "Messages that the sender took back": sum(m.recalled for m in self.truth.messages),
            "People without a name": len({u for m in self.truth.messages if m.counted and m.listed for u in m.to if not self.truth.staff[u]["name"]}),
        }
        for what, n in counts.items():
            yield {"What it is": self.l(what), "How many": n}


class Comparison:
    """Compares the tables of one form with what they have to be."""

    def __init__(self, form, expect, tables):
        self.form, self.expect, self.tables, self.words = form, expect, tables, tables.words
        self.wanted = {name: list(rows) for name, rows in tables.all().items()}

    def same(self, got, want):
        """Both as the form writes it: a page has texts."""
        if isinstance(want, datetime):
            want = want.astimezone(self.tables.truth.zone).replace(tzinfo=None)
            if isinstance(got, str):
                return got, f"{want:%Y-%m-%d %H:%M}"
            return (got, got) if got and abs(got - want) < timedelta(seconds=1) else (got, want)
        if got in ("", "–"):
            got = None
        if isinstance(got, str) and isinstance(want, (int, float)):
            if got.endswith("%"):
                return got, f"{want * 100:.1f}%"
            got = float(got.replace(",", ""))
        if want == "":
            want = None
        return got, self.tables.truth.clean(want) if isinstance(want, str) else want

    def table(self, name, rows, header):
        """Compares a table: a row for each that is wanted and no other, and each of its cells."""
        labels = {label: self.words.label(label) for row in self.wanted[name] for label in row}
        keys = [k for k in KEYS[name] if labels.get(k, k) in header]
        by_key = {tuple(row.get(labels[k]) or None for k in keys): row for row in rows}
        self.expect(self.form, f"rows of {name}", len(rows), len(self.wanted[name]))
        self.expect(self.form, f"rows of {name} that differ", len(by_key), len(rows))
        for want in self.wanted[name]:
            key = tuple(self.same(next((r.get(labels[k]) for r in rows), None), want[k])[1] for k in keys)
            row = by_key.get(key) or by_key.get(tuple(str(k) for k in key))
            if row is None:
                self.expect(self.form, f"{name} {key}", None, "a row")
                continue
            for label, value in want.items():
                if labels[label] in header:
                    self.expect(self.form, f"{name} {key} {label}", *self.same(row.get(labels[label]), value))

    def order(self, name, rows):
        """The rows of a list of people are by manager, then by department; nobody known comes last."""
        before = [(row[self.words.label("Manager")] or "", row[self.words.label("Department")] or "") for row in rows]
        runs = [who for i, who in enumerate(before) if i == 0 or who != before[i - 1]]
        self.expect(self.form, f"{name} by manager and department", len(runs), len(set(runs)))
        managers = [m for i, (m, _) in enumerate(runs) if i == 0 or m != runs[i - 1][0]]
        self.expect(self.form, f"{name} by manager", len(managers), len(set(managers)))

    def reminders(self, rows):
        """Each notice's batches together have everybody to remind of it once, with their addresses."""
        label = self.words.label
        for n, people in self.tables.reminded():
            mine = [row for row in rows if row[label("Notice")] == n.title]
            ids = [user for row in mine for user in row[label("User IDs")].split(",")]
            self.expect(self.form, f"Reminders of {n.title}", sorted(ids), sorted(people))
            for row in mine:
                mails = [self.tables.person(user)["Email"] for user in row[label("User IDs")].split(",")]
                self.expect(self.form, f"Reminders of {n.title}, emails", (row[label("Emails")] or "").split(";"), [m for m in mails if m] or [""])
                self.expect(self.form, f"Reminders of {n.title}, without", row[label("Without email")], mails.count(""))


def rows_of(book, name):
    for sheet in book.worksheets:
        if name in sheet.tables:
            header, *rows = sheet[sheet.tables[name].ref]
            names = [c.value for c in header]
            return [dict(zip(names, (c.value for c in row))) for row in rows], names
    return None, None


def check_workbook(tables, book, expect):
    compare = Comparison("workbook", expect, tables)
    for name in KEYS:
        rows, header = rows_of(book, name)
        expect("workbook", f"{name} is there", rows is not None, True)
        if rows is None:
            continue
        for label in {label for row in compare.wanted[name] for label in row}:
            expect("workbook", f"{name} has {label}", tables.words.label(label) in header, True)
        compare.table(name, rows, header)
        if name in ("Unread", "People"):
            compare.order(name, rows)
        if name == "Reminders":
            compare.reminders(rows)
        if name == "Matrix":
            rates = [row[tables.words.label("Read rate")] for row in rows]
            known = [r for r in rates if r is not None]
            expect("workbook", "Matrix, the worst first", rates, sorted(known) + [None] * (len(rates) - len(known)))
            groups = len({p["department"] for p in tables.truth.staff.values()} - {""})
            sheet = next(s for s in book.worksheets if name in s.tables)
            said = next(c.value for c in reversed(sheet[1]) if c.value)
            expect("workbook", "Matrix, groups", said, tables.say("groups", n=groups, of=groups))
    check_line(tables, book, expect)


def check_line(tables, book, expect):
    """The points of the line of the overall rate, in the hidden data of the charts."""
    header, *rows = next(s for s in book.worksheets if s.sheet_state == "hidden").iter_rows(values_only=True)
    at = header.index(tables.l("Overall read rate by run"))
    expect("workbook", "the line of all", header[at + 1], tables.l("All"))
    points = [(row[at], row[at + 1]) for row in rows if row[at] is not None]
    steps = [(f"{at.astimezone(tables.truth.zone):%Y-%m-%d %H:%M}", read / known) for at, read, known in tables.steps(tables.truth.messages)]
    expect("workbook", "points of the line", len(points), len(steps))
    for (when, rate), (want_at, want) in zip(points, steps):
        expect("workbook", f"the line at {when}", when, want_at)
        expect("workbook", f"the line's rate at {when}", abs(rate - want) < 1e-6, True)


def check_page(tables, page, expect):
    """The lists of the page, with the columns that it shows."""
    compare = Comparison("page", expect, tables)
    for name, section in {"Campaigns": "campaigns", "Messages": "messages", "Departments": "departments", "Managers": "managers",
                          "Trend": "trend", "Unread": "unread", "Problems": "problems"}.items():
        header, rows = page.table(section, tables.words.label)
        expect("page", f"{name} is there", bool(header), True)
        compare.table(name, rows, header)
