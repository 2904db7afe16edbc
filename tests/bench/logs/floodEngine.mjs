// @ts-check
/**
 * An engine on a unix socket whose containers write numbered lines at a set rate: what no real container here can, since
 * the engine itself takes no more than some 155,000 lines a second. Run as a child process; `node floodEngine.mjs
 * <socket> <containers> <lines a second of each>`. Messages: `{ rate }` changes the rate, `'count'` asks how many lines
 * were written (answered as a number a container).
 */
import { createServer } from 'node:http';

const [socket = '', containerCount = '1', rateText = '1000'] = process.argv.slice(2);
let rate = Number(rateText);

/** Milliseconds between two writes of a container. */
const beatMs = 20;
/** Bytes of a line with its frame header and time stamp. */
const text = ' INFO request of a flood, as long as a usual line is: path=/chat status=200 ms=12 user=mina\n';
const stampLength = '2026-01-01T00:00:00.000000000Z '.length;
const lineLength = 8 + stampLength + 10 + text.length;

const ids = Array.from({ length: Number(containerCount) }, (_, at) =>
  String(at + 1)
    .padStart(2, '0')
    .repeat(32),
);
const written = ids.map(() => 0);
const startMs = Date.now();
const startedAt = new Date(startMs - 1000).toISOString().replace('Z', '000000Z');

/**
 * `count` lines of a container as frames (https://docs.docker.com/reference/api/engine/, "Stream format").
 * @param {number} at
 * @param {number} count
 */
function frames(at, count) {
  const bytes = Buffer.allocUnsafe(count * lineLength);
  const second = new Date().toISOString().slice(0, 19);
  const fromNs = (Date.now() % 1000) * 1_000_000;
  for (let n = 0; n < count; n += 1) {
    const from = n * lineLength;
    bytes.writeUInt32BE(0x01000000, from);
    bytes.writeUInt32BE(lineLength - 8, from + 4);
    const stamp = `${second}.${String(fromNs + n).padStart(9, '0')}Z `;
    bytes.write(stamp, from + 8, 'latin1');
    bytes.write(String(written[at]).padStart(10, '0'), from + 8 + stampLength, 'latin1');
    bytes.write(text, from + 8 + stampLength + 10, 'latin1');
    written[at] = (written[at] ?? 0) + 1;
  }
  return bytes;
}

/** @param {import('node:http').ServerResponse} response @param {number} at */
function flood(response, at) {
  let dueAtMs = Date.now();
  let owed = 0;
  const timer = setInterval(() => {
    const now = Date.now();
    owed = Math.min(owed + ((now - dueAtMs) * rate) / 1000, rate);
    dueAtMs = now;
    // A reader that is slow sets the pace, as a container's own log would: nothing is skipped.
    if (response.writableLength > 4_000_000) return;
    const count = Math.floor(owed);
    if (count === 0) return;
    owed -= count;
    response.write(frames(at, count));
  }, beatMs);
  response.once('close', () => clearInterval(timer));
}

const inspected = (/** @type {string} */ id, /** @type {number} */ at) => ({
  Id: id,
  Name: `/flood-${at + 1}`,
  Created: startedAt,
  State: { Status: 'running', Running: true, StartedAt: startedAt, FinishedAt: '0001-01-01T00:00:00Z', ExitCode: 0 },
  RestartCount: 0,
  Image: `sha256:${'a'.repeat(64)}`,
  Config: { Image: 'flood:latest', Labels: {}, Env: [], Tty: false, Cmd: ['flood'] },
  HostConfig: { LogConfig: { Type: 'json-file' }, RestartPolicy: { Name: 'no' }, NetworkMode: 'bridge' },
  NetworkSettings: { Ports: {}, Networks: {} },
  Mounts: [],
});

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://engine');
  const path = url.pathname.replace(/^\/v[\d.]+/, '');
  const json = (/** @type {unknown} */ value, status = 200) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };
  if (path === '/_ping') return json('OK');
  if (path === '/version')
    return json({ Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12', Os: 'linux', Arch: 'amd64' });
  if (path === '/info') return json({ OperatingSystem: 'Flood', Architecture: 'x86_64', NCPU: 2, MemTotal: 4e9 });
  if (path === '/events') {
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.flushHeaders();
  }
  if (path === '/containers/json') {
    return json(
      ids.map((id, at) => ({
        Id: id,
        Names: [`/flood-${at + 1}`],
        Image: 'flood:latest',
        ImageID: `sha256:${'a'.repeat(64)}`,
        Created: Math.floor(startMs / 1000),
        State: 'running',
        Status: 'Up 1 second',
        Ports: [],
        Labels: {},
        Mounts: [],
        NetworkSettings: { Networks: {} },
      })),
    );
  }
  const found = /^\/containers\/(\w+)\/(\w+)$/.exec(path);
  const at = ids.indexOf(found?.[1] ?? '');
  if (at < 0)
    return json(
      path === '/images/json' || path === '/networks' ? [] : { message: 'page not found' },
      at < 0 && !/images|networks/.test(path) ? 404 : 200,
    );
  if (found?.[2] === 'json') return json(inspected(ids[at] ?? '', at));
  if (found?.[2] !== 'logs') return json({ message: 'page not found' }, 404);
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  response.flushHeaders();
  if (url.searchParams.get('follow') === 'true' || url.searchParams.get('follow') === '1') flood(response, at);
  else response.end();
});

process.on('message', (/** @type {{ rate: number } | 'count'} */ message) => {
  if (message === 'count') process.send?.(written);
  else rate = message.rate;
});
process.on('disconnect', () => process.exit(0));
server.listen(socket, () => process.send?.('ready'));
