"""A hostile audit of three runs on three days, and what its figures have to be.

    hostile.py make FOLDER RUN        the manifest, roster and scenario of a run, from 1
    hostile.py earlier EXPORT         the export, a day earlier, on standard output
    hostile.py check FOLDER EXPORT LANGUAGE
                                      recomputes every figure of the forms in FOLDER/out

check starts from the state's export and the roster alone; what the messages are it knows
from the same list that make writes. It shares no code with the program.
"""

import csv
import json
import random
import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import truth

# Managers are nobody in the roster, somebody by user id, or by name; some have a path in them.
MANAGERS = ["主管0/../x", "u001", "员工 2"]
TITLES = {"benefits": "福利 & <假期>"}
BATCH = 7
DEPARTMENTS = ["研发部", "Sales", "=HYPERLINK(1)", "财务部", ""]
SENT = {"new": 50, "old": 24 * 20}  # hours before the third run


def staff():
    """The roster: with people who have left, without a department, and with odd names."""
    people = []
    for i in range(60):
        people.append({
            "user_id": f"{i:019d}" if i % 20 == 7 else f"u{i:03d}",
            "name": "" if i % 17 == 3 else ("\u202e=1+1" if i == 5 else f"员工 {i}"),
            "department": DEPARTMENTS[i % 5], "manager": MANAGERS[i % 3] if i % 4 else "",
            "email": "" if i % 9 == 4 else f"p{i}@example.com",
            "left": "2026-01-01" if i in (11, 23) else "",
        })
    return people


def ids():
    return [p["user_id"] for p in staff()]


def messages():
    """Every message: its block, its recipients, and who had read it by each run."""
    all_ids, chance = ids(), random.Random(12)
    found = []

    def add(name, to, readers, **more):
        found.append({"name": name, "to": to, "readers": readers, "key": f"K{len(found):03d}=", **more})

    def growing(to, shares):
        order = chance.sample(to, len(to))
        return [order[: int(len(to) * share)] for share in shares]

    add("everybody", all_ids, growing(all_ids, (0.3, 0.5, 0.8)), target=0.9, age="new", campaign="benefits", title="福利 <b>登记</b>")
    add("half", all_ids[:30], growing(all_ids[:30], (0, 0.2, 0.2)), target=0.5, age="new", campaign="benefits")
    add("stray", all_ids[:10], [r + ["stranger", "stranger", "x9"] for r in growing(all_ids[:10], (0.1, 0.4, 0.9))], age="old", campaign="benefits")
    add("number", 40, [[f"n{i}" for i in range(n)] for n in (5, 5, 12)], target=0.2, age="new", campaign="numbers")
    add("crowd", 2, [["a", "b", "c"]] * 3, age="new", campaign="numbers")
    add("nobody_knows", None, [["u001"], ["u001", "u002"], ["u001", "u002"]], age="new", campaign="numbers")
    add("recalled", all_ids[:8], [["u001"]] * 3, age="new", campaign="recalled", recalled=3)
    add("broken", all_ids[:12], [["u001"]] * 3, age="new", campaign="safety", error=1)
    add("broken_later", all_ids[:12], growing(all_ids[:12], (0.25, 0.5, 0.5)), age="old", campaign="safety", error=2)
    add("pending", all_ids[20:24], [[]] * 3, age="new", campaign="pending", pending=3)
    add("late", all_ids[5:25], growing(all_ids[5:25], (0, 0, 0.5)), age="old", campaign="safety", pending=2)
    for i, user in enumerate(all_ids[10:40]):
        seen = i % 4  # never, or by the run of that number
        add(f"slip-{i}", [user], [[user] if seen and run >= seen else [] for run in (1, 2, 3)], target=0.8, age="new", campaign="slips", title="工资单")
    return found


def make(folder, run):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "staff.csv", "w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, ["user_id", "name", "department", "manager", "email", "left"])
        out.writeheader()
        out.writerows(staff())
    now = datetime.now(timezone.utc) - timedelta(days=3 - run)
    third = now + timedelta(days=3 - run)
    blocks = []
    for m in messages():
        sent = (third - timedelta(hours=SENT[m["age"]]) - timedelta(days=3 - run)).strftime("%Y-%m-%dT%H:%M:%SZ")
        to = "" if m["to"] is None else f"  audience = {m['to'] if isinstance(m['to'], int) else json.dumps(m['to'])}\n"
        if m["to"] == ids():
            to = "  audience = audience.staff\n"
        blocks.append(
            f'message "{m["name"]}" {{\n  kind = "group"\n  process_query_key = "{m["key"]}"\n  campaign = "{m["campaign"]}"\n'
            f"  title = {json.dumps(m.get('title', 'Title of ' + m['name']), ensure_ascii=False)}\n  sent_at = \"{sent}\"\n{to}"
            + (f"  target = {m['target']}\n" if "target" in m else "") + "}\n")
    blocks += [f'campaign "{name}" {{ title = {json.dumps(title, ensure_ascii=False)} }}\n' for name, title in TITLES.items()]
    (folder / "main.audit.hcl").write_text(MANIFEST + "\n".join(blocks), encoding="utf-8")
    scenario = []
    for m in messages():
        one = {"kind": "group", "key": m["key"], "readers": m["readers"][run - 1]}
        if m.get("error") and run >= m["error"]:
            one = {"kind": "group", "key": m["key"], "error": {"status": 400, "code": "invalid.processQueryKey"}}
        elif run < m.get("pending", 0) or m.get("pending") == run == 3:
            one["send_status"] = "PROCESSING"
        elif m.get("recalled") == run:
            one["send_status"] = "RECALLED"
        scenario.append(one)
    (folder / "simulator.json").write_text(json.dumps({"messages": scenario}), encoding="utf-8")


MANIFEST = """audit {
  title    = "A hostile audit"
  language = "en"
  timezone = "Asia/Shanghai"
  refresh {
    after      = "0s"
    age        = 0
    stop_after = "0s"
  }
}
variable "secret" {
  sensitive = true
  default   = "for-the-simulator-only"
}
provider "dingtalk" {
  app_key    = "dinghostile"
  app_secret = var.secret
  robot_code = "dinghostilebot"
  retry { max_attempts = 1 }
}
audience "staff" { source = "staff.csv" }
report "excel" {
  path   = "out/hostile.xlsx"
  sheets = ["summary", "campaigns", "messages", "departments", "matrix", "trend", "speed", "unread", "read", "reminders", "changed", "people", "detail", "problems", "notes"]
  segments = ["department", "manager"]
  channel = "robot"
  batch   = 7
}
report "excel" "chase" {
  split  = "manager"
  path   = "out/chase/${group}.xlsx"
  sheets = ["unread"]
}
metrics "textfile" { path = "out/hostile.prom" }
report "csv" { directory = "out/csv" }
report "json" { path = "out/hostile.json" }
report "markdown" { path = "out/hostile.md" }
report "html" {
  path     = "out/hostile.html"
  segments = ["department", "manager"]
}
"""

MOMENT = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"')


def earlier(path):
    """Every moment of the export a day earlier: its runs were made within a minute."""
    def shift(match):
        text, fraction = match.group(1)[:19], match.group(1)[19:-1]
        at = datetime.fromisoformat(text) - timedelta(days=1)
        return f'"{at.isoformat()}{fraction}Z"'

    for line in path.read_text(encoding="utf-8").splitlines():
        print(MOMENT.sub(shift, line))


def main():
    command, *rest = sys.argv[1:]
    if command == "make":
        make(Path(rest[0]), int(rest[1]))
    elif command == "earlier":
        earlier(Path(rest[0]))
    else:
        truth.check(Path(rest[0]), Path(rest[1]), messages(), staff(), TITLES, BATCH, rest[2])


main()
