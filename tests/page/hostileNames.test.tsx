import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Task } from '../../electron/contract/tasks';
import { sampleContainer, sampleId, sampleImage, sampleTasks } from '../fakes/samples';
import { openPage } from './openPage';

const hostile = '<img src=x onerror="globalThis.hacked = true"><b>bold</b>';
const container = sampleContainer({ id: sampleId(1), name: hostile, image: hostile });
const image = sampleImage({ tags: [hostile], usedBy: [hostile] });

test.each([
  '/containers',
  '/images',
  '/activity',
  '/',
  `/containers/${container.id}`,
  `/images/${encodeURIComponent(image.id)}`,
])('a stranger’s name or tag is markup on %s', async (address) => {
  const tasks = sampleTasks().map((task): Task => ({ ...task, command: hostile }));
  const { container: page } = openPage(address, { containers: [container], images: [image], tasks });
  await screen.findByRole('heading', { level: 1 });
  if (address !== '/')
    expect((await screen.findAllByText((text) => text.includes('onerror='))).length).toBeGreaterThan(0);
  expect(page.querySelector('img, b')).toBeNull();
  expect((globalThis as { hacked?: boolean }).hacked).toBeUndefined();
});
