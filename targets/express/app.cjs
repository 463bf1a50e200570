"use strict";
/*
 * Express and express-session behind hardtack's contract, version 1.
 *
 * Runs on Express 4 and 5. The environment decides: STORE, SETTINGS, AUTH, CSRF, CACHE_URL, SESSION_SECRET.
 */
const { parseArgs } = require("node:util");
const cookieParser = require("cookie-parser");
const express = require("express");
const session = require("express-session");
const hardtack = require("../_node/contract.cjs");

const DAYS = 24 * 60 * 60 * 1000;
const VARIANTS = {
  default: {},
  lifetime: { cookie: { maxAge: 14 * DAYS } },
  rolling: { cookie: { maxAge: 14 * DAYS }, rolling: true },
  short: { cookie: { maxAge: 4000 } },
};
const { STORE = "memory", SETTINGS = "default", AUTH = "session", CSRF = "none", CACHE_URL } = process.env;
const SECRET = process.env.SESSION_SECRET ?? "hardtack: public on purpose";
const settings = VARIANTS[SETTINGS];
if (!settings) throw new Error(`SETTINGS is one of ${Object.keys(VARIANTS).join(", ")}`);

const promise = (call) => new Promise((done, failed) => call((error) => (error ? failed(error) : done())));

async function newStore() {
  if (STORE === "memory") return new session.MemoryStore();
  const { createClient } = require("redis");
  const { RedisStore } = require("connect-redis");
  const client = createClient({ url: `redis://${CACHE_URL}`, disableOfflineQueue: true });
  client.on("error", (error) => console.error(String(error)));
  await client.connect();
  return new RedisStore({ client });
}

// The users: as the README of express-session shows, or with Passport.

const readme = {
  /** A new session for the new user, saved before the answer. */
  async login(req, user) {
    await promise((done) => req.session.regenerate(done));
    req.session.user = user;
    await promise((done) => req.session.save(done));
  },
  async logout(req) {
    req.session.user = null;
    await promise((done) => req.session.save(done));
    await promise((done) => req.session.regenerate(done));
  },
  user: (req) => req.session.user,
};

function withPassport(app) {
  const passport = require("passport");
  passport.serializeUser((user, done) => done(null, user.name));
  passport.deserializeUser((name, done) => done(null, { name }));
  app.use(passport.initialize());
  app.use(passport.session());
  const synchronous = hardtack.version("passport").startsWith("0.5.");
  return {
    login: (req, user) => promise((done) => req.login({ name: user }, done)),
    logout: (req) => (synchronous ? req.logout() : promise((done) => req.logout(done))),
    user: (req) => req.user?.name,
  };
}

/** csurf on demand, since the contract's own routes are exempt. CSRF says where it keeps its secret. */
function csrfOperations() {
  const csurf = require("csurf");
  const where = { cookie: CSRF === "cookie" };
  const issue = csurf({ ...where, ignoreMethods: ["GET", "HEAD", "POST"] });
  const submit = csurf({ ...where, ignoreMethods: [], value: (req) => req.submitted });
  return {
    "csrf.issue": async ({ req, res }) => {
      await promise((done) => issue(req, res, done));
      return req.csrfToken();
    },
    "csrf.submit": async ({ req, res }, { token }) => {
      req.submitted = token;
      try {
        await promise((done) => submit(req, res, done));
        return true;
      } catch (error) {
        if (error.code !== "EBADCSRFTOKEN") throw error;
        return false;
      }
    },
  };
}

/** What a session and its store can do beyond being an object. */
function sessionOperations(store) {
  const call = (method, ...args) =>
    new Promise((done, failed) => store[method](...args, (error, value) => (error ? failed(error) : done(value))));
  const exists = async (key) => Boolean(await call("get", key));
  return {
    // destroy() would leave no session for the rest of the request.
    "session.flush": ({ req }) => promise((done) => req.session.regenerate(done)),
    "session.key": ({ req }) => req.sessionID,
    "session.set_expiry": ({ req }, { to }) => {
      if (to instanceof Date || to === null) req.session.cookie.expires = to;
      else req.session.cookie.maxAge = to;
    },
    "session.get_expiry": ({ req }) => {
      const { maxAge, expires } = req.session.cookie;
      return { age: expires ? Math.round(maxAge / 1000) : null, at_browser_close: !expires };
    },
    "store.count": () => call("length"),
    "store.exists": (_, { key }) => exists(key),
    "store.delete": async (_, { key }) => {
      const existed = await exists(key);
      await call("destroy", key);
      return existed;
    },
  };
}

async function main() {
  const { port } = parseArgs({ options: { port: { type: "string" } } }).values;
  const store = await newStore();
  const app = express();
  app.disable("x-powered-by");
  app.use(cookieParser(SECRET));
  app.use(session({ secret: SECRET, resave: false, saveUninitialized: false, store, ...settings }));
  const users = AUTH === "passport" ? withPassport(app) : readme;
  app.use("/_hardtack", hardtack.express({
    version: hardtack.version("express"),
    server: `express-session ${hardtack.version("express-session")} on Node.js ${process.versions.node}`,
    sessionCookies: ["connect.sid"],
    csrfCookies: CSRF === "cookie" ? ["_csrf"] : [],
    facts: {
      dialect: "express", engine: STORE, ...(STORE === "redis" ? { cache: "redis" } : {}), storage: "server",
      rotate: AUTH === "passport" && hardtack.version("passport").startsWith("0.5.") ? "none" : "login", lazy: true,
      save_on_error: true, save: "at_end", concurrency: "last_write", logout_cookie: "replaced", workers: 1,
      browser_close: !settings.cookie,
      ...(settings.cookie ? { default_lifetime: settings.cookie.maxAge / 1000 } : {}),
      expiry: settings.rolling ? "sliding_on_read" : settings.cookie ? "sliding_on_write" : "none",
    },
    lacks: {
      "cookie.set_signed": ["salt"],
      "cookie.get_signed": ["salt", "max_age"],
    },
    ...users,
    operations: {
      "cookie.set_signed": ({ res }, given) =>
        void res.cookie(given.name, given.value, { ...hardtack.attributes(given), signed: true }),
      "cookie.get_signed": ({ req }, { name }) => {
        const value = req.signedCookies[name];
        if (value === undefined) throw hardtack.missing(name);
        if (value === false) throw new hardtack.Refused("invalid", "bad signature");
        return value;
      },
      ...sessionOperations(store),
      ...(CSRF === "none" ? {} : csrfOperations()),
    },
  }));
  app.listen(Number(port), "127.0.0.1");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
