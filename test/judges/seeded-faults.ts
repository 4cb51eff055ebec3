/**
 * Loaded into the processes of a server (`--import`) by tests of the judges: puts the faults into them that a judge must
 * find. What and where, the environment says.
 */

import type { EventEmitter } from 'node:events'
import { Server } from 'node:http'
import { isMainThread } from 'node:worker_threads'
import koffi from 'koffi'
import { SEEDED_FAULT_VARIABLE, type SeededFault } from './seeded-fault.ts'

const text = process.env[SEEDED_FAULT_VARIABLE]
if (text !== undefined && isMainThread) for (const fault of JSON.parse(text)) seed(fault)

function seed({ process: place, everyRequests, ...fault }: SeededFault): void {
  const isEngine = process.send !== undefined
  if (isEngine !== (place === 'engine')) return
  const commit = committer(fault)
  let count = 0
  const onRequest = (bytes: number) => {
    count += 1
    if (count % everyRequests === 0) commit(bytes)
  }
  if (isEngine) spyOn(process, 'message', () => onRequest(0))
  else
    spyOn(Server.prototype, 'request', (request) => onRequest(Number(request.headers['content-length'] ?? 0)))
}

/** Calls back on every event of a name, before those who listen to it, and without being one of them. */
function spyOn(
  emitter: EventEmitter,
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: what comes is for the event to say.
  onEvent: (value: any) => void,
): void {
  const { emit } = emitter
  emitter.emit = function emitAfter(this: EventEmitter, event: string, ...values: unknown[]): boolean {
    if (event === name) onEvent(values[0])
    return emit.call(this, event, ...values)
  }
}

function committer(fault: Omit<SeededFault, 'process' | 'everyRequests'>): (bytes: number) => void {
  switch (fault.type) {
    case 'spin':
      return () => spinMs(fault.amount)
    case 'sleep':
      return () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fault.amount)
    case 'spin by the square of a body':
      return (bytes) => spinMs(fault.amount * (Math.min(bytes, MAX_SQUARED_BYTES) / 1024) ** 2)
    case 'leak heap': {
      const kept: object[] = []
      // Eight bytes for each, and some for the list.
      return () => void kept.push(Array(Math.ceil(fault.amount / 8)).fill(1))
    }
    case 'leak native memory': {
      const allocate = koffi.load('libc.so.6').func('void *malloc(size_t size)')
      return () => void allocate(fault.amount)
    }
    case 'leak timers':
      return () => void setTimeout(() => undefined, 2 ** 30)
  }
}

/** The largest bodies of all would take minutes. */
const MAX_SQUARED_BYTES = 256 * 1024

/** By the thread's own clock: time in which others had the processor is no work. */
function spinMs(ms: number): void {
  const before = process.threadCpuUsage()
  let ranUs = 0
  while (ranUs < ms * 1000) {
    const { user, system } = process.threadCpuUsage(before)
    ranUs = user + system
  }
}
