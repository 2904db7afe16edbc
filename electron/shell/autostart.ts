import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Starts Wharf with the person's session on Linux, or no longer.
 * https://specifications.freedesktop.org/autostart-spec/latest/
 * @param configFolder `$XDG_CONFIG_HOME`, usually `~/.config`
 * @param program the installed binary
 */
export async function setAutostart(configFolder: string, program: string, wanted: boolean): Promise<void> {
  const folder = join(configFolder, 'autostart');
  const file = join(folder, 'wharf.desktop');
  if (!wanted) return rm(file, { force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(file, `[Desktop Entry]\nType=Application\nName=Wharf\nExec=${quoted(program)}\nIcon=wharf\n`);
}

/** A word of an `Exec` line: in double quotes, with the characters escaped that stay special there. */
function quoted(word: string): string {
  const escaped = word.replace(/[\\"`$]/g, (character) => `\\\\${character === '\\' ? '\\\\' : character}`);
  return `"${escaped.replace(/%/g, '%%')}"`;
}
