// Traces that no recording holds: many journeys, and names that act wherever they are taken for more than names.

const hex = (n, width) => n.toString(16).padStart(width, '0');

// document writes traces of spans {name, service, kind, parent, from, to} in milliseconds as OTLP JSON.
function document(traces) {
  const lines = traces.map((spans, t) => {
    const services = [...new Set(spans.map((s) => s.service))];
    return JSON.stringify({ resourceSpans: services.map((service) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [{ spans: spans.flatMap((s, i) => (s.service !== service ? [] : [{
        traceId: hex(t + 1, 32), spanId: hex((t + 1) * 100 + i, 16), parentSpanId: s.parent === undefined ? '' : hex((t + 1) * 100 + s.parent, 16),
        name: s.name, kind: s.kind, attributes: (s.attributes || []).map(([key, value]) => ({ key, value: { stringValue: value } })),
        startTimeUnixNano: String(1780000000000000000n + BigInt(t) * 50000000n + BigInt(Math.round(s.from * 1e6))),
        endTimeUnixNano: String(1780000000000000000n + BigInt(t) * 50000000n + BigInt(Math.round(s.to * 1e6))),
      }])) }],
    })) });
  });
  return lines.join('\n') + '\n';
}

// shop is a request of a journey: every tenth is slow, in one of the services.
function shop(journey, k, name, service) {
  const slow = k % 10 === 9 ? 40 + (journey % 7) * 15 : 0;
  const app = 8 + (journey % 5) + (k % 4);
  return [
    { name, service: service('web'), kind: 2, from: 0, to: app + 22 + slow },
    { name: `GET /${name}`, service: service('web'), kind: 3, parent: 0, from: app, to: app + 14 + slow, attributes: [['peer.service', service('payment')]] },
    { name: 'charge', service: service('payment'), kind: 2, parent: 1, from: app + 1, to: app + 13 + slow, attributes: [['cloud.region', k % 3 ? service('eu') : service('us')]] },
    { name: 'SELECT orders', service: service('payment'), kind: 3, parent: 2, from: app + 3, to: app + 9, attributes: [['db.system', 'postgresql']] },
  ];
}

const verbs = ['list', 'open', 'change', 'send', 'cancel', 'return', 'rate', 'export'];
const things = ['orders', 'invoices', 'baskets', 'vouchers', 'parcels', 'customers', 'prices', 'pictures'];

export const manyJourneys = (n) => document(Array.from({ length: n * 30 }, (_, i) => shop(i % n, Math.floor(i / n), `${verbs[(i % n) % 8]} all ${things[Math.floor((i % n) / 8)]} of a shop`, (s) => s)));

// Each of these is the name of a service, of a span and of a value; run in a page they would set window.hostile.
const hostile = [
  '<script>window.hostile=1</script>', '</script><script>window.hostile=2</script>', '<img src=x onerror=window.hostile=3>', '"><svg onload=window.hostile=4>',
  "';window.hostile=5;//", 'javascript:window.hostile=6', '{{constructor.constructor("window.hostile=7")()}}', '<!--', ']]><b>', '\u202eevil\u202c', 'a\u200bb', '\u0007bell', 'x'.repeat(400),
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', '数据库 🧨', '<a href="https://evil.example">x</a>', '${window.hostile=8}', '\u2028line', 'a long name of many words that goes on and on '.repeat(5), ' ', '#journey-3', '<style>*{display:none}</style>',
];

export const hostileNames = () => document(hostile.flatMap((name, j) => Array.from({ length: 24 }, (_, k) => shop(j, k, name, (s) => (s === 'web' ? name : name + s)))));
