// What runs inside of the page, and says what is wrong with it. These functions know nothing of the page's script.

// overflow lists what leaves the window sideways, but for what may be scrolled.
export function overflow() {
  const out = [];
  if (document.documentElement.scrollWidth > innerWidth) out.push(`the page is ${document.documentElement.scrollWidth} wide in ${innerWidth}`);
  const scrolled = (e) => e && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowX) || scrolled(e.parentElement));
  for (const e of document.body.querySelectorAll('*')) {
    const box = e.getBoundingClientRect();
    if (box.width && box.right > innerWidth + 1 && !scrolled(e.parentElement)) out.push(`<${e.localName} class="${e.className}"> ends at ${Math.round(box.right)} of ${innerWidth}`);
  }
  return out.slice(0, 5);
}

// lonely lists words that are broken into lines of hardly a letter.
export function lonely() {
  const out = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = texts.nextNode(); n; n = texts.nextNode()) {
    if (!n.parentElement.checkVisibility() || n.parentElement.closest('script, style')) continue;
    for (const m of n.data.matchAll(/[\p{L}\p{N}]{4,}/gu)) {
      const r = document.createRange();
      r.setStart(n, m.index);
      r.setEnd(n, m.index + m[0].length);
      const lines = new Set([...r.getClientRects()].map((b) => Math.round(b.top))).size;
      if (lines > 1 && m[0].length / lines < 2.5) out.push(`${JSON.stringify(m[0])} stands on ${lines} lines`);
    }
  }
  return out.slice(0, 5);
}

// figures lists the times of the page, each as it is said and as what.
export const figures = () => [...document.querySelectorAll('.figure')].map((e) => [Number(e.dataset.ns), e.textContent]);
