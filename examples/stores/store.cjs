#!/usr/bin/env node
"use strict";
/*
 * A session store without HTTP, tested by hardtack through a thin server. Put your store in the place of `Store`.
 *
 * Needs Node.js 18 and contract.cjs, nothing else.
 */
const crypto = require("node:crypto");
const http = require("node:http");

const hardtack = require("../../targets/_node/contract.cjs");

const COOKIE = "sid";
const LIFETIME = Number(process.env.LIFETIME ?? 3600);

/** The store under test: what it must do, and all that the rest of this file asks of it. */
class Store {
  records = new Map();

  /** The data of a living session, or undefined. */
  async load(key) {
    const record = this.records.get(key);
    return record && record.ends > Date.now() ? JSON.parse(record.text) : undefined;
  }

  /** Whether the data is kept, for `lifetime` seconds. Not when the record must exist and is gone. */
  async save(key, data, lifetime, mustExist) {
    if (mustExist && !this.records.has(key)) return false;
    this.records.set(key, { text: JSON.stringify(data), ends: Date.now() + lifetime * 1000 });
    return true;
  }

  /** Whether there was such a record; none is there any more. */
  async delete(key) {
    return this.records.delete(key);
  }
}

const store = new Store();

/** One request's session: loaded once, saved at the end when it changed. Keys come from the server alone. */
class Session {
  static async load(askedFor) {
    const session = new Session();
    const data = askedFor ? await store.load(askedFor) : undefined;
    return Object.assign(session, { askedFor, data: data ?? {}, before: JSON.stringify(data), key: data && askedFor });
  }

  flush() {
    this.data = {};
    this.cycleKey();
    this.moves = false;
  }

  cycleKey() {
    this.moves = Boolean(this.key) || this.moves;
    this.dead = this.key ?? this.dead;
    this.key = undefined;
  }

  /** The Set-Cookie field that the browser needs, or undefined. */
  async save() {
    // When somebody ended the session meanwhile, its data must not move on to a living key.
    if (this.dead && !(await store.delete(this.dead)) && this.moves) return undefined;
    const text = JSON.stringify(this.data);
    if (!this.key && text === "{}") {
      return this.askedFor && `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`;
    }
    if (this.key && text === this.before) return undefined;
    const known = Boolean(this.key);
    this.key ??= crypto.randomBytes(16).toString("hex");
    // Otherwise the browser may have a newer key by now; the old one must not come back.
    if (!(await store.save(this.key, this.data, LIFETIME, known))) return undefined;
    return `${COOKIE}=${this.key}; Path=/; Max-Age=${LIFETIME}; HttpOnly; SameSite=Lax`;
  }
}

const session = async (context) => (context.session ??= await Session.load(context.askedFor));
const data = async (context) => (await session(context)).data;

const offer = hardtack.contract({
  framework: "a store",
  version: "1",
  sessionCookies: [COOKIE],
  facts: {
    storage: "server", default_lifetime: LIFETIME, rotate: "login", lazy: true, save: "at_end", save_on_error: false,
    concurrency: "last_write", expiry: "sliding_on_write", logout_cookie: "deleted",
  },
  operations: {
    ...hardtack.dataSession({
      data,
      set: async (context, key, value) => void ((await data(context))[key] = value),
      remove: async (context, key) => delete (await data(context))[key],
    }),
    "session.clear": async (context) => void ((await session(context)).data = {}),
    "session.flush": async (context) => (await session(context)).flush(),
    "session.cycle_key": async (context) => (await session(context)).cycleKey(),
    "session.key": async (context) => (await session(context)).key,
    "auth.login": async (context, { user }) => {
      (await session(context)).flush(); // nothing of an earlier user or of a planted key goes on
      return ((await data(context))._user = user);
    },
    "auth.logout": async (context) => (await session(context)).flush(),
    "auth.whoami": async (context) => (await data(context))._user,
    "store.exists": async (_, { key }) => (await store.load(key)) !== undefined,
    "store.delete": (_, { key }) => store.delete(key),
    "store.count": () => store.records.size,
    ...hardtack.control((context, name, value) => (context.fields[name] = value)),
  },
});

/** The key that a browser asks for: of two cookies with one name the first counts, which has the longer path. */
function askedFor(request) {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

async function answer(request) {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/_hardtack") return { status: 200, body: JSON.stringify(offer.description), fields: {} };
  const context = { askedFor: askedFor(request), fields: {} };
  const result = { status: 500, body: "", fields: context.fields };
  try {
    const asked = offer.read(request.method === "POST" ? await hardtack.bodyOf(request) : url.searchParams.get("program"));
    result.body = await offer.run(asked, context);
    result.status = asked.status;
  } catch (error) {
    if (error instanceof hardtack.Malformed) return { status: 400, body: hardtack.malformed(error), fields: {} };
  }
  if (context.session) {
    const vary = [context.fields.Vary, "Cookie"].filter(Boolean).join(", "); // beside what the application says
    Object.assign(context.fields, { "Cache-Control": "no-cache, private", Vary: vary });
    const cookie = result.status < 500 && (await context.session.save());
    if (cookie) context.fields["Set-Cookie"] = cookie;
  }
  return result;
}

http.createServer(async (request, response) => {
  const { status, body, fields } = await answer(request);
  response.writeHead(status, { "Content-Type": "application/json", ...fields }).end(body);
}).listen(Number(process.argv[2]), "127.0.0.1");
