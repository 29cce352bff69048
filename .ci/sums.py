"""Adds up an example's reports by itself and compares them with each other.

    sums.py EXAMPLE DATA

EXAMPLE is a folder of examples/, DATA the data folder of a run of it. The sums
start from people.csv, one row per person and message, and from what the
scenario says is true; every workbook, messages.csv and the JSON report must all
agree with them. It shares nothing with the program but the names of the columns.
"""

import csv
import json
import re
import sys
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import lists
import openpyxl
from lists import COUNTS, STATE, add, rate

# The headers of the workbook's columns, in its two languages.
LABELS = {
    "address": ("Address", "地址"),
    "title": ("Title", "标题"),
    "name": ("Name", "姓名"),
    "messages": ("Messages", "消息数"),
    "audience_size": ("Recipients", "应读人数"),
    "deliveries": ("Deliveries", "应读人次"),
    "people": ("People", "人数"),
    "read": ("Read", "已读"),
    "unread": ("Unread", "未读"),
    "unknown": ("No data yet", "暂无数据"),
    "read_rate": ("Read rate", "已读率"),
    "coverage": ("Coverage", "数据覆盖率"),
    "campaign": ("Campaign", "通知项目"),
    "department": ("Department", "部门"),
    "location": ("Location", "工作地点"),
    "manager": ("Manager", "直属主管"),
    "user_id": ("User ID", "用户 ID"),
    "reading_at": ("Last checked", "最近查询时间"),
    "when": ("Checked at", "数据采集时间"),
    "hours": ("Hours since sent", "发送后小时数"),
    "count": ("How many", "数量"),
    "batch": ("Batch", "批次"),
    "without_email": ("Without email", "无邮箱人数"),
    "emails": ("Emails", "邮箱（分号分隔）"),
    "user_ids": ("User IDs", "用户 ID（逗号分隔）"),
    "received": ("Received", "收到消息数"),
    "state": ("Read state", "阅读状态"),
    "notice": ("Notice", "通知"),
    "known_people": ("Known people", "已有数据人数"),
    "first_seen_at": ("First seen read", "首次查到已读"),
    "not_seen_at": ("Last seen unread", "最后查到未读"),
    "process_query_key": ("Query key", "查询 Key"),
}
MESSAGE_FIGURES = ("audience_size", "read", "unread", "unknown", "read_rate")
# The messages of the examples of whose audience only the size is known.
SIZED = {"message.partner_day", "message.partner_survey"}
UNANSWERED = {"pending", "deferred", "rejected", "incomplete", "failed"}

problems = []


def expect(what, got, want):
    """Notes a difference; figures may differ by the last bits of a division."""
    if isinstance(got, (int, float)) and isinstance(want, (int, float)):
        same = abs(got - want) < 1e-9
    else:
        same = got == want
    if not same:
        problems.append(f"{what}: {got!r}, and should be {want!r}")


def number(text):
    """A figure of a CSV file; an empty cell is None, which is not 0."""
    return float(text) if text != "" else None


def coverage(counts):
    everybody = sum(counts[c] for c in COUNTS)
    return (counts["read"] + counts["unread"]) / everybody if everybody > 0 else None


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


class Row(dict):
    """A row of a table; a column that LABELS no longer finds ends the check."""

    def __missing__(self, key):
        sys.exit(f"error: the workbook has no column {LABELS[key]}; it has {list(self)}")


def read_table(book, name):
    """The rows of a sheet's table by our names of the columns, and its worksheets:
    a table that is too long goes on in further ones. None without the sheet."""
    rows, tabs = [], []
    key = {label: k for k, labels in LABELS.items() for label in labels}
    for sheet in book.worksheets:
        part = name if not tabs else f"{name}_{len(tabs) + 1}"
        if part not in sheet.tables:
            continue
        header, *cells = sheet[sheet.tables[part].ref]
        names = [key.get(cell.value, cell.value) for cell in header]
        rows += [Row(zip(names, (cell.value for cell in row))) for row in cells]
        tabs.append(sheet)
    if len(rows) == 1 and all(value is None for value in list(rows[0].values())[1:]):
        rows = []  # the sentence of a sheet without rows
    return (rows, tabs) if tabs else (None, tabs)


def named_value(book, name):
    """The value of the cell that a defined name stands for."""
    names = book.defined_names
    defined = names[name] if name in names else None
    if defined is None:
        sys.exit(f"error: the workbook has no defined name {name}")
    sheet, cell = next(iter(defined.destinations))
    return book[sheet][cell.replace("$", "")].value


def check_file(path):
    """Opens the workbook in both of openpyxl's ways and looks for formulas."""
    with zipfile.ZipFile(path) as parts:
        expect("damaged part of the workbook", parts.testzip(), None)
    cells = {}
    for read_only in (False, True):
        book = openpyxl.load_workbook(path, read_only=read_only)
        for sheet in book.worksheets:
            values = []
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        problems.append(f"{sheet.title}!{cell.coordinate} is a formula: {cell.value!r}")
                    if cell.value is not None:
                        values.append((cell.row, cell.column, cell.value))
            cells[sheet.title, read_only] = values
        if read_only:
            for sheet in book.sheetnames:
                expect(f"cells of {sheet}, read-only", cells[sheet, True], cells[sheet, False])
            book.close()


def is_lone(message):
    """A message to one person has a state in the place of figures."""
    return message["audience_size"] == 1 and not message.get("contradictory")


def state_of(message):
    if message["reading_at"] is None:
        return "unknown"
    return "read" if message["read"] else "unread"


def notices(messages, titles):
    """The messages of each notice by its name: a message to several people, or all messages
    of a campaign to one person each, which are called by their title or their campaign's."""
    found = {}
    for message in messages:
        if is_lone(message):
            for name in {message["campaign"], message["title"], titles.get(message["campaign"], "")} - {""}:
                found.setdefault(name, []).append(message)
        else:
            found.setdefault(message["title"], [message])
            found[f"{message['title']} ({message['address']})"] = [message]
    return found


def check_messages(report, rows, sheet):
    """The JSON report, messages.csv and the Messages sheet, message by message."""
    expect("addresses in messages.csv", [r["address"] for r in rows], [m["address"] for m in report["messages"]])
    expect("addresses in the workbook", sorted(r["address"] for r in sheet), sorted(r["address"] for r in rows))
    by_address = {r["address"]: r for r in sheet}
    for message, row in zip(report["messages"], rows):
        address = message["address"]
        for field in ("status", "kind", "process_query_key", "title", "campaign", "provider"):
            expect(f"{address} {field} in messages.csv", row[field], message[field])
        for field in ("audience_size", "readers", "read", "unread", "read_rate", "outside_audience", "calls"):
            expect(f"{address} {field} in messages.csv", number(row[field]), message[field])
        if is_lone(message):
            expect(f"{address} state in the workbook", lists.WORDS.get(by_address[address]["state"], by_address[address]["state"]), state_of(message))
            continue
        for field in MESSAGE_FIGURES:
            if field in message and address in by_address:
                expect(f"{address} {field} in the workbook", by_address[address][field], message[field])


def count_people(messages, people, sheet):
    """Counts people.csv by message and compares; returns the counts of each."""
    states = defaultdict(Counter)
    for row in people:
        states[row["address"]][STATE[row["read"]]] += 1
    by_address = {r["address"]: r for r in sheet}
    counts = {}
    for message in messages:
        address, size = message["address"], message["audience_size"]
        mine = {c: states[address][c] for c in COUNTS}
        if message["send_status"] == "RECALLED":
            expect(f"{address} recalled, people", sum(mine.values()), 0)
            continue
        if address in SIZED:  # the rows are its readers; nobody knows who else
            known = message["reading_at"] is not None
            expect(f"{address} readers in people.csv", mine["read"], message["readers"] or 0)
            mine["unread"] = size - mine["read"] if known else 0
            mine["unknown"] = 0 if known else size
        counts[address] = mine
        expect(f"{address} audience", size or 0, sum(mine.values()))
        for field in ("read", "unread"):
            expect(f"{address} {field}", message[field] or 0, mine[field])
        if not is_lone(message):
            expect(f"{address} unknown in the workbook", by_address[address]["unknown"] or 0, mine["unknown"])
        expect(f"{address} read rate", message["read_rate"], rate(mine))
    return counts


def check_campaigns(report, counts, sheet, titles):
    """The workbook calls a campaign by its title, or by the one of all its messages."""
    for campaign in report["campaigns"]:
        own = {m["title"] for m in report["messages"] if m["campaign"] == campaign["name"]}
        called = titles.get(campaign["name"]) or (own.pop() if len(own) == 1 else campaign["name"])
        for row in sheet:
            if row["campaign"] == called:
                row["campaign"] = campaign["name"]
    campaign = {m["address"]: m["campaign"] for m in report["messages"]}
    sizes = Counter(campaign.values())
    for source, rows, name in (("JSON", report["campaigns"], "name"), ("workbook", sheet, "campaign")):
        rows = {row[name]: row for row in rows}
        expect(f"campaigns in the {source}", sorted(rows), sorted(sizes))
        for label, row in rows.items():
            sums = add(c for address, c in counts.items() if campaign[address] == label)
            expect(f"campaign {label} messages in the {source}", row["messages"], sizes[label])
            expect(f"campaign {label} audience in the {source}", row["audience_size"] or 0, sum(sums.values()))
            for field in COUNTS:
                expect(f"campaign {label} {field} in the {source}", row[field] or 0, sums[field])
            expect(f"campaign {label} rate in the {source}", row["read_rate"], rate(sums))
            expect(f"campaign {label} coverage in the {source}", row["coverage"], coverage(sums))


def check_totals(report, counts, book):
    totals, sums = report["totals"], add(counts.values())
    rates = [m["read_rate"] for m in report["messages"] if m["read_rate"] is not None]
    expect("total messages", totals["messages"], len(report["messages"]))
    expect("total audience", totals["audience_size"], sum(sums.values()))
    for field in COUNTS:
        expect(f"total {field}", totals[field], sums[field])
    expect("recalled", totals["recalled"], len(report["messages"]) - len(counts))
    expect("counted messages", totals["counted_messages"], len(rates))
    expect("total rate", totals["read_rate"], rate(sums))
    expect("mean rate", totals["mean_read_rate"], sum(rates) / len(rates))
    expect("coverage", totals["coverage"], coverage(sums))
    expect("ReadRate", named_value(book, "ReadRate"), rate(sums))
    expect("Coverage", named_value(book, "Coverage"), coverage(sums))


def to_remind(messages, people, left):
    """Who is unread, can still read it and is still there: title and user id."""
    frozen = {m["address"] for m in messages if m["status"] == "frozen"}
    title = {m["address"]: m["title"] for m in messages}
    return [(title[r["address"]], r["user_id"]) for r in people
            if r["read"] == "false" and r["address"] not in frozen and r["user_id"] not in left]


def check_unread(messages, unread, chase, sheet):
    """unread.csv has who can be reminded of what, and the sheet each of them once."""
    title = {m["address"]: m["title"] for m in messages}
    expect("unread.csv", sorted((title[r["address"]], r["user_id"]) for r in unread), sorted(chase))
    expect("Unread sheet", sorted(r["user_id"] for r in sheet), sorted({user for _, user in chase}))


def check_truth(messages, scenario):
    """What the scenario says of each message is what the report says of it."""
    truth = {(m.get("kind", "private_chat"), m["key"]): m for m in scenario["messages"]}
    faulty = {key for f in scenario["faults"] for key in f.get("messages", [])}
    for message in messages:
        said = truth[message["kind"], message["process_query_key"]]
        status, address = message["status"], message["address"]
        if message["reading_at"] is None:
            expect(f"{address} without a reading, its readers", message["readers"], None)
            if status not in UNANSWERED | {"frozen"}:
                problems.append(f"{address} is {status} without a reading")
            continue
        if "error" in said or said["key"] in faulty or said.get("send_status") == "PROCESSING":
            problems.append(f"{address} is {status} with a reading that nobody could have made")
            continue
        expect(f"{address} send status", message["send_status"], said.get("send_status", "SUCCESS"))
        expect(f"{address} readers", message["readers"], len(set(said["readers"])))


class Audit:
    """What an example's CSV files and JSON report say."""

    def __init__(self, example, data):
        self.report = json.loads(next((data / "out").glob("*.json")).read_text(encoding="utf-8"))
        self.messages = self.report["messages"]
        self.people = read_csv(data / "out/csv/people.csv")
        self.unread = read_csv(data / "out/csv/unread.csv")
        self.rows = read_csv(data / "out/csv/messages.csv")
        manifest = "".join(path.read_text(encoding="utf-8") for path in example.glob("*.audit.hcl"))
        titles = dict(re.findall(r'campaign "([^"]+)" \{[^}]*?title *= *"([^"]+)"', manifest))
        self.notices = notices(self.messages, titles)
        self.titles = titles
        staff = read_csv(example / "staff.csv") if (example / "staff.csv").exists() else []
        left = {row["user_id"] for row in staff if row.get("left")}
        self.chase = to_remind(self.messages, self.people, left)
        self.times = lists.Times(self.report["audit"]["timezone"])


def check_workbook(audit, path):
    """Adds up each sheet that the workbook has; returns their number."""
    check_file(path)
    book = openpyxl.load_workbook(path)
    checked = 0

    def sheet(name):
        nonlocal checked
        rows, tabs = read_table(book, name)
        checked += len(tabs) > 0
        return rows, tabs

    messages, _ = sheet("Messages")
    if messages is None:
        sys.exit(f"error: {path} has no sheet of messages to start from")
    check_messages(audit.report, audit.rows, messages)
    counts = count_people(audit.messages, audit.people, messages)
    check_totals(audit.report, counts, book)
    people, sized = audit.people, SIZED
    checks = {
        "Campaigns": lambda rows, _: check_campaigns(audit.report, counts, rows, audit.titles),
        "Departments": lambda rows, _: lists.check_segment(expect, "department", people, counts, sized, rows),
        "Locations": lambda rows, _: lists.check_segment(expect, "location", people, counts, sized, rows),
        "Managers": lambda rows, _: lists.check_segment(expect, "manager", people, counts, sized, rows),
        "Matrix": lambda rows, _: lists.check_matrix(expect, audit.notices, people, sized, rows),
        "Trend": lambda rows, tabs: check_course(audit, rows, tabs),
        "Unread": lambda rows, _: check_unread(audit.messages, audit.unread, audit.chase, rows),
        "Reminders": lambda rows, _: lists.check_reminders(expect, audit.notices, people, audit.chase, rows),
        "People": lambda rows, _: lists.check_people(expect, people, counts, sized, rows),
        "Detail": lambda rows, tabs: lists.check_detail(expect, people, sized, audit.times, rows, len(tabs)),
    }
    for name, check in checks.items():
        rows, tabs = sheet(name)
        if rows is not None:
            check(rows, tabs)
    return checked


def check_course(audit, rows, tabs):
    lists.check_trend(expect, audit.notices, rows)
    lists.check_line(expect, audit.report, tabs[0])


def main():
    example, data = map(Path, sys.argv[1:])
    audit = Audit(example, data)
    scenario = example / "simulator.json"
    check_truth(audit.messages, json.loads(scenario.read_text(encoding="utf-8")))
    for path in sorted((data / "out").glob("*.xlsx")):
        print(f"{path.name}: {check_workbook(audit, path)} sheets added up")
    statuses = Counter(m["status"] for m in audit.messages)
    print(f"{example}: {len(audit.messages)} messages, {len(audit.people)} people rows,",
          ", ".join(f"{n} {s}" for s, n in sorted(statuses.items())))
    for problem in problems[:40]:
        print("  wrong:", problem)
    if problems:
        sys.exit(f"error: {len(problems)} figures do not agree")


main()
