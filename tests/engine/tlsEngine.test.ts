import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectEngine } from '../../electron/docker/connect';
import { trustNobody } from '../../electron/docker/openDocker';
import { engineSocket } from './realEngine';

const obstacle = spawnSync('openssl', ['version']).error === undefined ? null : 'openssl is not installed';
let folder: string;

beforeAll(() => {
  if (obstacle !== null) return;
  folder = mkdtempSync(join(tmpdir(), 'wharf-tls-'));
  for (const authority of ['ca', 'stranger']) {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${authority}`,
      '-days',
      '30',
      ...out(authority),
    );
  }
  certificate('server', 'IP:127.0.0.1');
  certificate('elsewhere', 'DNS:engine.example');
  certificate('old', 'IP:127.0.0.1', ['-days', '-1']);
  certificate('client', 'DNS:client');
});
afterAll(() => folder && rmSync(folder, { recursive: true, force: true }));

const file = (name: string) => join(folder, name);
const out = (name: string) => ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
function openssl(...words: string[]): void {
  execFileSync('openssl', words, { stdio: 'ignore' });
}

/** A certificate from our authority. */
function certificate(name: string, subjectAltName: string, validity = ['-days', '30']): void {
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    file(`${name}.key`),
    '-out',
    file(`${name}.csr`),
  );
  writeFileSync(file(`${name}.ext`), `subjectAltName=${subjectAltName}`);
  const signing = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial', '-extfile', file(`${name}.ext`)];
  openssl('x509', '-req', '-in', file(`${name}.csr`), ...signing, ...validity, '-out', file(`${name}.crt`));
}

/** TLS in front of the engine that everybody uses, which asks for a certificate of our authority's. */
async function proxy(name: string): Promise<string> {
  const read = (part: string) => readFileSync(file(part));
  const server = tls.createServer(
    {
      cert: read(`${name}.crt`),
      key: read(`${name}.key`),
      ca: read('ca.crt'),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (socket) => {
      const engine = net.connect(engineSocket);
      socket.on('error', () => engine.destroy());
      engine.on('error', () => socket.destroy());
      socket.pipe(engine).pipe(socket);
    },
  );
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A context's folder of certificates. */
function folderWith(authority: string, client = true): string {
  const made = mkdtempSync(join(folder, 'context-'));
  writeFileSync(join(made, 'ca.pem'), readFileSync(file(`${authority}.crt`)));
  if (!client) return made;
  writeFileSync(join(made, 'cert.pem'), readFileSync(file('client.crt')));
  writeFileSync(join(made, 'key.pem'), readFileSync(file('client.key')));
  return made;
}

const at = (address: string, tlsDirectory: string | null) => ({
  source: 'context' as const,
  label: 'TLS',
  address,
  tlsDirectory,
});
const refusal = (reason: string) =>
  expect.objectContaining({ code: 'ENGINE_TLS', details: expect.objectContaining({ reason }) });

describe.skipIf(obstacle !== null)(`an engine over TLS${obstacle === null ? '' : ` (skipped: ${obstacle})`}`, () => {
  it('is driven with the certificates of its context, streams too', async () => {
    const engine = await connectEngine(at(await proxy('server'), folderWith('ca')));
    onTestFinished(() => engine.close());
    expect(Array.isArray(await engine.listContainers())).toBe(true);
    const leaving = new AbortController();
    let opened = false;
    for await (const _ of engine.events(leaving.signal, () => {
      opened = true;
      leaving.abort();
    })) {
      // None is expected.
    }
    expect(opened).toBe(true);
  });

  it('is refused for a wrong authority, an expired certificate and a wrong name, even where checks are switched off', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(connectEngine(at(await proxy('server'), folderWith('stranger')))).rejects.toEqual(
      refusal('untrusted'),
    );
    await expect(connectEngine(at(await proxy('old'), folderWith('ca')))).rejects.toEqual(refusal('expired'));
    await expect(connectEngine(at(await proxy('elsewhere'), folderWith('ca')))).rejects.toEqual(refusal('wrongName'));
  });

  it('says that the engine wants to know who asks, and that certificates are missing or broken', async () => {
    await expect(connectEngine(at(await proxy('server'), folderWith('ca', false)))).rejects.toEqual(
      refusal('clientRefused'),
    );
    await expect(connectEngine(at('tcp://127.0.0.1:1', join(folder, 'none')))).rejects.toEqual(refusal('files'));
    const broken = folderWith('ca');
    writeFileSync(join(broken, 'key.pem'), 'not a key');
    await expect(connectEngine(at(await proxy('server'), broken))).rejects.toEqual(refusal('files'));
  });

  it('does not speak TLS to what has none and call it stopped, nor speak to a network without it unasked', async () => {
    const plain = net.createServer((socket) => void socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'));
    plain.listen(0, '127.0.0.1');
    onTestFinished(() => void plain.close());
    await new Promise((resolve) => plain.once('listening', resolve));
    const { port } = plain.address() as AddressInfo;
    await expect(connectEngine(at(`tcp://127.0.0.1:${port}`, folderWith('ca')))).rejects.toEqual(refusal('noTls'));
  });
});

describe('an engine over plain tcp', () => {
  it('is contacted by nobody unless that was allowed for its very address', async () => {
    const own = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
    const taken: string[] = [];
    const engine = net.createServer((socket) => {
      taken.push('connection');
      socket.pipe(net.connect(engineSocket)).pipe(socket);
    });
    engine.listen(0, own ?? '127.0.0.1');
    onTestFinished(() => void engine.close());
    await new Promise((resolve) => engine.once('listening', resolve));
    const { port } = engine.address() as AddressInfo;
    const address = `tcp://${own ?? 'localhost.localdomain'}:${port}`;
    for (const isPlainAllowed of [() => false, (asked: string) => asked === 'tcp://10.0.0.1:2375']) {
      await expect(connectEngine(at(address, null), undefined, { ...trustNobody, isPlainAllowed })).rejects.toEqual(
        refusal('plain'),
      );
    }
    expect(taken).toEqual([]);
    if (own === undefined) return;
    const allowed = { ...trustNobody, isPlainAllowed: (asked: string) => asked === address };
    (await connectEngine(at(address, null), undefined, allowed)).close();
    expect(taken).not.toEqual([]);
  });
});
