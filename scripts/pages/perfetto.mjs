// Loads a trace in Perfetto's trace processor, the one of its user interface, and sums the path of each request.
//
//	node scripts/pages/perfetto.mjs FOLDER_OF_THE_INTERFACE FILE
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import protobuf from 'protobufjs';
import puppeteer from 'puppeteer-core';

const [folder, file] = process.argv.slice(2);

// What is asked of the processor and what it answers: the fields used here of protos/perfetto/trace_processor.
const { root } = protobuf.parse(`syntax = "proto2";
message Query { optional string sql = 1; }
message Cells { repeated int32 kinds = 1 [packed = true]; repeated int64 numbers = 2 [packed = true]; }
message Result { repeated string columns = 1; optional string error = 2; repeated Cells batches = 3; }
message Appended { optional string error = 2; }
message Call {
	optional int64 seq = 1; optional int32 request = 2; optional int32 response = 3; optional string fatal = 5;
	optional bytes data = 101; optional Query query = 103; optional Appended appended = 201; optional Result result = 203;
}
message Stream { repeated Call calls = 1; }`);
const stream = root.lookupType('Stream');
const [append, finalize, query] = [1, 2, 3];

// A path, and whether a span of the request itself begins with it and lasts as long.
const sql = `with path as (
	select upid, min(ts) as begins, sum(dur) as lasts, max(ts + dur) - min(ts) as whole
	from slice join thread_track on track_id = thread_track.id join thread using (utid) where thread.name = 'critical path' group by upid)
select lasts, whole, (
	select count(*) from slice join thread_track on track_id = thread_track.id join thread using (utid)
	where thread.upid = path.upid and ifnull(thread.name, '') != 'critical path' and ts = begins and abs(dur - lasts) <= 1) as requests
from path`;

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const server = createServer((request, response) => {
	if (request.url === '/') return response.setHeader('Content-Type', 'text/html').end('<!doctype html>');
	if (!existsSync(join(folder, request.url))) return response.writeHead(404).end();
	response.setHeader('Content-Type', types[extname(request.url)] ?? 'application/octet-stream');
	response.end(readFileSync(join(folder, request.url)));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const browser = await puppeteer.launch({ executablePath: process.env.BROWSER, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
try {
	const page = await browser.newPage();
	await page.goto(`http://127.0.0.1:${server.address().port}/`);
	await page.evaluate(() => {
		const { port1, port2 } = new MessageChannel();
		new Worker('engine_bundle.js').postMessage(port2, [port2]);
		window.answers = [];
		port1.onmessage = (m) => window.answers.push(btoa(String.fromCharCode(...m.data)));
		window.ask = (text) => port1.postMessage(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
	});
	let seq = 0;
	const ask = async (request, args = {}) => {
		const calls = stream.encode({ calls: [{ seq: ++seq, request, ...args }] }).finish();
		await page.evaluate((text) => window.ask(text), Buffer.from(calls).toString('base64'));
		await page.waitForFunction(() => window.answers.length > 0, { timeout: 60_000 });
		const answers = await page.evaluate(() => window.answers.splice(0));
		return answers.flatMap((a) => stream.decode(Buffer.from(a, 'base64')).calls);
	};
	const loaded = [...await ask(append, { data: readFileSync(file) }), ...await ask(finalize)];
	const answered = await ask(query, { query: { sql } });
	for (const call of [...loaded, ...answered]) {
		const said = call.fatal || call.appended?.error || call.result?.error;
		if (said) throw new Error(said);
	}
	const numbers = answered.flatMap((call) => call.result?.batches ?? []).flatMap((batch) => batch.numbers).map(Number);
	if (numbers.length === 0) throw new Error('no path was found');
	for (let i = 0; i < numbers.length; i += 3) {
		const [lasts, whole, requests] = numbers.slice(i, i + 3);
		if (lasts !== whole || requests === 0) throw new Error(`a path of ${lasts} ns spans ${whole} ns, and ${requests} requests are as long`);
	}
	console.log(`${numbers.length / 3} paths are as long as their requests`);
} finally {
	await browser.close();
	server.close();
}
