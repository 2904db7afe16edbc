import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { type ITheme, Terminal } from '@xterm/xterm';
import type { Api } from '../../../../electron/contract/api';
import type { TerminalHead } from '../../../../electron/contract/terminal';
import { toFailure } from '../../../lib/failures';
import { followWatch } from '../../../lib/followWatch';

interface ScreenOptions {
  api: Api;
  /** Where it is drawn; it fills that. */
  node: HTMLElement;
  sessionId: string;
  /** Name of the field that takes the keys, for screen readers. */
  inputLabel: string;
  onHead: (head: TerminalHead) => void;
  onFailure: (error: unknown) => void;
  /** A link of what was printed was clicked; it is untrusted. */
  onLink: (url: string) => void;
}

/** Lines to scroll back through on the page; main keeps more characters than that only of long lines. */
const scrollbackLines = 5_000;

/** Changes of size are told this long after the last one: dragging a window's edge makes many. */
const resizeSettleMs = 80;

/**
 * Draws a session and types into it, until the function that comes back is called; the session goes on without it.
 *
 * What was printed before is replayed first, and whatever the terminal itself would answer to it (where the cursor is,
 * which terminal this is) is dropped: it was answered when it was new. Output is asked for one piece at a time, the next
 * when the last was drawn, so that main can make a flood wait.
 */
export function connectScreen(options: ScreenOptions): () => void {
  const { api, node, sessionId, inputLabel, onHead, onFailure, onLink } = options;
  const leaving = new AbortController();
  const { signal } = leaving;
  const fail = (error: unknown) => {
    if (!signal.aborted && toFailure(error).code !== 'TERMINAL_MISSING') onFailure(error);
  };
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: false,
    fontFamily: getComputedStyle(node).getPropertyValue('--font-mono').trim() || 'monospace',
    fontSize: 13,
    lineHeight: 1.2,
    // Colours of programs that were chosen for another background stay readable.
    minimumContrastRatio: 4.5,
    scrollback: scrollbackLines,
    theme: themeOf(node),
    // Links that the container prints lead where a person has seen first.
    linkHandler: { activate: (_, url) => onLink(url), allowNonHttpProtocols: false },
  });
  Terminal.strings.promptLabel = inputLabel;
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new Unicode11Addon());
  // Widths of Korean and of emoji as programs of today count them.
  terminal.unicode.activeVersion = '11';
  terminal.open(node);
  fit.fit();
  if (terminal.textarea) terminal.textarea.ariaLabel = inputLabel;

  let isReplaying = true;
  let typing: Promise<unknown> = Promise.resolve();
  terminal.onData((text) => {
    if (isReplaying) return;
    // One after the other: keys must not overtake each other on the way.
    typing = typing.then(() => api.terminal.write({ sessionId, text }, { signal })).catch(fail);
  });
  terminal.attachCustomKeyEventHandler((event) => handleKey(event, terminal, api));

  let resizing: ReturnType<typeof setTimeout> | undefined;
  const tellSize = () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => {
      const { cols: columns, rows } = terminal;
      void api.terminal.resize({ sessionId, columns, rows }, { signal }).catch(fail);
    }, resizeSettleMs);
  };
  terminal.onResize(tellSize);
  tellSize();
  const resized = new ResizeObserver(() => {
    if (node.clientWidth > 0) fit.fit();
  });
  resized.observe(node);
  const themed = new MutationObserver(() => {
    terminal.options.theme = themeOf(node);
  });
  themed.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });

  let shownTo = 0;
  let head: TerminalHead | null = null;
  let isDrawing = false;
  let replayTo: number | null = null;
  const draw = async () => {
    if (isDrawing) return;
    isDrawing = true;
    try {
      while (!signal.aborted && head !== null && shownTo < head.endOffset) {
        const part = await api.terminal.read({ sessionId, fromOffset: shownTo }, { signal });
        if (part.toOffset <= shownTo) break;
        // What lies between was dropped: the screen before it is no longer true.
        if (part.fromOffset > shownTo && shownTo > 0) terminal.reset();
        shownTo = part.toOffset;
        await new Promise<void>((drawn) => terminal.write(part.text, drawn));
        if (replayTo !== null && shownTo >= replayTo) isReplaying = false;
      }
      if (replayTo !== null && shownTo >= replayTo) isReplaying = false;
    } catch (error) {
      fail(error);
    } finally {
      isDrawing = false;
    }
  };
  void followWatch({
    open: () => api.terminal.follow({ sessionId }, { signal }),
    onItem: (next) => {
      replayTo ??= next.endOffset;
      head = next;
      onHead(next);
      void draw();
    },
    onFailure: (error) => (toFailure(error).code === 'TERMINAL_MISSING' ? 'stop' : 'again'),
    signal,
  });
  terminal.focus();

  return () => {
    leaving.abort();
    clearTimeout(resizing);
    resized.disconnect();
    themed.disconnect();
    terminal.dispose();
  };
}

/**
 * Keys that are the page's and not the container's. Ctrl+C copies while something is selected, as in every terminal of
 * today, and interrupts otherwise. Pasting is the browser's own, so that it needs no right to read the clipboard.
 */
function handleKey(event: KeyboardEvent, terminal: Terminal, api: Api): boolean {
  const isMac = navigator.platform.startsWith('Mac');
  const command = isMac ? event.metaKey : event.ctrlKey;
  if (event.type !== 'keydown' || event.isComposing) return true;
  const key = event.key.toLowerCase();
  if (key === 'f6') {
    terminal.blur();
    document.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
    event.preventDefault();
    return false;
  }
  if (command && key === 'c' && terminal.hasSelection()) {
    void api.host.copyText({ text: terminal.getSelection() });
    terminal.clearSelection();
    event.preventDefault();
    return false;
  }
  // With Shift and nothing selected it would reach the container as an interrupt.
  if (command && event.shiftKey && key === 'c') {
    event.preventDefault();
    return false;
  }
  if (command && key === 'v') return false;
  return true;
}

/** Colours of the terminal from the page's tokens; the sixteen of ANSI are set for both backgrounds. */
function themeOf(node: HTMLElement): ITheme {
  const token = (name: string) => getComputedStyle(node).getPropertyValue(name).trim();
  const dark = document.documentElement.dataset.mantineColorScheme === 'dark';
  return {
    background: token('--terminal-background'),
    foreground: token('--text'),
    cursor: token('--accent-text'),
    cursorAccent: token('--terminal-background'),
    selectionBackground: token('--selected'),
    ...(dark ? darkAnsi : lightAnsi),
  };
}

const lightAnsi: ITheme = {
  black: '#1a1d23',
  red: '#b8262f',
  green: '#17724a',
  yellow: '#8a5300',
  blue: '#2257b8',
  magenta: '#8a3a9c',
  cyan: '#0b687f',
  white: '#565d69',
  brightBlack: '#646b77',
  brightRed: '#c9323b',
  brightGreen: '#1a7f53',
  brightYellow: '#96600a',
  brightBlue: '#2f67cc',
  brightMagenta: '#9b49ad',
  brightCyan: '#0e7490',
  brightWhite: '#1a1d23',
};

const darkAnsi: ITheme = {
  black: '#3b424e',
  red: '#ff8a8f',
  green: '#54c28e',
  yellow: '#e5ab4f',
  blue: '#7fb0ff',
  magenta: '#d79be6',
  cyan: '#64c6dd',
  white: '#c8ccd4',
  brightBlack: '#8f96a3',
  brightRed: '#ffa5a9',
  brightGreen: '#7ad6aa',
  brightYellow: '#f0c277',
  brightBlue: '#a3c7ff',
  brightMagenta: '#e4b8ef',
  brightCyan: '#8fdcec',
  brightWhite: '#e7e9ed',
};
