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
    const [search, select] = [tools.querySelector('input'), tools.querySelector('select')];
    const count = tools.querySelector('.count');
    const body = section.querySelector('tbody');
    const headers = [...section.querySelectorAll('thead th')];
    const more = section.querySelector('.more');
    const rows = [...body.rows].map((element, at) => ({ element, at, words: null }));
    const first = Number(tools.dataset.first); // shown before somebody asks for all
    let [order, limit, column, direction] = [rows, first, -1, 1];

    function show() {
      const wanted = plain(search.value).split(/\s+/).filter(Boolean);
      let [found, listed] = [0, 0];
      for (const row of order) {
        row.words ??= plain([...row.element.cells].map((cell) => cell.textContent).join('\n'));
        const matches = wanted.every((word) => row.words.includes(word));
        row.element.hidden = !matches;
        row.element.classList.toggle('over', matches && found >= limit);
        found += matches;
        listed += matches && found <= limit;
      }
      count.textContent = fill(tools.dataset.found, number(found), number(rows.length));
      if (listed < found) { // on paper all of them are
        const part = document.createElement('span');
        part.className = 'script';
        part.textContent = ` · ${fill(tools.dataset.listed, number(listed))}`;
        count.append(part);
      }
      section.querySelector('.none').hidden = found > 0;
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
      body.append(...order.map((row) => row.element));
      show();
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
    reveal.set(section.id, () => { search.value = ''; limit = Infinity; show(); });
    for (const element of section.querySelectorAll('.script')) element.hidden = false;
    show();
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
