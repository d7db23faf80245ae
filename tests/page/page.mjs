// The page of a run in a real browser: nothing fetched, nothing complained of, what can be switched, sorted, searched and
// read off, what is printed, and what an auditor of accessibility finds.
//
// node page.mjs CHROMIUM SHORTFALL SCENARIO[=OPTION,OPTION]… [--shots DIR]: runs each scenario in both languages and looks at
// the page; where options are named, with a comparison without each of them, and with studies of sensitivity.
import { execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const words = process.argv.slice(2);
const at = words.indexOf("--shots");
const shots = at < 0 ? undefined : words.splice(at, 2)[1];
const [browserPath, shortfall, ...scenarios] = words;
if (shots) mkdirSync(shots, { recursive: true });

const faults = [];
const expect = (holds, what) => {
  if (!holds) {
    faults.push(what);
    console.log(`  FAULT: ${what}`);
  }
};

/** A page of the browser that tells of every complaint and every request. */
async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => expect(message.type() === "log", `console: ${message.text()}`));
  page.on("pageerror", (error) => expect(false, `error: ${error.message}`));
  page.on("request", (request) => {
    const own = request.url().startsWith("file://") || request.url().startsWith("data:");
    expect(own, `request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, context };
}

async function themes(page) {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await paper();
  await page.click(".theme");
  expect((await paper()) !== before, "the toggle changes the colours");
  await page.click(".theme");
  expect((await paper()) === before, "the toggle changes them back");
}

async function switches(page) {
  for (const box of await page.locator("[data-switch]").all()) {
    const select = box.locator("select").first();
    const count = await select.locator("option").count();
    for (const i of [count - 1, 0]) {
      await select.selectOption({ index: i });
      const shown = await box.locator(":scope > figure:visible").count();
      const own = await box.locator(":scope > figure").nth(i).isVisible();
      expect(shown === 1 && own, `the switch shows figure ${i} alone`);
    }
  }
}

async function tables(page) {
  for (const details of await page.locator("details:has([data-long])").all()) {
    await details.locator("summary").first().click();
  }
  for (const box of await page.locator("[data-long]").all()) {
    const rows = () =>
      box.locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
    const keys = (column) =>
      box.locator("tbody tr").evaluateAll(
        (all, c) => all.map((row) => row.cells[c].dataset.key).filter((key) => key !== undefined).map(Number),
        column,
      );
    const before = await rows();
    const heads = await box.locator("thead button").all();
    for (const column of [0, 2]) {
      await heads[column].click();
      const up = await keys(column);
      expect(up.every((key, i) => !i || up[i - 1] <= key), `column ${column} ascends`);
      await heads[column].click();
      const down = await keys(column);
      expect(down.every((key, i) => !i || down[i - 1] >= key), `column ${column} descends`);
    }
    const after = await rows();
    const order = (all) => JSON.stringify(all.map(String).sort());
    expect(order(before) === order(after), "sorting loses no row");
    const name = before[before.length - 1][0];
    await box.locator("input").fill(name);
    const found = await box.locator("tbody tr:visible").count();
    const expected = before.filter((row) => row.join(" ").toLowerCase().includes(name.toLowerCase())).length;
    expect(found >= 1 && found >= expected && found < Math.max(2, before.length), `the search finds ${name}`);
    await box.locator("input").fill("no such thing anywhere");
    expect((await box.locator("tbody tr:visible").count()) === 0, "the search finds nothing where nothing is");
    await box.locator("input").fill("");
    expect((await box.locator("tbody tr:visible").count()) === before.length, "an empty search shows all");
  }
}

async function readouts(page) {
  const charts = page.locator("figure:visible:has(svg[data-plot]):has(.data) .chart");
  for (const chart of await charts.all()) {
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
    const readout = chart.locator(".readout");
    expect(await readout.isVisible(), "the mouse reads a chart off");
    const text = await readout.textContent();
    await chart.focus();
    await page.keyboard.press("ArrowRight");
    expect((await readout.textContent()) !== text, "an arrow key reads on");
    await page.keyboard.press("Escape");
    expect(!(await readout.isVisible()), "Escape ends the reading");
  }
  return charts.count();
}

async function audit(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  for (const { id, impact, help, nodes } of found.violations) {
    const where = nodes.map((node) => node.target.join(" ")).slice(0, 3).join("; ");
    if (["serious", "critical"].includes(impact)) expect(false, `${what}: axe ${id} (${impact}): ${help}: ${where}`);
    else console.log(`  ${what}: axe ${id} (${impact}): ${help}: ${where}`);
  }
}

/** The folders of studies of a scenario: a comparison without each option, and what moves and explains its cost. */
function studies(scenario, options) {
  const study = (name, words) => {
    const out = join(scratch, `${basename(scenario, ".toml")}-${name}`);
    execFileSync(shortfall, [...words, "--out", out, "-q"]);
    return ["--with", out];
  };
  const without = options.split(",").flatMap((option) => ["--without", option]);
  const methods = { tornado: 200, morris: 40, sobol: 60, rank: 600, discover: 600 };
  return [
    ...study("compare", ["compare", scenario, ...without, "--subsets", "--trials", "500"]),
    ...Object.entries(methods).flatMap(([method, trials]) =>
      study(method, ["sensitivity", scenario, "--method", method, "--trials", String(trials)])),
  ];
}

/** Every page of a PDF has a `/Type /Page` of its own. */
const pages = (pdf) => (pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length;

async function shoot(page, name) {
  if (!shots) return;
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const width = page.viewportSize().width;
  for (let i = 0, y = 0; y < height; i += 1, y += 2400) {
    const clip = { x: 0, y, width, height: Math.min(2400, height - y) };
    await page.screenshot({ path: join(shots, `${name}-${i}.png`), clip, fullPage: true });
  }
}

const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
const scratch = mkdtempSync(join(tmpdir(), "page-"));
try {
  for (const word of scenarios) {
    const [scenario, options] = word.split("=");
    const shown = options ? studies(scenario, options) : [];
    for (const lang of ["en", "ja"]) {
      const name = `${basename(scenario, ".toml")}-${lang}`;
      const out = join(scratch, name);
      execFileSync(shortfall, ["run", scenario, "--trials", "2000", "--lang", lang, "--out", out, "-q"]);
      if (options) execFileSync(shortfall, ["report", out, ...shown, "--lang", lang, "-q"]);
      const file = join(out, "report.html");
      console.log(`${name}: ${(readFileSync(file).length / 1e6).toFixed(2)} MB`);
      const { page, context } = await open(browser, file);
      await shoot(page, `${name}-laptop`);
      await audit(page, "light");
      await themes(page);
      await switches(page);
      await tables(page);
      const read = await readouts(page);
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true, path: shots && join(shots, `${name}.pdf`) });
      const count = pages(pdf);
      expect(count >= 4 && count <= 40, `${count} printed pages`);
      console.log(`  ${read} charts read off, ${count} printed pages`);
      await context.close();
      const night = await open(browser, file, { colorScheme: "dark" });
      await shoot(night.page, `${name}-dark`);
      await audit(night.page, "dark");
      await night.context.close();
      const phone = await open(browser, file, { viewport: { width: 390, height: 844 } });
      const width = await phone.page.evaluate(() => document.documentElement.scrollWidth);
      expect(width <= 390, `the page is ${width} px wide on a phone`);
      await shoot(phone.page, `${name}-phone`);
      await phone.context.close();
      const plain = await open(browser, file, { javaScriptEnabled: false });
      const hidden = await plain.page.locator("figure:not(:visible)").count();
      expect(hidden === 0, "without scripts every figure is shown");
      await plain.context.close();
    }
  }
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true });
}
console.log(faults.length ? `${faults.length} faults` : "the pages are in order");
process.exit(faults.length ? 1 : 0);
