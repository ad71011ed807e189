// Opens a report in Chromium and checks what a reader meets: no request leaves the page, no sideways
// scrolling at three widths, no fault of accessibility in light or dark, a keyboard that reaches what
// scrolls and shows where it is, everything there without a script, tables that sort, a font that loads.
// Leaves screenshots and a PDF to look at.
//
// node check.mjs PAGE FOLDER

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { chromium } from "playwright-core";

const WIDTHS = [320, 768, 1280];
const HEIGHT = 800;
// For a machine that is busy with other things, in milliseconds.
const PATIENCE = 120_000;
// Of the rules that are off unless asked for: how large and how close things to press may be.
const RULES = { "target-size": { enabled: true } };
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const [page, folder] = process.argv.slice(2);
if (!page || !folder) {
  console.error("usage: node check.mjs PAGE FOLDER");
  process.exit(2);
}
const address = pathToFileURL(resolve(page)).href;
await mkdir(folder, { recursive: true });

const faults = [];
const expect = (sound, fault) => sound || faults.push(fault);

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS });
try {
  for (const width of WIDTHS) await look(width, "light");
  // Dark changes colours alone, not what stands where.
  await look(WIDTHS[0], "dark");
  await read();
  await print();
} finally {
  await browser.close();
}
for (const fault of faults) console.error(`check-report: ${fault}`);
if (faults.length > 0) process.exit(1);
console.log(`check-report: ${page} is sound; see ${folder}`);

/** A page at a width, with everything watched that it asks for. */
async function open(options) {
  const tab = await browser.newPage({ viewport: { width: 1280, height: HEIGHT }, ...options });
  tab.setDefaultTimeout(PATIENCE);
  tab.on("request", (request) => {
    const url = request.url();
    expect(url === address || url.startsWith("data:"), `asks for ${url}`);
  });
  tab.on("dialog", (dialog) => {
    faults.push(`runs what it was given as text: ${dialog.message()}`);
    return dialog.dismiss();
  });
  tab.on("pageerror", (error) => faults.push(`script fails: ${error.message}`));
  tab.on("console", (message) => {
    expect(message.type() !== "error", `console: ${message.text()}`);
  });
  await tab.goto(address);
  return tab;
}

/** What stands on the screen. */
async function look(width, colorScheme) {
  const tab = await open({ viewport: { width, height: HEIGHT }, colorScheme });
  const where = `at ${width} px, ${colorScheme}`;
  const wide = await tab.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
  expect(wide <= 0, `${where}: ${wide} px too wide`);
  await tab.evaluate(() => document.fonts.ready);
  expect(await tab.evaluate(() => document.fonts.check("16px Inter")), `${where}: no Inter`);
  await tab.screenshot({ path: `${folder}/${width}-${colorScheme}.png`, fullPage: true });
  if (width === WIDTHS.at(-1)) await sort(tab);
  await stop(tab, where);
  await tab.evaluate(empty);
  await tab.evaluate(axe.source);
  const { violations } = await tab.evaluate((rules) => axe.run({ rules }), RULES);
  for (const { id, impact, help, nodes } of violations) {
    faults.push(`${where}: ${impact}: ${help} (${id}) at ${nodes[0].target.join(" ")}`);
  }
  await tab.close();
}

/**
 * Takes out of each chart what is drawn, but for its title and description: it is one picture to
 * assistive technology, the tests of the charts measure the contrast of each label, and axe takes
 * minutes for the thousands of marks.
 */
function empty() {
  for (const mark of document.querySelectorAll("figure svg > :not(title, desc)")) mark.remove();
}

/** Every number table sorts by its last column, both ways; every page has one. Changes a cell. */
async function sort(tab) {
  const tables = await tab.locator("table.sortable").all();
  expect(tables.length > 0, "no table that sorts");
  for (const table of tables) {
    const head = table.locator("thead th").last();
    const values = () =>
      table.locator("tbody tr").evaluateAll((rows) =>
        rows.map((row) => row.lastElementChild.dataset.sort),
      );
    // What has no estimate is last either way; the runs that are checked have estimates of everything.
    await table.evaluate((own) => (own.tBodies[0].rows[0].lastElementChild.dataset.sort = ""));
    const sorted = (order) => (list) =>
      list.every((v, i) => i === 0 || v === "" || (list[i - 1] !== "" && order(Number(list[i - 1]), Number(v))));
    await head.locator("button").click();
    expect(sorted((a, b) => a >= b)(await values()), "a table does not sort downwards");
    await head.locator("button").click();
    expect(sorted((a, b) => a <= b)(await values()), "a table does not sort upwards");
    expect((await head.getAttribute("aria-sort")) === "ascending", "a sorted column does not say so");
  }
}

/**
 * The Tab key stops at what scrolls and nowhere else, and going back along a table's header never
 * stops where the column that stays in place hides all of it (WCAG 2.2, 2.4.11).
 */
async function stop(tab, where) {
  const idle = () =>
    [...document.querySelectorAll(".scroll, pre[tabindex]")]
      .filter((place) => place.checkVisibility())
      .filter((place) => {
        const scrolls =
          place.scrollWidth > place.clientWidth || place.scrollHeight > place.clientHeight;
        return scrolls !== (place.tabIndex === 0);
      }).length;
  const wrong = await tab.evaluate(idle);
  expect(wrong === 0, `${where}: ${wrong} places are reached that do not scroll, or are not and do`);
  const tables = await tab.locator("table.sortable").all();
  expect(tables.length > 0, `${where}: no table that sorts`);
  for (const table of tables) {
    const buttons = table.locator("th button");
    await buttons.last().focus();
    for (let left = await buttons.count(); left > 1; left -= 1) {
      const hidden = await tab.evaluate(() => {
        const { activeElement: button } = document;
        const [first] = button.closest("tr").cells;
        const [own, fixed] = [button, first].map((part) => part.getBoundingClientRect());
        return !first.contains(button) && own.right <= fixed.right;
      });
      expect(!hidden, `${where}: a button has the focus below the column that stays`);
      await tab.keyboard.press("Shift+Tab");
    }
  }
}

/** What a reader without scripts has: the same text. */
async function read() {
  const texts = [];
  for (const javaScriptEnabled of [true, false]) {
    const tab = await open({ javaScriptEnabled });
    texts.push((await tab.locator("main").innerText()).replace(/\s+/g, " "));
    await tab.close();
  }
  expect(texts[0] === texts[1], "the text is not the same without a script");
  expect(texts[0].length > 1000, "there is hardly any text");
}

/** The page on paper: a PDF whose structure is told, with its tables and without a form's fields. */
async function print() {
  const tab = await open({});
  const path = `${folder}/report.pdf`;
  const paper = { path, preferCSSPageSize: true, printBackground: true, tagged: true };
  const pdf = (await tab.pdf(paper)).toString("latin1");
  const holds = (tag) => new RegExp(`/S /${tag}\\b`).test(pdf);
  expect(holds("Table") && holds("Figure"), "the PDF does not say what is a table or a picture");
  expect(!holds("Form"), "the PDF has fields to fill in");
  await tab.close();
}
