import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Writes what the Java side serves: a compressed copy of each text, and `site.json`, the list of all files. */
function site(): Plugin {
  return {
    name: 'kantoku-site',
    writeBundle(options) {
      const directory = options.dir ?? '.';
      const files = readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.gz') && entry.name !== 'site.json')
        .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
        .sort();
      const list = files.map((path) => {
        const bytes = readFileSync(join(directory, path));
        const type = TYPES[extname(path)];
        if (type === undefined) {
          throw new Error(`${path}: no media type is known for it; add one to vite.config.ts`);
        }
        const gzip = type.startsWith('text/') || type.startsWith('image/svg');
        if (gzip) {
          writeFileSync(join(directory, `${path}.gz`), gzipSync(bytes, { level: 9 }));
        }
        const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
        return { path, type, digest, gzip, immutable: path.startsWith('assets/') };
      });
      writeFileSync(join(directory, 'site.json'), JSON.stringify(list, null, 1));
    },
  };
}

/** With KANTOKU_URL, `npm run dev` serves the sources and passes the API's calls on to a running instance. */
const instance = process.env['KANTOKU_URL'] ?? 'https://localhost:8443';
const toInstance = { target: instance, secure: false, changeOrigin: true };

export default defineConfig({
  root: 'src/main/web',
  base: '/',
  plugins: [site()],
  server: { proxy: { '/api': toInstance, '/rest': toInstance, '/wcp': toInstance, '/certs': toInstance } },
  build: {
    outDir: '../../../target/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
});
