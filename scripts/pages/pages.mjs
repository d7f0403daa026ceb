// Looks at pages of -o html with a browser: nothing is asked for, nothing is said to the console, the figures are
// those of the json, nothing leaves the window, the keyboard reaches what the mouse does, axe and Lighthouse find
// nothing serious. See scripts/pages.sh.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import puppeteer from 'puppeteer-core';
import lighthouse from 'lighthouse';
import { hostileNames, manyJourneys } from './inputs.mjs';
import { figures, lonely, overflow } from './looks.mjs';

const longpole = resolve(process.argv[2]);
const shots = process.argv[3] && resolve(process.argv[3]);
const dir = mkdtempSync(join(tmpdir(), 'longpole-pages-'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const lab = (fault, side = 'faulty') => `testdata/recordings/lab/${fault}/${side}.otlp.jsonl.zst`;
const hotrod = 'testdata/recordings/hotrod/baseline.otlp.jsonl.zst';
let failed = 0;
const bad = (page, what) => {
  failed++;
  console.log(`FAILED: ${page}: ${what}`);
};

// run writes a page and the json of a command; a gate that fails is no failure here.
function run(name, ...args) {
  try {
    execFileSync(longpole, [...args, '-o', `html=${join(dir, name + '.html')}`, '-o', `json=${join(dir, name + '.json')}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (e) {
    if (![1, 4].includes(e.status)) throw e;
  }
  return name;
}

const input = (name, text) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

function pages() {
  const none = ['--budget', 'none'];
  const all = [run('hotrod', 'report', ...none, hotrod)];
  for (const fault of ['slow-region', 'retry-storm', 'cache-flushed', 'hidden-queue', 'n-plus-one', 'slow-dns']) all.push(run(fault, 'report', ...none, lab(fault)));
  all.push(run('check', 'check', '--budget', 'testdata/demo/checkout.yaml', lab('payment-slow')));
  all.push(run('diff', 'diff', ...none, lab('slow-region', 'healthy'), lab('slow-region')));
  all.push(run('many', 'report', ...none, input('many.jsonl', manyJourneys(60))));
  all.push(run('hostile', 'report', ...none, '--journeys', 'all', input('hostile.jsonl', hostileNames())));
  all.push(run('doctor', 'doctor', ...none, lab('slow-region')));
  const { trace } = JSON.parse(readFileSync(join(dir, 'slow-region.json'))).journeys[0].exemplars[0];
  all.push(run('trace', 'trace', ...none, trace, lab('slow-region')));
  const commands = execFileSync(longpole, ['--help'], { encoding: 'utf8' });
  if (/^ +findings /m.test(commands)) all.push(run('findings', 'findings', ...none, lab('n-plus-one')));
  if (/^ +whatif /m.test(commands)) all.push(run('whatif', 'whatif', ...none, lab('slow-region'), '--set', 'network=typical'));
  return all;
}

// said writes nanoseconds as the program does.
function said(ns) {
  if (ns < 0) return '-' + said(-ns);
  if (ns < 1000) return `${ns} ns`;
  for (const [unit, size] of [['µs', 1e3], ['ms', 1e6], ['s', 1e9], ['min', 6e10], ['h', 3.6e12]]) {
    for (const places of [2, 1, 0]) {
      const n = Math.floor((ns * 10 ** places) / size + 0.5);
      if ((n < 1000 && places) || (!places && n < 1000) || unit === 'h') return `${(n / 10 ** places).toFixed(places)} ${unit}`;
    }
  }
}

// numbers lists all numbers of a value.
const numbers = (v, into = new Set()) => {
  if (typeof v === 'number') into.add(v);
  else if (v && typeof v === 'object') Object.values(v).forEach((x) => numbers(x, into));
  return into;
};

async function open(browser, name, width, scheme) {
  const page = await browser.newPage();
  page.on('console', (m) => bad(name, `the console says ${m.text()}`));
  page.on('pageerror', (e) => bad(name, `an error: ${e.message}`));
  page.on('dialog', (d) => {
    bad(name, 'a dialog');
    d.dismiss();
  });
  page.on('request', (r) => !r.url().startsWith(`file://${dir}/`) && bad(name, `it asks for ${r.url()}`));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(`file://${dir}/${name}.html`);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return page;
}

// agrees holds the figures of a page against the json of the same command.
async function agrees(page, name) {
  const json = JSON.parse(readFileSync(join(dir, name + '.json')));
  const inPage = await page.evaluate(() => JSON.parse(document.getElementById('value').textContent));
  if (name === 'many' && json.journeys.length !== 60) bad(name, `it has ${json.journeys.length} journeys`);
  if (inPage.headline !== json.headline || (json.journeys || []).length !== (inPage.journeys || []).length) bad(name, 'it holds another value than the json');
  const known = numbers(json);
  numbers(await page.evaluate(() => JSON.parse((document.getElementById('pictures') || { textContent: '{}' }).textContent)), known);
  const all = await page.evaluate(figures);
  for (const [ns, text] of all) {
    if (text.replace(/^\+/, '').replaceAll(',', '').replaceAll('\u00a0', ' ') !== said(ns)) bad(name, `${ns} ns is said as ${text}`);
    if (!known.has(ns) && !sums(json, ns)) bad(name, `${ns} ns is no figure of the json`);
  }
  return all.length;
}

// sums says whether a time is what the path of a journey adds up to.
const sums = (json, ns) => (json.journeys || []).some((j) => j.tail && [j.tail.slow.total_ns, j.tail.typical.total_ns].includes(ns));

async function works(page, name) {
  const wrong = [];
  const has = (selector) => page.$(selector).then((e) => e && e.evaluate((x) => x.checkVisibility()));
  if (await has('.icicle')) {
    await page.focus('.icicle');
    const before = await page.$$eval('.icicle .node', (all) => all.length);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    if (!(await page.$('.icicle .node[aria-selected=true]'))) wrong.push('arrow keys select nothing in the path');
    await page.keyboard.press('Enter');
    if (!(await page.$('.icicle .node.above'))) wrong.push('Enter zooms nowhere');
    await page.keyboard.press('Escape');
    if (await page.$('.icicle .node.above')) wrong.push('Escape does not zoom out');
    if ((await page.$$eval('.icicle .node', (all) => all.length)) !== before) wrong.push('zooming in and out loses something');
    await page.$eval('.icicle .node:nth-child(2)', (e) => e.click());
    if (!(await page.$('.icicle .node.above'))) wrong.push('a click zooms nowhere');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    const first = await page.$eval('.icicle .node', (e) => e.textContent.slice(0, 3).toLowerCase());
    await page.keyboard.type(first);
    if (!(await page.$('.icicle .node.hit')) || !(await page.$eval('.found', (e) => e.textContent))) wrong.push(`searching for ${first} finds nothing`);
  }
  if (await has('.chart')) {
    await page.focus('.chart');
    await page.keyboard.press('End');
    if (!(await page.$eval('.chart-box .said', (e) => e.textContent))) wrong.push('arrow keys read nothing of the curve');
  }
  if ((await page.$$('nav a')).length > 1) {
    await page.$eval('nav li:last-child a', (e) => e.focus());
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('nav li:last-child a').getAttribute('aria-current'), { timeout: 5000 }).catch(() => wrong.push('no other journey can be chosen'));
    if (!(await has('section[data-journey]:not([hidden]) .pictures'))) wrong.push('another journey has no pictures');
  }
  wrong.forEach((w) => bad(name, w));
}

async function reads(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  for (const v of found.violations) if (['serious', 'critical'].includes(v.impact)) bad(name, `axe: ${v.id}: ${v.nodes[0].html.slice(0, 150)} ${v.nodes[0].failureSummary.replaceAll('\n', ' ').slice(0, 200)}`);
}

async function look(browser, name) {
  const size = statSync(join(dir, name + '.html')).size;
  if (size > 1e6) bad(name, `it takes ${size} bytes`);
  let seen = 0;
  for (const scheme of ['light', 'dark']) {
    for (const width of [1400, 390]) {
      const page = await open(browser, name, width, scheme);
      for (const w of [...(await page.evaluate(overflow)), ...(await page.evaluate(lonely))]) bad(`${name} at ${width}`, w);
      if (shots) await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: true });
      if (width === 1400 && scheme === 'light') {
        seen = await agrees(page, name);
        await works(page, name);
      }
      if (width === 1400) await reads(page, name);
      if (await page.evaluate(() => window.hostile)) bad(name, 'a name was run');
      await page.close();
    }
  }
  await plain(browser, name);
  console.log(`looked at: ${name}, ${Math.round(size / 1000)} kB, ${seen} figures`);
}

// plain holds that a page tells its answer and tables without script.
async function plain(browser, name) {
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.goto(`file://${dir}/${name}.html`);
  const text = await page.$eval('h1', (e) => e.textContent);
  if (text.length < 20 || !(await page.$('main section'))) bad(name, 'without script it says nothing');
  await page.close();
}

// scores serves pages on the loopback, for Lighthouse opens no files.
async function scores(browser, names) {
  const server = createServer((q, a) => {
    const file = join(dir, q.url.slice(1));
    a.writeHead(existsSync(file) && q.url.endsWith('.html') ? 200 : 204, { 'Content-Type': 'text/html; charset=utf-8' });
    a.end(existsSync(file) && q.url.endsWith('.html') ? readFileSync(file) : '');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  for (const name of names) {
    const page = await browser.newPage();
    const r = await lighthouse(`http://127.0.0.1:${server.address().port}/${name}.html`, { onlyCategories: ['accessibility'], output: 'json', logLevel: 'silent', screenEmulation: { disabled: true }, throttlingMethod: 'provided' }, undefined, page);
    const score = Math.round(100 * r.lhr.categories.accessibility.score);
    const lost = Object.values(r.lhr.audits).filter((a) => a.score !== null && a.score < 1).map((a) => a.id);
    if (score !== 100) bad(name, `Lighthouse: accessibility ${score}: ${lost.join(', ')}`);
    else console.log(`Lighthouse: ${name}: accessibility 100`);
    await page.close();
  }
  server.close();
}

const browser = await puppeteer.launch({ executablePath: process.env.BROWSER, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
try {
  if (shots) mkdirSync(shots, { recursive: true });
  const all = pages();
  for (const name of all) await look(browser, name);
  await scores(browser, all.filter((n) => ['slow-region', 'check', 'diff', 'hostile'].includes(n)));
} finally {
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
}
console.log(failed ? `${failed} failures` : 'the pages are as they should be');
process.exitCode = failed ? 1 : 0;
