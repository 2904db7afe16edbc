import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { DoctorFinding } from '../contract/doctor';
import { isFailure } from '../contract/failures';
import { checkSurroundings } from '../docker/checkSurroundings.mjs';
import type { Engine } from '../docker/engine';
import { engineChecks } from '../docker/engineChecks.mjs';
import type { EngineLink } from './engine';
import type { FileGrants } from './fileGrants';
import type { Host } from './host';
import { Redaction } from './redaction';
import { storageFailed } from './storageFailed';
import { writeWhole } from './writeWhole';

/** The end of the app log that goes into a report. */
const logBytes = 1024 * 1024;
/** Containers whose configuration goes into a report. */
const containersTold = 50;

/** Files of the data folder that say how Wharf is set up. */
const settingsFiles = ['settings.json', 'engines.json', 'endpoints.json', 'presets.json', 'answer-presets.json'];
/** Files that hold nothing but secrets: they are learned and left out. */
const secretFiles = ['endpoint-keys.json'];

/** What `Doctor` works with. */
export interface DoctorOptions {
  engineLink: Pick<EngineLink, 'current' | 'state'>;
  fileGrants: Pick<FileGrants, 'redeem'>;
  host: Pick<Host, 'about'>;
  dataFolder: string;
  env: Readonly<Record<string, string | undefined>>;
  homeDirectory: string;
}

/** Checks of the engine and what stands around it, and the file for whoever is asked for help. */
export class Doctor {
  constructor(private readonly options: DoctorOptions) {}

  /** See `doctor.check`. */
  async check(): Promise<{ findings: DoctorFinding[] }> {
    const { env, homeDirectory, engineLink } = this.options;
    const engine = engineLink.current();
    const around = checkSurroundings(env, homeDirectory);
    const { address } = engine.endpoint;
    return { findings: await engineChecks({ ...around, address, ask: (path) => engine.ask(path) }) };
  }

  /** See `doctor.saveDiagnostics`. */
  async saveDiagnostics(grant: string): Promise<{ fileName: string; sizeBytes: number; maskedCount: number }> {
    const path = this.options.fileGrants.redeem(grant, 'save');
    const redaction = new Redaction();
    const files = await this.collect(redaction);
    const archive = await promisify(gzip)(await tarOf(files));
    try {
      await writeWhole(path, (file) => file.writeFile(archive));
      return { fileName: basename(path), sizeBytes: archive.length, maskedCount: redaction.count };
    } catch (error) {
      throw storageFailed(error);
    }
  }

  /** The files of a report by their names. Everything is learned before anything is written out. */
  private async collect(redaction: Redaction): Promise<[name: string, text: string][]> {
    const { host, engineLink, dataFolder, env, homeDirectory } = this.options;
    const values: [name: string, value: unknown][] = [
      ['about.json', { ...host.about(), writtenAt: new Date().toISOString() }],
      ['engine-state.json', engineLink.state.value],
      ['environment.json', tellingVariables(env)],
    ];
    redaction.learnVariables(env);
    await this.learnDockerConfig(redaction, homeDirectory);
    for (const name of secretFiles) redaction.learn(textsIn(await this.readJson(join(dataFolder, name))));
    for (const name of settingsFiles) values.push([name, await this.readJson(join(dataFolder, name))]);
    if (engineLink.state.value.phase === 'ready') values.push(...(await this.ofEngine(engineLink.current())));
    for (const [, value] of values) redaction.learnJson(value);
    const log = await readFile(join(dataFolder, 'logs', 'wharf.log'), 'utf8').catch(() => '');
    return [
      ...values.map(([name, value]): [string, string] => [name, redaction.json(value)]),
      // Cut last: half a secret would not be known for one.
      ['wharf.log', redaction.text(log).slice(-logBytes)],
    ];
  }

  private async ofEngine(engine: Engine): Promise<[name: string, value: unknown][]> {
    // One that fails is told with its reason: the report is for when things fail.
    const asked = (path: string) => engine.ask(path).catch((error: unknown) => said(error));
    const rows = (await asked('/containers/json')) as { Id?: string }[];
    const ids = Array.isArray(rows) ? rows.flatMap(({ Id }) => (Id === undefined ? [] : [Id])) : [];
    return [
      ['findings.json', await this.check().catch((error: unknown) => said(error))],
      ['engine-version.json', await asked('/version')],
      ['engine-info.json', await asked('/info')],
      ['containers.json', await Promise.all(ids.slice(0, containersTold).map((id) => asked(`/containers/${id}/json`)))],
    ];
  }

  private async learnDockerConfig(redaction: Redaction, homeDirectory: string): Promise<void> {
    const { dockerConfigFile } = checkSurroundings(this.options.env, homeDirectory);
    const config = (await this.readJson(dockerConfigFile)) as {
      auths?: Record<string, { auth?: string; identitytoken?: string; password?: string } | null>;
      proxies?: Record<string, Record<string, string> | null>;
    } | null;
    for (const account of Object.values(config?.auths ?? {})) {
      const { auth = '', identitytoken = '', password = '' } = account ?? {};
      const plain = Buffer.from(auth, 'base64').toString();
      redaction.learn([auth, identitytoken, password, plain, plain.slice(plain.indexOf(':') + 1)]);
    }
    for (const proxies of Object.values(config?.proxies ?? {})) redaction.learnVariables(proxies ?? {});
  }

  private async readJson(file: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(file, 'utf8'));
    } catch {
      return null;
    }
  }
}

/** A few MB at most: the log's end and what engines say of some containers. */
function tarOf(files: [name: string, text: string][]): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of files) archive.entry({ name: `wharf-diagnostics/${name}`, mode: 0o600 }, text);
  archive.finalize();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    archive.on('data', (chunk) => chunks.push(chunk as Buffer));
    archive.on('end', () => resolve(Buffer.concat(chunks)));
    archive.on('error', reject);
  });
}

/** Variables that change how engines, proxies and certificates are found. */
function tellingVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const telling = /^(DOCKER_|BUILDKIT_|WHARF_|XDG_|SSL_CERT|NODE_EXTRA_CA|REQUESTS_CA|OLLAMA_HOST$|LANG$)|_proxy$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => telling.test(name)));
}

/** Every text in a JSON value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}

function said(error: unknown): unknown {
  return isFailure(error) ? error.toValue() : { message: String(error) };
}
