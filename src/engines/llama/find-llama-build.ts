import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { EngineLoadError } from '../../completion/engine-load-error.ts'

/** The version of the packages that carry llama.cpp 0.5.0. */
const BUILD_PACKAGE_VERSION = '3.22.1'

/** Builds by platform, the fastest first: a GPU build is used if it is installed. */
const BUILDS: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': ['linux-x64-cuda', 'linux-x64-vulkan', 'linux-x64'],
  'linux-arm64': ['linux-arm64'],
  'darwin-arm64': ['mac-arm64-metal'],
  'darwin-x64': ['mac-x64'],
  'win32-x64': ['win-x64-cuda', 'win-x64-vulkan', 'win-x64'],
  'win32-arm64': ['win-arm64'],
}

/** One build of llama.cpp on this machine. */
export interface LlamaBuild {
  readonly name: string
  /** The folder of the shared libraries. */
  readonly folder: string
  readonly basePath: string
  readonly ggmlPath: string
  readonly llamaPath: string
}

/**
 * Finds the best build of llama.cpp that is installed for this machine.
 *
 * @throws EngineLoadError when there is none, or one of another version
 */
export function findLlamaBuild(): LlamaBuild {
  const platform = `${process.platform}-${process.arch}`
  const candidates = BUILDS[platform]
  if (!candidates) {
    throw new EngineLoadError(
      `There is no build of llama.cpp for ${platform}; use an upstream engine instead.`,
    )
  }
  for (const name of candidates) {
    const packageFolder = findPackageFolder(`@node-llama-cpp/${name}`)
    if (packageFolder) return describeBuild(name, packageFolder)
  }
  throw new EngineLoadError(
    `No build of llama.cpp is installed for ${platform}: run "npm install @node-llama-cpp/${candidates.at(-1)}@${BUILD_PACKAGE_VERSION}" (were optional dependencies omitted?).`,
  )
}

function findPackageFolder(packageName: string): string | null {
  for (const folder of createRequire(import.meta.url).resolve.paths(packageName) ?? []) {
    const packageFolder = join(folder, ...packageName.split('/'))
    if (existsSync(join(packageFolder, 'package.json'))) return packageFolder
  }
  return null
}

/**
 * Looks into the folder of an installed package.
 *
 * @throws EngineLoadError when it is of another version, or its libraries are missing
 */
export function describeBuild(name: string, packageFolder: string): LlamaBuild {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string
  }
  if (version !== BUILD_PACKAGE_VERSION) {
    throw new EngineLoadError(
      `${packageFolder} is version ${version}, but this release of Continuo works with ${BUILD_PACKAGE_VERSION} only: run "npm install @node-llama-cpp/${name}@${BUILD_PACKAGE_VERSION}".`,
    )
  }
  const folder = join(packageFolder, 'bins', name)
  const files = readdirSync(folder)
  return {
    name,
    folder,
    basePath: join(folder, findLibrary(files, 'ggml-base', folder)),
    ggmlPath: join(folder, findLibrary(files, 'ggml', folder)),
    llamaPath: join(folder, findLibrary(files, 'llama', folder)),
  }
}

/** File names differ: `libllama.v0.5.0.so`, `libllama.cuda.v0.5.0.so`, `libllama.dylib`, `llama.dll`. */
function findLibrary(files: readonly string[], library: string, folder: string): string {
  const pattern = new RegExp(`^(lib)?${library}(\\.[a-z]+)?(\\.v[\\d.]+)?\\.(so|dylib|dll)$`)
  const file = files.find((name) => pattern.test(name))
  if (!file)
    throw new EngineLoadError(`${dirname(folder)} contains no ${library} library: install the package again.`)
  return file
}
