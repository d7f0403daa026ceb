// Charts over uPlot: percentiles and latency over time. Both can be read with the keyboard.

const drawn = new Set(); // charts that follow the width of their card, and the colours of the page

function fit() {
  for (const c of drawn) {
    if (!c.box.isConnected) drawn.delete(c);
    else c.draw();
  }
}

// chart draws a uPlot into a box that can be focused: arrow keys move the cursor, and what stands there is said.
function chart(label, height, options, data, say) {
  const box = el('div', { class: 'chart', role: 'group', tabindex: '0', 'aria-label': label + ' Arrow keys read it.' });
  const said = el('p', { class: 'said', 'aria-live': 'polite' });
  const whole = el('div', { class: 'chart-box' }, box, said);
  let u;
  let at = -1;
  const tell = (i) => {
    at = i;
    said.textContent = i === null || i === undefined || i < 0 ? '' : say(i);
  };
  const c = {
    box,
    draw() {
      const width = Math.floor(box.clientWidth);
      if (width < 50) return;
      if (u) u.destroy();
      u = new uPlot({
        width, height, legend: { show: false }, padding: [12, 14, 0, 0],
        cursor: { drag: { x: false, y: false }, points: { size: 7 } },
        ...options(),
        hooks: { ...(options().hooks || {}), setCursor: [(p) => tell(p.cursor.idx)] },
      }, data, box);
    },
  };
  box.addEventListener('keydown', (e) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 }[e.key];
    if (!step || !u) return;
    e.preventDefault();
    const i = Math.min(data[0].length - 1, Math.max(0, at + step));
    u.setCursor({ left: u.valToPos(data[0][i], 'x'), top: u.valToPos(data.slice(1).map((s) => s[i]).find((v) => v !== null) || 0, 'y') });
    tell(i);
  });
  drawn.add(c);
  c.seen = new ResizeObserver(() => {
    if (!u || Math.floor(box.clientWidth) !== u.width) c.draw();
  });
  c.seen.observe(box);
  return whole;
}

const axis = (more) => ({ stroke: css('--faint'), grid: { stroke: css('--grid'), width: 1 }, ticks: { stroke: css('--grid'), width: 1, size: 4 }, font: '12px system-ui, sans-serif', ...more });

const times = (u, splits) => splits.map((v) => duration(v));

// steps are round numbers of nanoseconds from 0 on.
function steps(most, n) {
  let unit = 1;
  while (most / (unit * 10) > n) unit *= 10;
  const by = [1, 2, 5, 10].map((m) => m * unit).find((b) => most / b <= n);
  const out = [];
  for (let v = 0; v <= most * 1.0001; v += by) out.push(v);
  return out;
}

const yAxis = () => axis({ size: 64, values: times, splits: (u, i, min, max) => steps(max, Math.max(2, Math.floor(u.height / 45))) });

const numberOf = (level) => Number(level.slice(1));

// beyond is where a percentile stands: each step of ten is as wide as the one before.
const beyond = (level) => -Math.log10(1 - numberOf(level) / 100);

// dashed draws a line across, or down.
function dashed(u, from, to, colour, text) {
  const c = u.ctx;
  c.save();
  c.strokeStyle = colour;
  c.lineWidth = 1.5 * devicePixelRatio;
  c.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  c.beginPath();
  c.moveTo(...from);
  c.lineTo(...to);
  c.stroke();
  if (text) {
    c.fillStyle = colour;
    c.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
    c.textAlign = 'left';
    c.textBaseline = 'bottom';
    c.fillText(text, from[0] + 6 * devicePixelRatio, from[1] - 3 * devicePixelRatio);
  }
  c.restore();
}

// curve draws percentiles: lines of {label, points: [[level, ns]], colour}, intervals of {level, low, high}, and limits of
// {level, ns, text}.
function curve(lines, intervals, limits, most) {
  const levels = [...new Set(lines.flatMap((l) => l.points.map((p) => p[0])))].sort((a, b) => numberOf(a) - numberOf(b));
  const xs = levels.map(beyond);
  const data = [xs, ...lines.map((l) => levels.map((at) => (l.points.find((p) => p[0] === at) || [0, null])[1]))];
  const highest = Math.max(...data.slice(1).flat().filter((v) => v !== null), ...intervals.map((i) => i.high), ...limits.map((l) => l.ns), 1);
  const marks = ['p10', 'p50', 'p75', 'p90', 'p95', 'p99', 'p99.9', 'p99.99'].filter((m) => beyond(m) <= xs[xs.length - 1] + 1e-9);
  const say = (i) => levels[i] + ': ' + lines.map((l, k) => (data[k + 1][i] === null ? '' : (lines.length > 1 ? l.label + ' ' : '') + duration(data[k + 1][i]))).filter(Boolean).join(', ');
  const options = () => ({
    scales: { x: { time: false, range: [xs[0], xs[xs.length - 1]] }, y: { range: [0, highest * 1.06] } },
    axes: [axis({ splits: () => marks.map(beyond), values: (u) => spread(u, marks), size: 34 }), yAxis()],
    series: [{}, ...lines.map((l) => ({ stroke: css(l.colour), width: 2, spanGaps: true, points: { show: false }, fill: lines.length === 1 ? css('--wash') : undefined }))],
    hooks: {
      draw: [(u) => {
        const x = (v) => u.valToPos(v, 'x', true);
        const y = (v) => u.valToPos(v, 'y', true);
        for (const l of limits) dashed(u, [u.bbox.left, y(l.ns)], [u.bbox.left + u.bbox.width, y(l.ns)], css('--bad'), l.text);
        u.ctx.save();
        u.ctx.strokeStyle = css('--ink');
        u.ctx.fillStyle = css('--ink');
        u.ctx.lineWidth = 1.5 * devicePixelRatio;
        for (const i of intervals) {
          const [at, w] = [x(beyond(i.level)), 4 * devicePixelRatio];
          u.ctx.beginPath();
          u.ctx.moveTo(at, y(i.low));
          u.ctx.lineTo(at, y(i.high));
          for (const end of [i.low, i.high]) {
            u.ctx.moveTo(at - w, y(end));
            u.ctx.lineTo(at + w, y(end));
          }
          u.ctx.stroke();
          u.ctx.beginPath();
          u.ctx.arc(at, y(i.value), 3 * devicePixelRatio, 0, 7);
          u.ctx.fill();
        }
        u.ctx.restore();
      }],
    },
  });
  return chart('Percentiles, from ' + levels[0] + ' to ' + levels[levels.length - 1] + '.', 260, options, data, say);
}

// spread leaves out labels that would touch.
function spread(u, marks) {
  let last = -1e9;
  return marks.map((m) => {
    const at = u.valToPos(beyond(m), 'x');
    if (at - last < 34) return '';
    last = at;
    return m;
  });
}

// overTime draws p50 and p95 of bins, and how many requests began in each.
function overTime(line, limits) {
  const bin = line.bin_ns / 1e9;
  const xs = line.bins.map((_, i) => line.from_ns / 1e9 + bin * (i + 0.5));
  const of = (key) => line.bins.map((b) => (b.requests ? b[key] : null));
  const data = [xs, of('p95_ns'), of('p50_ns'), line.bins.map((b) => b.requests)];
  const clock = (s) => new Date(s * 1000).toISOString().slice(11, bin < 1 ? 23 : 19);
  const highest = Math.max(...data[1].filter((v) => v !== null), ...limits.map((l) => l.ns), 1);
  const busiest = Math.max(...data[3], 1);
  const say = (i) => {
    const b = line.bins[i];
    return clock(line.from_ns / 1e9 + bin * i) + 'Z: ' + (b.requests ? 'p95 ' + duration(b.p95_ns) + ', p50 ' + duration(b.p50_ns) + ', ' + count(b.requests) + (b.requests === 1 ? ' request' : ' requests') : 'no request');
  };
  const options = () => ({
    tzDate: (s) => uPlot.tzDate(new Date(s * 1000), 'Etc/UTC'),
    scales: { x: { time: true, range: [xs[0] - bin / 2, xs[xs.length - 1] + bin / 2] }, y: { range: [0, highest * 1.06] }, n: { range: [0, busiest * 4] } },
    axes: [axis({ size: 34, space: 72, values: (u, splits) => splits.map((s) => clock(s).slice(0, 8)) }), yAxis()],
    series: [{},
      { stroke: css('--line-2'), width: 2, points: { show: true, size: 5, fill: css('--line-2') } },
      { stroke: css('--line-1'), width: 2, points: { show: false } },
      { scale: 'n', stroke: css('--grid'), fill: css('--grid'), paths: uPlot.paths.bars({ size: [0.7, 40] }), points: { show: false } }],
    hooks: { draw: [(u) => limits.forEach((l) => dashed(u, [u.bbox.left, u.valToPos(l.ns, 'y', true)], [u.bbox.left + u.bbox.width, u.valToPos(l.ns, 'y', true)], css('--bad'), l.text))] },
  });
  return chart('Latency over time.', 260, options, data, say);
}

// key names the lines of a chart.
const key = (...lines) => el('p', { class: 'key' }, lines.map(([colour, text]) => el('span', {}, el('span', { class: 'line', style: { '--line': `var(${colour})` }, 'aria-hidden': 'true' }), text)));

// composition stacks what groups of requests are made of: rows of {label, total, shares: [{name, ns}]} on one scale.
function composition(groupings, rowsBy) {
  const body = el('div', {});
  const draw = (by) => {
    const rows = rowsBy(by);
    const span = Math.max(...rows.map((r) => r.shares.filter((s) => s.ns > 0).reduce((sum, s) => sum + s.ns, 0)), 1);
    const most = new Map();
    for (const r of rows) for (const s of r.shares) most.set(s.name, Math.max(most.get(s.name) || 0, Math.abs(s.ns)));
    const names = [...most.keys()].sort((a, b) => most.get(b) - most.get(a)).slice(0, 10);
    const named = (s) => (s.name === null ? 'others' : clean(s.name));
    const bars = rows.map((r) => {
      const shares = names.map((n) => r.shares.find((s) => s.name === n)).filter((s) => s && s.ns > 0);
      const others = r.shares.filter((s) => !names.includes(s.name) && s.ns > 0).reduce((sum, s) => sum + s.ns, 0) + Math.max(r.rest || 0, 0);
      if (others > 0) shares.push({ name: null, ns: others });
      const bar = el('div', { class: 'stack', role: 'img', 'aria-label': r.label + ', ' + duration(r.total) + ': ' + shares.map((s) => named(s) + ' ' + duration(s.ns)).join(', ') });
      for (const s of shares) {
        const part = paint(el('span', { title: named(s) + ' ' + duration(s.ns) }, s.ns / span > 0.07 ? named(s) : ''), s.name, by);
        part.style.width = (100 * s.ns) / span + '%';
        bar.append(part);
      }
      return el('div', { class: 'stack-row' }, el('span', { class: 'stack-label' }, r.label, r.doubt && el('span', { class: 'doubt' }, r.doubt)), bar, el('span', { class: 'stack-total' }, figure(r.total, r.adds ? signed : duration)));
    });
    const legend = el('ul', { class: 'legend' }, names.map((n) => el('li', {}, swatch(n, by), clean(n))));
    const cells = (r, n) => {
      const s = r.shares.find((x) => x.name === n);
      return s ? figure(s.ns, r.adds ? signed : duration) : '-';
    };
    body.replaceChildren(el('div', { class: 'stacks' }, bars), legend,
      folded('The figures', table([by, ...rows.map((r) => r.label)], names.map((n) => [el('span', {}, swatch(n, by), clean(n)), ...rows.map((r) => cells(r, n))])),
        most.size > names.length && el('p', { class: 'faint' }, 'and ' + count(most.size - names.length) + ' others')));
  };
  const choice = el('div', { class: 'choice', role: 'group', 'aria-label': 'Group by' }, groupings.map((by, i) => el('button', {
    type: 'button', 'aria-pressed': String(!i), onclick: (e) => {
      for (const b of choice.children) b.setAttribute('aria-pressed', String(b === e.currentTarget));
      draw(by);
    },
  }, by)));
  draw(groupings[0]);
  return [choice, body];
}
