import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of `llama-server`. */
    llamaServer: string
    /** The path of a Python environment with llama-cpp-python's server. */
    pythonEnvironment: string
  }
}

/** The first time a server is compiled. */
const INSTALL_TIMEOUT_MS = 900_000

/**
 * Installs the servers before the tests. `CONTINUO_LLAMA_SERVER` names a program of another release to test.
 */
export async function setup(project: TestProject): Promise<void> {
  project.provide('llamaServer', process.env.CONTINUO_LLAMA_SERVER || (await install('install-llama-server')))
  project.provide('pythonEnvironment', await install('install-llama-cpp-python'))
}

/** Runs a script of this folder, which prints a path. */
async function install(script: string): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const { stdout } = await promisify(execFile)(path, { timeout: INSTALL_TIMEOUT_MS })
  return stdout.trim()
}
