import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { billOfMaterials, openAdvisories, pinnedPackages } from '../../scripts/lib/supplyChain.mjs';

interface Locked {
  integrity?: string;
  optional?: boolean;
  resolved?: string;
  link?: boolean;
}

const read = (file: string) => readFileSync(file, 'utf8');

describe('what Wharf is made of', () => {
  test('a package is installed without anybody knowing whether it is the one that was locked', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
    // Optional ones for other systems could not be fetched where the file was made; see scripts/lib/lockFile.mjs.
    const unknown = Object.entries(packages).filter(
      ([folder, { integrity, optional }]) => folder !== '' && !optional && !integrity?.startsWith('sha512-'),
    );
    expect(unknown).toEqual([]);
    expect(Object.values(packages).filter(({ resolved, link }) => resolved !== undefined || link)).toEqual([]);
  });

  test('a dependency is named by a range, so that tomorrow’s release gets in', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    const versions = Object.values<string>({ ...dependencies, ...devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('the image installs a package whose checksum nobody pinned', () => {
    const lines = read('api-image/requirements.txt').split('\n');
    const names = lines.filter((line) => /^[A-Za-z0-9]/.test(line));
    const pinned = pinnedPackages(lines.join('\n'));
    expect(names.length).toBeGreaterThan(5);
    expect(pinned.length).toBe(names.length);
    expect(pinned.filter(({ hashes }) => hashes?.length === 0)).toEqual([]);
  });

  test('the bill of materials leaves out the image, or names packages without version and checksum', async () => {
    const { components } = await billOfMaterials();
    expect(components.find(({ purl }) => purl.startsWith('pkg:pypi/fastapi@'))?.hashes?.[0]?.content).toMatch(
      /^[0-9a-f]{64}$/,
    );
    expect(components.find(({ purl }) => purl.startsWith('pkg:npm/dockerode@'))?.hashes?.[0]?.content).toMatch(
      /^[0-9a-f]{128}$/,
    );
    expect(components.find(({ purl }) => purl.startsWith('pkg:npm/%40photostructure/sqlite@'))?.scope).toBe('required');
    expect(new Set(components.map(({ purl }) => purl)).size).toBeGreaterThan(500);
  });

  test('an advisory that was accepted once is passed over for ever, or one that nobody saw is', () => {
    const audit = {
      vulnerabilities: {
        ws: {
          via: [{ url: 'https://example.invalid/advisories/GHSA-aaaa', title: 'reads too far', severity: 'high' }],
        },
        dockerode: { via: ['ws'] },
      },
    };
    const accepted = [{ id: 'GHSA-aaaa', reason: 'not reached', until: '2026-12-31' }];
    expect(openAdvisories(audit, [], new Date('2026-06-01'))).toEqual(['ws: GHSA-aaaa high reads too far']);
    expect(openAdvisories(audit, accepted, new Date('2026-06-01'))).toEqual([]);
    expect(openAdvisories(audit, accepted, new Date('2027-01-01'))).toHaveLength(1);
  });
});
