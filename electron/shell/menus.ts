import { app, Menu, type MenuItemConstructorOptions, type WebContents } from 'electron';
import { isRelease } from './release';
import { type ShellWords, shellWords } from './words';

/** The words of the last menu that was set. */
let current: ShellWords = shellWords({ language: 'system' });

/** The window's menu. On Linux and Windows Alt shows it; its keys work all the same. */
export function setMenu(words: ShellWords, goTo: (path: string) => void): void {
  current = words;
  const isMac = process.platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const template: MenuItemConstructorOptions[] = [
    ...(isMac
      ? [{ role: 'appMenu' as const }]
      : [{ label: words.file, submenu: [{ label: words.quit, click: () => app.quit() }] }]),
    { label: words.edit, submenu: editItems(words, { canUndo: true, canRedo: true }) },
    {
      label: words.view,
      submenu: [
        { role: 'zoomIn', label: words.zoomIn },
        { role: 'zoomOut', label: words.zoomOut },
        { role: 'resetZoom', label: words.resetZoom },
        separator,
        { role: 'togglefullscreen', label: words.fullScreen },
        ...(isRelease() ? [] : [separator, { role: 'toggleDevTools' as const }]),
      ],
    },
    {
      label: words.window,
      submenu: [
        // Without the keys that these roles have, Ctrl+M and Ctrl+W: they belong to the shell in a container's terminal.
        { label: words.minimize, click: (_item, window) => window?.minimize() },
        {
          label: words.closeWindow,
          ...(isMac ? { accelerator: 'Cmd+W' } : {}),
          click: (_item, window) => window?.close(),
        },
      ],
    },
    { role: 'help', label: words.help, submenu: [{ label: words.help, click: () => goTo('/help') }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function editItems(
  words: ShellWords,
  { canUndo, canRedo }: { canUndo: boolean; canRedo: boolean },
): MenuItemConstructorOptions[] {
  return [
    { role: 'undo', label: words.undo, enabled: canUndo },
    { role: 'redo', label: words.redo, enabled: canRedo },
    { type: 'separator' },
    { role: 'cut', label: words.cut },
    { role: 'copy', label: words.copy },
    { role: 'paste', label: words.paste },
    { role: 'selectAll', label: words.selectAll },
  ];
}

/** The menu of a right click where there is text to edit or to copy. Elsewhere the page has menus of its own, or none. */
export function showTextMenu(contents: WebContents): void {
  contents.on('context-menu', (_event, { isEditable, selectionText, editFlags }) => {
    if (isEditable) Menu.buildFromTemplate(editItems(current, editFlags)).popup();
    else if (selectionText.trim() !== '') {
      Menu.buildFromTemplate([{ role: 'copy', label: current.copy }]).popup();
    }
  });
}

/** Whether Wharf starts with the person's session, where the system keeps that itself; Linux: `autostart.ts`. */
export function setLoginItem(wanted: boolean): void {
  if (app.getLoginItemSettings().openAtLogin !== wanted) app.setLoginItemSettings({ openAtLogin: wanted });
}
