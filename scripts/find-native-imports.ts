import { isTestFile, type SourceFile } from './source-files.ts'

/** An import that is followed when the program runs; `target` is a file's path or a package's name. */
export interface ValueImport {
  readonly path: string
  readonly target: string
}

/** The entry points of the server's process: the program, the library, and each of its threads. */
const SERVER_ENTRIES = /^src\/(main|open-continuo|.+-worker)\.ts$/

/** llama.cpp's bindings and everything built on them. */
const NATIVE_CODE = /^(koffi(\/|$)|@node-llama-cpp\/|src\/engines\/llama\/(llama-cpp|decoding|sampling)\/)/

/**
 * Every chain of imports through which the server's process would load native code: llama.cpp may abort its process, which
 * must not be the server's. Types are not loaded, and starting a process is not an import.
 */
export function findNativeImports(files: readonly SourceFile[], imports: readonly ValueImport[]): string[] {
  const targetsOf = new Map<string, string[]>()
  for (const { path, target } of imports) {
    const targets = targetsOf.get(path)
    if (targets === undefined) targetsOf.set(path, [target])
    else targets.push(target)
  }
  const entries = files
    .map(({ path }) => path)
    .filter((path) => SERVER_ENTRIES.test(path) && !isTestFile(path))
  const chains = new Map<string, readonly string[]>(entries.map((path) => [path, [path]]))
  const violations: string[] = []
  for (const [path, chain] of chains) {
    if (NATIVE_CODE.test(path)) {
      violations.push(`native code in the server's process: ${chain.join(' → ')}`)
      continue
    }
    // A map is iterated in insertion order, so each chain is a shortest one.
    for (const target of targetsOf.get(path) ?? []) {
      if (!chains.has(target)) chains.set(target, [...chain, target])
    }
  }
  return violations
}
