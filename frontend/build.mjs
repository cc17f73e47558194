/**
 * Build the styles and scripts into the folder given as first argument.
 *
 * Every output carries a hash of its content in its name, so it can be cached for ever; `manifest.json` maps the plain
 * name a template asks for ("app.css") to the file that holds it ("app-1A2B3C4D.css"). Text files get a .br and a .gz
 * beside them for the static file server.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '../tenants/web/static/dist'));
const sprite = join(here, '../tenants/web/static/icons.svg');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  outdir: out,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
  target: ['chrome90', 'firefox90', 'safari15'],
};

const pages = await build({
  ...common,
  entryPoints: ['src/app.js', 'src/editor.js', 'src/app.css', 'src/public.css'],
  format: 'esm',
  splitting: true,
});
// The public script runs before the first paint (text size, contrast), so it cannot be a module.
const reader = await build({ ...common, entryPoints: ['src/public.js'], format: 'iife' });

const manifest = {};
for (const { outputs } of [pages.metafile, reader.metafile]) {
  for (const [file, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint?.startsWith('src/')) manifest[basename(entryPoint)] = basename(file);
  }
}

const icons = readFileSync(sprite, 'utf8').replace(/<!--.*?-->/gs, '').replace(/>\s+</g, '><').trim();
const hash = createHash('sha256').update(icons).digest('hex').slice(0, 8).toUpperCase();
manifest['icons.svg'] = `icons-${hash}.svg`;
writeFileSync(join(out, manifest['icons.svg']), icons);

const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(out, 'manifest.json'), JSON.stringify(sorted, null, 2) + '\n');

for (const name of readdirSync(out)) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const content = readFileSync(join(out, name));
  writeFileSync(join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
  writeFileSync(join(out, `${name}.br`), brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  }));
}
