import { notifications } from '@mantine/notifications';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { onTestFinished } from 'vitest';
import { App } from '../../renderer/app/App';
import { overPort } from '../../renderer/lib/connect';
import { FakeHost, type FakeStart } from '../fakes/fakeHost';

/**
 * Opens the whole page at `address` (what stands behind `#`) on a fake host, as a window would.
 * The host's fields change what the page sees; `host.calls` are what it asked for.
 */
export function openPage(address: string, start: FakeStart = {}) {
  const host = new FakeHost(start);
  onTestFinished(() => {
    host.close();
    // They are kept outside of React, for the whole window.
    notifications.clean();
  });
  window.location.hash = address;
  const view = render(<App connecting={Promise.resolve(overPort(host.connect()))} />);
  const called = (name: string) => host.calls.filter(([call]) => call === name).map(([, input]) => input);
  return { host, user: userEvent.setup(), called, ...view };
}
