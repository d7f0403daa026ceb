// The path of requests as icicles over d3-hierarchy: what was waited for below what waited, on one scale of time.

// rooted makes a tree of a list of nodes [parent, name, layer, typical, slow]; leaves hold time and a layer.
function rooted(path) {
  const nodes = path.nodes.map(([parent, name, layer, typical, slow]) => ({ parent, name: path.names[name], layer: layer < 0 ? null : path.layers[layer], own: [typical, slow], children: [] }));
  const tops = nodes.filter((n) => n.parent < 0);
  for (const n of nodes) if (n.parent >= 0) nodes[n.parent].children.push(n);
  return tops.length === 1 ? tops[0] : { name: 'all requests', layer: null, own: [0, 0], children: tops };
}

// icicles draws the slow requests above the typical ones. A click or Enter zooms into both.
function icicles(path, labels) {
  const top = rooted(path);
  const trees = [1, 0].map((which) => {
    const root = d3.hierarchy(top).sum((d) => d.own[which]);
    return { which, root, label: labels[which], box: el('div', { class: 'icicle', role: 'tree', tabindex: '0', 'aria-label': 'The path of ' + labels[which] }) };
  });
  // Both are in one order: what slow requests spend most on comes first.
  const rank = new Map();
  d3.hierarchy(top).sum((d) => d.own[0] + d.own[1]).each((n) => rank.set(n.data, n.value));
  for (const t of trees) t.root.sort((a, b) => rank.get(b.data) - rank.get(a.data));
  const whole = Math.max(...trees.map((t) => t.root.value), 1);
  let focus = top;
  let wanted = '';
  const found = el('span', { class: 'found', 'aria-live': 'polite' });
  const back = el('button', { type: 'button', hidden: true, onclick: () => zoom(top) }, 'Zoom out');
  const search = el('input', { type: 'search', placeholder: 'Search', 'aria-label': 'Search the path', oninput: (e) => {
    wanted = e.target.value.toLowerCase();
    draw();
  } });
  const said = el('p', { class: 'said', 'aria-live': 'polite' });
  const nameOf = (d) => clean(d.layer ? d.name || d.layer : d.name);

  function layout(t) {
    d3.partition().size([1, t.root.height + 1])(t.root);
    const at = t.root.descendants().find((n) => n.data === focus);
    return { at, scale: at.value ? (focus === top ? t.root.value / whole : 1) / (at.x1 - at.x0) : 0, from: at.x0 };
  }
  function zoom(d) {
    focus = d;
    back.hidden = d === top;
    draw();
  }
  function draw() {
    let matched = [0, 0];
    for (const t of trees) {
      const { at, scale, from } = layout(t);
      const up = new Set(at.ancestors());
      const parts = [];
      t.shown = [];
      t.root.each((n) => {
        const above = up.has(n);
        const x0 = above ? 0 : (n.x0 - from) * scale;
        const w = above ? (focus === top ? t.root.value / whole : 1) : (n.x1 - n.x0) * scale;
        if (!n.value || w < 0.0015 || (!above && (n.x0 < at.x0 - 1e-9 || n.x1 > at.x1 + 1e-9))) return;
        const hit = wanted && (n.data.name || '').toLowerCase().includes(wanted) && n.data.name;
        if (hit && !n.ancestors().slice(1).some((a) => a.data.name.toLowerCase().includes(wanted))) matched[t.which] += n.value;
        const e = el('div', { class: 'node' + (above && n !== at ? ' above' : '') + (hit ? ' hit' : ''), role: 'treeitem', 'aria-level': n.depth + 1, 'aria-label': nameOf(n.data) + ', ' + duration(Math.round(n.value)) + ', ' + percent(n.value, t.root.value), 'aria-selected': 'false' }, w > 0.02 ? el('span', {}, nameOf(n.data) + (w > 0.16 ? ' ' + duration(Math.round(n.value)) : '')) : '');
        e.style.left = 100 * x0 + '%';
        e.style.width = 100 * w + '%';
        e.style.top = n.depth * 23 + 'px';
        if (n.data.layer) paint(e, n.data.layer === 'others' ? null : n.data.layer);
        e.id = t.box.id + '-' + parts.length;
        t.shown.push({ n, e });
        parts.push(e);
      });
      t.box.style.height = (Math.max(...t.shown.map((s) => s.n.depth)) + 1) * 23 + 'px';
      t.box.replaceChildren(...parts);
      t.box.removeAttribute('aria-activedescendant');
      t.current = null;
    }
    found.textContent = wanted ? trees.map((t) => duration(Math.round(matched[t.which])) + ' of ' + labels[t.which]).join(', ') : '';
  }
  const tell = (t, s) => {
    for (const o of t.shown) o.e.setAttribute('aria-selected', String(o === s));
    t.current = s;
    t.box.setAttribute('aria-activedescendant', s.e.id);
    const other = trees.find((o) => o !== t);
    const there = other.root.descendants().find((n) => n.data === s.n.data);
    said.textContent = nameOf(s.n.data) + (s.n.data.layer && s.n.data.name ? ' (' + clean(s.n.data.layer) + ')' : '') + ': ' + duration(Math.round(s.n.value)) + ', ' + percent(s.n.value, t.root.value) + ' of ' + t.label + '; ' + duration(Math.round(there ? there.value : 0)) + ' of ' + other.label;
  };
  trees.forEach((t) => {
    t.box.id = 'icicle-' + icicles.drawn++;
    const of = (e) => t.shown.find((s) => s.e === e.target.closest('.node'));
    t.box.addEventListener('click', (e) => {
      const s = of(e);
      if (s) zoom(s.n.data.layer && s.n.parent ? s.n.parent.data : s.n.data);
    });
    t.box.addEventListener('mouseover', (e) => {
      const s = of(e);
      if (s) tell(t, s);
    });
    t.box.addEventListener('keydown', (e) => {
      const s = t.current || t.shown[0];
      const siblings = s.n.parent ? t.shown.filter((o) => o.n.parent === s.n.parent).sort((a, b) => a.n.x0 - b.n.x0) : [s];
      const move = {
        ArrowDown: () => t.shown.filter((o) => o.n.parent === s.n).sort((a, b) => a.n.x0 - b.n.x0)[0],
        ArrowUp: () => t.shown.find((o) => o.n === s.n.parent),
        ArrowRight: () => siblings[siblings.indexOf(s) + 1],
        ArrowLeft: () => siblings[siblings.indexOf(s) - 1],
        Home: () => t.shown[0],
      }[e.key];
      if (move) tell(t, (t.current && move()) || s);
      else if (e.key === 'Enter' || e.key === ' ') {
        const d = s.n.data.layer && s.n.parent ? s.n.parent.data : s.n.data;
        zoom(d);
        tell(t, t.shown.find((o) => o.n.data === d));
      } else if (e.key === 'Escape') zoom(top);
      else if (e.key === '/') search.focus();
      else return;
      e.preventDefault();
    });
  });
  draw();
  return [el('div', { class: 'tools' }, search, back, found), ...trees.map((t) => el('div', { class: 'icicle-row' }, el('p', { class: 'icicle-label' }, t.label + ' ', figure(t.root.value)), t.box)), said];
}
icicles.drawn = 0;
