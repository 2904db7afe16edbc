import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listeningInodes, processListeningOn } from '../../electron/services/ports';

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const row = (address: string, state: string, inode: number) =>
  `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 100 0 0 10 0`;

describe('listeningInodes', () => {
  it('takes listeners of loopback and of all addresses, not of others, nor connections', () => {
    const table = [
      header,
      row('0100007F:1F40', '0A', 11),
      row('00000000:1F40', '0A', 12),
      row('0501A8C0:1F40', '0A', 13),
      row('0100007F:1F40', '01', 14),
      row('0100007F:1F41', '0A', 15),
      '',
    ].join('\n');
    expect(listeningInodes(table, 8000)).toEqual(['11', '12']);
  });
});

describe('processListeningOn', () => {
  it('names the process, and nobody where the table or the processes cannot be read', async () => {
    const proc = await mkdtemp(join(tmpdir(), 'proc-'));
    onTestFinished(() => rm(proc, { recursive: true }));
    expect(await processListeningOn(8000, proc)).toBeNull();
    await mkdir(join(proc, 'net'));
    await writeFile(join(proc, 'net/tcp6'), `${header}\n${row(`${'0'.repeat(32)}:1F40`, '0A', 77)}\n`);
    expect(await processListeningOn(8000, proc)).toBeNull();
    await mkdir(join(proc, '41'));
    await mkdir(join(proc, '42/fd'), { recursive: true });
    await symlink('/dev/null', join(proc, '42/fd/0'));
    await symlink('socket:[77]', join(proc, '42/fd/3'));
    await writeFile(join(proc, '42/comm'), 'python3\n');
    expect(await processListeningOn(8000, proc)).toBe('python3');
    expect(await processListeningOn(8001, proc)).toBeNull();
  });
});
