import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, ServerProcess } from '../server-process.ts'
import { install } from './install.ts'
import { chatTarget, type ProxyUnderTest } from './peer.ts'

const VERSION = '1.15.2'
/** With newer versions of this dependency every stream ends in 500: it changes headers that are not its own. */
const NODE_SERVER_VERSION = '1.13.8'

const PACKAGE = {
  private: true,
  dependencies: { '@portkey-ai/gateway': VERSION },
  overrides: { '@hono/node-server': NODE_SERVER_VERSION },
}

/** Portkey's gateway from npm, installed at first use. */
export async function portkeyGateway(cacheFolder: string): Promise<ProxyUnderTest> {
  const folder = join(cacheFolder, `portkey-${VERSION}`)
  const program = join(folder, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js')
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify(PACKAGE))
    await install(['npm', 'install', '--prefix', folder, '--no-audit', '--no-fund', '--silent'])
  }
  let customHost = ''
  return {
    name: 'Portkey',
    async start(upstreamPort) {
      customHost = `http://127.0.0.1:${upstreamPort}/v1`
      const port = await freePort()
      const command = [process.execPath, program, `--port=${port}`, '--headless']
      // Otherwise it refuses upstreams on this machine.
      const env = { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' }
      return ServerProcess.start({ command, port, processors: 'first', env }, '/')
    },
    target: (port, stream) =>
      chatTarget(port, stream, { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': customHost }),
  }
}
