// Opens folded stacks in speedscope, as its own command does, and says what it made of them.
//
//	node scripts/pages/speedscope.mjs FOLDER_OF_SPEEDSCOPE FILE
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import puppeteer from 'puppeteer-core';

const [release, file] = [resolve(process.argv[2], 'dist/release/index.html'), process.argv[3]];
const dir = mkdtempSync(join(tmpdir(), 'longpole-speedscope-'));
const js = join(dir, 'profile.js');
writeFileSync(js, `speedscope.loadFileFromBase64(${JSON.stringify(basename(file))}, ${JSON.stringify(readFileSync(file).toString('base64'))})`);
const browser = await puppeteer.launch({ executablePath: process.env.BROWSER, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--allow-file-access-from-files'] });
try {
  const page = await browser.newPage();
  page.on('dialog', (d) => {
    console.log('it says: ' + d.message());
    process.exitCode = 1;
    d.dismiss();
  });
  await page.goto(`file://${release}#localProfilePath=${js}`);
  await page.waitForFunction((name) => document.title.includes(name), { timeout: 60_000 }, basename(file));
  console.log(await page.title());
} finally {
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
}
