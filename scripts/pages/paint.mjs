// Writes the page of fifty journeys and opens it in a browser that has nothing in its caches: how large the page is, and how long
// until something is painted. The bench reads what it prints.
//
//	BROWSER=chromium node scripts/pages/paint.mjs bin/longpole
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { manyJourneys } from './inputs.mjs';

const dir = mkdtempSync(join(tmpdir(), 'longpole-paint-'));
const [traces, html] = [join(dir, 'many.jsonl'), join(dir, 'many.html')];
writeFileSync(traces, manyJourneys(50));
execFileSync(process.argv[2], ['report', '--budget', 'none', traces, '-o', 'html=' + html], { stdio: 'ignore' });
const browser = await puppeteer.launch({ executablePath: process.env.BROWSER, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 900 });
  await page.goto('file://' + html);
  const at = await page.evaluate(() => new Promise((done) => new PerformanceObserver((l) => {
    const first = l.getEntries().find((e) => e.name === 'first-contentful-paint');
    if (first) done(first.startTime);
  }).observe({ type: 'paint', buffered: true })));
  console.log(`${Math.round(statSync(html).size / 1000)} page-kB ${at.toFixed(1)} first-paint-ms`);
} finally {
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
}
