import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { connect } from './lib/connect';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

createRoot(root).render(<App connecting={connect()} />);
