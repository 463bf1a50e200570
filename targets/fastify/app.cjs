"use strict";
/*
 * Fastify with @fastify/session or @fastify/secure-session behind hardtack's contract, version 1.
 *
 * Runs on Fastify 4 and 5. The environment decides: PLUGIN, SETTINGS, AUTH, CSRF, SESSION_SECRET.
 */
const { parseArgs } = require("node:util");
const hardtack = require("../_node/contract.cjs");

const DAY = 24 * 60 * 60;
const VARIANTS = {
  session: { default: {}, "not-rolling": { rolling: false }, short: { cookie: { maxAge: 4000 }, rolling: false } },
  "secure-session": { default: {}, "not-rolling": {}, short: { expiry: 4, cookie: { maxAge: 4 } } },
};
const { PLUGIN = "session", SETTINGS = "default", AUTH = "session", CSRF = "none" } = process.env;
const SECRET = process.env.SESSION_SECRET ?? "hardtack: public on purpose, and long enough for Fastify";
const settings = VARIANTS[PLUGIN]?.[SETTINGS];
if (!settings) throw new Error("PLUGIN is session or secure-session; SETTINGS is default, not-rolling or short");

const onTheServer = PLUGIN === "session";

const facts = onTheServer
  ? {
    dialect: "fastify", engine: "memory", storage: "server", rotate: "login", logout_cookie: "kept",
    browser_close: !settings.cookie, expiry: settings.cookie ? "sliding_on_write" : "none",
    ...(settings.cookie ? { default_lifetime: settings.cookie.maxAge / 1000 } : {}),
  }
  : {
    dialect: "fastify", engine: "cookie", storage: "client", rotate: "none", logout_cookie: "deleted",
    browser_close: !settings.cookie, expiry: "sliding_on_write", default_lifetime: settings.expiry ?? DAY + 1,
  };

function registerSession(fastify) {
  if (onTheServer) {
    const cookie = { secure: false, ...settings.cookie };
    return fastify.register(require("@fastify/session"), { secret: SECRET, saveUninitialized: false, ...settings, cookie });
  }
  const cookie = { path: "/", ...settings.cookie };
  return fastify.register(require("@fastify/secure-session"), { key: Buffer.alloc(32, SECRET), ...settings, cookie });
}

const sessionOperations = onTheServer
  ? {
    ...hardtack.objectSession(({ request }) => request.session, ["cookie", "sessionId", "encryptedSessionId"]),
    "session.touch": ({ request }) => request.session.touch(),
    "session.flush": ({ request }) => request.session.destroy(),
    "session.key": ({ request }) => request.session.sessionId,
  }
  : {
    ...hardtack.dataSession({
      data: ({ request }) => request.session.data(),
      set: ({ request }, key, value) => request.session.set(key, value),
      remove: ({ request }, key) => request.session.set(key, undefined),
    }),
    "session.touch": ({ request }) => request.session.touch(),
    "session.clear": ({ request }) => request.session.regenerate(),
    "session.flush": ({ request }) => request.session.delete(),
  };

// The users: a value of the session, in a new session where there is a key to renew; or @fastify/passport.

const plain = {
  "auth.login": async ({ request }, { user }) => {
    if (onTheServer) await request.session.regenerate();
    request.session.set("user", user);
    return user;
  },
  "auth.logout": ({ request }) => (onTheServer ? request.session.destroy() : request.session.delete()),
  "auth.whoami": ({ request }) => request.session?.get("user"),
};

async function withPassport(fastify) {
  const { Authenticator } = require("@fastify/passport");
  const passport = new Authenticator();
  passport.registerUserSerializer(async (user) => user.name);
  passport.registerUserDeserializer(async (name) => ({ name }));
  await fastify.register(passport.initialize());
  await fastify.register(passport.secureSession());
  return {
    "auth.login": ({ request }, { user }) => request.logIn({ name: user }).then(() => user),
    "auth.logout": ({ request }) => request.logout(),
    "auth.whoami": ({ request }) => request.user?.name,
  };
}

/** @fastify/csrf-protection on demand, since the contract's own routes are exempt. CSRF says where its secret is. */
async function csrfOperations(fastify) {
  const bound = CSRF === "cookie-user";
  const userOf = (request) => request.user?.name ?? "nobody";
  await fastify.register(require("@fastify/csrf-protection"), {
    sessionPlugin: CSRF === "session" ? `@fastify/${PLUGIN}` : "@fastify/cookie",
    getToken: (request) => request.submitted,
    ...(bound ? { csrfOpts: { hmacKey: SECRET, userInfo: true }, getUserInfo: userOf } : {}),
  });
  return {
    "csrf.issue": ({ request, reply }) => reply.generateCsrf(bound ? { userInfo: userOf(request) } : undefined),
    "csrf.submit": ({ request, reply }, { token }) =>
      new Promise((answer) => {
        request.submitted = token;
        const refusing = Object.create(reply, { send: { value: () => answer(false) } });
        fastify.csrfProtection(request, refusing, () => answer(true));
      }),
  };
}

const cookieOperations = {
  "cookie.set": ({ reply }, given) => void reply.setCookie(given.name, given.value, hardtack.attributes(given)),
  "cookie.delete": ({ reply }, given) => void reply.clearCookie(given.name, hardtack.attributes(given)),
  "cookie.list": ({ request }) => Object.entries(request.cookies),
  "cookie.set_signed": ({ reply }, given) =>
    void reply.setCookie(given.name, given.value, { ...hardtack.attributes(given), signed: true }),
  "cookie.get_signed": ({ request }, { name }) => {
    if (request.cookies[name] === undefined) throw hardtack.missing(name);
    const { valid, value } = request.unsignCookie(request.cookies[name]);
    if (!valid) throw new hardtack.Refused("invalid", "bad signature");
    return value;
  },
};

async function main() {
  const fastify = require("fastify")();
  // Without a common path, clearCookie (Path=/) misses what setCookie (no Path) has set.
  await fastify.register(require("@fastify/cookie"), { secret: SECRET, parseOptions: { path: "/" } });
  await registerSession(fastify);
  const users = AUTH === "passport" ? await withPassport(fastify) : plain;
  const csrf = CSRF === "none" ? {} : await csrfOperations(fastify);

  const offer = hardtack.contract({
    framework: "fastify",
    version: hardtack.version("fastify"),
    server: `@fastify/${PLUGIN} ${hardtack.version(`@fastify/${PLUGIN}`)} on Node.js ${process.versions.node}`,
    sessionCookies: [onTheServer ? "sessionId" : "session"],
    csrfCookies: CSRF.startsWith("cookie") ? ["_csrf"] : [],
    facts: {
      ...facts, clear_is_flush: false, lazy: true, save_on_error: true, save: "at_end", concurrency: "last_write", workers: 1,
      ...(onTheServer && SETTINGS === "default" ? { expiry: "sliding_on_read" } : {}),
    },
    lacks: {
      "cookie.set_signed": ["salt"],
      "cookie.get_signed": ["salt", "max_age"],
    },
    operations: {
      ...cookieOperations, ...sessionOperations, ...users, ...csrf,
      ...hardtack.control(({ reply }, name, value) => reply.header(name, value)),
    },
  });

  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("*", { parseAs: "string" }, (request, body, done) => done(null, body));
  fastify.setErrorHandler((error, request, reply) => {
    if (!(error instanceof hardtack.Malformed)) throw error;
    return reply.code(400).type("application/json").send(hardtack.malformed(error));
  });
  fastify.get("/_hardtack", (request, reply) => reply.send(offer.description));
  fastify.route({
    method: ["GET", "POST"],
    url: "/_hardtack/run",
    handler: async (request, reply) => {
      const asked = offer.read(request.method === "POST" ? request.body : request.query.program);
      reply.code(asked.status).type("application/json");
      const body = await offer.run(asked, { request, reply });
      return reply.send(body);
    },
  });
  const others = { method: ["PUT", "PATCH", "DELETE"], handler: (request, reply) => reply.code(405).send() };
  fastify.route({ ...others, url: "/_hardtack/run" });
  fastify.route({ ...others, url: "/_hardtack" });
  const { port } = parseArgs({ options: { port: { type: "string" } } }).values;
  await fastify.listen({ port: Number(port), host: "127.0.0.1" });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
