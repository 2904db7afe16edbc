import { join } from 'node:path';

/** Where the settings are kept in `dataFolder`. Apart from `Settings`, whose checks take time that the first window has not. */
export const settingsFile = (dataFolder: string): string => join(dataFolder, 'settings.json');
