'use strict';

// What the other parts share. Nothing from a file is ever parsed as HTML: names become text nodes,
// with what acts or hides spelled out.

const read = (id) => {
  const at = document.getElementById(id);
  return at ? JSON.parse(at.textContent) : {};
};

const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Z}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]/gu;

// clean makes a name safe to show, as the program does elsewhere.
function clean(name) {
  const runes = Array.from(String(name));
  const short = runes.length > 200 ? runes.slice(0, 200).join('') + '…' : String(name);
  return short.replace(invisible, (c) => {
    if (c === ' ') return c;
    const n = c.codePointAt(0);
    return n > 0xffff ? '\\U' + n.toString(16).padStart(8, '0') : '\\u' + n.toString(16).padStart(4, '0');
  });
}

// el makes an element with attributes; texts and elements become its children.
function el(tag, attrs, ...children) {
  const e = document.createElement(tag);
  for (const [key, v] of Object.entries(attrs || {})) {
    if (v === undefined || v === null || v === false) continue;
    if (key === 'class') e.className = v;
    else if (key === 'style') for (const [p, value] of Object.entries(v)) e.style.setProperty(p, value);
    else if (key.startsWith('on')) e.addEventListener(key.slice(2), v);
    else e.setAttribute(key, v === true ? '' : v);
  }
  for (const c of children.flat(Infinity)) if (c !== null && c !== undefined && c !== false) e.append(c);
  return e;
}

const sizes = [['ns', 1, 1e3], ['µs', 1e3, 1e3], ['ms', 1e6, 1e3], ['s', 1e9, 1e3], ['min', 6e10, 1e3], ['h', 3.6e12, Infinity]];

const count = (n) => Math.round(n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');

// duration writes nanoseconds with three digits in the unit that fits, as the program does; a line is never broken
// before the unit.
function duration(ns) {
  if (ns < 0) return '-' + duration(-ns);
  for (const [name, size, upTo] of sizes) {
    if (size === 1) {
      if (ns < 1000) return ns + '\u00a0ns';
      continue;
    }
    for (let places = 2; places >= 0; places--) {
      const n = Math.floor((ns * 10 ** places) / size + 0.5);
      if (n < 1000 || places === 0) {
        if (n >= upTo * 10 ** places) break;
        const whole = count(Math.floor(n / 10 ** places));
        return (places ? whole + '.' + String(n % 10 ** places).padStart(places, '0') : whole) + '\u00a0' + name;
      }
    }
  }
}

const signed = (ns) => (ns < 0 ? '' : '+') + duration(ns);

const percent = (part, whole) => {
  if (!whole) return '0 %';
  const p = (100 * part) / whole;
  return (Math.abs(p) < 9.95 && Math.round(p * 10) % 10 ? p.toFixed(1) : p.toFixed(0)) + ' %';
};

// figure is a time that can be held against the value of the page.
const figure = (ns, how) => el('span', { class: 'figure', 'data-ns': ns }, (how || duration)(ns));

// Layers keep their colour over all pictures and pages. The colours are told apart by colour-blind eyes, too, and
// layers of a plan, which have no colour of their own, take the ones that are left over, with stripes in the end.
const palette = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#0072b2', '#d55e00', '#f0e442', '#8c7ae6', '#44aa99', '#882255', '#999933', '#b0b7c3'];
const known = {
  app: 0, network: 1, db: 2, queue: 3, external: 4, retry: 5, cache: 6, fanout: 7, render: 8, messaging: 9, storage: 10, untraced: 11,
  database: 2, edge: 1,
};
const rest = 11; // the colour of what is no layer
const given = new Map(); // by what is named: layers, places ...

// colourOf numbers the colour of a name among layers, places or operations.
function colourOf(name, by) {
  if (!given.has(by)) given.set(by, new Map());
  const names = given.get(by);
  if (!names.has(name)) {
    const taken = new Set(names.values());
    const free = palette.findIndex((_, i) => !taken.has(i) && i !== rest);
    names.set(name, by === 'layer' && Object.hasOwn(known, name) ? known[name] : free < 0 ? palette.length + (names.size % rest) : free);
  }
  return names.get(name);
}

// meet gives layers their colours: first to those that have one on every page.
function meet(names) {
  const has = (n) => Object.hasOwn(known, n);
  for (const n of [...names.filter(has), ...names.filter((n) => !has(n))]) colourOf(n, 'layer');
}

// paint gives an element the colour of a layer, or of another name, with the ink that can be read on it; null is the rest.
function paint(e, name, by = 'layer') {
  const n = name === null ? rest : colourOf(name, by);
  e.classList.add('layer');
  e.classList.toggle('on-dark', [4, 9].includes(n % palette.length));
  e.classList.toggle('striped', n >= palette.length);
  e.style.setProperty('--layer', palette[n % palette.length]);
  return e;
}

const swatch = (name, by) => paint(el('span', { class: 'swatch', 'aria-hidden': 'true' }), name, by);

// card is a picture with a title, and what it says in words for who cannot see it.
function card(title, hint, ...children) {
  return el('section', { class: 'card', 'aria-label': title }, el('h3', {}, title), hint && el('p', { class: 'hint' }, hint), children);
}

// table draws rows of texts and elements under heads; the first column is left.
function table(heads, rows, caption) {
  return el('div', { class: 'scroll' }, el('table', {},
    caption && el('caption', {}, caption),
    el('thead', {}, el('tr', {}, heads.map((h, i) => el('th', { scope: 'col', class: i ? 'right' : undefined }, h)))),
    el('tbody', {}, rows.map((row) => el('tr', {}, row.map((c, i) => (i ? el('td', { class: 'right' }, c) : el('th', { scope: 'row' }, c))))))));
}

// folded hides the figures of a picture until they are asked for.
const folded = (what, ...children) => el('details', {}, el('summary', {}, what), children);

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
