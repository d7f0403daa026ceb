// Visits pages with Chromium, one after the other, each as somebody who has never been there: a browser context of its
// own has its own connections, names, sessions and caches. A visitor looks at the page, clicks one button, waits for the
// answer, and turns to another tab, at which a page says the last of what it has measured.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'

const { env } = process
const pages = Number(env.BROWSE_PAGES)
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

// A browser that opens a connection before it knows that it needs one hides what names and handshakes take: it is told
// not to guess, as its setting "preload pages" does.
const profile = mkdtempSync(join(tmpdir(), 'lab-browser-'))
mkdirSync(join(profile, 'Default'))
writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({ net: { network_prediction_options: 2 } }))

const browser = await puppeteer.launch({
  executablePath: new URL('chromium.sh', import.meta.url).pathname, userDataDir: profile, timeout: 120_000, protocolTimeout: 120_000,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--no-first-run', '--disable-features=Translate,OptimizationHints,MediaRouter',
    `--ignore-certificate-errors-spki-list=${env.CERTIFICATE_PIN}`, '--window-size=1280,900',
  ],
  defaultViewport: { width: 1280, height: 800 },
})

async function visit(url, { look, prepare = () => {} }) {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await prepare(page)
  page.on('pageerror', (error) => { throw error })
  const answer = await page.goto(url, { waitUntil: 'load' })
  if (!answer.ok()) throw new Error(`${url}: ${answer.status()}`)
  await page.waitForSelector('#hero img')
  await page.waitForFunction(() => document.querySelector('#hero img').complete)
  await page.waitForFunction(() => document.querySelector('#similar').textContent) // by then its telemetry is there, too
  await pause(look)
  const added = page.waitForResponse((r) => r.url().includes('/cart'))
  await page.click('#add')
  await added
  await page.waitForFunction(() => document.querySelector('#cart').textContent !== 'Cart')
  await pause(200)
  const other = await context.newPage() // the first tab is hidden now
  await other.bringToFront()
  await pause(700)
  await context.close()
}

// unseen visits leave no trace: the page comes without its telemetry, and servers are told not to record.
async function unseen(page) {
  await page.setExtraHTTPHeaders({ traceparent: `00-${'5eed'.repeat(8)}-${'5eed'.repeat(4)}-00` })
  await page.setRequestInterception(true)
  page.on('request', (request) => request.url().endsWith('/telemetry.js') ? request.abort() : request.continue())
}

// dice are the same for the same seed (mulberry32).
function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

try {
  for (let i = 0; i < 5; i++) await visit(env.BROWSE_URL + i, { look: 100, prepare: unseen })
  const roll = dice(Number(env.LAB_SEED))
  for (let i = 0; i < pages; i++) {
    const product = Math.floor(200 * roll() ** 2)
    await visit(env.BROWSE_URL + product, { look: 250 + 200 * roll() })
  }
  console.log(await browser.version())
} finally {
  await browser.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
}
