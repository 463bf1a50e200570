"use strict";
/*
 * Express and cookie-session behind hardtack's contract, version 1: the session is kept in a signed cookie.
 *
 * The environment decides: SETTINGS, SESSION_SECRET.
 */
const { parseArgs } = require("node:util");
const cookieParser = require("cookie-parser");
const cookieSession = require("cookie-session");
const express = require("express");
const hardtack = require("../_node/contract.cjs");

const VARIANTS = {
  default: {},
  lifetime: { maxAge: 24 * 60 * 60 * 1000 },
  short: { maxAge: 4000 },
};
const { SETTINGS = "default" } = process.env;
const SECRET = process.env.SESSION_SECRET ?? "hardtack: public on purpose";
const settings = VARIANTS[SETTINGS];
if (!settings) throw new Error(`SETTINGS is one of ${Object.keys(VARIANTS).join(", ")}`);

const app = express();
app.disable("x-powered-by");
app.use(cookieParser(SECRET));
app.use(cookieSession({ keys: [SECRET], ...settings }));
app.use("/_hardtack", hardtack.express({
  framework: "cookie-session",
  version: hardtack.version("cookie-session"),
  server: `Express ${hardtack.version("express")} on Node.js ${process.versions.node}`,
  sessionCookies: ["session", "session.sig"],
  facts: {
    dialect: "express", storage: "client", rotate: "none", clear_is_flush: true, lazy: true, save_on_error: true,
    save: "at_end", concurrency: "last_write", logout_cookie: "deleted", workers: 1, browser_close: !settings.maxAge,
    ...(settings.maxAge ? { default_lifetime: settings.maxAge / 1000 } : {}),
    expiry: settings.maxAge ? "sliding_on_write" : "none",
  },
  lacks: {
    "cookie.set_signed": ["salt"],
    "cookie.get_signed": ["salt", "max_age"],
  },
  login: (req, user) => void (req.session.user = user),
  logout: (req) => void (req.session = null),
  user: (req) => req.session?.user,
  operations: {
    "cookie.set_signed": ({ res }, given) =>
      void res.cookie(given.name, given.value, { ...hardtack.attributes(given), signed: true }),
    "cookie.get_signed": ({ req }, { name }) => {
      const value = req.signedCookies[name];
      if (value === undefined) throw hardtack.missing(name);
      if (value === false) throw new hardtack.Refused("invalid", "bad signature");
      return value;
    },
    "session.flush": ({ req }) => void (req.session = null),
  },
}));
app.listen(Number(parseArgs({ options: { port: { type: "string" } } }).values.port), "127.0.0.1");
