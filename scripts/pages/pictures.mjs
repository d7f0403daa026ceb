// Makes the pictures of the README from the lab's recordings: a budget that is blown, a diff, and a waterfall. See
// make pictures.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import puppeteer from 'puppeteer-core';

const longpole = resolve(process.argv[2]);
const to = resolve('docs/img');
const dir = mkdtempSync(join(tmpdir(), 'longpole-pictures-'));
const lab = (fault, side = 'faulty') => `testdata/recordings/lab/${fault}/${side}.otlp.jsonl.zst`;

const pictures = [
  { name: 'budget', height: 800, args: ['report', '--budget', 'testdata/demo/checkout.yaml', lab('payment-slow')] },
  { name: 'diff', height: 700, args: ['diff', '--budget', 'none', lab('slow-region', 'healthy'), lab('slow-region')] },
  { name: 'waterfall', of: '.card:has(.waterfall)', args: ['report', '--budget', 'none', lab('slow-region')] },
];

function write(p) {
  const file = join(dir, p.name + '.html');
  try {
    execFileSync(longpole, [...p.args, '-o', 'html=' + file], { stdio: ['ignore', 'ignore', 'ignore'] });
  } catch (e) {
    if (e.status !== 1) throw e; // the budget is blown on purpose
  }
  return file;
}

const browser = await puppeteer.launch({ executablePath: process.env.BROWSER, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
mkdirSync(to, { recursive: true });
try {
  for (const p of pictures) {
    const page = await browser.newPage();
    await page.setViewport({ width: 1080, height: p.height || 900 });
    await page.goto('file://' + write(p));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const path = join(to, p.name + '.png');
    await page.evaluate(() => document.querySelectorAll('p.depth1').forEach((e) => e.remove())); // commands that nobody reads in a picture
    if (p.of) await (await page.$(p.of)).screenshot({ path });
    else await page.screenshot({ path });
    const size = statSync(path).size;
    console.log(`docs/img/${p.name}.png: ${Math.round(size / 1000)} kB`);
    if (size > 200_000) throw new Error(`${path} takes ${size} bytes`);
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
}
