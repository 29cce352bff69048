"""The sums of the sheets below the figures: segments, matrix, trend, and lists.

sums.py calls it with the rows of people.csv and the counts that it made of them;
each check compares a sheet with those alone.
"""

from collections import Counter, defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

# What people.csv says in its column "read".
STATE = {"true": "read", "false": "unread", "": "unknown"}
# The words of the sheet of details, in the workbook's two languages.
WORDS = {"已读": "read", "未读": "unread", "no data yet": "unknown", "暂无数据": "unknown"}
COUNTS = ("read", "unread", "unknown")
OTHER = {"Other", "其他"}
# The line of all notices together.
ALL = {"All", "总体"}
MOST_GROUPS = 30
MOST_REMINDED = 500
MOST_ROWS = 1_000_000


def rate(counts):
    known = counts["read"] + counts["unread"]
    return counts["read"] / known if known > 0 else None


def add(many):
    many = list(many)
    return {c: sum(one[c] for one in many) for c in COUNTS}


def count_by(people, key):
    """The counts of people.csv by something of its rows."""
    counts = defaultdict(Counter)
    for row in people:
        counts[key(row)][STATE[row["read"]]] += 1
    return counts


def listed(people, sized):
    """The rows of messages whose audience is a list of people."""
    return [row for row in people if row["address"] not in sized]


class Times:
    """The JSON report's and the CSV files' instants as the workbook's cells."""

    def __init__(self, zone):
        self.zone = ZoneInfo(zone)

    def cell(self, text):
        if not text:
            return None
        return datetime.fromisoformat(text).astimezone(self.zone).replace(tzinfo=None, microsecond=0)


def check_segment(expect, column, people, counts, sized, sheet):
    """The people by department, location or manager; mere numbers are Other's."""
    mine = listed(people, sized)
    sums = count_by(mine, lambda row: row[column])
    persons = defaultdict(set)
    for row in mine:
        persons[row[column]].add(row["user_id"])
    unlisted = add(counts[address] for address in sized & counts.keys())
    if sum(unlisted.values()):
        sums[""].update(unlisted)
    rows = {"" if row[column] in OTHER else row[column]: row for row in sheet}
    expect(f"{column}s in the workbook", sorted(rows), sorted(sums))
    for name in rows.keys() & sums.keys():
        for field in COUNTS:
            expect(f"{column} {name} {field}", rows[name][field] or 0, sums[name][field])
        expect(f"{column} {name} deliveries", rows[name]["deliveries"] or 0, sum(sums[name].values()))
        persons_known = name != "" or not sum(unlisted.values())
        expect(f"{column} {name} people", rows[name]["people"], len(persons[name]) if persons_known else None)
        expect(f"{column} {name} rate", rows[name]["read_rate"], rate(sums[name]))
    total = add(counts.values())
    expect(f"{column}s together", add({c: row[c] or 0 for c in COUNTS} for row in sheet), total)


def check_matrix(expect, notices, people, sized, sheet):
    """A rate for each notice and department, of the largest departments, the lowest first."""
    mine = listed(people, sized)
    sums = count_by(mine, lambda row: (row["address"], row["department"]))
    persons = defaultdict(set)
    for row in mine:
        if row["department"]:
            persons[row["department"]].add(row["user_id"])
    if not sheet:
        return
    groups = [name for name in sheet[0] if name in persons]
    expect("departments of the matrix", len(groups), min(MOST_GROUPS, len(persons)))
    smallest = min((len(persons[g]) for g in groups), default=0)
    larger = [g for g in persons if len(persons[g]) > smallest and g not in groups]
    expect("larger departments that the matrix leaves out", larger, [])
    rates = [row["read_rate"] for row in sheet if row["read_rate"] is not None]
    expect("order of the matrix", rates, sorted(rates))
    for row in sheet:
        many = notices[row["notice"]]
        for group in groups:
            expect(f"matrix {row['notice']} {group}", row[group], rate(add(sums[m["address"], group] for m in many)))


def check_trend(expect, notices, sheet):
    """The last row of each notice is what the report is made from."""
    readings = defaultdict(list)
    for row in sheet:
        if row["when"] is not None:
            readings[row["notice"]].append(row)
    for name, rows in readings.items():
        many = [m for m in notices[name] if m["reading_at"] is not None and m["read_rate"] is not None]
        read, known = sum(m["read"] for m in many), sum(m["audience_size"] for m in many)
        at = [row["when"] for row in rows]
        expect(f"trend {name} in the order of time", at, sorted(at))
        expect(f"trend {name} never falls", [r["read"] for r in rows], sorted(r["read"] for r in rows))
        expect(f"trend {name} read", rows[-1]["read"], read)
        expect(f"trend {name} known", rows[-1]["known_people"], known)
        expect(f"trend {name} rate", rows[-1]["read_rate"], read / known)
        for row in rows:
            expect(f"trend {name} rate at {row['when']}", row["read_rate"], row["read"] / row["known_people"])


def check_line(expect, report, tab):
    """The line of the overall rate, whose points are in the hidden chart data, ends at the
    rate of the report."""
    if not tab._charts:
        return
    data = [sheet for sheet in tab.parent.worksheets if sheet.sheet_state == "hidden"]
    expect("hidden worksheets", len(data), 1)
    header, *rows = data[0].iter_rows(values_only=True)
    at = next(i for i, name in enumerate(header) if name in ALL)
    points = [(row[at - 1], row[at]) for row in rows if row[at] is not None]
    expect("points of the trend's line in the order of time", points, sorted(points, key=lambda p: p[0]))
    expect("end of the trend's line", points[-1][1], report["totals"]["read_rate"])


def check_reminders(expect, notices, people, chase, sheet):
    """Whom to remind of a notice is who is on the list of the unread, nobody twice."""
    emails = {row["user_id"]: row["email"] for row in people}
    got, batch = [], 0
    for row in sheet:
        full = row["batch"] > 1  # the next one of the same notice
        expect(f"reminders of {row['notice']}, batch", row["batch"], batch + 1 if full else 1)
        batch = row["batch"]
        ids = row["user_ids"].split(",")
        with_email = [emails[user] for user in ids if emails[user]]
        expect(f"reminders of {row['notice']}, people", row["count"], len(ids))
        expect(f"reminders of {row['notice']}, without email", row["without_email"], len(ids) - len(with_email))
        expect(f"reminders of {row['notice']}, emails", (row["emails"] or "").split(";"), with_email or [""])
        expect(f"reminders of {row['notice']} in one batch", len(ids) <= MOST_REMINDED, True)
        got += [(row["notice"], user) for user in ids]
    expect("reminders of nobody twice", len(got), len(set(got)))
    reminded = {(m["title"], user) for notice, user in got for m in notices[notice] if (m["title"], user) in chase}
    expect("Reminders sheet", sorted(reminded), sorted(set(chase)))


def check_people(expect, people, counts, sized, sheet):
    sums = count_by(listed(people, sized), lambda row: row["user_id"])
    unlisted = add(counts[address] for address in sized & counts.keys())
    rows = {row["user_id"]: row for row in sheet if row["received"] is not None}
    if sum(unlisted.values()):
        sums[None] = Counter(unlisted)
    expect("people in the workbook", sorted(map(str, rows)), sorted(map(str, sums)))
    for user in rows.keys() & sums.keys():
        expect(f"{user} received", rows[user]["received"], sum(sums[user].values()))
        for field in COUNTS:
            expect(f"{user} {field}", rows[user][field] or 0, sums[user][field])
        expect(f"{user} rate", rows[user]["read_rate"], rate(sums[user]))


def check_detail(expect, people, sized, times, sheet, parts):
    """The rows of people.csv again, for each message and person."""
    want = sorted(
        (r["address"], r["user_id"], STATE[r["read"]], str(times.cell(r["first_seen_at"])), str(times.cell(r["not_seen_at"])))
        for r in listed(people, sized))
    got = sorted(
        (r["address"], r["user_id"], WORDS.get(r["state"], r["state"]), str(r["first_seen_at"]), str(r["not_seen_at"]))
        for r in sheet if r["user_id"] is not None)
    expect("rows of the details", len(got), len(want))
    for one, other in zip(got, want):
        expect("row of the details", one, other)
    expect("parts of the details", parts, max(1, -(-len(want) // MOST_ROWS)))
