import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Runtimes that must be able to run the output: Electron 22 (Node 16, Chromium 108) is the oldest supported. */
const nodeTarget = 'node16';
const pageTarget = 'chrome108';

/** ssh2, below docker-modem, looks for optional native add-ons; they are left out of the bundle, it works without. */
const withoutNativeAddons: Plugin = {
  name: 'without-native-addons',
  enforce: 'pre',
  applyToEnvironment: (environment) => environment.name !== 'client',
  resolveId: (id) => (id.endsWith('.node') || id === 'cpu-features' ? '\0native-addon' : null),
  load: (id) => (id === '\0native-addon' ? "throw new Error('native add-on left out of the bundle');" : null),
};

/** A CommonJS bundle for Node: everything inside but Electron, Node itself and the database's native binding. */
const nodeBundle = (name: string, input: string): EnvironmentOptions => {
  const external = ['electron', '@photostructure/sqlite', ...builtinModules, ...builtinModules.map((m) => `node:${m}`)];
  return {
    consumer: 'server',
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    resolve: { noExternal: true, external, conditions: ['node', 'require', 'default'], mainFields: ['main', 'module'] },
    build: {
      target: nodeTarget,
      outDir: path(`out/${name}`),
      emptyOutDir: true,
      minify: false,
      sourcemap: true,
      ssr: true,
      rolldownOptions: {
        input: path(input),
        external,
        output: { format: 'cjs', entryFileNames: 'index.cjs', codeSplitting: false },
      },
    },
  };
};

export default defineConfig({
  root: path('renderer'),
  base: './',
  plugins: [react(), withoutNativeAddons],
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
      },
    },
    main: nodeBundle('main', 'electron/main.ts'),
    preload: nodeBundle('preload', 'electron/preload.ts'),
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
