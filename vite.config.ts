import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite';
import { compressWhatComesLater } from './scripts/lib/compressLater.mjs';
import { noteBundledPackages } from './scripts/lib/licences.mjs';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Runtimes that must be able to run the output: Electron 22 (Node 16, Chromium 108) is the oldest supported. */
const nodeTarget = 'node16';
const pageTarget = 'chrome108';

/**
 * What docker-modem and dockerode load at once and Wharf never calls: ssh2 (`docker/ssh` loads it, where an engine is
 * reached so) and gRPC and protobufjs (we answer BuildKit's session and read its trace ourselves). A megabyte of start-up; whoever
 * does call it is told.
 */
const leftOut = new Set(['@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs']);
/** Faster ciphers for ssh2, built where it is installed: it works without them, and they fit one version of Node only. */
const nativeParts = /^cpu-features$|\/sshcrypto\.node$/;
const isLeftOut = (id: string, importer = '') =>
  leftOut.has(id) || nativeParts.test(id) || (id === 'ssh2' && /docker-modem/.test(importer));
const withoutWhatIsNeverCalled: Plugin = {
  name: 'without-what-is-never-called',
  enforce: 'pre',
  applyToEnvironment: (environment) => environment.name !== 'client',
  resolveId: (id, importer) => (isLeftOut(id, importer) ? `\0left-out:${id}` : null),
  load: (id) =>
    id.startsWith('\0left-out:')
      ? nativeParts.test(id.slice(10))
        ? `throw new Error('left out of the bundle');`
        : `const refuse = (name) => () => { throw new Error(${JSON.stringify(id.slice(10))} + ' is left out of the bundle: ' + name); };
         module.exports = new Proxy({}, { get: (_, name) => refuse(String(name)) });`
      : null,
};

/**
 * The Markdown plugin for formulas imports KaTeX to draw with, which the page does itself, later and only where a formula
 * comes (`renderer/ui/markdownMaths.ts`): a quarter of a megabyte less at start.
 */
const withoutEarlyKatex: Plugin = {
  name: 'without-early-katex',
  enforce: 'pre',
  resolveId: (id, importer) => (id === 'katex' && importer?.includes('markdown-it-katex') ? '\0katex-later' : null),
  load: (id) => (id === '\0katex-later' ? 'export default {};' : null),
};

/** A CommonJS bundle for Node: everything inside but Electron, Node itself and the database's native binding. */
const nodeBundle = (name: string, input: string, codeSplitting = false): EnvironmentOptions => {
  const external = ['electron', '@photostructure/sqlite', ...builtinModules, ...builtinModules.map((m) => `node:${m}`)];
  return {
    consumer: 'server',
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    resolve: { noExternal: true, external, conditions: ['node', 'require', 'default'], mainFields: ['main', 'module'] },
    build: {
      target: nodeTarget,
      outDir: path(`out/${name}`),
      emptyOutDir: true,
      sourcemap: true,
      ssr: true,
      rolldownOptions: {
        input: path(input),
        external,
        output: {
          format: 'cjs',
          entryFileNames: 'index.cjs',
          chunkFileNames: '[name].cjs',
          // Smaller to ship and to read at start; functions keep their names for the stacks in the app log.
          minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
          ...(codeSplitting ? {} : { codeSplitting }),
        },
      },
    },
  };
};

export default defineConfig({
  root: path('renderer'),
  base: './',
  plugins: [react(), withoutWhatIsNeverCalled, withoutEarlyKatex, noteBundledPackages(), compressWhatComesLater()],
  environments: {
    client: {
      build: {
        target: pageTarget,
        cssTarget: pageTarget,
        outDir: path('out/renderer'),
        emptyOutDir: true,
        modulePreload: { polyfill: false },
        // The policy lets fonts and images come from our own origin only.
        assetsInlineLimit: 0,
        // What every page shares is one file: each file is a trip through main, and the first paint waits for them all.
        rolldownOptions: {
          output: { codeSplitting: { groups: [{ name: 'shared', test: /renderer\/(ui|lib|live)\/(?!markdown)/i }] } },
        },
      },
    },
    // What main loads after the window is a file of its own, not even read before.
    main: nodeBundle('main', 'electron/main.ts', true),
    preload: nodeBundle('preload', 'electron/preload.ts'),
    headless: nodeBundle('headless', 'electron/headless.ts', true),
    searchWorker: nodeBundle('searchWorker', 'electron/services/search/searchWorker.ts'),
    image: nodeBundle('image', 'electron/buildImage.ts'),
  },
  builder: {
    async buildApp(builder) {
      await Promise.all(
        Object.values(builder.environments)
          .filter((e) => e.name !== 'ssr')
          .map((e) => builder.build(e)),
      );
    },
  },
});
