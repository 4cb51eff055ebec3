/**
 * Loaded into the processes of a server under test before anything of theirs (`--import`): lets another process ask
 * what they hold. It listens on a socket in the folder that the environment names, called after the process's id, and
 * answers every connection with one JSON line.
 */

import { readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import koffi from 'koffi'
import { PROBE_FOLDER_VARIABLE, type ProcessHolding } from './process-holding.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
const giveBackFreeMemory = findTrim()

/** What the probe itself holds while it answers: a connection. */
const OWN_RESOURCE = 'PipeWrap'

function holding(): ProcessHolding {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  resources[OWN_RESOURCE] = (resources[OWN_RESOURCE] ?? 1) - 1
  const { user, system } = process.cpuUsage()
  return {
    residentBytes: rss,
    nativeBytes: rss - heapTotal,
    heapBytes: heapUsed + external,
    openFiles: openFileCount(),
    resources,
    processorMs: (user + system) / 1000,
  }
}

/**
 * What was freed stays with the process until the C library gives it back: a process that once held many large bodies
 * looks large for ever. Other libraries than glibc have no such function.
 */
function findTrim(): () => void {
  try {
    const trim = koffi.load('libc.so.6').func('int malloc_trim(size_t pad)')
    return () => trim(0)
  } catch {
    return () => undefined
  }
}

function openFileCount(): number | null {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return null
  }
}

const folder = process.env[PROBE_FOLDER_VARIABLE]
if (folder !== undefined) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    // Twice: what the first one finalizes only the second one frees.
    collectGarbage()
    setImmediate(() => {
      collectGarbage()
      giveBackFreeMemory()
      socket.end(`${JSON.stringify(holding())}\n`)
    })
  })
  server.listen(join(folder, `${process.pid}.sock`))
  server.unref()
}
