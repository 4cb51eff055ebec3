/**
 * Loaded into the processes of a server under test before anything of theirs (`--import`): lets another process ask
 * what they hold and how long their event loops stood still. It listens on a socket in the folder that the environment
 * names, called after the process's id, reads one word of each connection and answers with one JSON line.
 */

import { readdirSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'
import koffi from 'koffi'
import { PROBE_FOLDER_VARIABLE, type ProbeResponses, type ProcessHolding } from './process-holding.ts'
import { StallWatch } from './stall-watch.ts'
import { ThreadTimesReader } from './thread-times.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
const giveBackFreeMemory = findTrim()
const allocatedBytes = findAllocatedBytes()

/** What the probe itself holds while it answers: a connection. */
const OWN_RESOURCE = 'PipeWrap'

function holding(): ProcessHolding {
  const { rss, heapUsed, external } = process.memoryUsage()
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  resources[OWN_RESOURCE] = (resources[OWN_RESOURCE] ?? 1) - 1
  return {
    residentBytes: rss,
    heapBytes: heapUsed + external,
    nativeBytes: allocatedBytes(),
    openFiles: openFileCount(),
    resources,
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

/** What the C library has given out and not got back, in heaps and in mappings of their own. */
function findAllocatedBytes(): () => number | null {
  try {
    const fields = 'arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost'.split(' ')
    const info = koffi.struct(Object.fromEntries(fields.map((name) => [name, 'size_t'])))
    const read = koffi.load('libc.so.6').func('mallinfo2', info, [])
    return () => {
      const { uordblks, hblkhd } = read()
      return Number(uordblks) + Number(hblkhd)
    }
  } catch {
    return () => null
  }
}

function openFileCount(): number | null {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return null
  }
}

function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const RESPONSES: { [Word in keyof ProbeResponses]: (watch: StallWatch) => Promise<ProbeResponses[Word]> } = {
  async holding(watch) {
    // Twice: what the first one finalizes only the second one frees.
    collectGarbage()
    await new Promise(setImmediate)
    collectGarbage()
    giveBackFreeMemory()
    watch.forgive()
    return holding()
  },
  processorMs: async () => processorMs(),
  stalls: async (watch) => watch.take(),
}

function respond(socket: Socket, watch: StallWatch): void {
  socket.on('error', () => undefined)
  socket.setEncoding('latin1').once('data', async (word: string) => {
    const find = RESPONSES[word as keyof ProbeResponses]
    socket.end(`${JSON.stringify(await find(watch))}\n`)
  })
}

const folder = process.env[PROBE_FOLDER_VARIABLE]
if (folder !== undefined && isMainThread) {
  const times = new ThreadTimesReader(process.pid)
  const watch = new StallWatch(() => times.read())
  const server = createServer((socket) => respond(socket, watch))
  server.listen(join(folder, `${process.pid}.sock`))
  server.unref()
}
