import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Nothing here weakens the page's security; `--no-sandbox` is about the operating system, for containers where the tests run as root. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  // No page lives long enough to gain from optimized code: making it is a tenth of all the work.
  '--js-flags=--no-maglev --no-turbofan',
];

const INSTALLED = [
  ...(process.env['CHROME_PATH'] === undefined ? [] : [process.env['CHROME_PATH']]),
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

interface Program {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The package unpacks into the temporary directory and takes a file that another process is still writing for a finished one; so each unpacking has a directory of its own that is renamed when it is whole. */
function unpack(): string {
  const whole = join(tmpdir(), 'lago-usage-sync-chromium-147.0.0');
  if (existsSync(whole)) return whole;
  const staging = mkdtempSync(join(tmpdir(), 'chromium-'));
  const script = "import('@sparticuz/chromium').then((it) => it.default.executablePath())";
  // This variable makes the package unpack its own libnss3 and libexpat too.
  const env = {
    ...process.env,
    TMPDIR: staging,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
    NODE_OPTIONS: '',
  };
  execFileSync(process.execPath, ['-e', script], {
    cwd: process.cwd(),
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    renameSync(staging, whole);
  } catch (error) {
    if (!existsSync(whole)) throw error;
    rmSync(staging, { recursive: true, force: true });
  }
  return whole;
}

/** The browser from npm, first with the libraries of this system, then with the ones that it brings for a system without libnss3 and libexpat. */
function packed(): Program[] {
  const folder = unpack();
  const path = join(folder, 'chromium');
  const fonts: Record<string, string> = existsSync('/etc/fonts/fonts.conf')
    ? {}
    : { FONTCONFIG_PATH: join(folder, 'fonts') };
  return [
    { path, environment: fonts },
    { path, environment: { ...fonts, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') } },
  ];
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

async function start({ path, environment }: Program): Promise<Browser> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return chromium.launch({
    executablePath: path,
    args: ARGUMENTS,
    env: { ...inherited, ...environment },
  });
}

/** Starts a browser, or says why there is none. */
export async function launchBrowser(): Promise<Browser | string> {
  const failures: string[] = [];
  const attempt = async (programs: () => readonly Program[]): Promise<Browser | undefined> => {
    try {
      for (const program of programs()) {
        const browser = await start(program).catch((error: unknown) => {
          failures.push(`${program.path} does not start: ${firstLine(error)}`);
        });
        if (browser !== undefined) return browser;
      }
    } catch (error) {
      failures.push(`the Chromium from npm cannot be unpacked: ${firstLine(error)}`);
    }
    return undefined;
  };
  const installed = INSTALLED.filter((path) => existsSync(path)).map((path) => ({
    path,
    environment: {},
  }));
  const packedOnes = platform() === 'linux' && arch() === 'x64' ? packed : () => [];
  const browser = (await attempt(() => installed)) ?? (await attempt(packedOnes));
  return (
    browser ??
    (failures.length > 0
      ? failures.join('; ')
      : 'no Chrome or Chromium is installed, and the one from npm is for Linux x64')
  );
}

/** For tests: a browser, or undefined after one clear line; without one CI fails, because nobody would see the line. */
export async function browserForTests(): Promise<Browser | undefined> {
  const browser = await launchBrowser();
  if (typeof browser !== 'string') return browser;
  const line = `The browser tests are skipped: ${browser}.`;
  if (process.env['CI'] === 'true') throw new Error(line);
  process.stderr.write(`${line}\n`);
  return undefined;
}
