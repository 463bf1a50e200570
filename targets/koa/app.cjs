"use strict";
/*
 * Koa and koa-session behind hardtack's contract, version 1.
 *
 * Runs on Koa 2 and 3. The environment decides: STORAGE, SETTINGS, AUTH, SESSION_SECRET.
 */
const { parseArgs } = require("node:util");
const Koa = require("koa");
const koaSession = require("koa-session");
const hardtack = require("../_node/contract.cjs");

const VARIANTS = {
  default: {}, // a day
  rolling: { rolling: true },
  short: { maxAge: 4000 },
};
const { STORAGE = "cookie", SETTINGS = "default", AUTH = "session" } = process.env;
const SECRET = process.env.SESSION_SECRET ?? "hardtack: public on purpose";
const settings = VARIANTS[SETTINGS];
if (!settings) throw new Error(`SETTINGS is one of ${Object.keys(VARIANTS).join(", ")}`);

const createSession = koaSession.createSession ?? koaSession; // since 7, before

/** A store as koa-session's README describes one. */
class MemoryStore {
  records = new Map();

  get(key) {
    const record = this.records.get(key);
    return record && record.end > Date.now() ? JSON.parse(record.text) : undefined;
  }

  set(key, session, maxAge) {
    this.records.set(key, { text: JSON.stringify(session), end: typeof maxAge === "number" ? Date.now() + maxAge : Infinity });
  }

  destroy(key) {
    this.records.delete(key);
  }
}

// The users: a value of the session, under a new key where there is one to renew; or koa-passport.

const renews = STORAGE === "memory" && koaSession.createSession !== undefined; // regenerate() came with koa-session 7

const plain = {
  "auth.login": async (ctx, { user }) => {
    if (renews) await ctx.session.regenerate();
    ctx.session.user = user;
    return user;
  },
  "auth.logout": (ctx) => void (ctx.session = null),
  "auth.whoami": (ctx) => ctx.session?.user,
};

function withPassport(app) {
  const passport = require("koa-passport");
  passport.serializeUser((user, done) => done(null, user.name));
  passport.deserializeUser((name, done) => done(null, { name }));
  app.use(passport.initialize());
  app.use(passport.session());
  return {
    "auth.login": (ctx, { user }) => ctx.login({ name: user }).then(() => user),
    "auth.logout": (ctx) => ctx.logout(),
    "auth.whoami": (ctx) => ctx.state.user?.name,
  };
}

/** koa-csrf on demand, since the contract's own routes are exempt. */
function csrfOperations() {
  const CSRF = require("koa-csrf");
  const issue = new CSRF({ excludedMethods: ["GET", "HEAD", "POST"] });
  const submit = new CSRF({ excludedMethods: [] });
  const nothing = () => undefined;
  return {
    "csrf.issue": async (ctx) => {
      await issue(ctx, nothing);
      return ctx.state._csrf ?? ctx.csrf; // since 4, before
    },
    "csrf.submit": async (ctx, { token }) => {
      ctx.request.body = { _csrf: token };
      try {
        await submit(ctx, nothing);
        return true;
      } catch (error) {
        if (error.status !== 403) throw error;
        return false;
      }
    },
  };
}

const cookie = (given, more) => ({ secure: false, ...hardtack.attributes(given), ...more });

function operations(app, store) {
  const users = AUTH === "passport" ? { ...withPassport(app), ...csrfOperations() } : plain;
  return {
    "cookie.set": (ctx, given) => void ctx.cookies.set(given.name, given.value, cookie(given, { signed: false })),
    "cookie.delete": (ctx, given) => void ctx.cookies.set(given.name, null, cookie(given, { signed: false })),
    "cookie.set_signed": (ctx, given) => void ctx.cookies.set(given.name, given.value, cookie(given, { signed: true })),
    "cookie.get_signed": (ctx, { name }) => {
      const value = ctx.cookies.get(name, { signed: true });
      if (value !== undefined) return value;
      if (ctx.cookies.get(name, { signed: false }) === undefined) throw hardtack.missing(name);
      throw new hardtack.Refused("invalid", "bad signature");
    },
    ...hardtack.objectSession((ctx) => ctx.session, ["isNew"]),
    "session.touch": (ctx) => ctx.session.save(),
    "session.flush": (ctx) => void (ctx.session = null),
    "session.set_expiry": (ctx, { to }) => {
      if (to instanceof Date) throw new hardtack.Refused("invalid", "maxAge takes milliseconds or 'session'");
      ctx.session.maxAge = to ?? "session";
    },
    "session.get_expiry": (ctx) => {
      const { maxAge } = ctx.session;
      const atClose = maxAge === "session";
      return { age: atClose ? null : Math.round(maxAge / 1000), at_browser_close: atClose };
    },
    ...(store && {
      "session.key": (ctx) => ctx.session.externalKey,
      "store.count": () => store.records.size,
      "store.exists": (_, { key }) => store.get(key) !== undefined,
      // With `rolling` the request itself writes its session again when it ends.
      ...(!settings.rolling && { "store.delete": (_, { key }) => store.records.delete(key) }),
      "store.corrupt": (_, { key }) => {
        if (!store.records.has(key)) throw hardtack.missing(key);
        store.records.get(key).text = '"damaged"';
      },
    }),
    ...(renews && { "session.cycle_key": (ctx) => ctx.session.regenerate() }),
    ...users,
    ...hardtack.control((ctx, name, value) => ctx.set(name, value)),
  };
}

const app = new Koa();
app.keys = [SECRET];
const store = STORAGE === "memory" ? new MemoryStore() : undefined;
app.use((ctx, next) => {
  ctx.cookies.secure = true; // as behind a proxy that ends TLS: otherwise Koa refuses to send Secure cookies
  return next();
});
app.use(createSession({ secure: false, store, ...settings }, app));
const offer = hardtack.contract({
  framework: "koa",
  version: hardtack.version("koa"),
  server: `koa-session ${hardtack.version("koa-session")} on Node.js ${process.versions.node}`,
  unit: 1000,
  sessionCookies: ["koa.sess", "koa.sess.sig"],
  facts: {
    dialect: "koa", engine: STORAGE, storage: store ? "server" : "client", rotate: renews ? "login" : "none",
    clear_is_flush: true, lazy: true, save_on_error: true, save: "at_end", concurrency: "last_write", workers: 1,
    logout_cookie: AUTH === "passport" ? "replaced" : "deleted",
    browser_close: !settings.maxAge, default_lifetime: (settings.maxAge ?? 24 * 60 * 60 * 1000) / 1000,
    expiry: settings.rolling ? "sliding_on_read" : "sliding_on_write",
  },
  lacks: {
    "cookie.set_signed": ["salt"],
    "cookie.get_signed": ["salt", "max_age"],
  },
  operations: operations(app, store),
});
app.use(async (ctx) => {
  const methods = { "/_hardtack": ["GET", "HEAD"], "/_hardtack/run": ["GET", "HEAD", "POST"] }[ctx.path];
  if (!methods) return;
  if (!methods.includes(ctx.method)) return void (ctx.status = 405);
  ctx.type = "json";
  if (ctx.path === "/_hardtack") return void (ctx.body = offer.description);
  try {
    const asked = offer.read(ctx.method === "POST" ? await hardtack.bodyOf(ctx.req) : ctx.query.program);
    ctx.status = asked.status;
    ctx.body = (await offer.run(asked, ctx)) ?? null;
    ctx.status = asked.status;
  } catch (error) {
    if (!(error instanceof hardtack.Malformed)) throw error;
    ctx.status = 400;
    ctx.body = hardtack.malformed(error);
  }
});
app.listen(Number(parseArgs({ options: { port: { type: "string" } } }).values.port), "127.0.0.1");
