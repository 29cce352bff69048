// Looks at HTML reports in headless Chromium.
//
//   node check.mjs SCREENSHOTS PAGE.html...
//
// Prints what failed and `N passed, N failed`; exits 1 when anything did.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [folder, ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: node check.mjs SCREENSHOTS PAGE.html...');
  process.exit(64);
}

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

let [passed, failed] = [0, 0];
async function check(name, test) {
  try {
    await test();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${name}: ${error.message}`);
  }
}

// The sandbox does not run as root; the rest keeps the browser from calling home.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** A fresh page of the report, and what went wrong or out while it is open. */
async function open(file, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const [requests, complaints] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const url = pathToFileURL(resolve(file)).href;
  await page.goto(url);
  return { context, page, requests, complaints, url };
}

/** The rows of a list that can be seen, as texts. */
const seen = (page, list) => page.locator(`#${list} tbody tr`).evaluateAll((rows) => rows
  .filter((row) => row.checkVisibility()).map((row) => row.textContent));

const total = (page, list) => page.locator(`#${list} tbody tr`).count();

async function looks(file, name, viewport, colorScheme) {
  const label = `${name} at ${viewport.width} px, ${colorScheme}`;
  const { context, page, requests, complaints, url } = await open(file, { viewport, colorScheme });
  await check(`${label}: nothing is wider than the screen`, async () => {
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    assert.ok(content <= screen, `${content} px of content`);
  });
  await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`) });
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.screenshot({
    path: join(folder, `${name}-${viewport.width}-${colorScheme}-long.png`), fullPage: true,
    clip: { x: 0, y: 0, width: viewport.width, height: Math.min(height, 5000) },
  });
  await check(`${label}: axe finds nothing`, async () => {
    // The rows of a list are all alike, and axe takes long over thousands.
    await page.evaluate(() => { for (const row of document.querySelectorAll('tbody tr:nth-child(n+41)')) row.remove(); });
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    assert.ok(passes.length > 10, 'axe looked at nothing');
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html).join(' | ')}`), []);
  });
  await check(`${label}: nothing but the file is asked for, and nothing complains`, async () => {
    assert.deepEqual(requests, [url]);
    assert.deepEqual(complaints, []);
  });
  await context.close();
}

async function searches(file, name) {
  const { context, page } = await open(file, { viewport: DESKTOP });
  for (const list of await lists(page)) {
    const all = await total(page, list);
    await check(`${name}: ${list} begins with its first rows`, async () => {
      const first = Number(await page.locator(`#${list} [data-list]`).getAttribute('data-first'));
      assert.equal((await seen(page, list)).length, Math.min(all, first));
    });
    await check(`${name}: ${list} is searched`, async () => {
      const word = await page.locator(`#${list} tbody tr`).last().locator('td').filter({ hasText: /\S/ }).first()
        .evaluate((cell) => cell.firstChild.textContent.trim().split(/\s+/).at(-1).toLowerCase());
      const expected = await page.locator(`#${list} tbody tr`).evaluateAll(
        (rows, w) => rows.filter((row) => row.textContent.toLowerCase().includes(w)).length, word);
      const began = Date.now();
      await page.locator(`#${list} input[type=search]`).fill(word.toUpperCase());
      await page.waitForFunction(([l, n]) => document.querySelectorAll(`#${l} tbody tr:not([hidden])`).length === n, [list, expected], { timeout: 5000 });
      assert.ok(Date.now() - began < 3000, `it took ${Date.now() - began} ms`);
      const rows = await seen(page, list);
      assert.ok(rows.length > 0 && rows.every((row) => row.toLowerCase().includes(word)), `${rows.length} rows for ${word}`);
    });
    await check(`${name}: ${list} says when nothing matches`, async () => {
      await page.locator(`#${list} input[type=search]`).fill('no such thing anywhere');
      await page.locator(`#${list} .none`).waitFor({ state: 'visible' });
      assert.equal((await seen(page, list)).length, 0);
      await page.locator(`#${list} input[type=search]`).fill('');
      await page.locator(`#${list} .none`).waitFor({ state: 'hidden' });
    });
    await check(`${name}: ${list} shows all when asked`, async () => {
      if (!await page.locator(`#${list} .more`).isVisible()) return;
      await page.locator(`#${list} .more`).click();
      assert.equal((await seen(page, list)).length, all);
    });
  }
  await context.close();
}

/** The lists that have a search box. */
const lists = (page) => page.locator('section.list:has([data-list])').evaluateAll((all) => all.map((section) => section.id));

async function filters(file, name) {
  const { context, page } = await open(file, { viewport: DESKTOP });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const list of await lists(page)) {
    const at = await page.locator(`#${list} thead th`).evaluateAll((all) => all.findIndex((th) => 'filter' in th.dataset));
    if (at < 0) continue;
    const boxes = page.locator(`#${list} .tools label:not(.sort) select`);
    await check(`${name}: ${list} is narrowed to one value`, async () => {
      const value = await boxes.first().locator('option').nth(1).getAttribute('value');
      const expected = await page.locator(`#${list} tbody tr`).evaluateAll(
        (rows, [i, v]) => rows.filter((row) => row.cells[i].firstChild?.textContent.trim() === v).length, [at, value]);
      await boxes.first().selectOption(value);
      assert.ok(expected > 0);
      assert.equal(await page.locator(`#${list} tbody tr:not([hidden])`).count(), expected);
    });
    const copy = page.locator(`#${list} .copy`);
    if (await copy.count() === 0) continue;
    await check(`${name}: the addresses of ${list} are copied`, async () => {
      await copy.click();
      await page.waitForFunction((l) => /\d/.test(document.querySelector(`#${l} .copy`).textContent), list);
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      const addresses = copied.split('; ');
      assert.ok(addresses.every((address) => address.includes('@')), copied.slice(0, 200));
      assert.equal(new Set(addresses).size, addresses.length);
    });
  }
  await context.close();
}

/** A page of 10,000 rows is there at once: those beyond the first are not laid out. */
async function opens(file, name) {
  const { context, page } = await open(file, { viewport: DESKTOP });
  await check(`${name}: opens at once`, async () => {
    const took = await page.evaluate(() => performance.getEntriesByType('navigation')[0].loadEventEnd);
    console.log(`${name}: there after ${Math.round(took)} ms`);
    assert.ok(took < 6000, `it took ${took} ms`);
  });
  await context.close();
}

async function sorts(file, name) {
  const { context, page } = await open(file, { viewport: DESKTOP });
  const values = (list, at) => page.locator(`#${list} tbody tr`).evaluateAll((rows, i) => rows.map((row) => {
    const cell = row.cells[i];
    return Number.parseFloat(cell.dataset.v ?? cell.textContent.replaceAll(',', ''));
  }), at);
  for (const list of await lists(page)) {
    const kinds = await page.locator(`#${list} thead th`).evaluateAll((all) => all.map((th) => th.dataset.kind));
    const at = kinds.indexOf('number');
    const header = page.locator(`#${list} thead th`).nth(Math.max(at, 0));
    await check(`${name}: ${list} is sorted by the keyboard, up, down and back`, async () => {
      const order = () => page.locator(`#${list} tbody tr`).evaluateAll((rows) => rows.map((row) => row.id).join());
      const before = await order();
      for (const direction of ['ascending', 'descending']) {
        await header.locator('button').focus();
        await page.keyboard.press('Enter');
        assert.equal(await header.getAttribute('aria-sort'), direction);
        if (at < 0) continue;
        const all = await values(list, at);
        const known = all.filter((n) => !Number.isNaN(n));
        assert.deepEqual(all.slice(0, known.length), known, 'what is unknown comes last');
        assert.deepEqual(known, known.toSorted((a, b) => (direction === 'ascending' ? a - b : b - a)));
      }
      await page.keyboard.press('Enter');
      assert.equal(await header.getAttribute('aria-sort'), null);
      assert.equal(await order(), before);
    });
    await check(`${name}: ${list} is sorted at once`, async () => {
      const took = await header.locator('button').evaluate((button) => {
        const began = performance.now();
        button.click();
        button.getBoundingClientRect(); // lays the page out
        return performance.now() - began;
      });
      assert.ok(took < 3000, `it took ${took} ms`);
    });
  }
  await context.close();
}

async function reachesRows(file, name) {
  const { context, page } = await open(file, { viewport: DESKTOP });
  await check(`${name}: the first Tab leads to the figures`, async () => {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    assert.ok((await page.locator('.skip').boundingBox()).x >= 0, 'it is not seen when it has the focus');
  });
  await check(`${name}: a link leads to a row that is not listed`, async () => {
    const last = page.locator('#unread tbody tr').last();
    if (await last.count() === 0) return;
    const id = await last.getAttribute('id');
    await page.evaluate((hash) => { window.location.hash = hash; }, id);
    await last.waitFor({ state: 'visible' });
    assert.ok(await last.evaluate((row) => {
      const box = row.getBoundingClientRect();
      return new Promise((done) => { setTimeout(() => done(true), 300); }).then(() => box !== null && row.matches(':target'));
    }));
  });
  await context.close();
}

async function withoutScript(file, name) {
  const { context, page } = await open(file, { viewport: PHONE, javaScriptEnabled: false });
  await check(`${name}: without JavaScript everything is listed`, async () => {
    const rows = page.locator('section.list tbody tr');
    const all = await rows.count();
    assert.ok(all > 0);
    for (const i of new Set([0, 21, 150, all - 1].filter((n) => n < all))) assert.ok(await rows.nth(i).isVisible(), `row ${i} is hidden`);
    assert.equal(await page.locator('[hidden]').evaluateAll((e) => e.filter((x) => x.tagName === 'TR').length), 0);
  });
  await check(`${name}: without JavaScript there are no dead controls`, async () => {
    for (const control of await page.locator('input, select, button').all()) assert.ok(!(await control.isVisible()));
  });
  await context.close();
}

async function prints(file, name) {
  const { context, page } = await open(file, { viewport: DESKTOP, colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await check(`${name}: paper is white and has no controls`, async () => {
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
    for (const control of await page.locator('input, select, button.more').all()) assert.ok(!(await control.isVisible()));
  });
  await check(`${name}: a list is printed whole, or says how much of it is`, async () => {
    for (const list of await lists(page)) {
      const [printed, all, said] = [(await seen(page, list)).length, await total(page, list), page.locator(`#${list} .paper`)];
      if (printed === all) {
        assert.equal(await said.count(), 0, list);
      } else {
        assert.ok(await said.isVisible(), list);
        assert.match(await said.innerText(), new RegExp(`\\b${printed}\\b`));
      }
    }
  });
  await check(`${name}: what was searched for is printed whole`, async () => {
    for (const section of await page.locator('section.list:has(.paper)').all()) {
      await section.evaluate((list) => list.classList.add('narrowed'));
      const id = await section.getAttribute('id');
      assert.equal((await seen(page, id)).length, await total(page, id));
      assert.ok(!(await section.locator('.paper').isVisible()));
      await section.evaluate((list) => list.classList.remove('narrowed'));
    }
  });
  await check(`${name}: what is printed doesn't say that only some is listed`, async () => {
    const said = await page.locator('.count').allInnerTexts();
    assert.ok(said.every((text) => !text.includes('·')), said.join('; '));
  });
  await page.screenshot({ path: join(folder, `${name}-print.png`) });
  await check(`${name}: makes a PDF`, async () => {
    const pdf = await page.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true });
    assert.ok(pdf.length > 10000);
  });
  await check(`${name}: the heads of a long list stand on each of its pages`, async () => {
    const lines = execFileSync('pdftotext', ['-layout', join(folder, `${name}.pdf`), '-'], { encoding: 'utf8' }).split('\n');
    for (const list of await lists(page)) {
      if ((await seen(page, list)).length < 60) continue;
      const heads = (await page.locator(`#${list} thead th`).allInnerTexts()).slice(0, 2);
      assert.ok(lines.filter((line) => heads.every((head) => line.includes(head))).length > 1, `${list}: ${heads}`);
    }
  });
  await context.close();
}

for (const file of files) {
  const name = basename(file, '.html');
  const rows = readFileSync(file, 'utf8').split('<tr').length;
  for (const viewport of [PHONE, DESKTOP]) {
    for (const colorScheme of ['light', 'dark']) await looks(file, name, viewport, colorScheme);
  }
  await opens(file, name);
  await searches(file, name);
  await filters(file, name);
  await sorts(file, name);
  await reachesRows(file, name);
  await withoutScript(file, name);
  if (rows < 5000) await prints(file, name);
  console.log(`${name}: ${rows} rows looked at`);
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
