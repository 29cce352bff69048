"""Writes the rows of report/excel's benchmarks with a Python library.

    write.py xlsxwriter|openpyxl ROWS FILE

It prints the seconds that took and the most memory that the process had, in MiB.
"""

import sys
import time
from datetime import datetime, timedelta

HEADER = ["Campaign", "Title", "Name", "User ID", "State", "First seen", "N", "Rate"]
NAMES = [f"Person {i} 员工" for i in range(1000)]
START = datetime(2026, 11, 20, 1)


def rows(count):
    for i in range(count):
        yield ("q4", "Benefits enrolment opens & closes", NAMES[i % 1000], "0123456789",
               "unread", START + timedelta(seconds=i), i, i % 1000 / 1000)


def with_xlsxwriter(count, path):
    import xlsxwriter
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("Detail")
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    rate = book.add_format({"num_format": "0.0%"})
    sheet.write_row(0, 0, HEADER)
    for i, row in enumerate(rows(count), 1):
        for column in range(5):
            sheet.write_string(i, column, row[column])
        sheet.write_datetime(i, 5, row[5], when)
        sheet.write_number(i, 6, row[6])
        sheet.write_number(i, 7, row[7], rate)
    book.close()


def with_openpyxl(count, path):
    from openpyxl import Workbook
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Detail")
    sheet.append(HEADER)
    for row in rows(count):
        sheet.append(row)
    book.save(path)


def peak():
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


library, count, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
began = time.monotonic()
{"xlsxwriter": with_xlsxwriter, "openpyxl": with_openpyxl}[library](count, path)
print(f"{time.monotonic() - began:.3f} {peak():.1f}")
