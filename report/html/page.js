'use strict';
// Searches and sorts the lists of the page. Without it they are simply whole.
(() => {
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: 'base' });
  const number = (n) => n.toLocaleString('en-US');
  const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, i) => values[i]);
  const plain = (text) => text.normalize('NFKC').toLowerCase();
  const reveal = new Map(); // list's id → makes one of its rows visible

  function keyOf(cell, kind) {
    if (kind !== 'number') return cell.textContent.trim();
    return cell.dataset.v ?? cell.textContent.replaceAll(',', '').trim();
  }

  // What isn't known comes last, whichever way the rest is sorted.
  function comparer(kind, direction) {
    return (a, b) => {
      const x = kind === 'number' ? Number.parseFloat(a.key) : a.key;
      const y = kind === 'number' ? Number.parseFloat(b.key) : b.key;
      const noX = x === '' || Number.isNaN(x);
      const noY = y === '' || Number.isNaN(y);
      if (noX || noY) return noX - noY || a.at - b.at;
      return direction * (kind === 'number' ? x - y : collator.compare(x, y)) || a.at - b.at;
    };
  }

  function list(section) {
    const tools = section.querySelector('[data-list]');
    const [search, select] = [tools.querySelector('input'), tools.querySelector('.sort select')];
    const count = tools.querySelector('.count');
    const body = section.querySelector('tbody');
    const headers = [...section.querySelectorAll('thead th')];
    const more = section.querySelector('.more');
    const rows = [...body.rows].map((element, at) => ({ element, at, words: null }));
    const first = Number(tools.dataset.first); // shown before somebody asks for all
    let [order, limit, column, direction] = [rows, first, -1, 1];

    const filters = headers.flatMap((header, at) => ('filter' in header.dataset ? [filterOf(header.textContent, at)] : []));

    // A select with the values of a column, to narrow the list to one of them.
    function filterOf(name, at) {
      const [label, box] = [document.createElement('label'), document.createElement('select')];
      const values = [...new Set(rows.map((row) => valueOf(row, at)))].filter(Boolean).sort(collator.compare);
      box.append(new Option(tools.dataset.any, ''), ...values.map((value) => new Option(value, value)));
      box.addEventListener('change', () => { limit = first; show(); });
      label.className = 'script';
      label.append(`${name} `, box);
      count.before(label);
      return { box, at };
    }

    function show() {
      const wanted = plain(search.value).split(/\s+/).filter(Boolean);
      const chosen = filters.filter(({ box }) => box.value !== '');
      let [found, listed] = [0, 0];
      for (const row of order) {
        if (wanted.length > 0) row.words ??= plain([...row.element.cells].map((cell) => cell.textContent).join('\n'));
        const matches = wanted.every((word) => row.words.includes(word))
          && chosen.every(({ box, at }) => valueOf(row, at) === box.value);
        row.element.hidden = !matches;
        row.element.classList.toggle('over', matches && found >= limit);
        found += matches;
        listed += matches && found <= limit;
      }
      tell(found, listed);
    }

    function tell(found, listed) {
      count.textContent = fill(tools.dataset.found, number(found), number(rows.length));
      if (listed < found) { // paper does not follow what is listed here
        const part = document.createElement('span');
        part.className = 'script';
        part.textContent = ` · ${fill(tools.dataset.listed, number(listed))}`;
        count.append(part);
      }
      section.querySelector('.none').hidden = found > 0;
      section.classList.toggle('narrowed', found < rows.length); // what was searched for is printed whole
      more.parentElement.hidden = listed === found;
      more.textContent = fill(tools.dataset.all, number(found));
    }

    function sort(by, way) {
      [column, direction] = [by, way];
      headers.forEach((header, i) => {
        if (i === by) header.setAttribute('aria-sort', way > 0 ? 'ascending' : 'descending');
        else header.removeAttribute('aria-sort');
      });
      select.value = by < 0 ? '' : `${by},${way}`;
      order = rows;
      if (by >= 0) {
        const { kind } = headers[by].dataset;
        for (const row of rows) row.key = keyOf(row.element.cells[by], kind);
        order = rows.toSorted(comparer(kind, way));
      }
      const table = body.parentNode; // rows that move in the page are styled anew one by one
      body.remove();
      body.append(...order.map((row) => row.element));
      show();
      table.append(body);
    }

    headers.forEach((header, i) => {
      const [button, label] = [document.createElement('button'), header.textContent];
      button.type = 'button';
      button.textContent = label;
      button.addEventListener('click', () => {
        if (column !== i) sort(i, 1);
        else if (direction > 0) sort(i, -1);
        else sort(-1, 1);
      });
      header.replaceChildren(button);
      header.classList.add('sorts');
      select.append(new Option(fill(tools.dataset.asc, label), `${i},1`), new Option(fill(tools.dataset.desc, label), `${i},-1`));
    });
    select.addEventListener('change', () => {
      const [by, way] = select.value ? select.value.split(',').map(Number) : [-1, 1];
      sort(by, way);
    });
    let timer;
    search.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => { limit = first; show(); }, 120);
    });
    more.addEventListener('click', () => {
      const next = order.find((row) => row.element.classList.contains('over'));
      limit = Infinity;
      show();
      if (next) { next.element.tabIndex = -1; next.element.focus({ preventScroll: true }); }
    });
    reveal.set(section.id, () => {
      search.value = '';
      for (const { box } of filters) box.value = '';
      limit = Infinity;
      show();
    });
    const copy = tools.querySelector('.copy');
    const from = headers.findIndex((header) => 'copy' in header.dataset);
    copy?.addEventListener('click', async () => {
      const found = rows.filter((row) => !row.element.hidden).map((row) => valueOf(row, from)).filter(Boolean);
      const addresses = [...new Set(found)];
      await put(addresses.join('; '));
      copy.textContent = fill(tools.dataset.copied, number(addresses.length));
    });
    for (const element of section.querySelectorAll('.script')) element.hidden = false;
    tell(rows.length, Math.min(first, rows.length)); // the page came so
  }

  // What stands in a cell, without what stands below it in small letters.
  const valueOf = (row, at) => row.element.cells[at].firstChild?.textContent.trim() ?? '';

  // A page that is opened as a file may not have a clipboard.
  async function put(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text).catch(() => putByHand(text));
    return putByHand(text);
  }

  function putByHand(text) {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }

  // A link may lead to a row that isn't listed just now.
  function follow() {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (row?.tagName !== 'TR' || (!row.hidden && !row.classList.contains('over'))) return;
    reveal.get(row.closest('section').id)?.();
    row.scrollIntoView({ block: 'center' });
  }

  for (const tools of document.querySelectorAll('[data-list]')) list(tools.closest('section'));
  window.addEventListener('hashchange', follow);
  follow();
})();
