import type { homeTexts } from './locale';

/** How an engine is started or installed on a system: what for, and the command. */
export interface Instruction {
  word: keyof (typeof homeTexts)['en'];
  command: string;
}

const linux: Instruction[] = [
  { word: 'startLinux', command: 'sudo systemctl start docker' },
  { word: 'groupLinux', command: 'sudo usermod -aG docker $USER' },
  { word: 'installLinux', command: 'sudo apt-get update && sudo apt-get install -y docker.io' },
];

const mac: Instruction[] = [
  { word: 'startMac', command: 'open -a Docker' },
  { word: 'installMac', command: 'brew install --cask docker' },
  { word: 'colimaMac', command: 'brew install colima docker && colima start' },
];

const windows: Instruction[] = [
  { word: 'startWindows', command: 'Start-Process "$Env:ProgramFiles\\Docker\\Docker\\Docker Desktop.exe"' },
  { word: 'installWindows', command: 'winget install Docker.DockerDesktop' },
];

/** What to do on `platform` (Node's `process.platform`) to have an engine. */
export function engineInstructions(platform: string | undefined): Instruction[] {
  if (platform === 'darwin') return mac;
  return platform === 'win32' ? windows : linux;
}
