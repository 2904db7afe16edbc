import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Doctor } from '../../electron/services/doctor';
import { FileGrants } from '../../electron/services/fileGrants';
import { fakeEngine, linkTo } from '../fakes/linkedEngine';

/** One secret for each place that a report looks at; none may be in the file, in whatever form. */
const canaries = {
  environment: 'canary-env-4f1a',
  untoldVariable: 'canary-untold-2d2d',
  proxy: 'canary proxy@9c',
  label: 'canary-label-77b2',
  variable: 'canary-var-01de',
  option: 'canary-option-5ac8',
  unnamed: 'sk-canary0unnamed0key0in0a0log',
  login: 'canary-login-e00d',
  identity: 'canary-identity-aa31',
  endpointKey: 'canary-endpoint-6b6b',
  chatAddress: 'canary-address-19f0',
  daemonProxy: 'canary-daemon-c4c4',
};

/** @param logTail what the log ends with */
async function reportOf(logTail = ''): Promise<{ files: Map<string, string>; maskedCount: number }> {
  const home = await mkdtemp(join(tmpdir(), 'wharf-doctor-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const dataFolder = join(home, 'wharf');
  await mkdir(join(dataFolder, 'logs'), { recursive: true });
  await mkdir(join(home, '.docker'));
  const proxy = `http://me:${encodeURIComponent(canaries.proxy)}@proxy.example:3128`;
  await writeFile(
    join(home, '.docker/config.json'),
    JSON.stringify({
      auths: {
        'registry.example': { auth: Buffer.from(`me:${canaries.login}`).toString('base64') },
        'other.example': { identitytoken: canaries.identity },
      },
      proxies: { default: { httpProxy: proxy } },
    }),
  );
  await writeFile(join(dataFolder, 'endpoint-keys.json'), JSON.stringify({ 'endpoint-1': canaries.endpointKey }));
  const baseUrl = `https://me:${canaries.chatAddress}@models.example/v1`;
  await writeFile(join(dataFolder, 'endpoints.json'), JSON.stringify([{ id: 'endpoint-1', baseUrl }]));
  const everything = Object.values(canaries).join(' ');
  await writeFile(
    join(dataFolder, 'logs/wharf.log'),
    `[info] engine ready\n[error] call failed ${everything}\n[error] Authorization: Bearer ${canaries.endpointKey}\n${logTail}`,
  );
  const fake = await fakeEngine();
  fake.addContainer({
    name: 'web',
    labels: { 'com.example.api-token': canaries.label },
    environment: [`SERVICE_PASSWORD=${canaries.variable}`, 'PLAIN=shown'],
    inspect: { Args: ['--api-key', canaries.option] },
  });
  fake.faults.answer = (_, path) =>
    path.endsWith('/info')
      ? {
          status: 200,
          body: { HttpProxy: `http://me:${canaries.daemonProxy}@proxy.example`, SystemTime: new Date().toISOString() },
        }
      : null;
  const { link } = linkTo(() => [fake.endpoint]);
  await expect.poll(() => link.state.value.phase).toBe('ready');
  const fileGrants = new FileGrants();
  const doctor = new Doctor({
    engineLink: link,
    fileGrants,
    host: { about: () => ({ host: 'desktop', version: '0' }) as never },
    dataFolder,
    env: {
      DOCKER_AUTH_TOKEN: canaries.environment,
      MY_API_KEY: canaries.untoldVariable,
      HTTPS_PROXY: proxy,
      LANG: 'ko_KR.UTF-8',
    },
    homeDirectory: home,
  });
  const path = join(home, 'report.tar.gz');
  const { grant } = fileGrants.issue(path, 'save') ?? { grant: '' };
  const { maskedCount, fileName } = await doctor.saveDiagnostics(grant);
  expect(fileName).toBe('report.tar.gz');
  await expect(doctor.saveDiagnostics(grant)).rejects.toMatchObject({ code: 'FILE_NOT_PICKED' });
  return { files: await filesIn(await readFile(path)), maskedCount };
}

async function filesIn(archive: Buffer): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const reading = extract();
  reading.on('entry', (header, stream, next) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk) => chunks.push(chunk as Buffer));
    stream.on('end', () => {
      files.set(header.name.replace('wharf-diagnostics/', ''), Buffer.concat(chunks).toString());
      next();
    });
  });
  const done = new Promise<void>((resolve, reject) => reading.on('finish', () => resolve()).on('error', reject));
  Readable.from([gunzipSync(archive)]).pipe(reading);
  await done;
  return files;
}

describe('the diagnostics file', () => {
  it('carries no secret of variables, labels, options, proxies, registries, endpoints or the log', async () => {
    const { files, maskedCount } = await reportOf();
    for (const [place, secret] of Object.entries(canaries)) {
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
        for (const [name, text] of files) expect(text.includes(form), `${place} in ${name}`).toBe(false);
      }
    }
    expect(maskedCount).toBeGreaterThan(Object.keys(canaries).length);
  });

  it('carries no second half of a secret that the log was cut in', async () => {
    const secret = canaries.endpointKey;
    const { files } = await reportOf(`${secret}${'.'.repeat(1024 * 1024 - 6)}`);
    expect(files.get('wharf.log')).not.toContain(secret.slice(-6));
    expect(files.get('wharf.log')).toMatch(/\.{1000}$/);
  });

  it('says what a helper needs', async () => {
    const { files } = await reportOf();
    expect([...files.keys()].sort()).toEqual(
      expect.arrayContaining(['about.json', 'containers.json', 'engine-info.json', 'findings.json', 'wharf.log']),
    );
    expect(files.get('containers.json')).toContain('PLAIN=shown');
    expect(files.get('containers.json')).toContain('SERVICE_PASSWORD=');
    expect(files.get('endpoints.json')).toContain('endpoint-1');
    expect(files.get('environment.json')).toContain('ko_KR.UTF-8');
    expect(files.get('findings.json')).toContain('proxy.example:3128');
    expect(files.get('wharf.log')).toContain('engine ready');
  });
});
