import { join } from 'node:path'
import { GC_LOG_FLAG } from '../gc-log.ts'
import { freePort, ServerProcess } from '../server-process.ts'
import { chatTarget, type ProxyUnderTest } from './peer.ts'

/** The upper limit for a proxy in Node. */
export const nodeHttpProxy: ProxyUnderTest = {
  name: 'bare node:http',
  async start(upstreamPort) {
    const port = await freePort()
    const program = join(import.meta.dirname, 'node-http-proxy-process.ts')
    const command = [process.execPath, GC_LOG_FLAG, program, String(port), String(upstreamPort)]
    return ServerProcess.start({ command, port, processors: 'first' }, '/')
  },
  target: (port, stream) => chatTarget(port, stream, {}),
}
