/** Why a folder of the machine is never given to a container. */
export type FolderRefusal = 'notAbsolute' | 'root' | 'system' | 'engineSocket';

/** Folders that hold the system, its devices or its secrets, with everything below. */
const systemFolders = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/snap',
  '/sys',
  '/usr',
  '/var',
  '/System',
  '/Library',
  '/private/etc',
  '/private/var',
];

/** Folders of whole other folders: themselves refused, what is below them is a person's own. */
const folderParents = ['/home', '/Users', '/mnt', '/media', '/opt', '/srv', '/Volumes', '/private', '/tmp'];

/** Below a system folder and yet a place for data. */
const exceptions = ['/var/tmp', '/run/media', '/private/var/folders', '/var/www', '/var/data'];

/** Folders below a home that hold keys; whatever contains one is a home, which is refused as a whole. */
const secretFolders = /(^|\/)\.(ssh|gnupg|aws|kube|docker|password-store)(\/|$)/;

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/**
 * Why `path` may not be bound into a container; null where it may. By its words alone: whoever has the disk at hand asks
 * once more about where links lead. The same list for every engine, whichever system it runs on.
 */
export function folderRefusal(path: string): FolderRefusal | null {
  if (path.includes('\0')) return 'notAbsolute';
  const windows = /^[A-Za-z]:[\\/](.*)$/.exec(path);
  if (windows) return windowsRefusal((windows[1] as string).replaceAll('\\', '/'));
  if (!path.startsWith('/')) return 'notAbsolute';
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const plain = `/${parts.join('/')}`;
  if (plain === '/') return 'root';
  if (/(^|\/)(docker|podman|containerd)[^/]*\.sock$/.test(plain)) return 'engineSocket';
  if (exceptions.some((folder) => isBelow(plain, folder))) return null;
  if (systemFolders.some((folder) => isBelow(plain, folder))) return 'system';
  if (folderParents.includes(plain) || /^\/(home|Users)\/[^/]+$/.test(plain)) return 'system';
  return secretFolders.test(plain) ? 'system' : null;
}

function windowsRefusal(path: string): FolderRefusal | null {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return 'root';
  const [first = '', second] = parts.map((part) => part.toLowerCase());
  if (/^(windows|program files.*|programdata|system volume information)$/.test(first)) return 'system';
  if (first === 'users' && (second === undefined || parts.length === 2)) return 'system';
  return secretFolders.test(`/${parts.join('/')}`) ? 'system' : null;
}
