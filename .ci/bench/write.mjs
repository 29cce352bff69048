// Writes the rows of report/excel's benchmarks with exceljs's stream.
//
//     node write.mjs ROWS FILE
//
// It prints the seconds that took and the most memory that the process had, in MiB.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// The packages are where the script is run, not where it lies.
const ExcelJS = createRequire(`${process.cwd()}/`)('exceljs');

const [count, filename] = [Number(process.argv[2]), process.argv[3]];
const names = Array.from({ length: 1000 }, (_, i) => `Person ${i} 员工`);
const start = Date.UTC(2026, 10, 20, 1);

const began = performance.now();
const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename, useStyles: true });
const sheet = book.addWorksheet('Detail');
sheet.columns = ['Campaign', 'Title', 'Name', 'User ID', 'State', 'First seen', 'N', 'Rate'].map((header) => ({ header }));
sheet.getColumn(6).numFmt = 'yyyy-mm-dd hh:mm';
sheet.getColumn(8).numFmt = '0.0%';
for (let i = 0; i < count; i++) {
  sheet.addRow([
    'q4', 'Benefits enrolment opens & closes', names[i % 1000], '0123456789',
    'unread', new Date(start + i * 1000), i, (i % 1000) / 1000,
  ]).commit();
}
await book.commit();
const seconds = (performance.now() - began) / 1000;
const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'ascii'));
console.log(`${seconds.toFixed(3)} ${(Number(peak?.[1] ?? 0) / 1024).toFixed(1)}`);
