import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The linter takes 97 MB, which those who only run the server need not install: it has a lock of its own. */
const FOLDER = 'tools'
const PACKAGE = '@biomejs/biome'

function versionIn(
  path: string,
  read: (content: Record<string, Record<string, string>>) => unknown,
): unknown {
  return existsSync(path) ? read(JSON.parse(readFileSync(path, 'utf8'))) : undefined
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}

const wanted = versionIn(join(FOLDER, 'package.json'), ({ devDependencies }) => devDependencies?.[PACKAGE])
const installed = versionIn(join(FOLDER, 'node_modules', PACKAGE, 'package.json'), ({ version }) => version)
if (installed !== wanted) run('npm', ['ci', '--prefix', FOLDER, '--no-audit', '--no-fund'])
run(join(FOLDER, 'node_modules', '.bin', 'biome'), process.argv.slice(2))
