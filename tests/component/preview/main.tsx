import { createRoot } from 'react-dom/client';
import { App } from '../../../renderer/app/App';
import { overPort } from '../../../renderer/lib/connect';
import { FakeHost } from '../../fakes/fakeHost';
import { scenarios } from './scenarios';

const wanted = new URLSearchParams(window.location.search);
const scenario = scenarios[wanted.get('scenario') ?? 'full'];
const language = wanted.get('language') === 'ko' ? 'ko' : 'en';
const theme = wanted.get('theme') === 'dark' ? 'dark' : 'light';
// The router reads what stands behind `?` too.
history.replaceState(null, '', `/${window.location.hash}`);
Object.assign(document.documentElement.dataset, { language, theme });
const start = scenario?.();
const host = new FakeHost({ ...start, settings: { ...start?.settings, language, theme } });

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App connecting={Promise.resolve(overPort(host.connect()))} />);
