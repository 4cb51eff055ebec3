import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pinned } from '../processors.ts'
import { STREAM_EVENTS } from './canned-responses.ts'

/** The responses of a canned upstream. */
export interface CannedResponses {
  /** The pause between two events; 0 sends all at once. */
  readonly pauseMs: number
  readonly events: number
  /** Whether a stream has the whole text in one event; for a proxy that requests streams and returns JSON. */
  readonly isOneEvent: boolean
}

/** All at once, one word per event. */
export const INSTANT_STREAM: CannedResponses = { pauseMs: 0, events: STREAM_EVENTS, isOneEvent: false }
/** All at once, in one JSON or one event. */
export const INSTANT_WHOLE: CannedResponses = { pauseMs: 0, events: 1, isOneEvent: true }

/** A canned upstream in a process of its own. */
export class CannedUpstream {
  readonly port: number
  readonly #child: ChildProcess

  private constructor(port: number, child: ChildProcess) {
    this.port = port
    this.#child = child
  }

  static async start({ pauseMs, events, isOneEvent }: CannedResponses): Promise<CannedUpstream> {
    const program = [process.execPath, join(import.meta.dirname, 'canned-upstream-process.ts')]
    const settings = [String(pauseMs), String(events), isOneEvent ? 'one-event' : 'events']
    const [file = '', ...args] = pinned([...program, ...settings], 'others')
    const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    return new CannedUpstream(port, child)
  }

  close(): void {
    this.#child.disconnect()
  }
}
