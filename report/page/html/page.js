// The page: one panel for each journey beside the list of all, drawn from the value that json holds.

(() => {
  const value = read('value');
  const pictures = read('pictures');
  const main = document.getElementById('main');
  document.documentElement.classList.add('scripted');

  const states = { ok: ['good', 'ok'], unproven: ['doubtful', 'unproven'], 'at risk': ['doubtful', 'at risk'], blown: ['bad', 'blown'] };
  const verdictOf = (j) => j.planned && (value.verdicts || []).find((v) => v.journey === j.name);
  const chip = (tone, text) => el('span', { class: 'chip ' + tone }, text);
  const proofs = { proven: 'bad', different: 'doubtful' };

  function chipOf(j) {
    const v = verdictOf(j);
    if (v && states[v.state]) return chip(...states[v.state]);
    if (j.proof && proofs[j.proof]) return chip(j.proof === 'proven' && j.change.change_ns < 0 ? 'good' : proofs[j.proof], j.proof === 'proven' ? (j.change.change_ns < 0 ? 'quicker' : 'slower') : 'different');
    if (j.answer && (j.answer.subject === 'tail' || j.answer.beside)) return chip('notable', 'slow tail');
    return null;
  }

  const limitsOf = (j) => ((verdictOf(j) || {}).checks || []).filter((c) => c.kind === 'target' && c.unit === 'ns').map((c) => ({ ns: c.limit, text: 'budget ' + duration(c.limit) }));

  // best is the percentile that a list of journeys shows.
  function best(j) {
    const known = (j.percentiles || []).filter((p) => p.bounded && p.level !== 'p50');
    return known[known.length - 1];
  }

  function tiles(j) {
    const all = (j.percentiles || []).map((p) => [p.level, p.bounded || p.level === 'p50' ? figure(p.value_ns) : '-', p.bounded ? duration(p.low_ns) + ' to ' + duration(p.high_ns) : 'needs ' + count(p.needed) + ' requests']);
    all.push(['slowest', figure(j.max_ns), 'mean ' + duration(j.mean_ns)], ['requests', count(j.observations), j.unfinished ? count(j.unfinished) + ' unfinished' : '']);
    return el('dl', { class: 'tiles' }, all.map(([what, much, more]) => el('div', {}, el('dt', {}, what), el('dd', {}, el('strong', {}, much), more && el('small', {}, more)))));
  }

  const sharesOf = (c, by) => ({ shares: c.by[by].shares, rest: c.by[by].rest_ns });

  function journeyPictures(j, at) {
    const out = [];
    const limits = limitsOf(j);
    const two = el('div', { class: 'two' });
    if (j.curve.length > 2) {
      const intervals = j.percentiles.filter((p) => p.bounded).map((p) => ({ level: p.level, value: p.value_ns, low: p.low_ns, high: p.high_ns }));
      two.append(card('Percentiles', 'How long the slowest take; bars are 95 % intervals.', curve([{ label: '', points: j.curve.map((p) => [p.level, p.value_ns]), colour: '--line-1' }], intervals, limits),
        folded('The figures', table(['percentile', 'time'], j.curve.map((p) => [p.level, figure(p.value_ns)])))));
    }
    if (j.timeline.bins.length > 1) {
      two.append(card('Over time', 'By the time at which requests began, in UTC.', key(['--line-2', 'p95'], ['--line-1', 'p50'], ['--grid', 'requests']), overTime(j.timeline, limits),
        folded('The figures', table(['from', 'requests', 'p50', 'p95'], j.timeline.bins.map((b, i) => [new Date((j.timeline.from_ns + i * j.timeline.bin_ns) / 1e6).toISOString().slice(11, 23) + 'Z', count(b.requests), b.requests ? figure(b.p50_ns) : '-', b.requests ? figure(b.p95_ns) : '-'])))));
    }
    if (two.children.length) out.push(two);
    const tail = j.observations >= 20 && j.tail.excess.total_ns > 0;
    const slowest = 'slowest ' + (j.tail.slow.observations) + ' of ' + count(j.observations);
    out.push(card('Where the time goes', 'Time on the critical path: it adds up to the latency.', ...composition(['layer', 'place', 'service', 'operation'], (by) => [
      ...j.percentiles.filter((p) => p.bounded || p.level === 'p50').map((p) => ({ label: p.level, total: p.value_ns, ...sharesOf(p.composition, by) })),
      ...(tail ? [{ label: 'typical', total: j.tail.typical.total_ns, ...sharesOf(j.tail.typical, by) }, { label: slowest, total: j.tail.slow.total_ns, ...sharesOf(j.tail.slow, by) }, { label: 'they add', adds: true, total: j.tail.excess.total_ns, ...sharesOf(j.tail.excess, by) }] : []),
    ])));
    const path = (pictures.paths || []).find((p) => p.journey === at + 1);
    if (path) out.push(card('The path', 'What was waited for, below what waited for it. A click or Enter zooms in, Escape out, / searches.', ...icicles(path, [path.labels[0], path.labels[1]])));
    const falls = (pictures.waterfalls || []).filter((w) => w.journey === at + 1).map((w) => ({ ...w.request, ...w }));
    if (falls.length) out.push(waterfalls(falls));
    if (!falls.length && pictures.left_out) out.push(el('p', { class: 'faint' }, pictures.left_out));
    return out;
  }

  function waterfalls(falls) {
    const pair = falls.filter((w) => w.why !== 'slowest').slice(0, 2);
    const span = Math.max(...pair.map((w) => w.duration_ns), 1);
    const draw = (w) => waterfall(w, Math.max(span, w.duration_ns), w.said);
    const rest = falls.filter((w) => !pair.includes(w));
    return card('Requests to look at', 'One that is like the slow ones, and a typical one beside it, on one scale; colours mark the path.', layersOf(falls), el('div', { class: 'beside' }, pair.map(draw)), rest.map((w) => folded(w.said + ', ' + duration(w.duration_ns), draw(w))));
  }

  function diffPictures(j) {
    const lines = [['before', '--line-1'], ['after', '--line-2']].map(([label, colour], i) => ({ label, colour, points: j.curves[i].map((p) => [p.level, p.value_ns]) }));
    const list = (by) => j.change[by];
    const side = (label, of, adds) => (by) => ({ label, adds, total: j.change[of + '_ns'], rest: list(by).rest[of + '_ns'], shares: list(by).rows.map((r) => ({ name: r.name, ns: r[of + '_ns'] })) });
    const rows = [side('before', 'before'), side('after', 'after'), side('change', 'change', true)];
    return [
      lines.some((l) => l.points.length > 2) && card('Percentiles', 'Before and after.', key(['--line-1', 'before'], ['--line-2', 'after']), curve(lines.filter((l) => l.points.length), [], []),
        folded('The figures', table(['percentile', 'before', 'after'], [...new Set(lines.flatMap((l) => l.points.map((p) => p[0])))].sort((a, b) => numberOf(a) - numberOf(b)).map((at) => [at, ...lines.map((l) => (l.points.find((p) => p[0] === at) ? figure(l.points.find((p) => p[0] === at)[1]) : '-'))])))),
      card('Where ' + j.change.of + ' went', 'Time on the critical path: it adds up to the change.', ...composition(['layer', 'place', 'service', 'operation'], (by) => rows.map((r) => r(by)))),
    ].filter(Boolean);
  }

  meet([...new Set((value.journeys || []).flatMap((j) => (j.rows ? (j.rows.layer || []).map((r) => r.name) : j.change ? j.change.layer.rows.map((r) => r.name) : [])))]);

  // panels are the journeys that can be looked at, each with what the server wrote of it, or nothing.
  const drawPictures = value.journeys && value.journeys[0] && value.journeys[0].curves ? diffPictures : journeyPictures;
  const panels = (value.journeys || []).map((j, i) => ({ j, i, section: main.querySelector(`section[data-journey="${i + 1}"]`) }));

  function begin(p) {
    if (p.begun) return;
    p.begun = true;
    if (!p.section) {
      p.section = el('section', { 'data-journey': p.i + 1 }, el('h2', {}, 'Journey ' + clean(p.j.name)));
      (panels.find((o) => o.section && o.section.isConnected).section).after(p.section);
    }
    const head = p.section.querySelector('h2');
    const mark = chipOf(p.j);
    if (mark) head.append(' ', mark);
    if (p.j.percentiles) head.after(tiles(p.j));
    const tables = p.section.querySelector('.scroll');
    const notes = [];
    for (let n = tables && tables.nextElementSibling; n && n.classList.contains('note'); n = n.nextElementSibling) notes.push(n);
    const after = notes[notes.length - 1] || tables || p.section.lastElementChild;
    after.after(el('div', { class: 'pictures' }, drawPictures(p.j, p.i)));
  }

  function choose() {
    const at = Number((location.hash.match(/^#journey-(\d+)$/) || [])[1] || 1);
    const chosen = panels[at - 1] || panels[0];
    begin(chosen);
    for (const p of panels) {
      if (p.section) p.section.hidden = p !== chosen;
      if (p.link) p.link[p === chosen ? 'setAttribute' : 'removeAttribute']('aria-current', 'true');
    }
    fit();
  }

  function list() {
    const item = (p) => {
      const at = best(p.j);
      const much = p.j.change ? signed(p.j.change.change_ns) : at ? at.level + ' ' + duration(at.value_ns) : 'up to ' + duration(p.j.max_ns);
      p.link = el('a', { href: '#journey-' + (p.i + 1) }, el('span', { class: 'name' }, clean(p.j.name)), el('span', { class: 'much' }, much, ' ', el('span', { class: 'faint' }, '(' + count(Array.isArray(p.j.observations) ? p.j.observations[1] : p.j.observations) + ')'), ' ', chipOf(p.j)));
      return (p.item = el('li', {}, p.link));
    };
    const filter = panels.length > 10 && el('input', { type: 'search', placeholder: 'Find a journey', 'aria-label': 'Find a journey', oninput: (e) => panels.forEach((p) => {
      p.item.hidden = !p.j.name.toLowerCase().includes(e.target.value.toLowerCase());
    }) });
    const nav = el('nav', { 'aria-label': 'Journeys' }, el('h2', {}, count(panels.length) + (panels.length === 1 ? ' journey' : ' journeys')), filter, el('ul', {}, panels.map(item)));
    document.querySelector('.frame').prepend(nav);
    document.querySelector('.frame').classList.add('with-list');
  }

  if (panels.length && panels.some((p) => p.section)) {
    list();
    choose();
    addEventListener('hashchange', () => {
      choose();
      main.scrollIntoView();
    });
  } else if (value.lines && value.path) { // one request, or two
    const all = [value, value.beside].filter(Boolean);
    const span = Math.max(...all.map((w) => w.duration_ns), 1);
    main.prepend(card('The request', 'Colours mark the path: for every moment, the one span that was waited for.', layersOf(all), el('div', { class: 'beside' }, all.map((w, i) => waterfall(w, span, ['This one', 'Beside it'][i])))));
  }

  // Tables that say more about another one stand side by side.
  for (const s of document.querySelectorAll('.scroll.aside')) {
    const one = el('div', { class: 'card' });
    const before = s.previousElementSibling;
    if (before && before.classList.contains('asides')) before.append(one);
    else s.before(el('div', { class: 'asides' }, one));
    const notes = [];
    for (let n = s.nextElementSibling; n && n.classList.contains('note'); n = n.nextElementSibling) notes.push(n);
    one.append(s, ...notes);
  }

  // What a table does not show can be reached with the keyboard.
  for (const s of document.querySelectorAll('.scroll')) if (s.scrollWidth > s.clientWidth + 1) s.tabIndex = 0;
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', fit);
  addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((d) => (d.open = true)));
})();
