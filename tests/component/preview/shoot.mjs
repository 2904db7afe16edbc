import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright';

/**
 * Pictures of pages on the fake host. Start the preview first, then:
 * `node tests/component/preview/shoot.mjs FOLDER NAME=ROUTE@scenario,language,theme,width [...]`,
 * e.g. `containers=/containers@full,ko,dark,900`. `CHROMIUM` names the browser, `PREVIEW_PORT` another port of the preview.
 */
const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: shoot.mjs FOLDER NAME=ROUTE@scenario,language,theme,width ...');
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
for (const one of wanted) {
  const [, name, route, scenario = 'full', language = 'en', theme = 'light', width = '1280'] =
    /^([^=]+)=([^@]*)@?([^,]*),?([^,]*),?([^,]*),?([^,]*)$/.exec(one)?.map((part) => part || undefined) ?? [];
  const page = await browser.newPage({ viewport: { width: Number(width), height: 800 } });
  page.on('pageerror', (error) => console.error(`${name}: ${error.stack}`));
  page.on(
    'console',
    (message) =>
      message.type() === 'error' &&
      !/NETWORK_CHANGED/.test(message.text()) &&
      console.error(`${name}: ${message.text()}`),
  );
  const address = `http://127.0.0.1:${process.env.PREVIEW_PORT ?? 5199}/?scenario=${scenario}&language=${language}&theme=${theme}#${route}`;
  // A network that changes under the browser (an engine at work beside it) fails loads: asked again.
  for (let tries = 0; tries < 5; tries += 1) {
    await page.goto(address);
    if (await page.waitForSelector('main', { timeout: 8000 }).catch(() => null)) break;
  }
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page.close();
}
await browser.close();
