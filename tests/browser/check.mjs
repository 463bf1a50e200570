// Opens pages that hardtack wrote in Chromium, from their files, and says what is wrong with them.
//
//   node check.mjs REPORT.html [MATRIX.html] [--shots FOLDER]
//
// Ends with 0 when everything holds, 1 when something does not, 2 when there is no browser.
import { createRequire } from "node:module";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const WIDTHS = [360, 768, 1280];
const SCHEMES = ["light", "dark"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const words = process.argv.slice(2);
const at = words.indexOf("--shots");
const shots = at < 0 ? null : words.splice(at, 2)[1];
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  .find((path) => path && existsSync(path));
if (!executablePath) {
  console.error("no Chromium: install it, or name it in CHROMIUM");
  process.exit(2);
}
if (shots) mkdirSync(shots, { recursive: true });

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let checks = 0;
const wrong = [];
function check(what, holds, detail = "") {
  checks += 1;
  if (!holds) wrong.push(detail ? `${what}: ${detail}` : what);
}

async function accessibility(page, name) {
  // The page's policy allows no script but its own: axe comes through the debugger.
  const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
  for (const one of found.violations) {
    const where = one.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.failureSummary.replaceAll("\n", " ")}`).join(" | ");
    check(`${name}: axe ${one.id}`, false, where);
  }
  check(`${name}: axe ran`, found.violations !== undefined);
}

async function at_width(context, file, width, scheme) {
  const name = `${basename(file)} ${width} ${scheme}`;
  const page = await context.newPage();
  const loud = [];
  page.on("console", (message) => { if (message.type() === "error") loud.push(message.text()); });
  page.on("pageerror", (error) => loud.push(String(error)));
  page.on("dialog", async (dialog) => { check(`${name}: no dialog`, false, dialog.message()); await dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith("file:")) check(`${name}: no network`, false, request.url()); });
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(pathToFileURL(resolve(file)).href);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${name}: nothing is wider than the screen`, wide <= 0, `${wide} px too wide`);
  if (shots) await page.screenshot({ path: join(shots, `${basename(file, ".html")}-${width}-${scheme}-top.png`) });
  const entries = page.locator("details.entry");
  const count = await entries.count();
  for (let index = 0; index < Math.min(count, 2); index += 1) await entries.nth(index).locator("summary").first().click();
  if (count) check(`${name}: an entry opens`, await entries.first().evaluate((one) => one.open));
  await accessibility(page, name);
  if (shots) await page.screenshot({ path: join(shots, `${basename(file, ".html")}-${width}-${scheme}.png`), fullPage: true });
  const opened = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${name}: open entries are no wider than the screen`, opened <= 0, `${opened} px too wide`);
  check(`${name}: nothing is said on the console`, loud.length === 0, loud.join(" | "));
  await page.close();
}

async function report(context, file) {
  const name = basename(file);
  const page = await context.newPage();
  await page.goto(pathToFileURL(resolve(file)).href);
  const entries = page.locator("details.entry");
  const first = await entries.first().getAttribute("id");
  const id = await entries.first().locator(".id").textContent();

  await page.fill("input[name=q]", id);
  await page.waitForFunction(() => document.getElementById("shown").textContent !== "");
  const left = await page.locator("details.entry:visible .id").allTextContents();
  check(`${name}: the search keeps what it looks for`, left.includes(id) && left.every((one) => one.includes(id)), left.join(", "));
  await page.fill("input[name=q]", "no case has this in it");
  await page.waitForFunction(() => document.getElementById("shown").textContent.startsWith("0 of"));
  check(`${name}: the search hides the rest`, (await page.locator("details.entry:visible").count()) === 0);
  await page.click("form.tools button[type=reset]");
  await page.waitForFunction(() => document.getElementById("shown").textContent === "");

  await page.goto(`${pathToFileURL(resolve(file)).href}#${encodeURI(first)}`);
  await page.reload();
  check(`${name}: a deep link opens its entry`, await page.locator("details.entry").first().evaluate((one) => one.open));

  const passed = page.locator("details.fold[data-fold=passed]");
  if (await passed.count()) {
    await passed.locator("summary").click();
    await page.waitForSelector("[data-lazy=passed] .row");
    check(`${name}: what passed is listed on demand`, (await page.locator("[data-lazy=passed] .row").count()) > 0);
    const anchor = await page.locator("[data-lazy=passed] .row").last().getAttribute("id");
    await page.goto("about:blank");
    await page.goto(`${pathToFileURL(resolve(file)).href}#${encodeURI(anchor)}`);
    check(`${name}: a deep link finds what passed`, await page.evaluate((one) => document.getElementById(one) !== null, anchor));
  }
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("about:blank");
  await page.goto(`${pathToFileURL(resolve(file)).href}#${encodeURI(first)}`);
  const button = page.locator(`details.entry[open] [data-copy]`).first();
  if (await button.count()) {
    const text = await button.locator("xpath=../pre").textContent();
    await button.click();
    await page.waitForFunction(() => document.querySelector("details.entry[open] [data-copy]").textContent !== "Copy");
    const copied = await page.evaluate(() => navigator.clipboard.readText()).catch(() => null);
    check(`${name}: the copy button copies`, copied === null || copied === text, copied ?? "");
  }
  await page.close();
}

async function matrix(context, file) {
  const name = basename(file);
  const page = await context.newPage();
  await page.goto(pathToFileURL(resolve(file)).href);
  const status = () => page.locator("#shown").textContent();
  await page.selectOption("select[name=show]", "");
  await page.waitForFunction(() => { const [shown, , all] = document.getElementById("shown").textContent.split(" "); return shown === all; });
  check(`${name}: every case is shown on demand`, (await page.locator("#matrix tbody tr").count()) > 0, await status());
  const heads = () => page.locator("#matrix thead th").count();
  const targets = await page.locator("select[name=target] option").count() - 1;
  check(`${name}: it opens with one column of each target`, (await heads()) === targets, `${await heads()} of ${targets}`);
  await page.selectOption("select[name=variants]", "");
  await page.waitForFunction(() => { const words = document.getElementById("shown").textContent.split(" "); return words[4] === words[6]; });
  check(`${name}: every variant is shown on demand`, (await heads()) >= targets, await status());
  const cell = page.locator("#matrix td button").first();
  if (await cell.count()) {
    await cell.click();
    check(`${name}: a cell opens its evidence`, await page.locator("dialog").evaluate((one) => one.open));
    await accessibility(page, `${name} dialog`);
    await page.locator("dialog button").click();
  }
  await page.locator("#matrix tbody a").first().click();
  await page.waitForSelector("dialog[open]");
  check(`${name}: a case opens its page`, (await page.locator("dialog .why").count()) === 1);
  await page.close();
}

const context = await browser.newContext();
for (const file of words) {
  for (const width of WIDTHS) for (const scheme of SCHEMES) await at_width(context, file, width, scheme);
  const page = await context.newPage();
  await page.goto(pathToFileURL(resolve(file)).href);
  const kind = await page.locator("#matrix").count() ? matrix : report;
  await page.close();
  await kind(context, file);
}
await browser.close();
for (const one of wrong) console.error(`WRONG ${one}`);
console.log(`${checks - wrong.length} of ${checks} checks hold on ${words.length} pages, ${WIDTHS.length} widths, ${SCHEMES.join(" and ")}`);
process.exit(wrong.length ? 1 : 0);
