import { describe, expect, it } from 'vitest';
import { FileGrants } from '../../electron/services/fileGrants';

const refused = expect.objectContaining({ code: 'FILE_NOT_PICKED' });

describe('grants of picked files', () => {
  it('tells the page the folder of the file', () => {
    expect(new FileGrants().issue('/home/mina/secret/log.txt', 'save')?.name).toBe('log.txt');
  });

  it('takes any name for a grant', () => {
    expect(() => new FileGrants().redeem('/etc/passwd', 'open')).toThrow(refused);
  });

  it('writes to a file that was picked to be read', () => {
    const grants = new FileGrants();
    const picked = grants.issue('/home/mina/kit.tar', 'open');
    expect(() => grants.redeem(picked?.grant ?? '', 'save')).toThrow(refused);
    expect(grants.redeem(picked?.grant ?? '', 'open')).toBe('/home/mina/kit.tar');
  });

  it('uses one pick twice', () => {
    const grants = new FileGrants();
    const grant = grants.issue('/tmp/a', 'save')?.grant ?? '';
    grants.redeem(grant, 'save');
    expect(() => grants.redeem(grant, 'save')).toThrow(refused);
  });

  it('keeps every unused pick for ever', () => {
    const grants = new FileGrants();
    const first = grants.issue('/tmp/first', 'save')?.grant ?? '';
    for (let index = 0; index < 100; index += 1) grants.issue(`/tmp/${index}`, 'save');
    expect(() => grants.redeem(first, 'save')).toThrow(refused);
  });

  it('grants a dialog that was cancelled', () => {
    expect(new FileGrants().issue(null, 'save')).toBeNull();
  });
});
