"use strict";
// What check-target's round trips do not see. Run with: node --test targets/_node/
const assert = require("node:assert/strict");
const { EventEmitter } = require("node:events");
const http = require("node:http");
const { test } = require("node:test");
const hardtack = require("./contract.cjs");

const held = {};
const offer = hardtack.contract({
  framework: "none", version: "1", facts: {}, unit: 1000, sessionCookies: ["sid"],
  lacks: { "cookie.set": ["partitioned"] },
  operations: {
    "cookie.set": (_, { max_age, expires }) => ({ max_age, expires }),
    ...hardtack.objectSession(() => held),
    ...hardtack.control((headers, name, value) => (headers[name] = value)),
  },
});

async function run(program, context = {}) {
  const body = await offer.run(offer.read(JSON.stringify({ program })), context);
  return JSON.parse(body).results;
}

test("what is no program is malformed, and nothing else is thrown", () => {
  const broken = [undefined, "", "[]", "{}", '{"program": [1]}', '{"program": [{}]}', '{"program": [], "status": 1000}',
    '{"program": [], "status": "200"}', '{"program": [{"op": "a", "fatal": 1}]}', "[".repeat(100000)];
  for (const body of broken) assert.throws(() => offer.read(body), hardtack.Malformed, String(body).slice(0, 40));
  assert.deepEqual(offer.read('{"program": [], "more": 1}'), { program: [], status: 200 });
});

test("parameters are checked before the framework sees them", async () => {
  const words = await run([
    { op: "no.such" }, { op: "toString" }, { op: "session.get", key: "a", x: 1 }, { op: "cookie.set", name: "a", value: "b", partitioned: true },
    { op: "session.get" }, { op: "session.get", key: 1 }, { op: "cookie.set", name: "a", value: 1 }, { op: "ctl.sleep", ms: -1 },
    { op: "cookie.set", name: "a", value: "b", max_age: { in: 1, at: 2 } }, { op: "ctl.header", name: "Set-Cookie", value: "a=b" },
    { op: "ctl.wait", url: "http://example.com/" }, { op: "session.update", values: [] },
  ]);
  assert.deepEqual(words.map(({ error }) => error), [...Array(4).fill("unsupported"), ...Array(8).fill("invalid")]);
  assert.deepEqual(held, {});
});

test("times become JavaScript's own values", async () => {
  const asked = [60, 60.0, { in: 1.5 }, { raw: "tomorrow" }, null].map((max_age) => ({ op: "cookie.set", name: "a", value: "b", max_age }));
  const seen = (await run(asked)).map(({ ok }) => ok.max_age);
  assert.deepEqual(seen, [60000, 60000, 1500, "tomorrow", null]);
  const before = Date.now();
  const [{ ok }] = await run([{ op: "cookie.set", name: "a", value: "b", expires: { at: 60 } }]);
  const moment = Date.parse(ok.expires) - before;
  assert.ok(moment >= 60000 && moment < 70000, ok.expires);
});

test("octets travel both ways", async () => {
  const results = await run([{ op: "session.put", key: "raw", value: [{ b64: "/wD/" }] }, { op: "session.get", key: "raw" }]);
  assert.ok(Buffer.isBuffer(held.raw[0]));
  assert.deepEqual(results[1], { ok: [{ b64: "/wD/" }] });
  delete held.raw;
});

test("a session behaves as a mapping", async () => {
  const results = await run([
    { op: "session.pop", key: "a" }, { op: "session.pop", key: "a", default: null }, { op: "session.delete", key: "a" },
    { op: "session.set_default", key: "a", value: [1] }, { op: "session.set_default", key: "a", value: 2 },
    { op: "session.append", key: "a", value: 2 }, { op: "session.has", key: "toString" },
    { op: "session.get", key: "constructor", default: 5 }, { op: "session.update", values: { _own: 1, b: 2 } },
    { op: "session.items" }, { op: "session.keys" },
  ]);
  const missing = results.slice(0, 3).map((result) => result.error ?? result.ok);
  assert.deepEqual(missing, ["missing", null, "missing"]);
  const expected = [[1], [1], null, false, 5, null, { a: [1, 2], b: 2 }, ["a", "b"]];
  assert.deepEqual(results.slice(3).map(({ ok }) => ok), expected);
});

test("failures are named, go on, and escape when they are fatal", async () => {
  const failing = hardtack.contract({
    framework: "none", version: "1", facts: {}, sessionCookies: ["sid"],
    operations: {
      "cookie.list": () => { throw new TypeError("refused"); },
      "session.keys": () => { throw new TypeError("broken"); },
      ...hardtack.control(() => undefined),
    },
  });
  const perform = async (program) => JSON.parse(await failing.run({ program, status: 200 }, {})).results;
  assert.deepEqual((await perform([{ op: "cookie.list" }, { op: "session.keys" }])).map(({ error, kind }) => [error, kind]),
    [["invalid", "TypeError"], ["exception", "TypeError"]]);
  await assert.rejects(perform([{ op: "session.keys", fatal: true }]), /broken/);
  await assert.rejects(perform([{ op: "ctl.raise" }]), /as ctl.raise asked/);
});

test("a request is held until its gate is released, or its time is over", async (context) => {
  const gate = new EventEmitter();
  const server = http.createServer((request, response) => gate.emit("inside", response));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  context.after(() => server.closeAllConnections() ?? server.close());
  const url = `http://127.0.0.1:${server.address().port}/`;
  gate.once("inside", (response) => response.writeHead(204).end());
  assert.deepEqual(await run([{ op: "ctl.wait", url }]), [{ ok: true }]);
  assert.deepEqual(await run([{ op: "ctl.wait", url, timeout_ms: 50 }]), [{ ok: false }]);
});

test("a bodyless status has no body", async () => {
  assert.equal(await offer.run({ program: [], status: 204 }, {}), undefined);
});
