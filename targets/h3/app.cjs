"use strict";
/*
 * h3 and its useSession, which keeps the session in a sealed cookie, behind hardtack's contract, version 1.
 *
 * The environment decides: SETTINGS, SESSION_SECRET.
 */
const { parseArgs } = require("node:util");
const { H3, serve, useSession, setCookie, deleteCookie, parseCookies, getQuery } = require("h3");
const hardtack = require("../_node/contract.cjs");

const VARIANTS = {
  default: {},
  lifetime: { maxAge: 24 * 60 * 60 },
  idle: { idleTimeout: 24 * 60 * 60 },
  short: { maxAge: 4 },
};
const { SETTINGS = "default" } = process.env;
const settings = VARIANTS[SETTINGS];
if (!settings) throw new Error(`SETTINGS is one of ${Object.keys(VARIANTS).join(", ")}`);

const password = process.env.SESSION_SECRET ?? "hardtack: public on purpose, and long enough for h3";
// By default sealing stretches the password with 8192 rounds, each time. This one is long, and hardtack opens thousands.
const stretched = { saltBits: 256, iterations: 2, minPasswordlength: 32 };
const seal = {
  encryption: { ...stretched, algorithm: "aes-256-cbc" },
  integrity: { ...stretched, algorithm: "sha256" },
};
const session = (event) => useSession(event, { password, seal, name: "h3", ...settings });
const data = async (event) => (await session(event)).data;
const lifetime = settings.maxAge ?? settings.idleTimeout;

const offer = hardtack.contract({
  framework: "h3",
  version: hardtack.version("h3"),
  server: `srvx on Node.js ${process.versions.node}`,
  sessionCookies: ["h3"],
  facts: {
    dialect: "h3", storage: "client", rotate: "none", clear_is_flush: true, lazy: false, save_on_error: true, save: "at_call",
    concurrency: "last_write", logout_cookie: "deleted", workers: 1, browser_close: !lifetime,
    ...(lifetime ? { default_lifetime: lifetime } : {}),
    expiry: settings.maxAge ? "absolute" : settings.idleTimeout ? "sliding_on_write" : "none",
  },
  operations: {
    "cookie.set": (event, given) => setCookie(event, given.name, given.value, hardtack.attributes(given)),
    "cookie.delete": (event, given) => deleteCookie(event, given.name, hardtack.attributes(given)),
    "cookie.list": (event) => Object.entries(parseCookies(event)),
    ...hardtack.dataSession({
      data,
      set: async (event, key, value) => (await session(event)).update({ [key]: value }),
      remove: async (event, key) =>
        (await session(event)).update((held) => {
          delete held[key];
          return held;
        }),
    }),
    "session.touch": async (event) => void (await (await session(event)).update()),
    "session.flush": async (event) => void (await (await session(event)).clear()),
    "auth.login": async (event, { user }) => void (await (await session(event)).update({ user })) ?? user,
    "auth.logout": async (event) => void (await (await session(event)).clear()),
    "auth.whoami": async (event) => (await data(event)).user,
    ...hardtack.control((event, name, value) => event.res.headers.set(name, value)),
  },
});

const app = new H3();
const json = (event, status, body) => {
  event.res.status = status;
  event.res.headers.set("content-type", "application/json");
  return body ?? "";
};
app.get("/_hardtack", (event) => json(event, 200, JSON.stringify(offer.description)));
const run = async (event) => {
  try {
    const asked = offer.read(event.req.method === "POST" ? await event.req.text() : getQuery(event).program);
    event.res.status = asked.status;
    return json(event, asked.status, await offer.run(asked, event));
  } catch (error) {
    if (!(error instanceof hardtack.Malformed)) throw error;
    return json(event, 400, hardtack.malformed(error));
  }
};
app.get("/_hardtack/run", run);
app.post("/_hardtack/run", run);
app.all("/_hardtack/**", (event) => json(event, 405));
const { port } = parseArgs({ options: { port: { type: "string" } } }).values;
serve(app, { port: Number(port), hostname: "127.0.0.1", silent: true });
