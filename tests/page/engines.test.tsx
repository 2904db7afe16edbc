import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { sampleContainers } from '../fakes/samples';
import { openPage } from './openPage';

/** Opens the list of engines from the top bar. */
async function openEngines() {
  const page = openPage('/containers', { containers: sampleContainers() });
  fireEvent.click(await screen.findByRole('button', { name: /^Engine in use:\s*Docker 20/ }));
  const dialog = await screen.findByRole('dialog', { name: 'Engines' });
  await within(dialog).findByText('ssh://mina@build-box');
  return { ...page, dialog };
}
const rowOf = (dialog: HTMLElement, name: string) =>
  within(within(dialog).getByText(name).closest('li') as HTMLElement);

test('an engine’s kind, address and state are in the list, and the one in use cannot be mistaken', async () => {
  const { dialog } = await openEngines();
  expect(rowOf(dialog, 'Docker').getByText('In use')).toBeTruthy();
  expect(rowOf(dialog, 'Podman').getByText('Podman 4.3.1')).toBeTruthy();
  expect(rowOf(dialog, 'Podman').getByText('Ready')).toBeTruthy();
  expect(rowOf(dialog, 'Colima').getByText('No answer')).toBeTruthy();
  expect(rowOf(dialog, 'build-box').getByText('Not asked')).toBeTruthy();
  expect(
    (await axe.run(within(dialog).getByRole('list'), { rules: { 'color-contrast': { enabled: false } } })).violations,
  ).toEqual([]);
});

test('a host’s key is never trusted unasked, and only the one whose fingerprint was shown', async () => {
  const { dialog, host, called } = await openEngines();
  host.refuse('engine.choose', {
    code: 'ENGINE_SSH',
    details: {
      address: 'ssh://mina@build-box',
      reason: 'hostUnknown',
      target: '',
      host: 'build-box',
      user: 'mina',
      keyType: 'ssh-ed25519',
      fingerprint: 'SHA256:shown',
      place: '',
    },
  });
  const row = rowOf(dialog, 'build-box');
  fireEvent.click(row.getByRole('button', { name: /^Use / }));
  expect(await row.findByText(/SHA256:shown/)).toBeTruthy();
  expect(called('engine.trustHost')).toEqual([]);
  host.refuse('engine.choose', null);
  fireEvent.click(row.getByRole('button', { name: /trust and connect/ }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(called('engine.trustHost')).toEqual([{ id: 'context:build-box', fingerprint: 'SHA256:shown' }]);
  expect(await screen.findByText('ssh://mina@build-box', { selector: 'header *' })).toBeTruthy();
});

test('nothing but a missing encryption can be waved through, and only when that is said', async () => {
  const { dialog, host, called } = await openEngines();
  const refuseFor = (reason: 'untrusted' | 'plain') =>
    host.refuse('engine.choose', {
      code: 'ENGINE_TLS',
      details: { address: 'tcp://build-box:2376', reason, message: 'self-signed certificate' },
    });
  const row = rowOf(dialog, 'build-box');
  refuseFor('untrusted');
  fireEvent.click(row.getByRole('button', { name: /^Use / }));
  await row.findByText('Nothing was changed', { exact: false });
  expect(row.queryByRole('button', { name: /Allow without encryption/ })).toBeNull();
  refuseFor('plain');
  fireEvent.click(row.getByRole('button', { name: /^Use / }));
  const allow = await row.findByRole('button', { name: /Allow without encryption/ });
  expect(called('engine.allowPlain')).toEqual([]);
  host.refuse('engine.choose', null);
  fireEvent.click(allow);
  await waitFor(() => expect(called('engine.allowPlain')).toEqual([{ id: 'context:build-box' }]));
});

test('a finding is never shown without what to do, nor a report saved without saying that it was masked', async () => {
  const { host, called } = openPage('/doctor');
  expect(await screen.findByText(/everybody on this machine may use/)).toBeTruthy();
  expect(screen.getByText(/What to do: sudo chmod 660/)).toBeTruthy();
  expect((await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: /Save diagnostics/ }));
  expect(await screen.findByText(/Masked in 7 places/)).toBeTruthy();
  expect(called('doctor.saveDiagnostics')).toHaveLength(1);
  host.settings.set({ ...host.settings.value, language: 'ko' });
  expect(await screen.findByText(/이 컴퓨터의 모든 사용자가/)).toBeTruthy();
});
