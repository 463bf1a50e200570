"use strict";
// The file that docs/paste-the-contract.md says to copy, in an application as a team would have it: JSON bodies are read already,
// cookies are not. Run with: NODE_PATH=targets/express/.env/5/node_modules node --test targets/express/
const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const express = require("express");
const session = require("express-session");

test("one copied file is enough", async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hardtack-copied-"));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  fs.copyFileSync(path.join(__dirname, "../_node/contract.cjs"), path.join(folder, "contract.cjs"));
  const hardtack = require(path.join(folder, "contract.cjs"));

  const app = express();
  app.use(express.json());
  app.use(session({ secret: "public", resave: false, saveUninitialized: false }));
  app.use("/_hardtack", hardtack.express({
    version: "5",
    sessionCookies: ["connect.sid"],
    login: (req, user) => void (req.session.userId = user),
    logout: (req) => new Promise((done) => req.session.destroy(done)),
    user: (req) => req.session?.userId,
  }));
  const server = await new Promise((done) => {
    const listening = app.listen(0, "127.0.0.1", () => done(listening));
  });
  context.after(() => server.closeAllConnections() ?? server.close());
  const base = `http://127.0.0.1:${server.address().port}/_hardtack`;
  const json = { "content-type": "application/json" };
  const run = (program, headers = json, more = {}) =>
    fetch(`${base}/run`, { method: "POST", headers, body: JSON.stringify({ program, ...more }) });

  const description = await (await fetch(base)).json();
  assert.deepEqual([description.contract, description.session_cookies], [1, ["connect.sid"]]);
  assert.ok(description.operations.includes("cookie.set"));
  assert.ok(!description.operations.includes("cookie.list"), "nothing parses cookies here");
  const nothing = await run([]);
  assert.deepEqual([nothing.status, nothing.headers.get("set-cookie"), await nothing.text()], [200, null, '{"results":[]}']);

  const login = await run([{ op: "auth.login", user: "alice" }, { op: "session.put", key: "colour", value: "blue" }]);
  assert.deepEqual(await login.json(), { results: [{ ok: "alice" }, { ok: null }] });
  const cookie = login.headers.get("set-cookie").split(";")[0];
  const asked = encodeURIComponent('{"program": [{"op": "auth.whoami"}, {"op": "session.items"}], "status": 404}');
  const answer = await fetch(`${base}/run?program=${asked}`, { headers: { cookie } });
  assert.equal(answer.status, 404);
  assert.deepEqual(await answer.json(), { results: [{ ok: "alice" }, { ok: { colour: "blue", userId: "alice" } }] });
  const plain = await run([{ op: "auth.logout" }, { op: "auth.whoami" }], { cookie, "content-type": "text/plain" });
  assert.deepEqual(await plain.json(), { results: [{ ok: null }, { ok: null }] });

  const [list] = (await (await run([{ op: "cookie.list" }])).json()).results;
  assert.equal(list.error, "unsupported");
  assert.equal((await run("no list")).status, 400);
  assert.equal((await fetch(`${base}/run`, { method: "PUT" })).status, 405);
  assert.equal((await fetch(`${base}/other`)).status, 404);
});
