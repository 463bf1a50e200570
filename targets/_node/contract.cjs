"use strict";
/*
 * hardtack's contract, version 1, for servers in JavaScript. One file without dependencies, for Node 18 and later.
 *
 * In an Express application with express-session or cookie-session, copy this file and mount it, in tests only:
 *
 *     app.use("/_hardtack", require("./contract.cjs").express({ sessionCookies: ["connect.sid"], login, logout, user }));
 *
 * Everything else that is exported is what other frameworks need: see the target folders beside this one.
 */
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");

// The operations with their parameters; "!" marks those that must be there.

const SCOPE = "path domain same_site secure http_only partitioned";
const PARAMETERS = {
  "cookie.set": `name! value! max_age expires ${SCOPE}`,
  "cookie.delete": `name! ${SCOPE}`,
  "cookie.list": "",
  "cookie.set_signed": `name! value! salt max_age expires ${SCOPE}`,
  "cookie.get_signed": "name! salt max_age",
  "session.get": "key! default",
  "session.put": "key! value!",
  "session.delete": "key!",
  "session.has": "key!",
  "session.pop": "key! default",
  "session.set_default": "key! value!",
  "session.update": "values!",
  "session.append": "key! value!",
  "session.touch": "",
  "session.keys": "",
  "session.values": "",
  "session.items": "",
  "session.clear": "",
  "session.flush": "",
  "session.cycle_key": "",
  "session.key": "",
  "session.set_expiry": "to!",
  "session.get_expiry": "",
  "auth.login": "user!",
  "auth.logout": "",
  "auth.whoami": "",
  "csrf.issue": "",
  "csrf.submit": "token!",
  "store.clear_expired": "",
  "store.count": "",
  "store.exists": "key!",
  "store.delete": "key!",
  "store.corrupt": "key!",
  "ctl.wait": "url! timeout_ms",
  "ctl.sleep": "ms!",
  "ctl.raise": "",
  "ctl.header": "name! value!",
};

const text = (value) => typeof value === "string";
const textOrNull = (value) => value === null || text(value);
const boolean = (value) => typeof value === "boolean";
const number = (value) => typeof value === "number";
const milliseconds = (value) => number(value) && value >= 0;
const object = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const time = (value) => {
  if (!object(value)) return value === null || number(value);
  const [[kind, amount] = [], ...more] = Object.entries(value);
  return more.length === 0 && (kind === "raw" ? text(amount) : ["in", "at"].includes(kind) && number(amount));
};
const TYPES = {
  name: text, value: text, key: text, salt: text, token: text, url: text, path: textOrNull, domain: textOrNull,
  same_site: textOrNull, secure: boolean, http_only: boolean, partitioned: boolean, max_age: time, expires: time, to: time,
  ms: milliseconds, timeout_ms: milliseconds, values: object, user: (value) => text(value) && value !== "",
};

/** The adapter's own answer: the contract's word for the failure, and a sentence. */
class Refused extends Error {
  constructor(word, message) {
    super(message);
    this.word = word;
  }
}

/** What ctl.raise throws at the framework. */
class Unhandled extends Error {}

/** A request that is no program. Answer 400 and the message. */
class Malformed extends Error {}

const missing = (what) => new Refused("missing", `${JSON.stringify(what)} does not exist`);

/**
 * A typed time as JavaScript's own value: a number of `unit`s (1 = seconds, 1000 = milliseconds; the language has no other
 * durations), a Date, text or null.
 */
function nativeTime(value, unit) {
  if (number(value)) return value * unit;
  if (value === null || value === undefined) return value;
  if ("raw" in value) return value.raw;
  return "in" in value ? value.in * unit : new Date(Date.now() + value.at * 1000);
}

/** The parameters of an entry, checked for presence and type; their values are for the framework to judge. */
function bind({ op, fatal, ...given }, lacks, unit) {
  const parameters = PARAMETERS[op].split(" ").filter(Boolean);
  const known = new Set(parameters.map((name) => name.replace("!", "")));
  for (const name of Object.keys(given)) {
    if (!known.has(name) || lacks.includes(name)) throw new Refused("unsupported", `${op} has no ${name} here`);
  }
  for (const parameter of parameters) {
    const name = parameter.replace("!", "");
    const anything = name === "default" || (name === "value" && op.startsWith("session."));
    const present = Object.hasOwn(given, name);
    if (present ? !anything && !TYPES[name](given[name]) : parameter.endsWith("!")) {
      throw new Refused("invalid", `${name} is missing or has the wrong type`);
    }
    if (present && TYPES[name] === time) given[name] = nativeTime(given[name], unit);
  }
  return given;
}

// Octets that JSON cannot carry are written {"b64": "..."}.

const octets = (_, value) =>
  object(value) && text(value.b64) && Object.keys(value).length === 1 ? Buffer.from(value.b64, "base64") : value;

function plain(key, value) {
  const raw = this[key]; // before toJSON, which turns a Buffer into a list of numbers
  return raw instanceof Uint8Array ? { b64: Buffer.from(raw).toString("base64") } : value;
}

/** Reads `{"program": […], "status": 200}`. Throws Malformed, and nothing else. */
function read(body) {
  let asked;
  try {
    asked = JSON.parse(body, octets);
  } catch (error) {
    throw new Malformed(error.message);
  }
  const { program, status = 200 } = object(asked) ? asked : {};
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new Malformed("status is a number from 200 to 599");
  const entry = (each) => object(each) && text(each.op) && [undefined, null, true, false].includes(each.fatal);
  if (!Array.isArray(program) || !program.every(entry)) {
    throw new Malformed("program is a list of objects with op (text) and fatal (boolean, optional)");
  }
  return { program, status };
}

/**
 * Performs a program, one entry after the other; `offer` is what contract() was given. Each result is written down at once,
 * as JSON text, since what it refers to may still change.
 */
async function perform(program, offer, context) {
  const results = [];
  for (const entry of program) {
    const { op } = entry;
    try {
      if (!Object.hasOwn(offer.operations, op)) throw new Refused("unsupported", `${op} is not offered by ${offer.framework}`);
      const given = bind(entry, offer.lacks[op] ?? [], offer.unit);
      results.push(JSON.stringify({ ok: (await offer.operations[op](context, given)) ?? null }, plain));
    } catch (error) {
      if (entry.fatal || error instanceof Unhandled) throw error;
      const refusal = /^(cookie|ctl)\./.test(op) && (error instanceof TypeError || error instanceof RangeError);
      const word = error.word ?? (refusal ? "invalid" : "exception");
      const message = String(error.message ?? error);
      results.push(JSON.stringify({ error: word, kind: error.code ?? error.name ?? "Error", message }));
    }
  }
  return results;
}

/**
 * The contract of one server.
 *
 * offer.operations: name → (context, parameters) → result or a promise of it; the context is whatever run() is given.
 * offer.lacks: name → parameters that the framework does not know. offer.unit: what its numbers of time count, 1000 for
 * milliseconds.
 */
function contract(offer) {
  const complete = { lacks: {}, unit: 1, csrfCookies: [], server: `node:http on Node.js ${process.versions.node}`, ...offer };
  return {
    description: {
      contract: 1,
      framework: complete.framework,
      version: complete.version,
      server: complete.server,
      facts: complete.facts,
      session_cookies: complete.sessionCookies,
      csrf_cookies: complete.csrfCookies,
      operations: Object.keys(complete.operations).map((op) =>
        complete.lacks[op] ? { op, lacks: complete.lacks[op] } : op),
    },
    read,
    /** The body of the answer, as JSON text; undefined where the status allows none. */
    async run({ program, status }, context) {
      const results = await perform(program, complete, context);
      return [204, 304].includes(status) ? undefined : `{"results":[${results.join(",")}]}`;
    },
  };
}

/** The version of an installed package, also of one that does not export its package.json. */
function version(name) {
  const files = require.resolve.paths(name).map((folder) => path.join(folder, name, "package.json"));
  return JSON.parse(fs.readFileSync(files.find(fs.existsSync), "utf8")).version;
}

/** The body of the answer to a Malformed request. */
const malformed = (error) => JSON.stringify({ error: "invalid", kind: error.name, message: error.message });

// Operations that need no framework.

/** GETs a loopback URL that hardtack holds. False when it is not released in time. */
function wait(url, timeoutMs = 5000) {
  if (!["127.0.0.1", "[::1]", "localhost"].includes(new URL(url).hostname)) {
    throw new Refused("invalid", "url is not a loopback URL");
  }
  return new Promise((released, failed) => {
    const request = http.get(url, { agent: false, signal: AbortSignal.timeout(timeoutMs) }, (answer) => {
      answer.resume();
      answer.on("end", () => released(true));
    });
    request.on("error", (error) => (["AbortError", "TimeoutError"].includes(error.name) ? released(false) : failed(error)));
  });
}

/** ctl.*, given how the framework sets a header: (context, name, value). */
function control(setHeader) {
  return {
    "ctl.wait": (_, { url, timeout_ms }) => wait(url, timeout_ms),
    "ctl.sleep": (_, { ms }) => new Promise((done) => setTimeout(done, ms)),
    "ctl.raise": () => {
      throw new Unhandled("as ctl.raise asked");
    },
    "ctl.header": (context, { name, value }) => {
      if (["set-cookie", "date", "content-length"].includes(name.toLowerCase())) {
        throw new Refused("invalid", `${name} is not for ctl.header to set`);
      }
      setHeader(context, name, value);
    },
  };
}

/**
 * session.* given how the framework reads and writes: data(context) → an object with what the session holds,
 * set(context, key, value) and remove(context, key). All may return promises. Names that begin with _ are the framework's.
 */
function dataSession({ data, set, remove, own = [] }) {
  const visible = async (context) =>
    Object.entries(await data(context)).filter(([key]) => !own.includes(key) && !key.startsWith("_"));
  const has = async (context, key) => Object.hasOwn(await data(context), key);
  const get = async (context, key) => {
    if (!(await has(context, key))) throw missing(key);
    return (await data(context))[key];
  };
  return {
    "session.get": async (context, { key, default: otherwise }) =>
      (await has(context, key)) ? (await data(context))[key] : otherwise,
    "session.put": async (context, { key, value }) => void (await set(context, key, value)),
    "session.delete": async (context, { key }) => {
      await get(context, key);
      await remove(context, key);
    },
    "session.has": (context, { key }) => has(context, key),
    "session.pop": async (context, { key, ...otherwise }) => {
      if ("default" in otherwise && !(await has(context, key))) return otherwise.default;
      const value = await get(context, key);
      await remove(context, key);
      return value;
    },
    "session.set_default": async (context, { key, value }) => {
      if (!(await has(context, key))) await set(context, key, value);
      return get(context, key);
    },
    "session.update": async (context, { values }) => {
      for (const [key, value] of Object.entries(values)) await set(context, key, value);
    },
    "session.append": async (context, { key, value }) => void (await get(context, key)).push(value),
    "session.keys": async (context) => (await visible(context)).map(([key]) => key),
    "session.values": async (context) => (await visible(context)).map(([, value]) => value),
    "session.items": async (context) => Object.fromEntries(await visible(context)),
  };
}

/** session.* on a session that is an ordinary object; `own` names the members that are the framework's. */
const objectSession = (data, own = []) =>
  dataSession({
    data,
    own,
    set: (context, key, value) => void (data(context)[key] = value),
    remove: (context, key) => void delete data(context)[key],
  });

/** The attributes of a cookie in the names that the npm package `cookie`, and most of what stands on it, knows. */
function attributes({ name, value, salt, max_age, http_only, same_site, ...rest }) {
  return {
    ...rest,
    ...(max_age === undefined ? {} : { maxAge: max_age }),
    ...(http_only === undefined ? {} : { httpOnly: http_only }),
    ...(same_site === undefined ? {} : { sameSite: same_site }),
  };
}

// The contract on Express.

/** Cookies as Express sets them. `cookies` are the request's own, which cookie-parser puts there. */
const expressCookies = {
  "cookie.set": ({ res }, given) => void res.cookie(given.name, given.value, attributes(given)),
  "cookie.delete": ({ res }, given) => void res.clearCookie(given.name, attributes(given)),
  "cookie.list": ({ req }) => {
    if (!req.cookies) throw new Refused("unsupported", "nothing has parsed the cookies: use cookie-parser");
    return Object.entries(req.cookies);
  },
};

/**
 * A middleware that offers the contract at the path where it is mounted, after the session's middleware.
 *
 * options.sessionCookies: names of the session's cookies. options.login(req, user), options.logout(req, res) and
 * options.user(req) do what the application's own routes do; they may return promises. options.facts: what is known of the
 * design. options.operations: more operations, or others in place of the ones here; false withdraws one.
 */
function express({ sessionCookies, login, logout, user, operations = {}, ...rest }) {
  const offered = {
    ...expressCookies,
    ...objectSession(({ req }) => req.session, ["cookie"]),
    ...(login ? { "auth.login": ({ req }, given) => Promise.resolve(login(req, given.user)).then(() => given.user) } : {}),
    ...(logout ? { "auth.logout": async ({ req, res }) => void (await logout(req, res)) } : {}),
    ...(user ? { "auth.whoami": ({ req }) => user(req) } : {}),
    ...control(({ res }, name, value) => res.setHeader(name, value)),
    ...operations,
  };
  const chosen = Object.fromEntries(Object.entries(offered).filter(([, operation]) => operation));
  const offer = contract({
    framework: "express", version: version("express"), facts: {}, unit: 1000, sessionCookies, ...rest, operations: chosen,
  });

  // An application without cookie-parser reads no cookies, and so lists none.
  const described = (req) => {
    const unread = !req.cookies && chosen["cookie.list"] === expressCookies["cookie.list"];
    const { operations, ...about } = offer.description;
    return { ...about, operations: operations.filter((op) => !(unread && op === "cookie.list")) };
  };

  return async function hardtack(req, res, next) {
    try {
      const here = req.path === "/" ? "GET, HEAD" : req.path === "/run" ? "GET, HEAD, POST" : "";
      if (!here) return next();
      if (!here.includes(req.method)) return res.status(405).set("Allow", here).end();
      if (req.path === "/") return res.json(described(req));
      const asked = offer.read(req.method === "POST" ? await bodyOf(req) : req.query.program);
      res.status(asked.status).type("json");
      const body = await offer.run(asked, { req, res });
      return body === undefined ? res.end() : res.send(body);
    } catch (error) {
      if (error instanceof Malformed) return res.status(400).type("json").send(malformed(error));
      return next(error);
    }
  };
}

/** The request's body as text, also when the application has read it already. */
async function bodyOf(req) {
  if (req.readableEnded && req.body !== undefined) return text(req.body) ? req.body : JSON.stringify(req.body);
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

module.exports = {
  contract, express, version, malformed, Malformed, Refused, missing, control, dataSession, objectSession, attributes, bodyOf, wait,
};
