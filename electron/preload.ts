import { ipcRenderer } from 'electron';

// The only code that sees both worlds. The page asks for its port, main checks who asks, the port is handed through.
window.addEventListener('message', (event) => {
  if (event.source !== window || event.origin !== window.location.origin) return;
  if (event.data?.type === 'wharf:connect') ipcRenderer.send('wharf:connect');
});

ipcRenderer.on('wharf:port', (event) => {
  window.postMessage({ type: 'wharf:port' }, window.location.origin, event.ports as unknown as Transferable[]);
});
