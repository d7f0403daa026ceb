// Requests as waterfalls, with the path marked: for every moment, the one span that was waited for.

const mostRows = 60;

// waterfall draws one request on a scale of span nanoseconds.
function waterfall(w, span, title) {
  const onPath = new Map();
  for (const p of w.path) onPath.set(p.span, [...(onPath.get(p.span) || []), p]);
  let all = false;
  const body = el('tbody');
  const more = el('button', { type: 'button', onclick: () => {
    all = !all;
    draw();
  } });
  const hidden = w.lines.filter((l) => !l.on_path).length;
  function row(l) {
    const track = el('div', { class: 'track', role: 'img', 'aria-label': 'from ' + duration(l.start_offset_ns) + ', ' + duration(l.took_ns) + (l.path_ns ? ', waited for ' + duration(l.path_ns) : '') });
    const bar = el('span', { class: 'bar' });
    place(bar, l.start_offset_ns, l.took_ns);
    track.append(bar);
    for (const p of onPath.get(l.span) || []) {
      const piece = paint(el('span', { class: 'piece', title: clean(p.layer) + ' ' + duration(p.to_offset_ns - p.from_offset_ns) }), p.layer);
      place(piece, p.from_offset_ns, p.to_offset_ns - p.from_offset_ns);
      track.append(piece);
    }
    const name = el('span', { class: 'what', style: { '--depth': Math.min(l.depth, 12) } }, clean(l.operation || l.name), l.more > 1 ? ' and ' + count(l.more - 1) + ' more' : '');
    return el('tr', { class: l.on_path ? undefined : 'off' }, el('th', { scope: 'row', title: (l.what || []).map(clean).join(', ') }, name), el('td', {}, track), el('td', { class: 'right' }, l.path_ns ? figure(l.path_ns) : ''));
  }
  function place(e, from, took) {
    e.style.left = (100 * Math.max(from, 0)) / span + '%';
    e.style.width = Math.max((100 * took) / span, 0.15) + '%';
  }
  function draw() {
    const rows = w.lines.filter((l) => all || l.on_path);
    body.replaceChildren(...rows.slice(0, mostRows).map(row));
    if (rows.length > mostRows) body.append(el('tr', { class: 'off' }, el('th', { scope: 'row' }, 'and ' + count(rows.length - mostRows) + ' others'), el('td'), el('td')));
    more.textContent = all ? 'Only what was waited for' : 'Also the ' + count(hidden) + ' that nobody waited for';
  }
  draw();
  const id = el('span', { class: 'id' }, w.link ? el('a', { href: w.link }, w.trace) : w.trace);
  return el('figure', { class: 'waterfall' }, el('figcaption', {}, el('strong', {}, title + ' ', figure(w.duration_ns)), ' ', id),
    el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'span'), el('th', { scope: 'col' }, 'from 0 to ' + duration(span)), el('th', { scope: 'col', class: 'right' }, 'waited'))), body)), hidden > 0 && more);
}

// layersOf names what colours mean in waterfalls.
function layersOf(all) {
  const sums = new Map();
  for (const w of all) for (const p of w.path) sums.set(p.layer, (sums.get(p.layer) || 0) + p.to_offset_ns - p.from_offset_ns);
  return el('ul', { class: 'legend' }, [...sums].sort((a, b) => b[1] - a[1]).map(([name]) => el('li', {}, swatch(name), clean(name))));
}
