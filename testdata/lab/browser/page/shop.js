// The shop's own script. It knows nothing of telemetry, and of faults only what the page tells it in data attributes.
const product = document.body.dataset.product

// A page without its hero gets it from here, when the carousel has thought for as long as it is told.
const slot = document.querySelector('#hero[data-src]')
if (slot) setTimeout(() => slot.append(heroImage(slot.dataset)), Number(slot.dataset.wait))

function heroImage({ src }) {
  const image = document.createElement('img')
  image.src = src
  image.width = 1200
  image.height = 480
  return image
}

const add = document.querySelector('#add')
add.addEventListener('click', async () => {
  think(Number(add.dataset.think))
  add.textContent = 'Adding ...'
  const answer = await fetch(`/cart?product=${product}`, { method: 'POST' })
  const { count } = await answer.json()
  add.textContent = 'Add to cart'
  document.querySelector('#cart').textContent = `Cart (${count})`
})

// think keeps the main thread busy, as a script does that computes too much.
function think(ms) {
  const until = performance.now() + ms
  while (performance.now() < until);
}

// What nobody waits for comes last: telemetry when the page is loaded and has nothing to do, the rest after it.
addEventListener('load', () => requestIdleCallback(() => {
  const telemetry = document.createElement('script')
  telemetry.src = document.body.dataset.telemetry
  telemetry.onload = telemetry.onerror = later
  document.head.append(telemetry)
}, { timeout: 1000 }))

function later() {
  similar()
  new Image().src = `https://partner.shop.test/seen.gif?product=${product}`
}

// similar fills in what others bought, which nobody waits for.
function similar() {
  const request = new XMLHttpRequest()
  request.open('GET', `/similar/${product}`)
  request.onload = () => { document.querySelector('#similar').textContent = JSON.parse(request.responseText).products }
  request.send()
}
