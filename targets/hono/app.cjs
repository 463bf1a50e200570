"use strict";
/*
 * Hono with hono-sessions behind hardtack's contract, version 1.
 *
 * The environment decides: STORE, SETTINGS, SESSION_SECRET.
 */
const { parseArgs } = require("node:util");
const { Hono } = require("hono");
const { serve } = require("@hono/node-server");
const { setCookie, deleteCookie, getCookie, setSignedCookie, getSignedCookie } = require("hono/cookie");
const { sessionMiddleware, CookieStore, MemoryStore } = require("hono-sessions");
const hardtack = require("../_node/contract.cjs");

const DAY = 24 * 60 * 60;
const VARIANTS = { default: { expireAfterSeconds: DAY }, short: { expireAfterSeconds: 4 } };
const { STORE = "memory", SETTINGS = "default" } = process.env;
const SECRET = process.env.SESSION_SECRET ?? "hardtack: public on purpose, and long enough for hono-sessions";
const settings = VARIANTS[SETTINGS];
if (!settings) throw new Error(`SETTINGS is one of ${Object.keys(VARIANTS).join(", ")}`);
const onTheServer = STORE === "memory";

const sessions = sessionMiddleware({
  store: onTheServer ? new MemoryStore() : new CookieStore(),
  encryptionKey: SECRET,
  cookieOptions: { sameSite: "Lax", path: "/", httpOnly: true },
  ...settings,
});
const session = (c) => c.get("session");
const held = (c) =>
  Object.fromEntries(Object.entries(session(c).getCache()._data).map(([key, { value }]) => [key, value]));

const offer = hardtack.contract({
  framework: "hono",
  version: hardtack.version("hono"),
  server: `hono-sessions ${hardtack.version("hono-sessions")} on Node.js ${process.versions.node}`,
  sessionCookies: ["session"],
  facts: {
    dialect: "hono", engine: STORE, storage: onTheServer ? "server" : "client", rotate: onTheServer ? "login" : "none",
    lazy: false, save_on_error: true, save: "at_end", concurrency: onTheServer ? "live_object" : "last_write", workers: 1,
    browser_close: true, default_lifetime: settings.expireAfterSeconds, expiry: "sliding_on_read",
    logout_cookie: "kept",
  },
  lacks: {
    "cookie.set_signed": ["salt"],
    "cookie.get_signed": ["salt", "max_age"],
  },
  operations: {
    "cookie.set": (c, given) => setCookie(c, given.name, given.value, hardtack.attributes(given)),
    "cookie.delete": (c, given) => void deleteCookie(c, given.name, hardtack.attributes(given)),
    "cookie.list": (c) => Object.entries(getCookie(c)),
    "cookie.set_signed": (c, given) => setSignedCookie(c, given.name, given.value, SECRET, hardtack.attributes(given)),
    "cookie.get_signed": async (c, { name }) => {
      const value = await getSignedCookie(c, SECRET, name);
      if (typeof value === "string") return value;
      if (getCookie(c, name) === undefined) throw hardtack.missing(name);
      throw new hardtack.Refused("invalid", "bad signature");
    },
    ...hardtack.dataSession({
      data: held,
      set: (c, key, value) => session(c).set(key, value),
      remove: (c, key) => session(c).forget(key),
    }),
    "session.touch": (c) => session(c).touch(),
    "session.flush": (c) => session(c).deleteSession(),
    ...(onTheServer && { "session.cycle_key": (c) => c.set("session_key_rotation", true) }),
    "auth.login": (c, { user }) => {
      if (onTheServer) c.set("session_key_rotation", true);
      session(c).set("user", user);
      return user;
    },
    "auth.logout": (c) => session(c).deleteSession(),
    "auth.whoami": (c) => session(c).get("user"),
    ...hardtack.control((c, name, value) => c.header(name, value)),
  },
});

const app = new Hono();
app.get("/_hardtack", (c) => c.json(offer.description));
app.on(["GET", "POST"], "/_hardtack/run", async (c) => {
  try {
    const asked = offer.read(c.req.method === "POST" ? await c.req.text() : c.req.query("program"));
    const respond = async () => {
      c.status(asked.status);
      const body = await offer.run(asked, c);
      c.header("Content-Type", "application/json");
      c.res = c.body(body ?? null);
    };
    // hono-sessions begins a session on every route that it is used on; a page without one is a route without it.
    const uses = asked.program.some(({ op }) => /^(session|auth)\./.test(op));
    await (uses ? sessions(c, respond) : respond());
    return c.res;
  } catch (error) {
    if (!(error instanceof hardtack.Malformed)) throw error;
    c.status(400);
    c.header("Content-Type", "application/json");
    return c.body(hardtack.malformed(error));
  }
});
app.all("/_hardtack/*", (c) => c.body(null, 405));
const { port } = parseArgs({ options: { port: { type: "string" } } }).values;
serve({ fetch: app.fetch, port: Number(port), hostname: "127.0.0.1" });
